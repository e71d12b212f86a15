import { StreamLanguage } from "@codemirror/language";
import { csharp as mode } from "@codemirror/legacy-modes/mode/clike";

export const csharp = () => StreamLanguage.define(mode);

import { StreamLanguage } from "@codemirror/language";
import { sqlite as mode } from "@codemirror/legacy-modes/mode/sql";

export const sql = () => StreamLanguage.define(mode);

// CodeMirror in place of a <textarea>, which stays the form's value and is what works without JavaScript.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { findOddCharacters } from "./odd-characters.js";

// One chunk per language, fetched on demand.
const LANGUAGES = {
  python: async () => (await import("@codemirror/lang-python")).python(),
  c: async () => (await import("@codemirror/lang-cpp")).cpp(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  csharp: async () => (await import("./lang-csharp.js")).csharp(),
  sql: async () => (await import("./lang-sql.js")).sql(),
  shell: async () => (await import("./lang-shell.js")).shell(),
};

// The colours are CSS variables (tokens.css): light, dark and print need no second theme.
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string), tags.character], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName)), tags.className, tags.typeName],
    color: "var(--code-name)",
  },
]);

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "0.98rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.75rem" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { paddingInline: "0.7rem 0.4rem" },
  ".cm-gutter-lint": { width: "1.1rem" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line-tint)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-matchingBracket": { backgroundColor: "var(--gold-tint)", outline: "1px solid var(--edge)" },
  ".cm-selectionMatch": { backgroundColor: "var(--gold-tint)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-panels": { backgroundColor: "var(--inset)", color: "var(--ink)", borderColor: "var(--rule)" },
  ".cm-panels button, .cm-panels input, .cm-panels label": { fontFamily: "var(--sans)", fontSize: "0.92rem" },
  ".cm-panels button": { backgroundImage: "none", backgroundColor: "var(--sheet)", minHeight: "2rem", borderRadius: "6px", padding: "0.2rem 0.7rem" },
  ".cm-textfield": { backgroundColor: "var(--sheet)", color: "var(--ink)", borderColor: "var(--edge)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "8px", fontFamily: "var(--sans)", maxWidth: "min(32rem, 90vw)" },
  ".cm-diagnostic": { padding: "0.5rem 0.8rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--on-accent)", borderRadius: "6px", minHeight: "2rem" },
});

// Ctrl-Alt is AltGr on Canadian and French keyboards: no command may live there.
const typesNoCharacter = (binding) => !/(Ctrl|Mod|Cmd)-Alt|Alt-(Ctrl|Mod|Cmd)/.test(`${binding.key} ${binding.win} ${binding.linux}`);
const REMARK_DELAY_MS = 600;

// Typing over a selection is done here: the browser would keep the look of what it replaces, as inline styles, which the
// page’s policy refuses.
function typeOverSelection(event, view) {
  const { ranges, main } = view.state.selection;
  const isPlain = event.inputType === "insertText" && event.data && !event.isComposing && event.cancelable;
  if (!isPlain || view.state.readOnly || main.empty || ranges.length > 1) return false;
  const change = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const isHandled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, event.data, change));
  if (!isHandled) view.dispatch(change());
  return true;
}

export class CodeEditor {
  /** Resolves with the editor when its language has come; typing is possible at once. */
  static async over(textarea, options) {
    const load = LANGUAGES[options.language];
    return new CodeEditor(textarea, options, load ? await load().catch(() => []) : []);
  }

  constructor(textarea, { nonce, phrases = {}, texts, onRun, onChange }, language) {
    Object.assign(this, { textarea, texts, onChange, name: textarea.dataset.fileName, errors: [] });
    const label = textarea.labels?.[0];
    this.view = new EditorView({
      state: EditorState.create({
        doc: textarea.value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorState.phrases.of(phrases),
          EditorState.readOnly.of(textarea.readOnly),
          EditorState.tabSize.of(4), indentUnit.of("    "),
          lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), lintGutter(),
          syntaxHighlighting(colours), theme, language,
          // Escape then Tab leaves the editor: said above it, and by its description.
          keymap.of([
            { key: "Mod-Enter", run: () => (onRun?.(), true) },
            ...[...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap].filter(typesNoCharacter),
            indentWithTab,
          ]),
          EditorView.contentAttributes.of({
            "aria-labelledby": label?.id ?? "",
            "aria-describedby": textarea.getAttribute("aria-describedby") ?? "",
            lang: "zxx",
            tabindex: "0", // it has the focus anyhow; this tells so to what looks for scrollable parts without one
            autocorrect: "off",
            autocapitalize: "off",
          }),
          EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
          EditorView.updateListener.of((update) => update.docChanged && this.#changed()),
        ],
      }),
    });
    textarea.dataset.enhanced = ""; // hidden on screen by the style, shown in print: CodeMirror draws only the lines in view
    textarea.after(this.view.dom);
    label?.addEventListener("click", () => this.view.focus());
    document.fonts?.ready.then(() => this.view.requestMeasure()); // lines are as high as the font that came at last
    this.#remark();
  }

  get code() {
    return this.view.state.doc.toString();
  }

  set code(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Shows errors at their lines: [{line, message}]; none clears them. */
  mark(errors) {
    this.errors = errors.filter(({ line }) => line >= 1 && line <= this.view.state.doc.lines).map(({ line, message }) => {
      const { from, to } = this.view.state.doc.line(line);
      return { from, to, severity: "error", message };
    });
    this.#remark();
  }

  goTo(line) {
    const { from } = this.view.state.doc.line(Math.min(Math.max(1, line), this.view.state.doc.lines));
    this.view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    this.view.focus();
  }

  insert(text) {
    if (text === "\t") indentWithTab.run(this.view);
    else this.view.dispatch(this.view.state.replaceSelection(text), { userEvent: "input.type" });
    this.view.focus();
  }

  #changed() {
    this.textarea.value = this.code;
    this.errors = [];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#remark(), REMARK_DELAY_MS);
    this.onChange?.();
  }

  #remark() {
    const odd = findOddCharacters(this.view.state, this.texts);
    this.view.dispatch(setDiagnostics(this.view.state, [...this.errors, ...odd]));
  }
}

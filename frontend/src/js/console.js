// The console: what the program wrote, and one line to answer it. About sixty lines instead of a terminal emulator.
import { LogText } from "./log-text.js";

const MAX_PIECES = 2000, MAX_LIVE_CHARS = 100_000, LINE_BY_LINE = "etude:line-by-line";
const remembered = () => { try { return localStorage.getItem(LINE_BY_LINE) === "yes"; } catch { return false; } };

export class Console extends EventTarget {
  constructor() {
    super();
    const part = (id) => document.getElementById(id);
    Object.assign(this, {
      box: part("console"), log: part("console-log"), form: part("console-form"), input: part("console-input"), where: part("console-where"),
      terminal: part("terminal-box"), scroll: part("console-scroll"),
      modeButton: part("console-mode"), isLineByLine: remembered(), isLive: false, isRunning: false,
    });
    this.modeButton.addEventListener("click", () => this.#changeMode());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.isLive) this.#type(`${this.input.value}\r`);
      else this.#answer(this.input.value);
    });
    this.input.addEventListener("keydown", (event) => {
      const isChosen = this.input.selectionStart !== this.input.selectionEnd; // Ctrl-C then copies
      if (this.isLive && event.ctrlKey && !event.altKey && (event.key === "d" || (event.key === "c" && !isChosen))) {
        event.preventDefault();
        return this.#type(event.key === "c" ? "\x03" : "\x04");
      }
      if (!event.ctrlKey || event.altKey || event.key !== "d") return;
      event.preventDefault();
      return this.#answer(null);
    });
  }

  /** Shows the terminal's frame in the place of the log, or the same session line by line, with a line to type in. */
  openTerminal(where) {
    this.box.hidden = false;
    this.where.textContent = where;
    this.isLive = true;
    this.isRunning = true;
    this.input.value = "";
    this.clearLive();
    this.#showMode();
  }

  /** Forgets what the log has of a live session. */
  clearLive() {
    this.log.replaceChildren();
    this.text = new LogText();
    this.liveChars = 0;
  }

  /** What a live session printed, for the log: it has all of it whichever of the two is shown. */
  writeLive(bytes) {
    const text = this.text.read(bytes);
    if (!text) return;
    this.write(text);
    this.liveChars += text.length;
    const pieces = this.log.lastElementChild;
    while (this.liveChars > MAX_LIVE_CHARS && pieces.firstChild !== pieces.lastChild) {
      this.liveChars -= pieces.firstChild.length;
      pieces.firstChild.remove();
    }
  }

  focusLive() {
    this.input.focus();
  }

  #changeMode() {
    this.isLineByLine = !this.isLineByLine;
    try { localStorage.setItem(LINE_BY_LINE, this.isLineByLine ? "yes" : "no"); } catch { /* it is not remembered then */ }
    this.#showMode();
    if (this.isRunning) this.dispatchEvent(new CustomEvent("mode"));
  }

  #showMode() {
    this.modeButton.hidden = false;
    this.modeButton.setAttribute("aria-pressed", this.isLineByLine);
    this.terminal.hidden = this.isLineByLine;
    this.scroll.hidden = !this.isLineByLine;
    this.form.hidden = !(this.isLineByLine && this.isRunning);
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  #type(text) {
    this.input.value = "";
    this.dispatchEvent(new CustomEvent("typed", { detail: text }));
  }

  open(where) {
    this.isLive = false;
    this.modeButton.hidden = true;
    this.box.hidden = false;
    this.terminal.hidden = true;
    this.scroll.hidden = false;
    this.log.replaceChildren();
    this.where.textContent = where;
    this.hideInput();
  }

  /** `stream`: out, err, in (what was typed), or note (the page's own words). */
  write(text, stream = "out") {
    const last = this.log.lastElementChild;
    if (last?.className === stream) last.append(text);
    else {
      const piece = document.createElement("span");
      piece.className = stream;
      piece.append(text);
      this.log.append(piece);
      while (this.log.childElementCount > MAX_PIECES) this.log.firstElementChild.remove();
    }
    this.log.parentElement.scrollTop = this.log.parentElement.scrollHeight;
  }

  get isEmpty() {
    return !this.log.textContent;
  }

  askForLine() {
    this.form.hidden = false;
    this.input.value = "";
    this.input.focus();
  }

  hideInput() {
    this.isRunning = false;
    this.form.hidden = true;
  }

  get hasFocus() {
    return document.activeElement === this.input || document.activeElement === document.body || this.terminal.contains(document.activeElement) || this.form.contains(document.activeElement);
  }

  #answer(line) {
    this.hideInput();
    if (line !== null) this.write(`${line}\n`, "in");
    this.dispatchEvent(new CustomEvent("line", { detail: line }));
  }
}

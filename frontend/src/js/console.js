// The console: what the program wrote, and one line to answer it. About sixty lines instead of a terminal emulator.
const MAX_PIECES = 2000;

export class Console extends EventTarget {
  constructor() {
    super();
    const part = (id) => document.getElementById(id);
    Object.assign(this, {
      box: part("console"), log: part("console-log"), form: part("console-form"), input: part("console-input"), where: part("console-where"),
      terminal: part("terminal-box"), scroll: part("console-scroll"),
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#answer(this.input.value);
    });
    this.input.addEventListener("keydown", (event) => {
      if (!event.ctrlKey || event.altKey || event.key !== "d") return;
      event.preventDefault();
      this.#answer(null);
    });
  }

  /** Shows the terminal's frame in the place of the log. */
  openTerminal(where) {
    this.box.hidden = false;
    this.terminal.hidden = false;
    this.scroll.hidden = true;
    this.where.textContent = where;
    this.hideInput();
  }

  open(where) {
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

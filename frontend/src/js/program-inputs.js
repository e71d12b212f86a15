// What the program is given besides: arguments and input files, in a panel beside Run, kept in this browser.
import { drop, find, keep, keyOf } from "./copies.js";
import { fill, page } from "./page.js";

const MOST_FILES = 10, MOST_BYTES = 65_536, MOST_TOGETHER_BYTES = 262_144, MOST_NAME_CHARS = 60;
const UNFIT = /^\.|^__etude|[/\\]|\p{C}/u;
const element = (id) => document.getElementById(id);
const sizeOf = (text) => new TextEncoder().encode(text).length;
const isName = (name) => name && [...name].length <= MOST_NAME_CHARS && name === name.trim() && !UNFIT.test(name);
const shown = (name) => {
  const letters = [...name.replace(/\p{C}/gu, "\ufffd")];
  return letters.length > MOST_NAME_CHARS ? `${letters.slice(0, MOST_NAME_CHARS).join("")}…` : letters.join("");
};

/** Event "run": Ctrl-Enter, or Enter in the line of arguments. */
export class ProgramInputs extends EventTarget {
  constructor(names) {
    super();
    this.panel = element("program-inputs");
    this.line = element("arguments");
    this.list = element("input-files");
    this.text = JSON.parse(this.panel.dataset.text);
    this.taken = new Set([...names, ...JSON.parse(this.panel.dataset.taken)]);
    this.key = keyOf("inputs", page.assignment);
    this.#restore();
    this.line.addEventListener("input", () => this.#keep());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.altKey) return;
      const isNaming = event.target === element("input-name");
      const mustRun = event.ctrlKey || event.metaKey || event.target === this.line;
      if (mustRun || isNaming) event.preventDefault(); // or the file that has the focus then begins with this very Enter
      if (mustRun) this.dispatchEvent(new CustomEvent("run"));
      else if (isNaming) this.#addNamed();
    });
    element("add-input").addEventListener("click", () => this.#addNamed());
    element("input-upload").addEventListener("change", ({ target }) => this.#upload(target));
    this.panel.hidden = false;
  }

  get arguments() {
    return this.line.value;
  }

  /** The texts by name. */
  get files() {
    return Object.fromEntries([...this.list.children].map((row) => [row.dataset.name, row.querySelector("textarea").value]));
  }

  get isEmpty() {
    return !this.arguments.trim() && !this.list.childElementCount;
  }

  /** Why the program cannot be given these, as a sentence; "" when it can. */
  get fault() {
    const files = Object.entries(this.files);
    const sizes = files.map(([, text]) => sizeOf(text));
    const long = sizes.findIndex((size) => size > MOST_BYTES);
    if (long >= 0) return fill(this.text.tooLong, { name: files[long][0] });
    return sizes.reduce((sum, size) => sum + size, 0) > MOST_TOGETHER_BYTES ? this.text.tooLongTogether : "";
  }

  #addNamed() {
    const field = element("input-name");
    const name = field.value.trim();
    const row = this.#add(name, "");
    if (!row) {
      field.setAttribute("aria-invalid", "true");
      return field.focus();
    }
    field.removeAttribute("aria-invalid");
    field.value = "";
    row.firstElementChild.open = true;
    return row.querySelector("textarea").focus();
  }

  async #upload(field) {
    for (const file of field.files) {
      try {
        if (file.size > MOST_BYTES) this.#say("tooLong", shown(file.name));
        else this.#add(file.name, new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()));
      } catch {
        this.#say("noText", shown(file.name));
      }
    }
    field.value = "";
  }

  /** Adds a file, or changes the one of this name; says so, or why not, and returns its row or nothing. */
  #add(name, contents) {
    const known = [...this.list.children].find((row) => row.dataset.name === name);
    if (!isName(name)) return this.#say("badName", shown(name));
    if (this.taken.has(name) || (known && !contents)) return this.#say("takenName", name);
    if (contents.includes("\0")) return this.#say("noText", name);
    if (!known && this.list.childElementCount >= MOST_FILES) return this.#say("tooMany", name);
    const row = known ?? this.#show(name);
    row.querySelector("textarea").value = contents.replaceAll("\r\n", "\n");
    this.#say("added", name);
    this.#keep();
    return row;
  }

  #show(name) {
    const row = this.panel.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.name = name;
    row.querySelector(".name").textContent = name;
    const textarea = row.querySelector("textarea");
    textarea.setAttribute("aria-label", fill(this.text.contents, { name }));
    textarea.addEventListener("input", () => this.#keep());
    row.querySelector("button").addEventListener("click", () => {
      row.remove();
      this.#say("removed", name);
      this.#keep();
      element("input-name").focus();
    });
    this.list.append(row);
    return row;
  }

  #say(which, name = "") {
    const said = element("inputs-said");
    said.textContent = fill(this.text[which], { name });
    said.classList.toggle("bad", !["added", "removed"].includes(which));
  }

  #keep() {
    if (this.isEmpty) drop(this.key);
    else if (!keep(this.key, { line: this.arguments, files: this.files })) this.#say("notKept");
  }

  #restore() {
    const copy = find(this.key)[0]?.[1];
    if (!copy) return;
    this.line.value = copy.line ?? "";
    for (const [name, contents] of Object.entries(copy.files ?? {})) {
      if (!this.taken.has(name)) this.#show(name).querySelector("textarea").value = contents;
    }
    this.panel.open = !this.isEmpty;
  }
}

// Hand-ins: drop zone, list of what is chosen, checks before sending, progress. The plain form works without any of it.
import { csrfToken, fill, formatNumber, page, renewToken, say } from "./page.js";

const element = (id) => document.getElementById(id);
const { rules = {}, text } = page;
const UNITS = page.lang === "fr" ? ["octets", "ko", "Mo"] : ["bytes", "kB", "MB"];

function sizeText(bytes) {
  if (bytes < 1000) return `${bytes} ${UNITS[0]}`;
  const isLarge = bytes >= 1e6;
  return `${formatNumber(bytes / (isLarge ? 1e6 : 1e3))} ${UNITS[isLarge ? 2 : 1]}`;
}

function faultOf(file) {
  const accepted = rules.extensions ?? [];
  if (accepted.length && !accepted.some((ending) => file.name.toLowerCase().endsWith(ending))) {
    return fill(text.kind, { list: accepted.join(" ") });
  }
  if (!file.size) return text.empty;
  return file.size > rules.maxFileBytes ? fill(text.size, { size: sizeText(file.size), limit: sizeText(rules.maxFileBytes) }) : "";
}

class HandIn {
  constructor(form) {
    Object.assign(this, { form, files: [], input: element("files"), list: element("chosen"), error: element("files-error") });
    this.input.addEventListener("change", () => this.add(this.input.files, { isWhole: true }));
    const camera = element("camera");
    camera?.addEventListener("change", () => {
      const photos = [...camera.files];
      camera.value = "";
      this.add(photos);
    });
    this.#acceptDrops(element("drop"));
    form.addEventListener("submit", (event) => this.#submit(event));
    addEventListener("beforeunload", (event) => { if (this.request) event.preventDefault(); });
  }

  /** Adds files; those chosen in the file input are already the whole of its selection. */
  add(files, { isWhole = false } = {}) {
    const known = isWhole ? this.files.filter((file) => file.wasAdded) : this.files;
    const fresh = [...files].filter((file) => !known.some((old) => old.name === file.name && old.size === file.size && old.lastModified === file.lastModified));
    this.files = [...known, ...fresh].map((file) => Object.assign(file, { wasAdded: true }));
    this.#show();
  }

  get fault() {
    if (!this.files.length) return text.none;
    if (this.files.length > rules.maxFiles) return fill(text.count, { count: rules.maxFiles });
    if (this.total > rules.maxTotalBytes) return fill(text.total, { size: sizeText(this.total), limit: sizeText(rules.maxTotalBytes) });
    const faulty = this.files.find(faultOf);
    return faulty ? `${faulty.name} – ${faultOf(faulty)}` : "";
  }

  get total() {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  #acceptDrops(zone) {
    const over = (isOver) => zone.classList.toggle("over", isOver);
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        over(true);
      });
    }
    zone.addEventListener("dragleave", (event) => { if (!zone.contains(event.relatedTarget)) over(false); });
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      this.add(event.dataTransfer.files);
    });
  }

  #show() {
    const held = new DataTransfer();
    for (const file of this.files) held.items.add(file);
    this.input.files = held.files;
    this.list.hidden = !this.files.length;
    this.list.replaceChildren(...this.files.map((file) => this.#line(file)));
    this.#complain(this.files.length ? this.fault : "");
    if (this.files.length && !this.fault) say(fill(text.chosen, { count: this.files.length, size: sizeText(this.total) }));
  }

  #line(file) {
    const item = document.createElement("li");
    const words = document.createElement("span");
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name, translate: false });
    const size = Object.assign(document.createElement("span"), { className: "size", textContent: sizeText(file.size) });
    words.append(name, " ", size);
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "small plain", textContent: "✕" });
    remove.setAttribute("aria-label", fill(text.remove, { name: file.name }));
    remove.addEventListener("click", () => {
      this.files = this.files.filter((other) => other !== file);
      this.#show();
      (this.list.querySelector("button") ?? this.input).focus();
    });
    item.append(words, remove);
    const fault = faultOf(file);
    if (fault) item.append(Object.assign(document.createElement("p"), { className: "fault", textContent: fault }));
    return item;
  }

  #complain(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
  }

  #submit(event) {
    event.preventDefault();
    if (this.request) return;
    this.#complain(this.fault);
    if (this.fault) return void this.input.focus();
    this.#send();
  }

  #send({ isAgain = false } = {}) {
    const data = new FormData(this.form);
    data.set("csrf_token", csrfToken());
    const progress = element("progress");
    const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
    this.request = request;
    progress.hidden = false;
    element("submit").disabled = true;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.value = total ? (100 * loaded) / total : 0;
      say(loaded === total ? text.checking : fill(text.sending, { percent: Math.floor((100 * loaded) / total) }));
    });
    request.addEventListener("load", () => this.#answered(request, isAgain));
    request.addEventListener("error", () => this.#failed(text.failed));
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "text/html, application/json;q=0.9");
    request.send(data);
  }

  async #answered(request, isAgain) {
    if (request.status < 400) {
      this.request = null;
      return location.assign(request.responseURL || location.href);
    }
    if ([400, 401, 403].includes(request.status) && !isAgain && (await renewToken())) return this.#send({ isAgain: true });
    if (request.status === 401) return this.#failed(text.signedOut);
    const told = new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".error-summary li, main .lead")?.textContent.trim();
    const reason = told || (request.status === 413 ? text.tooLarge : text.tryAgain);
    return this.#failed(fill(text.refused, { reason }));
  }

  #failed(sentence) {
    this.request = null;
    element("progress").hidden = true;
    element("submit").disabled = false;
    say("");
    this.#complain(sentence);
  }
}

const form = element("hand-in");
if (form) new HandIn(form);
document.documentElement.dataset.ready = "";

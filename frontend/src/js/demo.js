// Showing one's console to the class: begun, paced and ended beside the console of an activity.
import { csrfToken, page } from "./page.js";
import { ask } from "./server-run.js";

const PRESENCE_MS = 10_000;
const TYPED_INTO = "input, textarea, select, [contenteditable]";

export class Presenter {
  constructor() {
    this.box = document.getElementById("demo");
    if (!this.box || !page.demo) return;
    for (const name of ["begin", "pace", "pause", "next", "end", "status", "count", "page"]) this[name] = document.getElementById(`demo-${name}`);
    this.begin.addEventListener("click", () => this.#begin());
    this.end.addEventListener("click", () => this.#stop());
    this.pace.addEventListener("change", () => this.#setPace());
    this.pause.addEventListener("click", () => {
      this.#showPause(this.pause.getAttribute("aria-pressed") !== "true");
      this.#setPace();
    });
    this.next.addEventListener("click", () => this.#step());
    document.addEventListener("keydown", (event) => { // what a presenter's remote control sends
      if (event.key !== "PageDown" || this.next.hidden || event.target.closest?.(TYPED_INTO)) return;
      event.preventDefault();
      this.#step();
    });
    addEventListener("pagehide", () => this.here && this.#leave());
    addEventListener("pageshow", ({ persisted }) => persisted && this.here && this.#beHere());
    this.box.hidden = false;
    if (page.demo.current) this.#show(page.demo.current);
    else this.#hide("");
  }

  get isOn() {
    return Boolean(this.here);
  }

  async #begin() {
    this.begin.disabled = true;
    const answer = await ask(page.demo.begin, {}).catch(() => null);
    this.begin.disabled = false;
    const told = (await answer?.json().catch(() => null)) ?? {};
    if (!answer?.ok) {
      this.status.textContent = told.error ?? this.box.dataset.lost;
      return;
    }
    this.#show(told);
    this.pace.focus();
  }

  #show(here) {
    this.here = here;
    this.status.textContent = this.box.dataset.waiting;
    this.page.href = here.page;
    this.#showButtons();
    this.#beHere();
  }

  #hide(sentence) {
    clearTimeout(this.timer);
    this.here = null;
    this.isKnown = false;
    this.pace.value = "live";
    this.#showPause(false);
    this.status.textContent = sentence;
    this.#showButtons();
  }

  #showButtons() {
    const isOn = this.isOn;
    this.begin.hidden = isOn;
    for (const part of [this.pace, this.pause, this.end, this.count, this.page]) part.hidden = !isOn;
    this.pace.labels[0].hidden = !isOn;
    this.next.hidden = !isOn || this.pace.value !== "step";
  }

  #showPause(isPaused) {
    this.pause.setAttribute("aria-pressed", isPaused);
  }

  async #setPace() {
    this.#showButtons();
    await this.#ask(this.here.pace, { pace: this.pace.value, is_paused: this.pause.getAttribute("aria-pressed") === "true" });
  }

  #step() {
    this.#ask(this.here.step, {});
  }

  async #stop() {
    const { end } = this.here;
    await ask(end, {}).catch(() => null);
    this.#hide(this.box.dataset.off);
    this.begin.focus();
  }

  async #beHere() {
    clearTimeout(this.timer);
    const isFirst = !this.isKnown;
    const told = await this.#ask(this.here.presence, { is_leaving: false });
    if (!this.here) return;
    if (told) this.count.firstElementChild.textContent = told.followers;
    if (told && isFirst) { // the page was loaded again
      this.isKnown = true;
      this.pace.value = told.notices.pace;
      this.#showPause(told.notices.is_paused);
      this.#showButtons();
    }
    this.timer = setTimeout(() => this.#beHere(), PRESENCE_MS);
  }

  #leave() {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    fetch(this.here.presence, { method: "POST", keepalive: true, headers, body: JSON.stringify({ is_leaving: true }) }).catch(() => {});
  }

  /** Resolves with the answer; null where there is none. What is over is shown as over. */
  async #ask(url, body) {
    const answer = await ask(url, body).catch(() => null);
    if (answer?.ok) return answer.json();
    if ([404, 410].includes(answer?.status)) this.#hide(this.box.dataset.off);
    else if (!answer) this.status.textContent = this.box.dataset.lost;
    return null;
  }
}

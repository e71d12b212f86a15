// A console that is looked at: the frame shows what a program printed elsewhere, and nothing is typed into it.
import { page } from "./page.js";

const RETRY_MS = 3000;
const decode = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** Events: "state" with what the server says of it ("running", "ended", …); "lost" and "found" for the connection. */
export class Mirror extends EventTarget {
  constructor(frame, events) {
    super();
    Object.assign(this, { frame, events, place: 0, isOver: false });
    addEventListener("message", ({ source, data }) => source === frame.contentWindow && data?.type === "ready" && this.#begin());
    document.addEventListener("visibilitychange", () => this.#look());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#setUp());
    new MutationObserver(() => this.#setUp()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    frame.src = page.terminal;
  }

  #begin() {
    this.isReady = true;
    this.#setUp();
    this.#tell({ type: "mirror" });
    this.#look();
  }

  #tell(message) {
    this.frame.contentWindow.postMessage(message, "*"); // it has no origin to name
  }

  #setUp() {
    const { theme } = document.documentElement.dataset;
    const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    if (this.isReady) this.#tell({ type: "setUp", theme: isDark ? "dark" : "light", label: this.frame.title });
  }

  // Who looks away does not look: the stream ends, and the student is told so.
  #look() {
    this.source?.close();
    clearTimeout(this.again);
    if (document.hidden || this.isOver || !this.isReady) return;
    const source = new EventSource(`${this.events}?after=${this.place}`);
    this.source = source;
    source.onopen = () => this.dispatchEvent(new CustomEvent("found"));
    source.onmessage = ({ data }) => source === this.source && this.#told(JSON.parse(data));
    source.onerror = () => {
      if (source !== this.source) return;
      this.dispatchEvent(new CustomEvent("lost"));
      if (source.readyState === EventSource.CLOSED) this.again = setTimeout(() => this.#look(), RETRY_MS);
    };
  }

  #told(news) {
    if (news.window) this.#tell({ type: "mirror", rows: news.window[0], columns: news.window[1] });
    if ("output" in news) {
      if (!news.is_whole) this.#tell({ type: "reset" });
      this.place = news.place;
      this.#tell({ type: "output", data: decode(news.output) });
    }
    if (!news.state) return;
    if (news.state === "ended") {
      this.isOver = true;
      this.source.close();
    }
    this.dispatchEvent(new CustomEvent("state", { detail: news }));
  }
}

// A console that is looked at: the frame shows what a program printed elsewhere, and nothing is typed into it.
import { openStream } from "./console-streams.js";
import { page } from "./page.js";

const RETRY_MS = 3000;

/** Events: "output" with bytes, "reset" when they begin anew; "state" with what the server says of it ("running", "ended", …), "notices" with what it says besides; "lost" and "found" for the connection. */
export class Mirror extends EventTarget {
  /** `here`: where it is followed; see openStream. */
  constructor(frame, here) {
    super();
    Object.assign(this, { frame, here, place: 0, isOver: false });
    addEventListener("message", ({ source, data }) => source === frame.contentWindow && this.#heard(data ?? {}));
    document.addEventListener("visibilitychange", () => this.#look());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#setUp());
    new MutationObserver(() => this.#setUp()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    frame.src = page.terminal;
  }

  #heard({ type }) {
    if (type === "shown") this.stream?.shown?.(this.place);
    if (type !== "ready") return;
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

  // Who looks away does not look: the stream ends, and a student who is looked at is told so.
  #look() {
    this.stream?.close();
    clearTimeout(this.again);
    if (document.hidden || this.isOver || !this.isReady) return;
    const stream = openStream(this.here, this.place, {
      found: () => this.dispatchEvent(new CustomEvent("found")),
      told: (news) => stream === this.stream && this.#told(news),
      lost: (isOver, mustGoRound = false) => {
        if (stream !== this.stream || this.isOver) return;
        if (mustGoRound) { // another way may be open
          this.#look();
          return;
        }
        this.dispatchEvent(new CustomEvent("lost"));
        if (isOver) this.again = setTimeout(() => this.#look(), RETRY_MS);
      },
    });
    this.stream = stream;
  }

  #told(news) {
    const size = news.window ?? news.notices?.window;
    if (size) this.#tell({ type: "mirror", rows: size[0], columns: size[1] });
    if (news.notices) this.dispatchEvent(new CustomEvent("notices", { detail: news.notices }));
    if ("output" in news) {
      if (!news.is_whole) {
        this.#tell({ type: "reset" });
        this.dispatchEvent(new CustomEvent("reset"));
      }
      this.place = news.place;
      this.#tell({ type: "output", data: news.output });
      this.dispatchEvent(new CustomEvent("output", { detail: news.output }));
    }
    if (!news.state) return;
    if (news.state === "ended") {
      this.isOver = true;
      this.stream.close();
    }
    this.dispatchEvent(new CustomEvent("state", { detail: news }));
  }
}

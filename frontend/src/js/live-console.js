// The page's side of a live console: shows what the program prints in the frame, sends what is typed, finds it again.
import { openStream } from "./console-streams.js";
import { ask, RunRefused } from "./server-run.js";
import { page } from "./page.js";

const RETRY_MS = 3000;
const MOST_UNSHOWN_BYTES = 131_072; // a flood that the terminal cannot keep up with waits on the server

/** Events: "output" with bytes that were printed, "reset" when they begin anew; "state" with what the server says of the program, "notices" with what the staff does at it; "lost" and "found" for the connection. */
export class LiveConsole extends EventTarget {
  constructor(frame, label) {
    super();
    Object.assign(this, { frame, label, size: { rows: 24, columns: 80 }, typed: "", place: 0 });
    addEventListener("message", ({ source, data }) => source === frame.contentWindow && this.#heard(data ?? {}));
    document.addEventListener("visibilitychange", () => this.#look());
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => this.#setUp());
    new MutationObserver(() => this.#setUp()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Loads the frame; resolves when its terminal is there. */
  load() {
    this.loading ??= new Promise((resolve) => {
      this.loaded = resolve;
      this.frame.src = page.terminal;
    });
    return this.loading;
  }

  /** Starts a program; rejects with RunRefused, or with what fetch says when there is no connection. */
  async open(body) {
    await this.load();
    this.#leave();
    Object.assign(this, { here: null, isOver: false, mustStop: false, typed: "" });
    this.#tell({ type: "begin" }); // what the last program printed is gone at once
    const answer = await ask(page.consoles, { ...body, ...this.size });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new RunRefused(told.error ?? "", answer.status);
    await this.attach(told);
    if (this.mustStop) await this.stop();
  }

  /** Follows a console from its first kept line on. */
  async attach(place) {
    await this.load();
    this.#leave();
    Object.assign(this, { here: place, place: 0, unshown: 0, isOver: false });
    this.#tell({ type: "begin" });
    this.#follow();
    this.#send(); // what was typed before it was there
  }

  focus() {
    this.frame.focus();
    this.#tell({ type: "focus" });
  }

  /** Types into the program, as its terminal does. */
  type(text) {
    if (this.isOver) return;
    this.typed += text;
    this.#send();
  }

  async stop() {
    if (!this.here) { // it is being opened
      this.mustStop = true;
      return;
    }
    const answer = await ask(this.here.stop, {}).catch(() => null);
    if (answer?.status === 410) this.#end({ state: "gone", message: (await answer.json()).error });
  }

  /** Text of the page itself among what the program prints. */
  write(text) {
    this.#tell({ type: "output", data: text.replaceAll("\n", "\r\n") });
    this.dispatchEvent(new CustomEvent("output", { detail: new TextEncoder().encode(text) }));
  }

  #tell(message) {
    this.frame.contentWindow.postMessage(message, "*"); // it has no origin to name
  }

  #setUp() {
    const { theme } = document.documentElement.dataset;
    const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    if (this.loaded) this.#tell({ type: "setUp", theme: isDark ? "dark" : "light", label: this.label });
  }

  #heard({ type, text, rows, columns, unshown }) {
    if (type === "ready") {
      this.size = { rows, columns };
      this.#setUp();
      this.loaded?.();
    }
    if (type === "shown") {
      this.unshown = unshown;
      this.stream?.shown?.(this.place);
      if (this.isWaiting && !unshown && !this.isOver) this.#follow();
    }
    if (type === "typed") this.type(text);
    if (type === "window" && (rows !== this.size.rows || columns !== this.size.columns)) {
      this.size = { rows, columns };
      if (this.here && !this.isOver && !this.stream?.resize?.(this.size)) ask(this.here.window, this.size).catch(() => {});
    }
  }

  // One request at a time, so that letters stay in order; what is typed meanwhile goes together.
  async #send() {
    if (this.isSending || !this.typed || !this.here || this.stream?.isConnecting) return;
    if (this.stream?.type?.(this.typed)) {
      this.typed = "";
      return;
    }
    this.isSending = true;
    const { here } = this;
    while (here && this.typed && here === this.here && !this.isOver) {
      const text = this.typed.slice(0, 30_000);
      try {
        const answer = await ask(here.typed, { text });
        if (answer.status === 429) { await new Promise((resolve) => setTimeout(resolve, 500)); continue; }
        this.typed = this.typed.slice(text.length);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS)); // no connection: what was typed is kept
      }
    }
    this.isSending = false;
  }

  #look() {
    if (!this.here || this.isOver) return;
    if (document.hidden) this.#leave(); // a stream is one of few connections that a browser makes to a site
    else this.#follow();
  }

  #leave() {
    clearTimeout(this.again);
    this.isWaiting = false;
    this.stream?.close();
    this.stream = null;
  }

  #follow() {
    this.#leave();
    const stream = openStream(this.here, this.place, {
      found: () => {
        this.dispatchEvent(new CustomEvent("found"));
        this.#send();
      },
      told: (news) => stream === this.stream && this.#told(news),
      lost: (isOver, mustGoRound = false) => {
        if (stream !== this.stream) return;
        if (mustGoRound) { // the other way may be open
          this.#follow();
          this.#send();
          return;
        }
        this.dispatchEvent(new CustomEvent("lost"));
        if (isOver) this.again = setTimeout(() => this.#follow(), RETRY_MS);
      },
    });
    this.stream = stream;
  }

  #told(news) {
    if ("output" in news) {
      if (!news.is_whole) {
        this.#tell({ type: "reset" });
        this.dispatchEvent(new CustomEvent("reset"));
      }
      this.place = news.place;
      this.unshown += news.output.length;
      this.#tell({ type: "output", data: news.output });
      this.dispatchEvent(new CustomEvent("output", { detail: news.output }));
      if (this.unshown > MOST_UNSHOWN_BYTES && !this.stream.isPacing) {
        this.#leave();
        this.isWaiting = true;
      }
      return undefined;
    }
    if (news.notices) return this.dispatchEvent(new CustomEvent("notices", { detail: news.notices }));
    if (["ended", "gone"].includes(news.state)) return this.#end(news);
    return this.dispatchEvent(new CustomEvent("state", { detail: news }));
  }

  #end(news) {
    if (this.isOver) return;
    this.isOver = true;
    this.#leave();
    this.#tell({ type: "end" });
    this.dispatchEvent(new CustomEvent("state", { detail: news }));
  }
}

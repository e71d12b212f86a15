// The page's side of py-worker.js: owns the worker, feeds the keyboard, stops a runaway program.
const PATIENCE_AFTER_STOP_MS = 1500, KEYBOARD_BYTES = 65_536;

/** Events: "text" {stream, text}, "input", "done" {status, line, error, ms, isEnded}, "crash". One program at a time. */
export class PythonRunner extends EventTarget {
  constructor(workerUrl, base, forcedMode = "") {
    super();
    Object.assign(this, { workerUrl, base, forcedMode, state: "off" });
  }

  /** Starts Python; resolves when it is ready, rejects when this browser cannot. */
  load() {
    this.loading ??= new Promise((resolve, reject) => {
      this.worker = new Worker(this.workerUrl, { type: "module" });
      const isShared = globalThis.crossOriginIsolated && !this.forcedMode;
      this.shared = isShared
        ? { control: new SharedArrayBuffer(8), data: new SharedArrayBuffer(KEYBOARD_BYTES), stop: new SharedArrayBuffer(1) }
        : null;
      const { worker } = this;
      worker.onmessage = ({ data }) => worker === this.worker && this.#heard(data, resolve, reject);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message || "worker refused"));
      };
      worker.postMessage({ type: "load", base: this.base, shared: this.shared, forcedMode: this.forcedMode });
    });
    return this.loading;
  }

  get isReady() {
    return Boolean(this.info) && this.state !== "off";
  }

  /** Runs `files[name]` as the main program. `given`: what it reads where the page cannot ask (mode "given"); `commandLine`: its arguments. */
  async run(files, name, { given = "", commandLine = "" } = {}) {
    const ticket = {};
    this.ticket = ticket;
    this.state = "starting";
    await this.load();
    if (ticket !== this.ticket) return; // stopped meanwhile, perhaps even started anew
    this.state = "running";
    this.worker.postMessage({ type: "run", files, name, given, commandLine });
  }

  /** Gives the program a line; null is the end of the input. */
  send(line) {
    if (!this.shared) return this.worker.postMessage({ type: "line", text: line === null ? "" : `${line}\n` });
    const control = new Int32Array(this.shared.control);
    if (line !== null) {
      const encoded = new TextEncoder().encode(`${line}\n`).subarray(0, KEYBOARD_BYTES);
      new Uint8Array(this.shared.data).set(encoded);
      Atomics.store(control, 1, encoded.length);
    }
    Atomics.store(control, 0, line === null ? 2 : 1);
    Atomics.notify(control, 0);
  }

  /** KeyboardInterrupt where memory is shared; if that is caught, or cannot be sent, the worker is ended. */
  stop() {
    if (this.state === "starting") { // Python is still loading: keep it, forget the program
      this.state = "idle";
      this.ticket = null;
      return this.#ended();
    }
    if (this.state !== "running") return;
    if (this.shared) new Uint8Array(this.shared.stop)[0] = 2;
    const { worker } = this;
    setTimeout(() => {
      if (this.state !== "running" || this.worker !== worker) return;
      this.#discard();
      this.#ended();
      this.load().catch(() => {}); // warm again
    }, this.shared ? PATIENCE_AFTER_STOP_MS : 0);
  }

  #heard(data, resolve, reject) {
    if (data.type === "ready") {
      if (this.state === "off") this.state = "idle";
      this.info = data;
      resolve(data);
    }
    if (data.type === "refused") reject(new Error(data.text));
    if (data.type === "done") this.state = "idle";
    if (data.type === "crash") this.#discard();
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
  }

  #discard() {
    this.worker.terminate();
    this.loading = undefined;
    this.info = undefined;
    this.state = "off";
  }

  #ended() {
    this.dispatchEvent(new CustomEvent("done", { detail: { status: 1, line: 0, error: "", isEnded: true } }));
  }
}

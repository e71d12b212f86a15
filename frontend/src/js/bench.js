// Run, on the right machine: Python in the page when it is ready in time, the server's sandbox otherwise.
import { Console } from "./console.js";
import { Presenter } from "./demo.js";
import { Drawing } from "./drawing.js";
import { explain, inWords } from "./explain.js";
import { LiveConsole } from "./live-console.js";
import { fill, formatNumber, page, say } from "./page.js";
import { ProgramInputs } from "./program-inputs.js";
import { PythonRunner } from "./runner.js";
import { RunRefused, runOnServer } from "./server-run.js";
import { showStaffNotes } from "./staff-notes.js";

const PATIENCE_MS = 5000;
const READS_INPUT = {
  python: /\binput\s*\(|\bstdin\b/,
  c: /\b(scanf|fgets|getchar|gets|getline)\s*\(/,
  cpp: /\bcin\b|\bgetline\s*\(|\bscanf\s*\(/,
  java: /\bSystem\.in\b/,
  csharp: /\bConsole\.(Read|ReadLine|ReadKey|In)\b/,
  javascript: /\bstdin\b|readFileSync\(\s*0\b|\/dev\/stdin/,
  shell: /\bread\b/,
};
const element = (id) => document.getElementById(id);
const text = page.text;

export class Bench {
  constructor({ editors, saver }) {
    Object.assign(this, { editors, saver, isBusy: false });
    this.console = new Console();
    this.drawing = new Drawing();
    this.presenter = new Presenter();
    this.runButton = element("run");
    this.stopButton = element("stop");
    this.typed = element("typed-input");
    this.stdin = element("stdin");
    this.console.addEventListener("line", ({ detail }) => {
      this.runner.send(detail);
      say(text.running);
    });
    this.runButton.addEventListener("click", () => this.run());
    this.serverButton = element("run-server");
    this.serverButton.addEventListener("click", () => this.run({ isOnServer: true }));
    this.stopButton.addEventListener("click", () => this.stop());
    if (page.consoles || page.runsInPage) {
      this.inputs = new ProgramInputs(editors.map(({ name }) => name));
      this.inputs.addEventListener("run", () => this.run());
    }
    if (page.runsInPage) this.#preparePython();
    if (page.consoles) this.#prepareLive();
    else if (!page.runsInPage) this.typed.hidden = false;
    this.runButton.hidden = false; // useless without JavaScript, so born hidden
  }

  async run({ isOnServer = false } = {}) {
    if (this.isBusy) return undefined;
    isOnServer ||= this.presenter.isOn; // a class is shown what runs there
    this.#begin(isOnServer);
    this.saver?.save();
    if (this.inputs?.fault) return this.#end(this.inputs.fault, { isBad: true });
    try {
      if (!isOnServer && this.runner && (await this.#isPythonReady())) await this.#runInPage();
      else if (this.isBusy) await this.#runOnServer();
    } catch (fault) {
      const sentence = fault instanceof RunRefused ? fault.message : "";
      if (fault?.name !== "AbortError") this.#end(sentence || text.noRun, { isBad: true });
    }
    return undefined;
  }

  stop() {
    this.abort?.abort();
    if (this.isInPage) this.runner.stop();
    else if (this.isLive) this.live.stop();
    else if (this.isBusy) this.#end(text.stopped);
  }

  #preparePython() {
    this.serverButton.hidden = !page.consoles;
    this.runner = new PythonRunner(page.worker, page.pyodide, page.forcedMode);
    this.runner.addEventListener("text", ({ detail }) => {
      const shown = this.drawing.read(detail.text);
      if (shown) this.console.write(shown, detail.stream);
    });
    this.runner.addEventListener("input", () => {
      say(text.waiting);
      this.console.askForLine();
    });
    this.runner.addEventListener("done", ({ detail }) => this.#doneInPage(detail));
    this.runner.addEventListener("crash", () => this.#end(text.noRun, { isBad: true }));
    // Warm up when the student comes to the editor: starting Python costs seconds, a run then costs nothing.
    element("work").addEventListener("focusin", () => this.runner.load().catch(() => {}), { once: true });
  }

  // The live console: its program runs on the server, in a terminal that is found again after a reload.
  #prepareLive() {
    this.live = new LiveConsole(element("terminal"), document.getElementById("console-title").textContent);
    this.live.addEventListener("output", ({ detail }) => {
      this.console.writeLive(detail);
      this.drawing.readBytes(detail);
    });
    this.live.addEventListener("reset", () => {
      this.console.clearLive();
      this.drawing.begin();
    });
    this.console.addEventListener("typed", ({ detail }) => this.live.type(detail));
    this.console.addEventListener("mode", () => this.#focusLive());
    this.live.addEventListener("state", ({ detail }) => this.#liveChanged(detail));
    this.live.addEventListener("lost", () => { if (this.isLive) say(text.consoleLost, { isBad: true }); });
    this.live.addEventListener("found", () => { if (this.isLive) say(text.runningServer); });
    showStaffNotes(this.live);
    if (!page.console) return;
    this.#beginLive();
    this.live.attach(page.console);
  }

  #focusLive() {
    if (this.console.isLineByLine) this.console.focusLive();
    else this.live.focus();
  }

  #beginLive() {
    this.isBusy = true;
    this.isLive = true;
    this.isInPage = false;
    this.runButton.disabled = true;
    this.serverButton.disabled = true;
    this.stopButton.hidden = false;
    this.console.openTerminal(text.whereServer);
    this.drawing.begin();
  }

  #liveChanged(news) {
    if (news.state === "compiling") return say(text.compiling);
    if (news.state === "running") return say(text.runningServer);
    if (!this.isLive) return undefined;
    this.isLive = false;
    if (news.state === "gone") this.console.box.hidden = true;
    if (news.why === "compile") {
      if (news.compile?.output) this.live.write(`${news.compile.output}\n`);
      this.mark(inWords(news.compile?.lines));
      return this.#end(news.compile?.said || text.compileFailed, { isBad: true });
    }
    if (news.line) this.mark([{ file: news.file, line: news.line, message: news.message }]);
    if (news.message) return this.#end(news.message, { isBad: news.state !== "gone" });
    return this.#end(fill(text.doneServer, { ms: formatNumber(news.cpu_ms ?? 0) }));
  }

  #begin(isOnServer) {
    this.isBusy = true;
    this.isInPage = false;
    this.isLive = false;
    this.drawing.begin();
    this.editors.forEach((editor) => editor.mark([]));
    this.runButton.disabled = true;
    this.serverButton.disabled = true;
    this.stopButton.hidden = false;
    say(page.runsInPage && !isOnServer ? text.starting : text.runningServer);
  }

  #end(sentence, { isBad = false } = {}) {
    if (!this.isBusy) return;
    this.isBusy = false;
    this.isInPage = false;
    this.isLive = false;
    const wasHere = this.console.hasFocus || document.activeElement === this.stopButton;
    this.console.hideInput();
    this.runButton.disabled = false;
    this.serverButton.disabled = false;
    this.stopButton.hidden = true;
    if (wasHere) this.runButton.focus();
    say(sentence, { isBad });
  }

  async #isPythonReady() {
    const late = new Promise((resolve) => setTimeout(() => resolve(false), page.patienceMs ?? PATIENCE_MS));
    const isReady = await Promise.race([this.runner.load().then(() => true, () => false), late]);
    if (isReady && this.runner.info.mode === "given") this.typed.hidden = false;
    return isReady && this.isBusy;
  }

  async #runInPage() {
    if (this.runner.info.mode === "given" && this.#mustAskForInput()) return;
    this.isInPage = true;
    this.console.open(text.wherePage);
    say(text.running);
    const files = { ...this.inputs.files, ...page.dataFiles, ...this.#files() };
    if (!("turtle.py" in files) && Object.values(files).some((code) => code.includes("turtle"))) {
      files["turtle.py"] = (await import("../../../src/etude/grading/drawing/turtle.py")).default; // as the server's consoles do
    }
    await this.runner.run(files, this.editors[0].name, { given: this.stdin.value, commandLine: this.inputs.arguments });
  }

  #doneInPage({ isEnded, status, line, error, ms }) {
    if (isEnded || /^KeyboardInterrupt/.test(error ?? "")) return this.#end(text.stopped);
    if (error in this.inputs.text) return this.#end(this.inputs.text[error], { isBad: true });
    if (error === "OutputLimit") {
      this.console.write(`\n${text.tooMuch}\n`, "note");
      return this.#end(text.tooMuch, { isBad: true });
    }
    if (status && error) {
      const words = explain(error);
      this.editors[0].mark([{ line, message: words || error }]);
      if (words && line) return this.#end(fill(text.failedAtSaying, { line, words }), { isBad: true });
      return this.#end(words || (line ? fill(text.failedAt, { line }) : text.failed), { isBad: true });
    }
    if (this.console.isEmpty && this.drawing.isEmpty) this.console.write(text.noOutput, "note");
    return this.#end(fill(text.done, { ms: formatNumber(ms) }));
  }

  // Where no console can be had (the worker is on another machine), its lines are typed before it runs.
  #mustAskForInput() {
    const reads = READS_INPUT[page.language]?.test(this.editors.map((editor) => editor.code).join("\n"));
    if (!reads || this.stdin.value || this.wasAsked) return false;
    this.wasAsked = true;
    this.typed.hidden = false;
    this.typed.open = true;
    this.#end(text.needsInput);
    this.stdin.focus();
    return true;
  }

  async #runOnServer() {
    if (await this.#runLive()) return;
    if (this.inputs && !this.inputs.isEmpty) {
      this.#end(this.inputs.text.needConsole, { isBad: true });
      return;
    }
    if (this.#mustAskForInput()) return;
    this.typed.hidden = false;
    this.abort = new AbortController();
    this.console.open(text.whereServer);
    say(text.runningServer);
    const body = { language: page.language, files: this.#files(), stdin: this.stdin.value };
    const run = await runOnServer(page.runs, body, this.abort.signal);
    this.saver?.noteSent(run.draftVersion ?? 0);
    this.#showRun(run);
  }

  /** Resolves with false where no console can be had at the moment; then a Run with typed input may still be. */
  async #runLive() {
    if (!this.live) return false;
    this.#beginLive();
    this.typed.hidden = true;
    say(text.runningServer);
    try {
      const given = { arguments: this.inputs.arguments, input_files: this.inputs.files };
      await this.live.open({ language: page.language, files: this.#files(), ...given });
    } catch (fault) {
      this.isLive = false;
      if (fault instanceof RunRefused && fault.status === 503) return false;
      this.console.box.hidden = true;
      throw fault;
    }
    this.saver?.noteSent(0);
    if (this.isLive) {
      this.#focusLive();
      this.console.box.scrollIntoView({ block: "nearest" }); // on a phone it is below what is seen
    }
    return true;
  }

  #showRun(run) {
    if (run.stdout) this.console.write(run.stdout);
    if (run.stderr) this.console.write(run.stderr, "err");
    if (run.compile && !run.compile.ok) {
      if (run.compile.output) this.console.write(run.compile.output, "err");
      this.mark(inWords(run.compile.lines));
      return this.#end(run.compile.said || text.compileFailed, { isBad: true });
    }
    if (run.message && !run.is_explained) this.console.write(`${this.console.isEmpty ? "" : "\n"}${run.message}\n`, "note");
    const wentWrong = run.state !== "done" || run.signal || run.exit_code;
    const line = Number([...(run.stderr ?? "").matchAll(/line (\d+)/g)].at(-1)?.[1] ?? 0);
    if (wentWrong && line) this.mark([{ line, message: run.stderr.trim().split("\n").at(-1) }]);
    if (this.console.isEmpty) this.console.write(text.noOutput, "note");
    if (!wentWrong) return this.#end(fill(text.doneServer, { ms: formatNumber(run.cpu_ms) }));
    const code = run.exit_code ? fill(text.exitCode, { code: run.exit_code }) : text.signal;
    const said = run.is_explained ? run.message : "";
    return this.#end(said || (line ? fill(text.failedAt, { line }) : run.message || code), { isBad: true });
  }

  /** Marks errors in the editor of their file (the first, where none is named): [{file, line, message}]. */
  mark(lines) {
    for (const [index, editor] of this.editors.entries()) {
      editor.mark(lines.filter(({ file }) => (file ? file === editor.name : index === 0)));
    }
  }

  #files() {
    return Object.fromEntries(this.editors.map((editor) => [editor.name, editor.code]));
  }
}

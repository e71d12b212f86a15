// Python in a worker, with a policy of its own (its response's): a program can load Python and nothing else.
// Three ways to read the keyboard, best first:
//   "shared"  SharedArrayBuffer + Atomics.wait (the page is cross-origin isolated: COOP + COEP, https or localhost)
//   "jspi"    WebAssembly stack switching (no header needed, plain http too; Chromium 137 and later)
//   "given"   neither: the program reads only the lines typed before Run
const FLUSH_MS = 40, FLUSH_CHARS = 8192, MAX_CHARS = 400_000;
let python, mode, control, bytes, interrupt, answer;
let idle = 0; // ms spent waiting for the keyboard
let pending = "", stream = "out", since = 0, total = 0;
const decoders = { out: new TextDecoder(), err: new TextDecoder() };

function flush() {
  if (pending) postMessage({ type: "text", stream, text: pending });
  pending = "";
  since = performance.now();
}

function emit(name, chunk) {
  if (name !== stream) {
    flush();
    stream = name;
  }
  const text = decoders[name].decode(chunk, { stream: true });
  total += text.length;
  if (total > MAX_CHARS + FLUSH_CHARS) return chunk.length; // written past sys.stdout: dropped, the tab stays alive
  pending += text;
  if (pending.length > FLUSH_CHARS || performance.now() - since > FLUSH_MS) flush();
  return chunk.length;
}

function sharedLine() { // called by Python, blocks this worker
  flush();
  Atomics.store(control, 0, 0);
  postMessage({ type: "input" });
  const began = performance.now();
  while (Atomics.load(control, 0) === 0) {
    Atomics.wait(control, 0, 0, 200);
    python.checkInterrupt();
  }
  idle += performance.now() - began;
  if (Atomics.load(control, 0) === 2) return null; // end of the input
  return new TextDecoder().decode(bytes.slice(0, Atomics.load(control, 1)));
}

function promisedLine() {
  flush();
  const began = performance.now();
  return new Promise((resolve) => {
    answer = (text) => {
      idle += performance.now() - began;
      resolve(text);
    };
    postMessage({ type: "input" });
  });
}

const PRELUDE = `
import io, linecache, os, shlex, sys, traceback

_BOX = "/home/pyodide/box"
_MAX_CHARS = ${MAX_CHARS}

class _Keyboard(io.TextIOBase):
    """stdin of the student's program: asks the page for each line."""
    encoding = "utf-8"
    def __init__(self, ask): self.ask, self.rest = ask, ""
    def readable(self): return True
    def isatty(self): return True
    def readline(self, size=-1):
        if not self.rest:
            line = self.ask()
            self.rest = "" if line is None else str(line)
        if size is None or size < 0:
            line, self.rest = self.rest, ""
        else:
            line, self.rest = self.rest[:size], self.rest[size:]
        return line
    def read(self, size=-1):
        out = []
        while (size is None or size < 0 or sum(map(len, out)) < size) and (line := self.readline()):
            out.append(line)
        return "".join(out)

class OutputLimit(Exception): pass

class _Counted:
    """stdout and stderr of the student's program. (An error thrown by the page's side would come out as an OSError.)"""
    def __init__(self, stream): self._stream, self._chars = stream, 0
    def __getattr__(self, name): return getattr(self._stream, name)
    def write(self, text):
        self._chars += len(text)
        if self._chars > _MAX_CHARS: raise OutputLimit("too much output")
        return self._stream.write(text)
    def writelines(self, lines):
        for line in lines: self.write(line)

def _tidy():
    """Empty the box and forget the student's own modules: each run starts anew."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "") or "").startswith(_BOX): del sys.modules[name]
    os.makedirs(_BOX, exist_ok=True)
    os.chdir(_BOX)
    for name in os.listdir("."):
        if os.path.isfile(name): os.remove(name)
    if _BOX not in sys.path: sys.path.insert(0, _BOX)

def _start(files, name, line, ask):
    try: words = shlex.split(line)
    except ValueError as bug: return [1, 0, "openQuote" if "quotation" in str(bug) else "loneBackslash"]
    _tidy()
    for each, text in files.items():
        if os.path.dirname(each): os.makedirs(os.path.dirname(each), exist_ok=True)
        with open(each, "w", encoding="utf-8", newline="") as out: out.write(text)
    source = files[name]
    sys.stdin, sys.argv = _Keyboard(ask), [name, *words]
    sys.stdout, sys.stderr = _Counted(sys.__stdout__), _Counted(sys.__stderr__)
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        exec(compile(source, name, "exec"), {"__name__": "__main__", "__file__": name, "__builtins__": __builtins__})
    except SystemExit as end:
        if isinstance(end.code, str): print(end.code, file=sys.stderr)
        return [0 if end.code in (None, 0) else 1, 0, ""]
    except BaseException as bug:
        tb = bug.__traceback__.tb_next
        frames = [f for f in traceback.extract_tb(tb) if f.filename == name]
        line = frames[-1].lineno if frames else getattr(bug, "lineno", 0) or 0
        if isinstance(bug, OutputLimit): return [1, line, "OutputLimit"]
        traceback.print_exception(type(bug), bug, tb, file=sys.__stderr__)
        return [1, line, f"{type(bug).__name__}: {bug}"]
    finally:
        sys.__stdout__.flush(); sys.__stderr__.flush()
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return [0, 0, ""]

def _start_jspi(files, name, line, ask):
    from pyodide.ffi import run_sync
    return _start(files, name, line, lambda: run_sync(ask()))
`;

const handlers = {
  async load({ base, shared, forcedMode }) {
    const began = performance.now();
    try {
      const { loadPyodide } = await import(/* a hashed folder beside this file */ `${base}pyodide.mjs`);
      python = await loadPyodide({ indexURL: base });
    } catch (fault) {
      return postMessage({ type: "refused", text: String(fault) });
    }
    python.setStdout({ write: (chunk) => emit("out", chunk), isatty: true });
    python.setStderr({ write: (chunk) => emit("err", chunk), isatty: true });
    python.runPython(PRELUDE);
    mode = shared ? "shared" : forcedMode || ("Suspending" in WebAssembly ? "jspi" : "given");
    if (shared) {
      control = new Int32Array(shared.control);
      bytes = new Uint8Array(shared.data);
      interrupt = new Uint8Array(shared.stop);
      python.setInterruptBuffer(interrupt);
    }
    const version = python.runPython("sys.version.split()[0]");
    postMessage({ type: "ready", mode, ms: Math.round(performance.now() - began), python: version });
  },

  async run({ files, name, given, commandLine }) {
    total = 0;
    since = 0;
    pending = "";
    idle = 0;
    if (interrupt) interrupt[0] = 0;
    const lines = given ? given.split(/(?<=\n)/) : [];
    const ask = mode === "shared" ? sharedLine : mode === "jspi" ? promisedLine : () => lines.shift() ?? null;
    const start = python.globals.get(mode === "jspi" ? "_start_jspi" : "_start");
    const box = python.toPy(files);
    const began = performance.now();
    let result;
    try {
      result = mode === "jspi" ? await start.callPromising(box, name, commandLine, ask) : start(box, name, commandLine, ask);
      const [status, line, error] = result.toJs();
      flush();
      postMessage({ type: "done", status, line, error, ms: Math.round((performance.now() - began - idle) * 10) / 10 });
    } finally {
      result?.destroy?.();
      box.destroy();
      start.destroy();
    }
  },

  line({ text }) {
    answer?.(text);
  },
};

onmessage = ({ data }) =>
  handlers[data.type](data)?.catch((fault) => {
    flush();
    postMessage({ type: "crash", text: String(fault) });
  });

"""JavaScript, by Node.js: a file ending in .mjs is a module, .js and .cjs are scripts with require()."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import calls, harness, plain
from etude.grading.languages import Calls, Language, SelfTest
from etude.grading.messages import Message, _
from etude.grading.toolchains import Toolchain
from etude.grading.verdict import CompileLine
from etude.jail import ExecProgram

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from etude.grading.calls import Call
    from etude.grading.languages import Source

EXTENSIONS = (".js", ".mjs", ".cjs")
TOOLCHAIN = Toolchain(command="node", packages="nodejs", oldest=18)
# Nothing of the machine's environment: NODE_OPTIONS and the like would change what a program does.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}
_MEBIBYTE = 1 << 20
_RUNTIME_BYTES = 256 * _MEBIBYTE  # the engine's own code and threads, young objects, what it keeps in reserve
_CHECK_NAME = "__etude_check.cjs"
# Only reads the files, as the engine would before it runs them.
_CHECK = b"""
const fs = require("node:fs"), vm = require("node:vm");
const errors = [];
for (const name of process.argv.slice(2)) {
  const text = fs.readFileSync("./" + name, "utf8").replace(/^\\uFEFF/, "").replace(/^#!.*/, "");
  try {
    if (name.endsWith(".mjs")) new vm.SourceTextModule(text, { identifier: name });
    else vm.compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"], { filename: name });
  } catch (error) {
    const [place, , caret] = String(error.stack).split("\\n");
    const line = Number(place.slice(place.lastIndexOf(":") + 1)) || 0;
    errors.push({ file: name, line, column: (caret || "").indexOf("^") + 1, message: String(error) });
  }
}
process.stdout.write(JSON.stringify(errors));
"""
_CHECK_FLAGS = ("--no-warnings", "--experimental-vm-modules", "--max-old-space-size=256")
_STREAMS_NAME = "__etude_streams.cjs"
# As in a terminal: what is printed is out when the call returns, and process.exit() loses nothing of it.
_STREAMS = b"for (const one of [process.stdout, process.stderr]) one._handle?.setBlocking?.(true);\n"
_CALLS_NAME = "__etude_calls.cjs"
_FINDER = b"""
;globalThis.__etude_find = (name) => { try { return eval(name); } catch { return undefined; } };
"""
_FRAME = re.compile(r"(?:^|[\s(])(?:file://)?/box/([^\n()]+?):(\d+)(?::\d+)?\)?$", re.MULTILINE)
_ERROR = re.compile(r"^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception)\b.*)$", re.MULTILINE)
_HEAD_BYTES = 16 * 1024
_ERROR_CHARACTERS = 300


def _node() -> str:
    """Raises FileNotFoundError where it is not installed."""
    found = TOOLCHAIN.find()
    if found is None:
        raise FileNotFoundError(TOOLCHAIN.command)
    return str(found)


def check_syntax(source: Source) -> ExecProgram:
    """Return the program that compiles every file of the answer without running it."""
    names = sorted(name for name in source.files if name.endswith(EXTENSIONS))
    files = {**source.files, _CHECK_NAME: _CHECK}
    return ExecProgram(
        argv=(_node(), *_CHECK_FLAGS, _CHECK_NAME, *names), files=files, environment=_ENVIRONMENT, profile="node"
    )


def read_errors(stdout: str, _stderr: str) -> tuple[CompileLine, ...]:
    """Read what the check printed; nothing when it printed nothing (it then ended badly)."""
    fields = ("file", "line", "column", "message")
    return tuple(CompileLine(**{name: found[name] for name in fields}) for found in json.loads(stdout or "[]"))


def run(source: Source, _executable: Path | None) -> ExecProgram:
    """Return the answer as a program. Its heap is what the activity allows; the engine's own memory comes on top."""
    flags = (f"--max-old-space-size={source.memory_bytes // _MEBIBYTE}", "--require", f"./{_STREAMS_NAME}")
    files = {**source.files, _STREAMS_NAME: _STREAMS}
    program = (f"./{_CALLS_NAME}", source.main) if _CALLS_NAME in source.files else (f"./{source.main}",)
    return ExecProgram(argv=(_node(), *flags, *program), files=files, environment=_ENVIRONMENT, profile="node")


def wrap_calls(source: Source, _calls: Sequence[Call], _misfits: Mapping[int, str]) -> Source:
    """Return a program that loads the answer and makes one call. What it declares is found from behind its text."""
    text = source.files[source.main] + _FINDER
    return replace(source, files={**source.files, source.main: text, _CALLS_NAME: harness.caller_text("calls.cjs")})


def explain(stderr: bytes, source: Source) -> Message | None:
    """Say which line of the answer threw the exception that nothing caught."""
    text = stderr[:_HEAD_BYTES].decode("utf-8", "replace")
    error = _ERROR.search(text)
    place = next(((file, int(line)) for file, line in _FRAME.findall(text) if file in source.files), None)
    if error is None or place is None:
        return None
    values = {"line": place[1], "file": place[0], "error": error[1][:_ERROR_CHARACTERS]}
    return Message(_("The program stopped on line %(line)s of %(file)s: %(error)s"), values)


ENTRY = Language(
    name="javascript",
    label="JavaScript",
    source_name="main.js",
    extensions=EXTENSIONS,
    toolchain=TOOLCHAIN,
    compile=check_syntax,
    read_errors=read_errors,
    run=run,
    runtime_bytes=_RUNTIME_BYTES,
    limits_address_space=False,
    explain=explain,
    calls=Calls(wrap=wrap_calls, write=calls.write_call, read=plain.read),
    self_test=SelfTest(
        source=b'const text = require("fs").readFileSync(0, "utf8");\nconsole.log(Number(text) * 2);\n',
        stdin=b"21\n",
        expected=b"42\n",
    ),
)

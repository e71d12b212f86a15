"""The same Python test in other sandboxes: `python benchmarks/grading/peers.py [rounds]`; one line of JSON per row.

Everything runs on one core, the rows in turn within every round: `per_s` is tests per second of that core (the median
round), `times` how often ours is that row's. bubblewrap is run where it is installed, with ours' namespaces. The `dmoj`
package's sandbox is run where ETUDE_DMOJ_PYTHON names an interpreter that has it (`python -m venv somewhere`, then
`somewhere/bin/pip install dmoj`, which compiles against libseccomp-dev); it is no dependency of ours.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from etude.jail import Jail, Limits, PythonProgram
from etude.jail.view import base_python

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = 10
HELLO = b"print('hello')\n"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
DMOJ = """
import subprocess, sys
from dmoj import judgeenv
judgeenv.env['runtime'] = {'python3': sys.argv[1]}
judgeenv.env['tempdir'] = sys.argv[2]
from dmoj.executors.PY3 import Executor
class Python(Executor):
    runtime_dict = {'python3': sys.argv[1]}
program = Python('bench', b"print('hello')\\n")
for line in sys.stdin:
    for _ in range(int(line)):
        process = program.launch(time=5, memory=262144, wall_time=20, stdout=subprocess.PIPE)
        output, _errors = process.communicate(b'')
        assert output == b'hello\\n', output
    print('done', flush=True)
"""


def command_row(*command: str, cwd: str) -> Callable[[int], None]:
    def run(tests: int) -> None:
        for _ in range(tests):
            done = subprocess.run(
                command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=ENVIRONMENT, cwd=cwd
            )
            assert done.stdout == b"hello\n", done

    return run


def jail_row(jail: Jail) -> Callable[[int], None]:
    program = PythonProgram(files={"main.py": HELLO})
    limits = Limits(cpu_time_s=5, wall_time_s=60, memory_bytes=512 << 20)

    def run(tests: int) -> None:
        for _ in range(tests):
            record = jail.run(program, limits=limits)
            assert record.stdout == b"hello\n", record

    return run


def bubblewrap_row(folder: str) -> Callable[[int], None]:
    python = base_python()
    homes = sorted({"/usr", str(Path(python).resolve().parents[1])})
    view = [word for home in homes for word in ("--ro-bind", home, home)]
    links = [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
    walls = ("--unshare-all", "--die-with-parent", "--proc", "/proc", "--tmpfs", "/tmp", "--ro-bind", folder, "/box")
    command = (shutil.which("bwrap") or "", *view, *links, *walls, "--chdir", "/box", python, "-I", "-S", "main.py")
    return command_row(*command, cwd=folder)


def dmoj_row(interpreter: str, folder: str) -> Callable[[int], None]:
    process = subprocess.Popen(
        [interpreter, "-c", DMOJ, base_python(), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    ask, answer = process.stdin, process.stdout

    def run(tests: int) -> None:
        ask.write(f"{tests}\n")
        ask.flush()
        assert "done" in answer.readline()

    return run


def main(rounds: int) -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder, Jail() as jail:
        Path(folder, "main.py").write_bytes(HELLO)
        rows = {"ours": jail_row(jail), "bare": command_row(base_python(), "-I", "-S", "main.py", cwd=folder)}
        if shutil.which("bwrap"):
            rows["bubblewrap"] = bubblewrap_row(folder)
        if interpreter := os.environ.get("ETUDE_DMOJ_PYTHON"):
            rows["dmoj"] = dmoj_row(interpreter, folder)
        seconds: dict[str, list[float]] = {name: [] for name in rows}
        for run in rows.values():
            run(2)
        for _ in range(rounds):
            for name, run in rows.items():
                started = time.perf_counter()
                run(TESTS)
                seconds[name].append(time.perf_counter() - started)
    for name, taken in seconds.items():
        times = statistics.median(theirs / ours for theirs, ours in zip(taken, seconds["ours"], strict=True))
        print(json.dumps({"row": name, "per_s": round(TESTS / statistics.median(taken)), "times": round(times, 2)}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)

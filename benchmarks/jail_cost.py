"""What a jailed test costs beside a bare interpreter start: `python benchmarks/jail_cost.py [rounds]`.

The rows are run in turn within every round, so that a busy machine slows them alike: quote the ratios, not the times.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from typing import TYPE_CHECKING

from etude.jail import ExecProgram, Jail, Limits, PythonProgram
from etude.jail.view import base_python

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(cpu_time_s=5, wall_time_s=20, memory_bytes=512 << 20)
HELLO = b"print('hello')\n"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
HELLO_C = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'


def compile_c(folder: Path) -> Path:
    source, program = folder / "hello.c", folder / "hello"
    source.write_text(HELLO_C, encoding="ascii")
    subprocess.run(["gcc", "-O2", "-static", "-o", program, source], check=True)
    return program


def bare(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=ENVIRONMENT)


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Jail() as warm, Jail(warm=False) as cold:
        script = Path(folder) / "main.py"
        script.write_bytes(HELLO)
        program = compile_c(Path(folder))
        python = PythonProgram(files={"main.py": HELLO})
        compiled = ExecProgram(argv=("{executable}",), executable=program)
        rows: dict[str, Callable[[], object]] = {
            "bare python3 -I -S hello.py": lambda: bare(base_python(), "-I", "-S", str(script)),
            "jail, Python, warm": lambda: warm.run(python, limits=LIMITS),
            "jail, Python, cold": lambda: cold.run(python, limits=LIMITS),
            "bare static C hello": lambda: bare(str(program)),
            "jail, static C hello": lambda: warm.run(compiled, limits=LIMITS),
        }
        times: dict[str, list[float]] = {name: [] for name in rows}
        for _ in range(rounds + 3):
            for name, run in rows.items():
                started = time.perf_counter()
                run()
                times[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values[3:]) * 1000 for name, values in times.items()}
    base = medians["bare python3 -I -S hello.py"]
    base_c = medians["bare static C hello"]
    for name, value in medians.items():
        print(f"{name:32} {value:7.2f} ms   {value / base:5.2f} x bare Python   {value / base_c:5.2f} x bare C")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)

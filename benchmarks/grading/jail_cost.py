"""What the jail costs: `python benchmarks/grading/jail_cost.py [rounds]`; one line of JSON per row.

The rows are run in turn within every round, so that a busy machine slows them alike: quote the ratios, not the times.
`ratio` is against the bare row of the same program, `quiet_ratio` the same of the tenth fastest run, which a busy
machine disturbs least (there every hand-over from process to process waits for a processor); `cpu_ratio` compares the
processor time of everything that a test starts (ours, the jail's and the program's), and `per_core_s` is how many tests
that makes per second and core.
"""

from __future__ import annotations

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from etude.jail import ExecProgram, Jail, Limits, PythonProgram
from etude.jail.view import base_python

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(cpu_time_s=5, wall_time_s=60, memory_bytes=512 << 20)
RUNTIME_LIMITS = Limits(
    cpu_time_s=10, wall_time_s=60, memory_bytes=1 << 30, address_space=False, scratch_bytes=64 << 20, open_files=256
)
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
HELLO = b"print('hello')\n"
HELLO_C = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
HELLO_JAVA = 'class Hello { public static void main(String[] a) { System.out.println("hello"); } }\n'
HELLO_NODE = b"console.log('hello')\n"
JAVA_OPTIONS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def bare(*command: str, cwd: str) -> Callable[[], object]:
    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=ENVIRONMENT, cwd=cwd)

    return run


def jailed(jail: Jail, program: PythonProgram | ExecProgram, limits: Limits = LIMITS) -> Callable[[], object]:
    def run() -> None:
        record = jail.run(program, limits=limits)
        assert record.stdout == b"hello\n", record

    return run


def cpu_s() -> float:
    """Of this process and of all ended ones below it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Row:
    """One thing that is timed, and what it is compared with."""

    def __init__(self, name: str, run: Callable[[], object], base: Row | None = None, jail: Jail | None = None) -> None:
        self.name, self.run, self.base, self._jail = name, run, base, jail
        self.wall_ms: list[float] = []
        self.cpu_ms = 0.0

    def time(self) -> None:
        started = time.perf_counter()
        self.run()
        self.wall_ms.append((time.perf_counter() - started) * 1000)

    def count_cpu(self, runs: int) -> None:
        """The jail's own processor time is known at its end: so it is ended before and after, its start taken off."""
        starts = 0.0
        if self._jail is not None:
            self._jail.close()
            before = cpu_s()
            self.run()
            self._jail.close()
            starts = cpu_s() - before
        before = cpu_s()
        for _ in range(runs + (self._jail is not None)):
            self.run()
        if self._jail is not None:
            self._jail.close()
        self.cpu_ms = (cpu_s() - before - starts) / runs * 1000

    def quiet_ms(self) -> float:
        return statistics.quantiles(self.wall_ms, n=10)[0]

    def found(self) -> dict[str, Any]:
        median, quiet = statistics.median(self.wall_ms), self.quiet_ms()
        row: dict[str, Any] = {
            "row": self.name,
            "median_ms": round(median, 2),
            "p10_ms": round(quiet, 2),
            "cpu_ms": round(self.cpu_ms, 2),
        }
        row["per_core_s"] = round(1000 / self.cpu_ms)
        if self.base is not None:
            theirs = statistics.median(self.base.wall_ms)
            row["ratio"] = round(median / theirs, 3)
            row["quiet_ratio"] = round(quiet / self.base.quiet_ms(), 3)
            row["cpu_ratio"] = round(self.cpu_ms / self.base.cpu_ms, 3)
            row["more_ms"] = round(median - theirs, 2)
            row["more_quiet_ms"] = round(quiet - self.base.quiet_ms(), 2)
        return row


def native_rows(folder: Path, jail: Jail) -> list[Row]:
    (folder / "hello.c").write_text(HELLO_C, encoding="ascii")
    subprocess.run(["gcc", "-O2", "-static", "-o", folder / "hello", folder / "hello.c"], check=True)
    base = Row("static C, fork + exec", bare(str(folder / "hello"), cwd=str(folder)))
    program = ExecProgram(argv=("{executable}",), executable=folder / "hello", profile="native")
    return [base, Row("static C, jailed", jailed(jail, program), base, jail)]


def java_rows(folder: Path, jail: Jail) -> list[Row]:
    (folder / "Hello.java").write_text(HELLO_JAVA, encoding="ascii")
    subprocess.run(["javac", "-d", folder, folder / "Hello.java"], check=True)
    command = (str(Path(shutil.which("java") or "").resolve()), *JAVA_OPTIONS, "Hello")
    base = Row("java, bare", bare(*command, cwd=str(folder)))
    program = ExecProgram(argv=command, files={"Hello.class": (folder / "Hello.class").read_bytes()}, profile="java")
    return [base, Row("java, jailed", jailed(jail, program, RUNTIME_LIMITS), base, jail)]


def node_rows(folder: Path, jail: Jail) -> list[Row]:
    (folder / "hello.js").write_bytes(HELLO_NODE)
    command = (str(Path(shutil.which("node") or "").resolve()), "hello.js")
    base = Row("node, bare", bare(*command, cwd=str(folder)))
    program = ExecProgram(argv=command, files={"hello.js": HELLO_NODE}, profile="node")
    return [base, Row("node, jailed", jailed(jail, program, RUNTIME_LIMITS), base, jail)]


def main(rounds: int) -> None:
    configurations = [path for path in Path("/etc").glob("java*") if path.is_dir()]
    with (
        tempfile.TemporaryDirectory() as name,
        Jail() as warm,
        Jail(warm=False) as cold,
        Jail(readable=configurations) as native,
    ):
        folder = Path(name)
        (folder / "main.py").write_bytes(HELLO)
        python = PythonProgram(files={"main.py": HELLO})
        base = Row("python3 -I -S, bare", bare(base_python(), "-I", "-S", "main.py", cwd=name))
        rows = [base, Row("python, jailed", jailed(warm, python), base, warm)]
        rows.append(Row("python, jailed, cold", jailed(cold, python), base, cold))
        rows += native_rows(folder, native)
        rows += java_rows(folder, native) if shutil.which("javac") else []
        rows += node_rows(folder, native) if shutil.which("node") else []
        for row in rows:
            row.run()
        for _ in range(rounds):
            for row in rows:
                row.time()
        for row in rows:
            row.count_cpu(max(rounds, round(1500 / row.quiet_ms())))
            print(json.dumps(row.found()), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)

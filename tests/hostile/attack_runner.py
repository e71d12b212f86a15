"""Run every attack in one jail and print what came of it: `attack_runner.py`, one line of JSON per attack.

A process of its own, so that the same suite runs as root and, through drop_rights.py, as nobody in particular.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


from etude.jail import ExecProgram, Jail, PythonProgram, RunRecord
from tests.hostile.attack import EXPECTED_PREFIX, LIMITS, Attack
from tests.hostile.attacks import ATTACKS

EXPECTED_ANSWER = EXPECTED_PREFIX + os.urandom(8).hex()


def compile_c(attack: Attack, folder: Path) -> Path:
    source = folder / "attack.c"
    source.write_text(attack.source, encoding="utf-8")
    program = folder / f"attack{len(list(folder.iterdir()))}"
    subprocess.run(["gcc", "-O1", "-w", "-pthread", "-o", program, source], check=True)
    return program


def run(jail: Jail, attack: Attack, folder: Path) -> RunRecord:
    limits = dataclasses.replace(LIMITS, **attack.limits)
    program: PythonProgram | ExecProgram
    if attack.in_c:
        program = ExecProgram(argv=("{executable}",), executable=compile_c(attack, folder))
    else:
        program = PythonProgram(files={"main.py": attack.source.encode()})
    return jail.run(program, stdin=attack.stdin, limits=limits, collect=attack.collect)


def descendants(ancestor: int) -> int:
    """How many processes descend from this one, those waiting to be reaped included."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return len(found) - 1


def remaining_processes(jail: Jail, usual: int) -> int:
    """How many more processes the jail has than when it is idle, once it had the time to lose them."""
    deadline = time.monotonic() + 5
    while True:
        left = descendants(jail.pid()) - usual
        if left == 0 or time.monotonic() > deadline:
            return left


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Jail(preload=("json", "re", "random")) as jail:
        jail.open()
        usual = descendants(jail.pid())
        for attack in ATTACKS:
            record = run(jail, attack, Path(folder))
            short = dataclasses.replace(record, stdout=record.stdout[-300:], stderr=record.stderr[-300:])
            left = remaining_processes(jail, usual)
            found = {"name": attack.name, "stopped": bool(attack.stopped(record)), "left": left, "record": repr(short)}
            sys.stdout.write(json.dumps(found) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Run every attack in one jail and print what came of it, a line of JSON each: `attack_runner.py [--no-helper]`.

A process of its own, so that the same suite runs as root and, through drop_rights.py, as nobody in particular. The last
lines tell what the suite left behind, and how the jail serves an honest answer afterwards.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


from etude.grading import languages
from etude.grading.build import COMPILE_LIMITS as COMPILE
from etude.grading.judge import jail_limits
from etude.grading.languages import Source
from etude.grading.limits import Limits as EngineLimits
from etude.jail import ExecProgram, Jail, Limits, Nursery, PythonProgram, RunRecord
from tests.hostile.attack import (
    ABSTRACT_NAME,
    COMPILE_LIMITS,
    EXPECTED_PREFIX,
    HOST_DATABASE,
    HOST_FILE,
    HOST_PID,
    LIMITS,
    PORT,
    SEEN_FILE,
    SEEN_PROCESS,
    Attack,
)
from tests.hostile.attacks import ATTACKS
from tests.hostile.attacks_on_reduced import REDUCED
from tests.hostile.on_terminal import as_two_streams, run_on_terminal

EXPECTED_ANSWER = EXPECTED_PREFIX + os.urandom(8).hex()
HONEST = PythonProgram(files={"main.py": b"a, b = map(int, input().split())\nprint(a + b)"})
HONEST_RUNS = 9
HONEST_NAME, TRACES_NAME = "the next honest answer", "what the suite leaves behind"
COMPILERS = {
    "c-compiler": ("main.c", ("/usr/bin/gcc", "-O1", "-o", "a.out", "main.c")),
    "c++-compiler": ("main.cc", ("/usr/bin/g++", "-O1", "-o", "a.out", "main.cc")),
}


class Canaries:
    """The same secret in our environment, memory, files and network; programs are told where, all but the secret."""

    def __init__(self, folder: Path) -> None:
        os.environ["ETUDE_CANARY"] = EXPECTED_ANSWER
        self._file = folder / "canary"
        self._file.write_text(EXPECTED_ANSWER, encoding="ascii")
        self._file.chmod(0o644)
        self._database = folder / "canary.db"
        with contextlib.closing(sqlite3.connect(self._database)) as database, database:
            database.execute("CREATE TABLE found (secret)")
            database.execute("INSERT INTO found VALUES (?)", (EXPECTED_ANSWER,))
        self._database.chmod(0o644)
        self._name = f"etude-canary-{os.getpid()}"
        self._internet = socket.create_server(("127.0.0.1", 0))
        self._sockets = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for one, address in zip(self._sockets, (f"\0{self._name}", f"{self._file}.socket"), strict=True):
            one.bind(address)
            one.listen()

    def tell(self, source: str, *, seen: bool) -> str:
        places = {
            SEEN_FILE: str(self._file) if seen else "/missing",
            SEEN_PROCESS: f"/proc/{os.getpid()}/environ" if seen else "/missing",
            HOST_DATABASE: str(self._database),
            HOST_FILE: str(self._file),
            PORT: str(self._internet.getsockname()[1]),
            ABSTRACT_NAME: self._name,
            HOST_PID: str(os.getpid()),
        }
        if not seen:  # in the reduced tier, where the folder of a program has a neighbour for its temporary files
            source = re.sub("(?<=[\"'])/tmp(?=[/\"'])", "../tmp", re.sub("(?<=[\"'])/box(?=[/\"'])", ".", source))
        for sign, place in places.items():
            source = source.replace(sign, place)
        return source

    def close(self) -> None:
        for one in (self._internet, *self._sockets):
            one.close()


def compile_c(text: str, folder: Path) -> Path:
    source = folder / "attack.c"
    source.write_text(text, encoding="utf-8")
    program = folder / f"attack{len(list(folder.iterdir()))}"
    subprocess.run(["gcc", "-O1", "-w", "-pthread", "-o", program, source], check=True)
    return program


def engine_program(jail: Jail, attack: Attack, source: str, folder: Path) -> tuple[PythonProgram | ExecProgram, Limits]:
    """The attack as the engine would compile and run it."""
    language = languages.load()[attack.language]
    files = Source(files={language.source_name: source.encode()}, main=language.source_name)
    names = (language.artefact, *language.artefacts_beside)
    limits = dataclasses.replace(COMPILE, address_space=language.limits_address_space)
    made = jail.run(
        language.compile(files), limits=limits, collect=names if language.artefact else (), collect_bytes=64 << 20
    )
    if made.exit_code != 0:
        raise RuntimeError(made.stdout + made.stderr)
    program = folder / f"attack-{attack.language}"
    if language.artefact:
        program.write_bytes(language.pack(made.collected) if language.pack else made.collected[language.artefact])
        program.chmod(0o755)
    allowed = jail_limits(EngineLimits(cpu_time_s=20, wall_time_s=60, memory_bytes=256 << 20), language)
    return language.run(files, program), allowed


def run(jail: Jail, attack: Attack, source: str, folder: Path, *, on_terminal: bool) -> RunRecord:
    limits = dataclasses.replace(LIMITS, **(COMPILE_LIMITS if attack.language in COMPILERS else {}), **attack.limits)
    collect = attack.collect
    program: PythonProgram | ExecProgram
    if attack.language == "c":
        program = ExecProgram(argv=("{executable}",), executable=compile_c(source, folder), profile="native")
    elif attack.language == "python":
        program = PythonProgram(files={"main.py": source.encode()})
    elif attack.language in languages.load():
        program, limits = engine_program(jail, attack, source, folder)
    else:
        name, command = COMPILERS[attack.language]
        program = ExecProgram(
            argv=command, files={name: source.encode()}, environment={"TMPDIR": "/tmp"}, profile="compiler"
        )
        collect = ("a.out",)
    if on_terminal and attack.language not in COMPILERS:  # a console's compiler has no terminal
        return run_on_terminal(jail, program, limits, attack.stdin, collect)
    return jail.run(program, stdin=attack.stdin, limits=limits, collect=collect, collect_bytes=1 << 20)


def descendants(ancestor: int) -> set[int]:
    """Return the processes that descend from this one, those waiting to be reaped included."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ancestor}


def remaining_processes(ancestor: int, usual: set[int]) -> int:
    """How many processes there are that were not there before, once the kernel had the time to lose them."""
    deadline = time.monotonic() + 5
    while (left := descendants(ancestor) - usual) and time.monotonic() < deadline:
        pass
    return len(left)


def honest_cpu_us(jail: Jail) -> int:
    """What an honest answer costs, of its CPU alone: a busy machine must not fail it. 0 if it is not served right."""
    records = [jail.run(HONEST, stdin=b"2 3\n", limits=LIMITS) for _ in range(HONEST_RUNS)]
    if any(record.stdout != b"5\n" or record.exit_code != 0 for record in records):
        return 0
    return round(statistics.median(record.cpu_us for record in records))


def surroundings(uids: set[int]) -> dict[str, object]:
    """What the suite must leave as it was."""
    places = ("/tmp", "/var/tmp", "/dev/shm", "/run")
    files = [str(path) for place in places for path in Path(place).glob("*") if _owner(path) in uids]
    return {
        "mounts": len(Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()),
        "descriptors": sorted(path.name for path in Path("/proc/self/fd").iterdir()),
        "processes": len(descendants(os.getpid())),
        "files": sorted(files),
        "cgroups": sorted(str(path) for path in Path("/sys/fs/cgroup").glob(f"**/etude-{os.getpid()}-*")),
    }


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except OSError:
        return -1


def tell(found: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def is_stopped_on_terminal(attack: Attack, record: RunRecord) -> bool:
    """As elsewhere, where both streams are one; the secret is in neither."""
    told_secret = EXPECTED_ANSWER.encode() in record.stdout
    is_complaint = re.match(rb"Traceback |main\.sql:\d+: ", record.stdout)
    seen = [record, as_two_streams(record)] if is_complaint else [record]
    attack = dataclasses.replace(attack, stopped=attack.stopped_on_terminal or attack.stopped)
    return not told_secret and any(is_stopped(attack, one, is_reduced=False) for one in seen)


def is_stopped(attack: Attack, record: RunRecord, *, is_reduced: bool) -> bool:
    wanted = attack.stopped_reduced if is_reduced and attack.stopped_reduced else attack.stopped
    try:
        return bool(wanted(record))
    except (SyntaxError, ValueError):  # what it printed is not what one of them prints
        return False


def attack_all(jail: Jail, canaries: Canaries, folder: Path, *, on_terminal: bool) -> None:
    is_reduced = jail.tier == "reduced"
    usual = descendants(jail.pid())
    for attack in [*ATTACKS, *(REDUCED if is_reduced else ())]:
        if attack.language in languages.load() and attack.language not in languages.available():
            continue  # test_attacks.py marks it: not run
        if attack.before:
            jail.run(PythonProgram(files={"main.py": attack.before.encode()}), limits=LIMITS)
        record = run(jail, attack, canaries.tell(attack.source, seen=not is_reduced), folder, on_terminal=on_terminal)
        short = dataclasses.replace(record, stdout=record.stdout[-300:], stderr=record.stderr[-300:], collected={})
        left = remaining_processes(jail.pid(), usual)
        if on_terminal:
            stopped = is_stopped_on_terminal(attack, record)
        else:
            stopped = is_stopped(attack, record, is_reduced=is_reduced)
        tell({"name": attack.name, "stopped": stopped, "left": left, "record": repr(short)})


def main(*, helper: bool, tier: str, on_terminal: bool) -> None:
    """On a terminal the jail comes from a nursery, as those of consoles do."""
    with Jail(helper=helper, tier=tier) as first:  # what a first jail opens once and keeps is no trace of an attack
        jail_uids = {Path(f"/proc/{first.pid()}").stat().st_uid, os.getuid()} - {0}
    before = surroundings(jail_uids)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        canaries = Canaries(folder)
        shown = {"preload": ("json", "re", "random"), "readable": languages.readable_paths()}
        nursery = Nursery(preload=shown["preload"], helper=helper) if on_terminal else None
        with Jail(**shown, helper=helper, tier=tier, nursery=nursery) as jail:
            usual_us = honest_cpu_us(jail)
            attack_all(jail, canaries, folder, on_terminal=on_terminal)
            after_us = honest_cpu_us(jail)
        if nursery is not None:
            nursery.close()
        canaries.close()
    remaining_processes(os.getpid(), set())
    after = surroundings(jail_uids)
    served = usual_us > 0 and 0 < after_us < 3 * usual_us + 20_000
    tell({"name": HONEST_NAME, "stopped": served, "left": 0, "record": f"{usual_us} us, then {after_us} us"})
    left = {place: [before[place], after[place]] for place in before if before[place] != after[place]}
    tell({"name": TRACES_NAME, "stopped": not left, "left": 0, "record": f"{left} {after}"})


if __name__ == "__main__":
    main(
        helper="--no-helper" not in sys.argv,
        tier="reduced" if "--reduced" in sys.argv else "full",
        on_terminal="--terminal" in sys.argv,
    )

"""What a jail of the reduced tier does, as JSON: `reduced_probe.py jail|languages`; run by an ordinary user.

The Python of the tests may lie in a closed home, which programs without a file tree of their own cannot read: so this
runs through drop_rights.py, which shows it elsewhere.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import signal
import sys
from decimal import Decimal
from pathlib import Path

from etude.grading import languages
from etude.grading.engine import grade, run_once
from etude.grading.jails import JailSet
from etude.grading.job import Job, RunJob, Test, TestGroup
from etude.grading.limits import Limits as EngineLimits
from etude.jail import ExecProgram, Jail, Limits, PythonProgram, probe

LIMITS = Limits(cpu_time_s=5, wall_time_s=30, memory_bytes=256 << 20)
PROGRAMS = {
    "places": "import os, tempfile\nprint(os.getcwd(), __file__, os.environ['HOME'], tempfile.gettempdir())",
    "own folder": "open('x', 'w').write('kept'); print(open('x').read(), open('/dev/stdin').read())",
    "next": "import os\nprint(sorted(os.listdir('.')))",
    "traceback": "1 / 0",
    "abort": "import os\nos.abort()",
    "thread": "import threading\none = threading.Thread(target=print, args=('thread',)); one.start(); one.join()",
    "fork": "import os\nos.fork()",
    "deep": "import os\nfor _ in range(3000):\n    os.mkdir('d', 0o700); os.chdir('d')\nos.mkdir('closed', 0)",
    "after deep": "import os\nprint(os.listdir('.'))",
}
LEAVES_CHILDREN = """
import os
if os.fork() == 0:
    if os.fork() == 0: os.read(os.pipe()[0], 1)
    os._exit(0)
os.wait()
print("gone")
"""


def folders() -> list[str]:
    return [path.name for path in Path("/tmp").glob(f"etude-jail-{os.getpid()}-*")]


def tell_of_jail() -> dict[str, object]:
    found: dict[str, object] = {}
    with Jail(tier="reduced") as jail:
        for name, source in PROGRAMS.items():
            record = jail.run(PythonProgram(files={"main.py": source.encode()}), stdin=b"in", limits=LIMITS)
            found[name] = [record.exit_code, record.signal, record.stdout.decode(), record.stderr.decode(), record.tier]
        forking = dataclasses.replace(LIMITS, may_fork=True)
        record = jail.run(PythonProgram(files={"main.py": LEAVES_CHILDREN.encode()}), limits=forking)
        found["children"] = [record.stdout.decode(), len(sessions_below(jail.pid()))]
        echo = ExecProgram(argv=("/bin/sh", "-c", "pwd; echo $TMPDIR; echo made > made"))
        record = jail.run(echo, limits=forking, collect=("made",))
        found["executed"] = [record.stdout.decode(), record.collected.get("made", b"").decode()]
        talker = PythonProgram(files={"main.py": b"print(input())"})
        with jail.start(talker, limits=LIMITS) as one, jail.start(talker, limits=LIMITS) as two:
            for live, word in ((two, b"two\n"), (one, b"one\n")):
                os.write(live.stdin, word)
            found["live"] = [os.read(one.stdout, 9).decode(), os.read(two.stdout, 9).decode(), one.wait().tier]
            two.wait()
        found["folders"] = len(folders())
    found["folders after"] = len(folders())
    with Jail(tier="reduced", audit=True) as jail:
        record = jail.run(PythonProgram(files={"main.py": b"import os\nos.kill(os.getppid(), 9)"}), limits=LIMITS)
        found["audit"] = [record.exit_code, "kill" in record.refused_calls]
    found["killed"] = program_of_a_killed_zygote()
    isolation = probe(tier="reduced")
    found["probe"] = [isolation.tier, isolation.may_judge, str(isolation.reason), str(isolation.fix)]
    return found


def sessions_below(zygote: int) -> list[str]:
    return Path(f"/proc/{zygote}/task/{zygote}/children").read_text(encoding="ascii").split()


def program_of_a_killed_zygote() -> bool:
    """Whether a program ends with its zygote, though no namespace ends with it."""
    jail = Jail(tier="reduced")
    live = jail.start(PythonProgram(files={"main.py": b"print(1, flush=True)\nwhile True: pass"}), limits=LIMITS)
    os.read(live.stdout, 9)
    (program,) = sessions_below(jail.pid())
    watched = os.pidfd_open(int(program))
    os.kill(jail.pid(), signal.SIGKILL)
    ended = os.read(live.stdout, 9) == b""  # nobody holds the other end any more
    os.close(watched)
    live.close()
    jail.close()
    return ended


def tell_of_languages() -> dict[str, object]:
    found: dict[str, object] = {}
    with JailSet(tier="reduced") as jails:
        for name, language in languages.available().items():
            test = Test(name="1", stdin=language.self_test.stdin, expected=language.self_test.expected)
            group = TestGroup(name="all", points=Decimal(1), tests=(test,))
            job = Job(language=name, files={language.source_name: language.self_test.source}, groups=(group,))
            verdict = grade(job, jails)
            found[name] = [verdict.status.value, verdict.tier, str(verdict.message)]
        forking = EngineLimits(may_fork=True)
        job = Job(language="python", files={"main.py": b"print(1)"}, groups=(group,), limits=forking)
        found["may fork"] = [grade(job, jails).status.value]
        run = run_once(RunJob(language="shell", files={"main.sh": b"echo"}), jails)
        found["run"] = [run.status.value]
    return found


if __name__ == "__main__":
    logging.disable()
    sys.stdout.write(json.dumps(tell_of_jail() if sys.argv[1:] == ["jail"] else tell_of_languages()))

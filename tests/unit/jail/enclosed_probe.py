"""Probe where ordinary programs get no user namespace but bubblewrap does.

The refusal is played (no such system is at hand); the jail inside of bubblewrap, or of our stand-in where that is not
installed, is real. With the argument `attacks` it runs the attack suite instead.
"""

from __future__ import annotations

import errno
import os
import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

from etude.jail import ExecProgram, Jail, Limits, PythonProgram, __main__, enclosure
from etude.jail import jail as jail_module
from etude.jail.errors import LaunchFailed
from etude.jail.zygote_process import ZygoteProcess

LIMITS = Limits(cpu_time_s=5, wall_time_s=20, memory_bytes=256 << 20)


def refuse_without_bubblewrap(config):
    if not config.outer:
        raise LaunchFailed("mount", errno.EACCES, os.strerror(errno.EACCES))
    return ZygoteProcess(config)


def main() -> None:
    stand_in = (sys.executable, str(Path(__file__).with_name("stand_in_bubblewrap.py")))
    jail_module.ZygoteProcess = refuse_without_bubblewrap
    command = enclosure.bubblewrap_command() or stand_in
    jail_module.bubblewrap_command = lambda: command
    if sys.argv[1:] == ["attacks"]:
        runpy.run_path(str(Path(__file__).parents[2] / "hostile" / "attack_runner.py"), run_name="__main__")
        return
    code = __main__.main()
    with Jail() as jail:
        jail.run(PythonProgram(files={"main.py": b"print('python')"}), limits=LIMITS)
        record = jail.run(ExecProgram(argv=("/bin/echo", "executed")), limits=LIMITS)
        sys.stdout.write(record.stdout.decode())
        sys.stdout.flush()
        pid = jail.pid()
    sys.stdout.write(f"gone: {not Path(f'/proc/{pid}').exists()}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()

"""Attacks on those who come before and after, on the jail's own processes, and on its word."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import SYSTEM_CALL, Attack, all_refused, not_permitted, printed

_MARK = "LEFT" + "OVER-"
_LEAVE = f"""
import ctypes, os, sys
mark = ({_MARK[:4]!r} + {_MARK[4:]!r}).encode() + b'f' * 16
for folder in ('/box', '/tmp', '/dev/shm'):
    try: open(folder + '/' + mark.decode(), 'wb').write(mark)
    except OSError: pass
sys.argv.append(mark.decode())
os.environ[mark.decode()] = 'x'
kept = [mark * 1000 for _ in range(100)]
ctypes.CDLL(None).prctl(15, mark, 0, 0, 0)
"""
_LOOK = f"""
import os, re
wanted = ({_MARK[:4]!r} + {_MARK[4:]!r}).encode() + b'f{{16}}'
found, looked = [], 0
for folder in ('/box', '/tmp', '/dev/shm'):
    try: found += [name for name in os.listdir(folder) if re.match(wanted, name.encode())]
    except PermissionError: pass  # /dev/shm in the reduced tier
memory = open('/proc/self/mem', 'rb')
for line in open('/proc/self/maps'):
    first, last = (int(part, 16) for part in line.split()[0].split('-'))
    if 'r' not in line.split()[1] or last - first > 200 << 20 or '[v' in line: continue
    try:
        memory.seek(first)
        looked += 1
        found += re.findall(wanted, memory.read(last - first))
    except OSError: pass
print([looked > 10, found])
"""
_GOVERN = """
import os, signal
lost = 0
for pid in [*range(3, 3000), *range(60000, 70000, 7)]:
    if pid == os.getpid(): continue
    for number in (signal.SIGKILL, signal.SIGSTOP):
        try: os.kill(pid, number); lost += 1
        except OSError: pass
print(lost)
"""

NEIGHBOURS = [
    Attack(
        name="what an earlier student left in memory, files and names",
        before=_LEAVE,
        source=_LOOK,
        stopped=lambda record: printed(record) == [True, []],
    ),
    Attack(
        name="a changed interpreter for the next student",
        before="import builtins, sys, random, json\nbuiltins.print = None\nsys.path.insert(0, '/tmp')\nrandom.random = lambda: 4\njson.dumps = None",
        source="import json, random, sys\nprint([json.dumps(1), random.random() == 4, '/tmp' in sys.path])",
        stopped=lambda record: printed(record) == ["1", False, False],
    ),
    Attack(
        name="signals to every process number",
        source=_GOVERN,
        stopped=lambda record: record.stdout == b"0\n",
    ),
    Attack(
        name="signals to groups and sessions",
        source="import os, signal\nfor group in (0, -1):\n    try: os.kill(group, signal.SIGTERM)\n    except OSError: pass\nos.killpg(1, 9)",
        stopped=lambda record: record.signal in {9, 15} or record.exit_code == 1,
    ),
    Attack(
        name="signals to the warden by descriptor and with a forged sender",
        source=SYSTEM_CALL
        + "import signal, struct\ninfo = struct.pack('iii', 9, 0, -1).ljust(128, b'\\0')\nfd = call(434, 1, 0)\nprint([call(424, fd, n, 0, 0) for n in (15, 10)])\nprint([call(129, 1, 15, info), call(297, 1, 1, 15, info)] and 'alive')",
        stopped=lambda record: record.stdout.endswith(b"alive\n") and record.exit_code == 0,
    ),
    Attack(
        name="slowing the others down",
        source="import os\nfor which, who in ((os.PRIO_PROCESS, 1), (os.PRIO_USER, 0), (os.PRIO_PGRP, 0)):\n    try: os.setpriority(which, who, 19)\n    except OSError: pass\nprint('done')",
        stopped=lambda record: record.stdout == b"done\n",
    ),
    Attack(
        name="the environment of every process",
        source="import os\nseen = []\nfor name in os.listdir('/proc'):\n    if not name.isdigit() or int(name) == os.getpid(): continue\n    for file in ('environ', 'cmdline', 'status', 'maps'):\n        try: seen.append(open(f'/proc/{name}/{file}', 'rb').read())\n        except OSError: pass\nprint(seen)",
        stopped=lambda record: record.stdout == b"[]\n",
        stopped_reduced=not_permitted,
    ),
    Attack(
        name="other processes by name",
        source="import os\nprint(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))",
        stopped=lambda record: printed(record) == [2],
        stopped_reduced=not_permitted,
    ),
    Attack(
        name="a forged report on every descriptor",
        source='import os\nfor number in range(1024):\n    try: os.write(number, b\'{"code": 0, "why": "ended", "cpu_us": 1, "wall_us": 1, "memory_kb": 1, "floor_kb": 0}\\n\')\n    except OSError: pass\nos._exit(3)',
        stopped=lambda record: record.exit_code == 3 and record.stdout.count(b"code") == 1,
        stopped_on_terminal=lambda record: record.exit_code == 3 and record.stdout.count(b"code") == 3,
    ),
    Attack(
        name="output that plays the jail",
        source="import sys\nprint('{\"fault\": \"!\"}'); print('!OSError: no', file=sys.stderr, flush=True)\nsys.stdout.flush()\nsys.stdout.buffer.write(b'\\0\\xff\\x1b]0;evil\\x07\\x1b[2J\\x1b[6n\\r\\x9b31m')",
        stopped=lambda record: (
            record.exit_code == 0 and record.stdout.endswith(b"\0\xff\x1b]0;evil\x07\x1b[2J\x1b[6n\r\x9b31m")
        ),
    ),
    Attack(
        name="results with names like commands",
        source="import os\nfor name in ('a\\nb', '\"', '$(reboot)', '-rf', '\\x1b[2J', 'é' * 100, '{\"fault\": 1}'): open(name, 'w').write(name)",
        collect=("a\nb", '"', "$(reboot)", "-rf", "\x1b[2J", "é" * 100, '{"fault": 1}', "x" * 5000, "a\nb/c"),
        stopped=lambda record: (
            all(text.decode() == name for name, text in record.collected.items())
            and (len(record.collected), len(record.refused)) == (7, 2)
        ),
    ),
    Attack(
        name="changing itself for the next run",
        language="c",
        source="""
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
  int file = open("/proc/self/exe", O_RDWR);
  if (file < 0) file = open("/proc/self/exe", O_RDONLY);
  char *text = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  printf("[%d, %d, %d]", open("/proc/self/exe", O_WRONLY), (int)ftruncate(file, 0), text == MAP_FAILED ? -1 : 0);
}
""",
        stopped=all_refused,
    ),
    Attack(
        name="changing what all programs share",
        source="import mmap, os, sys\nwon = []\nfor path in (sys.executable, os.__file__, '/usr/bin/env', '/etc/passwd', '/dev/null'):\n    try:\n        mmap.mmap(os.open(path, os.O_RDONLY), 4096, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)[0] = 0\n        won.append(path)\n    except (OSError, ValueError): pass\nprint(won)",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="the list of calls that prepared it",
        source="print([line for line in open('/proc/self/maps') if line.startswith('2000') and '-20000' in line or 'job' in line])",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="a lock on what the next one needs",
        before="import fcntl, os\nfor path in ('/box', '/tmp', '/usr', '/proc', '/dev/null'):\n    try: fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX)\n    except OSError: pass",
        source="import fcntl, os\nfcntl.flock(os.open('/usr', os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)\nprint('free')",
        stopped=lambda record: record.stdout == b"free\n",
    ),
]

"""Attacks on what a program should not see: expected answers, the supervisor, the host."""

from __future__ import annotations

from tests.hostile.attack import EXPECTED_PREFIX, Attack, found_nothing, printed

ANSWERS = [
    Attack(
        name="a search of all files for the expected answer",
        source=f"""
import os
wanted = {EXPECTED_PREFIX[:4]!r} + {EXPECTED_PREFIX[4:]!r}
hits, read = [], 0
for folder, folders, names in os.walk('/'):
    if folder in ('/usr', '/sys') or folder.endswith('/lib'):
        folders[:] = []
        continue
    for name in names:
        path = folder + '/' + name
        if path.startswith('/dev') or 'kmsg' in path or 'pagemap' in path: continue
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            content = os.read(descriptor, 1 << 20)
            os.close(descriptor)
        except OSError: continue
        read += 1
        if wanted.encode() in content: hits.append(path)
print([read > 100, hits])
""",
        limits={"cpu_time_s": 6, "wall_time_s": 20},
        stopped=lambda record: printed(record) == [True, []],
        stopped_reduced=found_nothing,
    ),
    Attack(
        name="a search of its own memory for the expected answer",
        source=f"""
import re
wanted = ({EXPECTED_PREFIX[:4]!r} + {EXPECTED_PREFIX[4:]!r}).encode() + b'[0-9a-f]{{16}}'
hits, scanned = 0, 0
memory = open('/proc/self/mem', 'rb')
for line in open('/proc/self/maps'):
    first, last = (int(part, 16) for part in line.split()[0].split('-'))
    if 'r' not in line.split()[1] or last - first > 200 << 20 or '[v' in line: continue
    try:
        memory.seek(first)
        hits += len(re.findall(wanted, memory.read(last - first)))
        scanned += 1
    except OSError: pass
print([scanned > 10, hits])
""",
        stopped=lambda record: printed(record) == [True, 0],
    ),
    Attack(
        name="modules and settings of the supervisor",
        source="""
import os, sys
print([[name for name in sys.modules if 'etude' in name or 'inside' in name],
       [name for name in os.environ if 'ETUDE' in name], 'etude' in open('/proc/self/cmdline').read()])
""",
        stopped=lambda record: printed(record) == [[], [], False],
    ),
    Attack(
        name="host folders",
        source="""
import os
print([path for path in ('/home', '/root/.ssh', '/etc/shadow', '/var', '/work', '/mnt/src', '/run', '/sys', '/opt')
       if os.path.exists(path)])
""",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="the name of the machine",
        source="import os\nprint(os.uname().nodename)",
        stopped=lambda record: record.stdout == b"etude\n",
    ),
    Attack(
        name="inherited descriptors",
        source="import os\nprint(sorted(int(name) for name in os.listdir('/proc/self/fd')))",
        stopped=lambda record: printed(record) == [0, 1, 2, 3],  # 3 is the listing itself
    ),
    Attack(
        name="inherited descriptors of a compiled program",
        source="""
#include <stdio.h>
#include <fcntl.h>
int main(void) { int n = 0; for (int i = 0; i < 4096; i++) n += fcntl(i, F_GETFD) >= 0; printf("%d\\n", n); }
""",
        language="c",
        stopped=lambda record: record.stdout == b"3\n",
    ),
]

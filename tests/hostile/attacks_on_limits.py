"""Attacks on time, memory and the number of processes."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import SYSTEM_CALL, Attack, all_refused, fewer_than

TIME = [
    Attack(
        name="a busy loop",
        source="while True: pass",
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 900_000,
    ),
    Attack(
        name="a busy loop that ignores every signal",
        source="""
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
""",
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.signal == 9 and record.cpu_us < 900_000,
    ),
    Attack(
        name="threads that burn several processors at once",
        source="""
#include <pthread.h>
static void *spin(void *unused) { for (;;) ; return unused; }
int main(void) { pthread_t thread; for (int i = 0; i < 8; i++) pthread_create(&thread, 0, spin, 0); spin(0); }
""",
        language="c",
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 1_200_000,
    ),
    Attack(
        name="processes that burn the time in turn",
        source="""
import os
while True:
    if os.fork() == 0:
        for _ in range(2_000_000): pass
        os._exit(0)
    os.wait()
""",
        limits={"cpu_time_s": 0.5, "may_fork": True},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 1_200_000,
    ),
    Attack(
        name="sleeping past the wall limit",
        source="import time; time.sleep(60)",
        limits={"wall_time_s": 1},
        stopped=lambda record: record.wall_exceeded and record.wall_us < 10_000_000,
    ),
    Attack(
        name="endless recursion",
        source="import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1) + 1\nf(0)",
        stopped=lambda record: record.exit_code != 0,
    ),
]

MEMORY = [
    Attack(
        name="a memory bomb of 2 GB",
        source="kept = []\nfor _ in range(20): kept.append(bytearray(100 << 20))",
        stopped=lambda record: record.memory_exceeded and record.memory_kb < 600_000,
    ),
    Attack(
        name="a memory bomb in C that never checks malloc",
        source="""
#include <stdlib.h>
#include <string.h>
int main(void) { for (int i = 0; i < 40; i++) memset(malloc(64 << 20), 1, 64 << 20); return 0; }
""",
        language="c",
        stopped=lambda record: record.signal is not None and record.memory_kb < 600_000,
    ),
    Attack(
        name="memory files that no limit counts",
        source=SYSTEM_CALL + "print([call(319, b'x', 0), call(29, 0, 1 << 20, 0o1600), call(447, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="five processes of 400 MB each",
        source="""
import os, time
for number in range(5):
    try:
        if os.fork() == 0:
            kept = bytearray(400 << 20)
            open(f'/tmp/ok{number}', 'w').close()
            time.sleep(5)
    except OSError: pass
time.sleep(1)
print(len(os.listdir('/tmp')))
""",
        stopped=fewer_than(2),
    ),
]

PROCESSES = [
    Attack(
        name="a fork where only threads are allowed",
        source="import os\ntry: os.fork(); print('forked')\nexcept OSError: print('no')",
        stopped=lambda record: record.stdout == b"no\n",
    ),
    Attack(
        name="a fork, vfork or posix_spawn in C",
        source="""
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>
extern char **environ;
int main(void) {
  char *arguments[] = {"true", 0}; pid_t child;
  printf("[%d, %d, %d]", fork() < 0 ? -1 : 0, vfork() < 0 ? -1 : 0,
         posix_spawn(&child, "/bin/true", 0, 0, arguments, environ) ? -1 : 0);
}
""",
        language="c",
        stopped=all_refused,
    ),
    Attack(
        name="a fork bomb of 2,000",
        source="""
import os, time
made = 0
for _ in range(2000):
    try:
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
        made += 1
    except OSError: pass
print(made)
""",
        limits={"may_fork": True, "cpu_time_s": 6},
        stopped=fewer_than(80),
    ),
    Attack(
        name="a thread bomb of 500",
        source="""
import os, threading, time
made = 0
try:
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
        made += 1
except RuntimeError: pass
print(made, flush=True)
os._exit(0)
""",
        stopped=fewer_than(80),
    ),
    Attack(
        name="a daemon that keeps stdout open",
        source="""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)
print('gone')
""",
        limits={"may_fork": True},
        stopped=lambda record: record.wall_us < 10_000_000 and record.stdout == b"gone\n",
    ),
    Attack(
        name="kill of everything and of pid 1",
        source="""
import os, signal
for number in range(1, 65):
    for pid in (1, -1):
        if pid == -1 and number != signal.SIGKILL: continue
        try: os.kill(pid, number)
        except OSError: pass
print('alive', flush=True)
""",
        stopped=lambda record: (record.exit_code, record.signal) in {(0, None), (None, 9)},
    ),
    Attack(
        name="an interrupt to the warden",
        source="import os, signal, time\ntry: os.kill(1, signal.SIGINT)\nexcept OSError: pass\ntime.sleep(0.2)\nprint('alive')",
        stopped=lambda record: record.stdout == b"alive\n",
    ),
    Attack(
        name="limits of the warden",
        source=SYSTEM_CALL + "import struct\nprint([call(302, 1, 0, struct.pack('QQ', 0, 0), None)])",
        stopped=all_refused,
    ),
    Attack(
        name="ptrace and reading the warden's memory",
        source=SYSTEM_CALL + "print([call(101, 16, 1, 0, 0), call(310, 1, 0, 0, 0, 0, 0), call(438, 3, 0, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="the warden's /proc",
        source="""
import os
opened = []
for name in ('mem', 'environ', 'maps', 'auxv', 'cmdline'):
    try: opened.append(open('/proc/1/' + name, 'rb').read(10))
    except OSError: pass
for name in ('fd', 'root', 'cwd', 'task'):
    try: opened.append(os.listdir('/proc/1/' + name))
    except OSError: pass
print(opened)
""",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
]

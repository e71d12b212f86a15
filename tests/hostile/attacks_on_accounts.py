"""Attacks on the counting: time, memory and limits that are used without being seen."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import SYSTEM_CALL, Attack, all_refused, killed, printed

ACCOUNTS = [
    Attack(
        name="the clock of the machine",
        source=SYSTEM_CALL
        + "import ctypes\nblock = ctypes.create_string_buffer(512)\nprint([call(164, block, None), call(227, 0, block), call(159, b'\\1' * 208), call(305, 0, b'\\1' * 208)])",
        stopped=all_refused,
    ),
    Attack(
        name="higher limits for itself",
        source="""
import resource
won = []
for name in dir(resource):
    if not name.startswith('RLIMIT_'): continue
    kind = getattr(resource, name)
    soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY: continue
    for wanted in ((hard + 1, hard + 1), (-1, -1)):
        try: resource.setrlimit(kind, wanted); won.append(name)
        except (OSError, ValueError): pass
print(won)
""",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="no CPU limit by a handler for its signal",
        source="import signal\nsignal.signal(signal.SIGXCPU, lambda *_: None)\nsignal.setitimer(signal.ITIMER_PROF, 0)\nwhile True: pass",
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 900_000,
    ),
    Attack(
        name="CPU time of threads that ended",
        source="import threading\ndef burn():\n    for _ in range(300_000): pass\nwhile True:\n    thread = threading.Thread(target=burn); thread.start(); thread.join()",
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 1_000_000,
    ),
    Attack(
        name="CPU time of orphans",
        source="import os\nfor _ in range(3):\n    if os.fork() == 0:\n        if os.fork() == 0:\n            while True: pass\n        os._exit(0)\n    os.wait()\nwhile True: os.sched_yield()",
        limits={"cpu_time_s": 0.5, "may_fork": True},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 2_000_000,
    ),
    Attack(
        name="a fresh CPU account by executing itself",
        language="c",
        source='#include <unistd.h>\nint main(int n, char **v) { for (volatile long i = 0; i < 20000000; i++); execv("/proc/self/exe", v); return 9; }',
        limits={"cpu_time_s": 0.5},
        stopped=lambda record: record.cpu_exceeded and record.cpu_us < 1_000_000,
    ),
    Attack(
        name="stopping itself for ever",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        limits={"wall_time_s": 1},
        stopped=lambda record: record.wall_exceeded and record.wall_us < 10_000_000,
    ),
    Attack(
        name="going on in silence",
        source="import os, time\nos.close(0); os.close(1); os.close(2)\ntime.sleep(60)",
        limits={"wall_time_s": 1},
        stopped=lambda record: record.wall_exceeded,
    ),
    Attack(
        name="a thread that outlives the program",
        source="import os, threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('end')",
        stopped=lambda record: record.stdout == b"end\n" and record.wall_us < 10_000_000,
    ),
    Attack(
        name="processes that call themselves threads",
        source=SYSTEM_CALL
        + "print([call(56, flags, 0, 0, 0, 0) for flags in (0x11, 0x100, 0x4111, 0x8011, 0x111, 0x2011)] + [call(57), call(58), call(435, 0, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="shared memory of 2 GB",
        source="import mmap\nkept = [mmap.mmap(-1, 64 << 20) for _ in range(32)]\nfor block in kept:\n    for at in range(0, len(block), 4096): block[at] = 1\nprint('all')",
        stopped=lambda record: record.stdout == b"" and record.memory_kb < 600_000,
    ),
    Attack(
        name="POSIX shared memory past the scratch limit",
        source="import os\nsize = 0\ntry:\n    for number in range(64):\n        file = os.open(f'/dev/shm/{number}', os.O_CREAT | os.O_RDWR)\n        size += os.write(file, bytes(4 << 20))\nexcept OSError as error: print(size >> 20, error.errno)",
        stopped=lambda record: record.stdout in {b"16 28\n", b"15 28\n"},
        stopped_reduced=lambda record: record.stdout == b"0 13\n",
    ),
    Attack(
        name="memory in pipes",
        source="import fcntl, os\nsize = 0\ntry:\n    while True:\n        _, end = os.pipe()\n        os.set_blocking(end, False)\n        try: fcntl.fcntl(end, 1031, 1 << 20)\n        except OSError: pass\n        try:\n            while True: size += os.write(end, bytes(1 << 16))\n        except BlockingIOError: pass\nexcept OSError as error: print([size >> 20, error.errno])",
        stopped=lambda record: printed(record)[0] < 40,
    ),
    Attack(
        name="memory in pairs of sockets",
        source="import socket\nsize = 0\nkept = []\ntry:\n    while True:\n        kept.append(socket.socketpair())\n        one = kept[-1][0]\n        one.setblocking(False)\n        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)\n        try:\n            while True: size += one.send(bytes(1 << 16))\n        except BlockingIOError: pass\nexcept OSError as error: print([size >> 20, error.errno])",
        stopped=lambda record: printed(record)[0] < 40,
    ),
    Attack(
        name="memory in signals that wait",
        source=SYSTEM_CALL
        + "import signal, struct\nsignal.pthread_sigmask(signal.SIG_BLOCK, {40})\ninfo = struct.pack('iii', 40, 0, -1).ljust(128, b'\\0')\nsent = 0\nwhile sent < 200000 and call(129, os.getpid(), 40, info) == 0: sent += 1\nprint(sent)",
        stopped=lambda record: int(record.stdout) <= 1024,
    ),
    Attack(
        name="folders in folders without end",
        source="import os\ndepth = 0\ntry:\n    while depth < 100_000:\n        os.mkdir('d'); os.chdir('d'); depth += 1\nexcept OSError as error: print(depth, error.errno)",
        stopped=lambda record: record.stdout.endswith(b" 28\n"),
        stopped_reduced=killed,
    ),
    Attack(
        name="links to fill the table of files",
        source="import os\nopen('a', 'w').close()\nmade = 0\ntry:\n    for made in range(100_000): os.link('a', f'l{made}')\nexcept OSError as error: print(made, error.errno)",
        stopped=lambda record: record.stdout.endswith(b" 28\n"),
        stopped_reduced=killed,
    ),
    Attack(
        name="more descriptors than allowed",
        source="import os\ntry:\n    while True: os.dup(0)\nexcept OSError as error: print(error.errno)",
        stopped=lambda record: record.stdout == b"24\n",
    ),
]

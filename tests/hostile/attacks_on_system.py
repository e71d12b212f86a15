"""Attacks on the kernel, and on files of the host."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import SYSTEM_CALL, Attack, all_refused, not_permitted, printed

KERNEL = [
    Attack(
        name="sockets",
        source=SYSTEM_CALL + "print([call(41, 2, 1, 0), call(41, 1, 1, 0), call(41, 16, 3, 0), call(41, 40, 1, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="new namespaces",
        source=SYSTEM_CALL
        + "print([call(272, 0x10000000), call(56, 0x10000011, 0, 0, 0, 0), call(435, 0, 0), call(308, 0, 0)])",
        limits={"may_fork": True},
        stopped=all_refused,
    ),
    Attack(
        name="mounts, bpf, io_uring, keys, perf, userfaultfd, modules",
        source=SYSTEM_CALL
        + "print([call(n, 0, 0, 0, 0, 0) for n in (165, 166, 155, 161, 321, 425, 250, 298, 323, 304, 246, 175, 428, 430, 442)])",
        stopped=all_refused,
    ),
    Attack(
        name="system calls newer than the filter",
        source=SYSTEM_CALL + "print([call(n, 0, 0, 0) for n in range(463, 600)])",
        stopped=all_refused,
    ),
    Attack(
        name="the i386 system call table",
        source='int main(void) { int r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20)); return r > 0 ? 0 : 1; }',
        language="c",
        stopped=lambda record: record.signal == 31,
    ),
    Attack(
        name="the x32 system call table",
        source="#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return syscall(0x40000000 + 39) > 0 ? 0 : 1; }",
        language="c",
        stopped=lambda record: record.signal == 31,
    ),
    Attack(
        name="a constructor that runs before main",
        source="""
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
__attribute__((constructor)) void early(void) {
  printf("[%d, %d]", socket(2, 1, 0), open("/usr/x", O_CREAT | O_WRONLY, 0600)); fflush(stdout); _exit(0);
}
int main(void) { return 1; }
""",
        language="c",
        stopped=all_refused,
    ),
    Attack(
        name="more rights: limits, users, capabilities",
        source="""
import ctypes, os, resource
won = []
for attempt in (lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)), lambda: os.setuid(0),
                lambda: os.setgroups([0]), lambda: os.nice(-5), lambda: os.chown('/box', 0, 0)):
    try: attempt(); won.append(attempt)
    except (OSError, ValueError): pass
status = open('/proc/self/status').read()
print([len(won), 'NoNewPrivs:\\t1' in status, 'Seccomp:\\t2' in status,
       [line for line in status.splitlines() if line[:6] in ('CapEff', 'CapPrm', 'CapAmb') and int(line.split()[1], 16)]])
""",
        stopped=lambda record: printed(record) == [0, True, True, []],
    ),
    Attack(
        name="typing into a terminal",
        source=SYSTEM_CALL + "print([call(16, 0, 0x5412, b'x'), call(16, 0, 0x541C, b'x')])",
        stopped=lambda record: printed(record) == [-1, -1],
    ),
    Attack(
        name="io_uring, in all its calls",
        source=SYSTEM_CALL + "print([call(425, 8, b'\\0' * 120), call(426, 3, 1, 1, 0, 0, 0), call(427, 3, 0, 0, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="programs that nobody wrote to a file",
        source=SYSTEM_CALL + "print([call(319, b'x', 0), call(319, b'x', 3), call(322, -1, b'', None, None, 0x1000)])",
        stopped=all_refused,
    ),
    Attack(
        name="loosening its own rules",
        source=SYSTEM_CALL
        + "print([call(157, 22, 1, 0, 0, 0), call(157, 22, 2, 0, 0, 0), call(157, 38, 0, 0, 0, 0), call(157, 35, 1, 0, 0, 0), call(317, 0, 0, 0), call(317, 1, 0, 0), call(444, 0, 0, 1), call(446, 3, 0), call(157, 24, 21, 0, 0, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="devices of its own",
        source="import os, stat\nmade = []\nfor kind, device in ((stat.S_IFCHR, (1, 1)), (stat.S_IFBLK, (8, 0)), (stat.S_IFCHR, (10, 229))):\n    for folder in ('/box', '/tmp', '/dev'):\n        try: os.mknod(f'{folder}/node', kind | 0o666, os.makedev(*device)); made.append(folder)\n        except OSError: pass\nprint(made)",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="climbing out of the root",
        source="import os\ninside = os.stat('/').st_ino, os.stat('/').st_dev\nplaces = ['/..', '/../../..', '/proc/self/root', '/proc/self/root/..', '/proc/self/cwd/../..', '/proc/self/task/2/root', '/dev/fd/../../..']\nprint([path for path in places if os.path.exists(path) and (os.stat(path).st_ino, os.stat(path).st_dev) != inside and path != '/dev/fd/../../..'])",
        stopped=lambda record: record.stdout == b"[]\n",
        stopped_reduced=lambda record: record.stdout == b"['/proc/self/cwd/../..']\n",
    ),
    Attack(
        name="rights of programs that have more",
        source="import glob, os, stat\nfound = [path for path in glob.glob('/usr/bin/*') + glob.glob('/usr/lib/*/*') if os.path.isfile(path) and os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID)]\nflags = os.statvfs('/usr').f_flag\nprint([bool(flags & os.ST_NOSUID), os.getuid() == os.geteuid() != 0])",
        stopped=lambda record: printed(record) == [True, True],
        stopped_reduced=lambda record: printed(record) == [False, True],
    ),
    Attack(
        name="switches of the kernel in /proc",
        source="import os\nwritten = []\nfor path in ('/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/sys/vm/drop_caches', '/proc/self/uid_map', '/proc/self/gid_map', '/proc/self/setgroups', '/proc/self/oom_score_adj', '/proc/self/timerslack_ns', '/proc/self/coredump_filter', '/proc/self/attr/current', '/proc/irq/0/smp_affinity', '/proc/self/clear_refs'):\n    try: os.write(os.open(path, os.O_WRONLY), b'1'); written.append(path)\n    except OSError: pass\nprint(written)",
        stopped=lambda record: record.stdout == b"[]\n",
    ),
    Attack(
        name="namespaces of others",
        source=SYSTEM_CALL
        + "results = []\nfor name in ('mnt', 'pid', 'user', 'net'):\n    for pid in ('1', 'self'):\n        try: fd = os.open(f'/proc/{pid}/ns/{name}', os.O_RDONLY)\n        except OSError: continue\n        results.append(call(308, fd, 0))\nprint(results)",
        stopped=all_refused,
    ),
    Attack(
        name="what the kernel tells of itself",
        source="import os\nread = []\nfor path in ('/proc/kcore', '/proc/kmsg', '/dev/kmsg', '/dev/mem', '/proc/vmallocinfo', '/proc/slabinfo', '/proc/1/stack', '/sys/kernel', '/proc/self/pagemap'):\n    try: data = os.read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), 64); read.append(path) if path != '/proc/self/pagemap' or any(data[:7]) else None\n    except OSError: pass\nwith open('/proc/kallsyms') as file: read += [line for line in list(file)[:50] if int(line.split()[0], 16)]\nprint(read)",
        stopped=lambda record: record.stdout == b"[]\n",
        stopped_reduced=not_permitted,
    ),
    Attack(
        name="tracing and being traced",
        source=SYSTEM_CALL
        + "print([call(101, 0, 0, 0, 0), call(101, 16, 2, 0, 0), call(312, 1, 2, 0, 0, 0), call(311, 2, 0, 0, 0, 0, 0), call(440, 3, 0, 0, 4, 0), call(448, 3, 0)])",
        stopped=all_refused,
    ),
    Attack(
        name="files by handle",
        source=SYSTEM_CALL
        + "import ctypes\nhandle = ctypes.create_string_buffer(b'\\x80' + bytes(200))\nnumber = ctypes.c_int()\nprint([call(303, -100, b'/', handle, ctypes.byref(number), 0), call(304, -100, handle, 0)])",
        stopped=all_refused,
    ),
]

"""Attacks on the kernel, and on files of the host."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from tests.hostile.attack import SYSTEM_CALL, Attack, all_refused, printed

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
        in_c=True,
        stopped=lambda record: record.signal == 31,
    ),
    Attack(
        name="the x32 system call table",
        source="#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return syscall(0x40000000 + 39) > 0 ? 0 : 1; }",
        in_c=True,
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
        in_c=True,
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
]

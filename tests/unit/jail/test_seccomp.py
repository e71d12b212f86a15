"""The filters' instructions are run by an interpreter of our own, for both processors."""

# The list of what no program may call is read by name, not line by line.
# ruff: noqa: E501

from __future__ import annotations

import errno
import struct

import pytest

from etude.jail import ExecProgram, PythonProgram, profiles, seccomp
from etude.jail.system_calls import MACHINES, table

ALLOW, KILL, NOTIFY, EPERM = 0x7FFF0000, 0x80000000, 0x7FC00000, 0x00050000 | errno.EPERM
ENOSYS = 0x00050000 | errno.ENOSYS
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
SIGCHLD, CLONE_THREAD, CLONE_NEWUSER = 17, 0x10000, 0x10000000


def decide(program, machine, number, *arguments, architecture=None):
    """What the kernel would do: classic BPF with the five instructions that the filters use."""
    values = [*arguments, *([0] * (6 - len(arguments)))]
    data = struct.pack("<iIQ6Q", number, architecture or ARCHITECTURE[machine], 0, *values)
    instructions = list(struct.iter_unpack("<HBBI", program))
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, operand = instructions[at]
        if code == 0x06:
            return operand
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
            at += 1
            continue
        holds = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: accumulator & operand != 0}[code]
        at += 1 + (if_true if holds else if_false)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("may_fork", [True, False])
@pytest.mark.parametrize("profile", profiles.PROFILES)
def test_what_is_listed_is_allowed_and_nothing_else(profile, may_fork, machine):
    program = seccomp.program_filter(profile, may_fork=may_fork, machine=machine)

    # a thread of one's own, one's own limits, no terminal's command, no filter: what the checked calls allow
    decided = {
        name: decide(program, machine, number, CLONE_THREAD if name == "clone" else 0)
        for name, number in table(machine).items()
    }

    expected = profiles.allowed(profile, may_fork=may_fork) & table(machine).keys()
    assert {name for name, action in decided.items() if action == ALLOW} == expected
    assert {action for name, action in decided.items() if name not in expected} == {EPERM, ENOSYS}
    assert decided["clone3"] == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_dangerous_is_in_any_profile(machine):
    dangerous = {
        "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "unshare", "setns", "mount", "umount2",
        "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "mount_setattr", "open_by_handle_at", "bpf",
        "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "keyctl", "add_key", "request_key",
        "init_module", "finit_module", "kexec_load", "socket", "bind", "connect", "listen", "accept", "accept4", "shmget",
        "msgget", "semget", "mq_open", "memfd_create", "memfd_secret", "seccomp", "personality", "setuid", "setresuid",
        "capset", "settimeofday", "clock_settime", "iopl", "modify_ldt", "swapon", "reboot", "syslog", "vmsplice", "clone3",
    }  # fmt: skip

    for profile in profiles.PROFILES:
        program = seccomp.program_filter(profile, may_fork=True, machine=machine)
        decided = {decide(program, machine, table(machine)[name]) for name in dangerous & table(machine).keys()}
        assert ALLOW not in decided


@pytest.mark.parametrize("machine", MACHINES)
def test_clone_makes_threads_and_only_where_allowed_processes_and_never_namespaces(machine):
    strict = seccomp.program_filter("native", may_fork=False, machine=machine)
    forking = seccomp.program_filter("native", may_fork=True, machine=machine)
    clone = table(machine)["clone"]

    decided = [
        [decide(program, machine, clone, flags) for flags in (CLONE_THREAD, SIGCHLD, SIGCHLD | CLONE_NEWUSER)]
        for program in (strict, forking)
    ]

    assert decided == [[ALLOW, EPERM, EPERM], [ALLOW, ALLOW, EPERM]]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("prlimit64", (1,)),
        ("ioctl", (0, 0x5412)),
        ("ioctl", (0, 0x541C)),
        ("ioctl", (0, 0x5423)),
        ("prctl", (22,)),
        ("setsockopt", (3, 1, 7)),
        ("setsockopt", (3, 1, 33)),
        ("ioctl", (0, 0x1_0000_5412)),
    ],
)
def test_arguments_that_reach_too_far_are_refused(name, arguments, machine):
    program = seccomp.program_filter("general", may_fork=True, machine=machine)

    assert decide(program, machine, table(machine)[name], *arguments) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_foreign_tables_kill_and_unknown_calls_do_not_exist(machine):
    for program in (seccomp.jail_filter(machine), seccomp.program_filter("python", may_fork=False, machine=machine)):
        assert decide(program, machine, 20, architecture=0x40000003) == KILL
        assert decide(program, machine, 0x40000000 + 39) == KILL
        assert decide(program, machine, 600) == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_jails_filter_allows_what_any_program_may_do_and_what_prepares_it(machine):
    program = seccomp.jail_filter(machine)

    refused = {name for name, number in table(machine).items() if decide(program, machine, number) == EPERM}

    assert not refused & {"mount", "setns", "seccomp", "landlock_restrict_self", "openat2", "wait4", "execveat"}
    assert refused >= {"ptrace", "unshare", "bpf", "socket", "keyctl", "pivot_root"}


def test_audit_tells_instead_of_refusing():
    program = seccomp.program_filter("native", may_fork=False, audit=True, machine="x86_64")
    numbers = table("x86_64")

    assert decide(program, "x86_64", numbers["socket"]) == NOTIFY
    assert decide(program, "x86_64", numbers["clone"], SIGCHLD) == NOTIFY
    assert decide(program, "x86_64", numbers["sendmsg"], 1) == NOTIFY
    assert decide(program, "x86_64", numbers["sendmsg"], seccomp.AUDIT_SOCKET_FD) == ALLOW
    assert decide(program, "x86_64", numbers["read"]) == ALLOW


def test_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="unknown profile 'rust'; there are compiler, "):
        ExecProgram(argv=("/bin/true",), profile="rust")
    with pytest.raises(ValueError, match="unknown profile"):
        PythonProgram(files={"main.py": b""}, profile="rust")

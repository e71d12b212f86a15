"""The table of system calls agrees with the kernel's own headers, where they are installed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from etude.jail.inside.kernel import MACHINE
from etude.jail.system_calls import MACHINES, name_of, table

CROSS = Path("/usr/aarch64-linux-gnu/include")  # of the Debian package linux-libc-dev-arm64-cross
# Without it: what arm64 takes from the generic table, which every machine's headers have.
GENERIC = [f"-D__ARCH_WANT_{name}" for name in ("RENAMEAT", "NEW_STAT", "SET_GET_RLIMIT", "SYS_CLONE3", "MEMFD_SECRET")]
FLAGS = {
    "x86_64": ["-include", "asm/unistd.h"] if MACHINE == "x86_64" else [],
    "aarch64": [f"-I{CROSS}", "-nostdinc", "-U__x86_64__", "-D__aarch64__", "-include", "asm/unistd.h"]
    if CROSS.is_dir()
    else [*GENERIC, "-D__BITS_PER_LONG=64", "-include", "asm-generic/unistd.h"],
}


def numbers_in_headers(flags):
    """What the preprocessor makes of the headers' definitions."""
    command = ["cc", "-E", "-dM", *flags, "-x", "c", "/dev/null"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    defined = dict(re.findall(r"^#define (__NR\w*) (\w+)$", text, re.MULTILINE))

    def value(name):
        found = defined[name]
        return value(found) if found in defined else found

    found = {name.removeprefix("__NR_"): value(name) for name in defined if name.startswith("__NR_")}
    no_calls = {"syscalls", "arch_specific_syscall"}
    return {name: int(number) for name, number in found.items() if number.isdigit() and name not in no_calls}


@pytest.mark.parametrize("machine", [name for name in MACHINES if FLAGS[name]])
def test_numbers_are_those_of_the_kernels_headers(machine):
    theirs = numbers_in_headers(FLAGS[machine])

    ours = table(machine)

    assert len(theirs) > 250
    assert {name: ours.get(name) for name in theirs} == theirs


@pytest.mark.parametrize("machine", MACHINES)
def test_no_two_calls_share_a_number(machine):
    numbers = list(table(machine).values())

    assert len(set(numbers)) == len(numbers)


def test_calls_newer_than_424_have_one_number_everywhere():
    first, second = table("x86_64"), table("aarch64")

    shared = {name for name, number in first.items() if number >= 424} & second.keys()

    assert len(shared) > 40
    assert {name: first[name] for name in shared} == {name: second[name] for name in shared}


def test_numbers_have_names():
    assert name_of(table()["openat"]) == "openat"
    assert name_of(9999) == "call 9999"


def test_unknown_machine_is_refused():
    with pytest.raises(ValueError, match="riscv64"):
        table("riscv64")

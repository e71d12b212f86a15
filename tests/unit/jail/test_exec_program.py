# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from etude.jail import ExecProgram, JailError, PythonProgram

from .conftest import LIMITS

COMPILE = replace(LIMITS, may_fork=True, scratch_bytes=64 << 20, memory_bytes=1 << 30)


def test_compiler_runs_in_the_jail_and_its_program_is_handed_in_by_descriptor(jail, tmp_path):
    source = b'#include <stdio.h>\nint main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }\n'
    compiler = ExecProgram(argv=("/usr/bin/gcc", "-o", "a.out", "main.c"), files={"main.c": source})

    compiled = jail.run(compiler, limits=COMPILE, collect=("a.out",), collect_bytes=64 << 20)
    (tmp_path / "sum").write_bytes(compiled.collected["a.out"])
    record = jail.run(ExecProgram(argv=("{executable}",), executable=tmp_path / "sum"), stdin=b"2 3\n", limits=LIMITS)

    assert compiled.exit_code == 0
    assert record.stdout == b"5\n"


def test_compile_error_is_the_compilers_own_words(jail):
    compiler = ExecProgram(argv=("/usr/bin/gcc", "main.c"), files={"main.c": b"int main(void) { return x; }\n"})

    record = jail.run(compiler, limits=COMPILE, collect=("a.out",))

    assert record.exit_code == 1
    assert b"main.c:1:25: error:" in record.stderr
    assert record.refused == {"a.out": "No such file or directory"}


def test_changed_executable_is_read_again(jail, tmp_path):
    program = ExecProgram(argv=("{executable}",), executable=tmp_path / "program")

    (tmp_path / "program").write_bytes(Path("/bin/true").read_bytes())
    first = jail.run(program, limits=LIMITS)
    (tmp_path / "program").write_bytes(Path("/bin/false").read_bytes())
    second = jail.run(program, limits=LIMITS)

    assert (first.exit_code, second.exit_code) == (0, 1)


def test_executable_shows_nothing_of_the_host(run_c):
    source = """
#include <stdio.h>
#include <unistd.h>
int main(int count, char **values) {
  char path[4096] = {0}; readlink("/proc/self/exe", path, 4095); printf("%d %s %s %s", count, values[0], values[1], path);
}
"""

    record = run_c(source)

    assert record.stdout == b"3 ./program one /memfd:program (deleted)"


def test_environment_is_clean_and_can_be_added_to(jail):
    record = jail.run(ExecProgram(argv=("/usr/bin/env",), environment={"EXTRA": "é"}), limits=LIMITS)

    names = {line.partition(b"=")[0] for line in record.stdout.splitlines()}
    assert names == {b"PATH", b"HOME", b"LANG", b"MALLOC_ARENA_MAX", b"EXTRA"}
    assert "EXTRA=é".encode() in record.stdout


def test_missing_program_is_a_fault_of_the_jail_and_the_next_run_works(jail):
    with pytest.raises(JailError, match="could not be run"):
        jail.run(ExecProgram(argv=("/usr/bin/no-such-compiler",)), limits=LIMITS)

    record = jail.run(ExecProgram(argv=("/bin/echo", "again")), limits=LIMITS)

    assert record.stdout == b"again\n"


def test_signal_of_a_compiled_program_is_reported(run_c):
    record = run_c("int main(void) { volatile int *nowhere = 0; return *nowhere; }")

    assert record.exit_code is None
    assert record.signal == 11


def test_large_input_reaches_a_program_that_answers_meanwhile(jail):
    data = b"0123456789abcde\n" * 50_000

    record = jail.run(ExecProgram(argv=("/bin/cat",)), stdin=data, limits=LIMITS)

    assert record.stdout == data


def test_files_of_the_program_are_collected_from_subfolders(jail):
    program = PythonProgram(files={"main.py": b"import os\nos.mkdir('out')\nopen('out/a', 'wb').write(bytes(3))"})

    record = jail.run(program, limits=LIMITS, collect=("out/a", "main.py"))

    assert record.collected["out/a"] == bytes(3)
    assert record.refused == {}


def test_file_larger_than_asked_for_is_not_collected(jail):
    program = PythonProgram(files={"main.py": b"open('a', 'wb').write(bytes(11))"})

    record = jail.run(program, limits=LIMITS, collect=("a",), collect_bytes=10)

    assert record.refused == {"a": "too large"}


def test_a_folder_is_collected_with_all_its_files(jail):
    source = b"import os\nos.makedirs('out/in')\nopen('out/a', 'w').write('1')\nopen('out/in/\xc3\xa9', 'w').write('2')"
    program = PythonProgram(files={"main.py": source})

    record = jail.run(program, limits=LIMITS, collect=("out/",))

    assert (record.collected, record.refused) == ({"out/a": b"1", "out/in/é": b"2"}, {})


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ("for n in range(257): open(f'out/{n}', 'w')", "too many files"),
        ("for n in range(80): os.mkdir(f'out/{n}')", "too many files"),
        ("for n in range(3): open(f'out/{n}', 'w').write('1234')", "too large"),
        ("os.symlink('/etc/passwd', 'out/a')", "Too many levels of symbolic links"),
        ("os.mkfifo('out/a')", "not a regular file"),
        ("os.rmdir('out'); os.symlink('/etc', 'out')", "Too many levels of symbolic links"),
    ],
)
def test_a_folder_with_anything_in_it_that_cannot_be_had_is_not_collected(jail, made, reason):
    program = PythonProgram(files={"main.py": f"import os\nos.mkdir('out')\n{made}".encode()})

    record = jail.run(program, limits=LIMITS, collect=("out/",), collect_bytes=10)

    assert (record.collected, record.refused) == ({}, {"out/": reason})


@pytest.mark.parametrize("name", ["../x", "/etc/x", "", "a/../../x", "a\0b", "./x", "a//b"])
def test_names_that_leave_the_working_folder_are_refused(name):
    with pytest.raises(ValueError, match="not a relative file name"):
        ExecProgram(argv=("/bin/true",), files={name: b""})


def test_program_without_its_source_is_refused():
    with pytest.raises(ValueError, match=r"no file 'main.py'"):
        PythonProgram(files={"other.py": b""})


@pytest.mark.parametrize("argv", [(), ("gcc",), ("{executable}",)])
def test_commands_that_name_no_program_are_refused(argv):
    with pytest.raises(ValueError, match=r"argv|absolute"):
        ExecProgram(argv=argv)

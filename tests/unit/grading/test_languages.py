"""Every language says what it needs, passes its own test, and is offered only where its toolchain is."""

from __future__ import annotations

import subprocess

import pytest

from etude.grading import gnu, languages, toolchains
from etude.grading.engine import run_once
from etude.grading.job import RunJob
from etude.grading.languages import Source, find_main
from etude.grading.toolchains import Toolchain
from etude.grading.verdict import Status

C = languages.load()["c"]
GCC = C.toolchain


def test_the_languages_are_found_by_themselves():
    assert list(languages.load()) == ["c", "cpp", "python"]


@pytest.mark.parametrize("entry", languages.available().values(), ids=lambda entry: entry.name)
def test_language_passes_its_own_self_test(entry, jails, cache_dir):
    files = {entry.source_name: entry.self_test.source}

    result = run_once(RunJob(language=entry.name, files=files, stdin=entry.self_test.stdin), jails, cache_dir=cache_dir)

    assert (result.status, result.stdout.encode()) == (Status.AC, entry.self_test.expected), result


def test_a_language_without_its_compiler_is_not_offered_and_says_which_package_brings_it(monkeypatch):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    assert list(languages.available()) == ["python"]
    assert GCC.state().fix == "apt install gcc libc6-dev"


def test_a_compiler_without_its_headers_is_not_offered():
    toolchain = Toolchain(command="true", packages="x", check=(), check_input=b"")
    broken = Toolchain(command="false", packages="x", check=(), check_input=b"")

    assert (toolchain.state().is_available, broken.state().is_available) == (True, False)


def test_a_compiler_that_hangs_is_not_offered(monkeypatch):
    def hang(*_arguments, **_options):
        raise subprocess.TimeoutExpired("gcc", 20)

    monkeypatch.setattr(subprocess, "run", hang)

    assert not Toolchain(command="cat", packages="x").state().is_available


def test_compiling_without_a_compiler_is_a_fault_of_the_machine(monkeypatch):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    with pytest.raises(FileNotFoundError):
        C.compile(Source(files={"main.c": b""}, main="main.c"))


def test_no_file_name_can_be_read_as_an_option_of_the_compiler():
    program = C.compile(Source(files={"-o evil.c": b"", "main.c": b"", "x.h": b""}, main="main.c"))

    assert program.argv[-3:] == ("./-o evil.c", "./main.c", "-lm")


@pytest.mark.parametrize(
    ("language", "names", "main"),
    [
        ("python", ["main.py", "helper.py"], "main.py"),
        ("python", ["answer.py"], "answer.py"),
        ("python", ["a.py", "b.py"], None),
        ("python", ["main.c"], None),
        ("c", ["list.c", "tree.c", "list.h"], "list.c"),
        ("c", ["list.h"], None),
        ("cpp", ["x.cc"], "x.cc"),
    ],
)
def test_the_program_among_the_files_is_found(language, names, main):
    assert find_main(languages.load()[language], dict.fromkeys(names, b"")) == main


def test_errors_of_compiler_and_linker_are_read_and_warnings_are_not():
    said = (
        "main.c: In function \u2018main\u2019:\n"
        "main.c:3:5: warning: unused variable \u2018x\u2019\n"
        "./main.c:4:12: error: expected \u2018;\u2019\n"
        "main.c:5: error: no column\n"
        "main.c:1:10: fatal error: nothere.h: No such file or directory\n"
        "/usr/bin/ld: main.c:(.text+0x5): undefined reference to `foo'\n"
    )

    errors = [(line.file, line.line, line.column, line.message) for line in gnu.read_errors("", said)]

    assert errors == [
        ("main.c", 4, 12, "expected \u2018;\u2019"),
        ("main.c", 5, 0, "no column"),
        ("main.c", 1, 10, "nothere.h: No such file or directory"),
        ("", 0, 0, "undefined reference to `foo'"),
    ]

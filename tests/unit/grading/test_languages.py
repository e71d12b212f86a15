"""Every language says what it needs, passes its own test, and is offered only where its toolchain is."""

from __future__ import annotations

import subprocess

import pytest
from tests.conditions import language_params

from etude.grading import gnu, languages, toolchains
from etude.grading.languages import Source, find_main
from etude.grading.toolchains import Toolchain

C = languages.load()["c"]
GCC = C.toolchain


def test_the_languages_are_found_by_themselves():
    assert list(languages.load()) == ["c", "cpp", "csharp", "java", "javascript", "python", "shell", "sql"]


def test_a_language_without_its_compiler_is_not_offered_and_says_which_package_brings_it(monkeypatch):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    assert list(languages.available()) == ["python", "sql"]
    assert GCC.state().fix == "apt install gcc libc6-dev"


def test_a_compiler_without_its_headers_is_not_offered():
    toolchain = Toolchain(command="true", packages="x", check=(), check_input=b"")
    broken = Toolchain(command="false", packages="x", check=(), check_input=b"")

    assert (toolchain.state().is_available, broken.state().is_available) == (True, False)


@pytest.mark.parametrize(("oldest", "is_available"), [(0, True), (8, True), (9, True), (10, False)])
def test_a_toolchain_that_is_too_old_is_not_offered(tmp_path, monkeypatch, oldest, is_available):
    compiler = tmp_path / "javac"
    compiler.write_text("#!/bin/sh\necho javac 9.0.4\n")
    compiler.chmod(0o755)
    monkeypatch.setattr(toolchains, "SEARCH_PATH", str(tmp_path))

    state = Toolchain(command="javac", packages="jdk", oldest=oldest).state()

    assert (state.is_available, state.fix) == (is_available, "" if is_available else "apt install jdk")


@pytest.mark.parametrize("language", language_params())
def test_every_language_says_its_version_here(language):
    state = languages.load()[language].toolchain.state()

    assert state.is_available
    assert any(letter.isdigit() for letter in state.version)


@pytest.mark.parametrize("language", [entry for entry in languages.load() if entry not in {"python", "sql"}])
def test_no_language_is_compiled_or_run_without_its_toolchain(language, monkeypatch, tmp_path):
    entry = languages.load()[language]
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")
    program = tmp_path / "program"
    program.write_bytes(b"\0\0\0\0")

    with pytest.raises(FileNotFoundError):
        entry.compile(Source(files={entry.source_name: b""}, main=entry.source_name))
    if language not in {"c", "cpp"}:
        with pytest.raises(FileNotFoundError):
            entry.run(Source(files={}, main=entry.source_name), program)


def test_a_compiler_that_hangs_is_not_offered(monkeypatch):
    def hang(*_arguments, **_options):
        raise subprocess.TimeoutExpired("gcc", 20)

    monkeypatch.setattr(subprocess, "run", hang)

    assert not Toolchain(command="cat", packages="x").state().is_available


def test_compiling_without_a_compiler_is_a_fault_of_the_machine(monkeypatch):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    with pytest.raises(FileNotFoundError):
        C.compile(Source(files={"main.c": b""}, main="main.c"))


@pytest.mark.compilers
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


@pytest.mark.parametrize("name", language_params(name for name in languages.load() if name != "shell"))
def test_programs_may_make_the_system_calls_of_their_own_family_only(name, tmp_path):
    language = languages.load()[name]
    made = tmp_path / "program"
    made.write_bytes(bytes(8))
    source = Source(files={language.source_name: language.self_test.source}, main=language.source_name)

    programs = [language.compile(source), language.run(source, made)]

    assert "general" not in {program.profile for program in programs}


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


STOPPED_CSHARP = b"""
Unhandled Exception:
System.Exception: no
  at List.Add () in <1>:0\x20
  at A.F () in /box/Program.cs:7\x20
"""
STOPPED_JAVA = b"""Exception in thread "main" java.lang.Error: no
\tat java.base/java.util.A.f(A.java:5)
\tat Main.main(Main.java:7)
"""


@pytest.mark.parametrize(
    ("language", "stderr", "sentence"),
    [
        ("csharp", STOPPED_CSHARP, "The program stopped on line 7 of Program.cs: System.Exception: no"),
        ("csharp", STOPPED_CSHARP.replace(b"Program.cs", b"Library.cs"), None),
        ("csharp", STOPPED_CSHARP.replace(b"Unhandled", b"Handled"), None),
        ("java", STOPPED_JAVA, "The program stopped on line 7 of Main.java: java.lang.Error: no"),
        (
            "java",
            STOPPED_JAVA.replace(b"lang.Error: no", b"util.NoSuchElementException"),
            "On line 7 the program asked for more input than there was.",
        ),
        ("java", STOPPED_JAVA.replace(b"Main.java", b"Library.java"), None),
        ("java", STOPPED_JAVA.replace(b"Exception in", b"Out of"), None),
        ("sql", b"Error: line 3 of query.sql: no such table: t\n", None),
    ],
)
def test_the_line_that_stopped_a_program_is_one_of_the_answers(language, stderr, sentence):
    entry = languages.load()[language]
    source = Source(files={entry.source_name: b""}, main=entry.source_name)

    explained = entry.explain(stderr, source)

    assert (explained and str(explained)) == sentence

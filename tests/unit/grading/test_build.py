"""Compiling: what the student reads when it fails, and what is not done twice."""

from __future__ import annotations

import json

import pytest

from etude.grading import languages
from etude.grading.build import Builder, compile_result
from etude.grading.errors import JobError
from etude.grading.job import RunJob
from etude.grading.languages import Source

C, PYTHON = languages.load()["c"], languages.load()["python"]
SOURCE = Source(files={"main.c": b"int x = \xe2\x80\x9c;\n"}, main="main.c")


def job_of(files, **fields) -> RunJob:
    return RunJob(language="c", files=files, **fields)


@pytest.fixture
def compiled(make_record):
    return make_record(collected={"a.out": b"program"}, stderr=b"main.c:1:1: warning: x\n", wall_us=30_000)


def test_a_program_is_compiled_once(fake_jails, fake_jail, compiled, tmp_path):
    fake_jail.playback.append(compiled)

    with Builder(fake_jails, tmp_path) as builder:
        first = builder.build(C, job_of(SOURCE.files))
        second = builder.build(C, job_of(SOURCE.files))

    assert (first.result.ok, first.result.cached, first.result.time_ms) == (True, False, 30)
    assert (second.result.ok, second.result.cached, second.result.time_ms) == (True, True, 0)
    assert first.executable == second.executable
    assert second.result.output == first.result.output == "main.c:1:1: warning: x"


def test_another_language_version_is_another_program(fake_jails, fake_jail, compiled, tmp_path):
    fake_jail.playback.extend([compiled, compiled])

    with Builder(fake_jails, tmp_path) as builder:
        usual = builder.build(C, job_of(SOURCE.files))
        older = builder.build(C, job_of(SOURCE.files, version="gnu11"))
        again = builder.build(C, job_of(SOURCE.files, version="gnu17"))

    assert usual.executable == again.executable != older.executable
    assert [program.argv[1] for program, _ in fake_jail.asked] == ["-std=gnu17", "-std=gnu11"]


def test_a_version_that_the_language_does_not_have_is_refused(fake_jails):
    with Builder(fake_jails, None) as builder, pytest.raises(JobError, match="C has no version “c99”"):
        builder.build(C, job_of(SOURCE.files, version="c99"))


def test_without_a_cache_folder_nothing_is_left(fake_jails, fake_jail, compiled):
    fake_jail.playback.append(compiled)

    with Builder(fake_jails, None) as builder:
        executable = builder.build(C, job_of(SOURCE.files)).executable
        again = builder.build(C, job_of(SOURCE.files)).executable
        assert executable is not None
        assert executable.read_bytes() == b"program"

    assert again == executable
    assert not executable.exists()


def test_an_answer_that_does_not_compile_is_not_kept(fake_jails, fake_jail, make_record, tmp_path):
    fake_jail.playback.append(make_record(exit_code=1, stderr=b"main.c:1:9: error: stray\n"))

    with Builder(fake_jails, tmp_path) as builder:
        build = builder.build(C, job_of(SOURCE.files))

    assert (build.result.ok, build.source, build.executable) == (False, None, None)
    assert [hint.character for hint in build.result.hints] == ["“"]
    assert not (tmp_path / "build").exists()


def test_an_answer_without_a_program_says_which_file_is_missing(fake_jails):
    with Builder(fake_jails, None) as builder:
        build = builder.build(C, job_of({"notes.txt": b""}))

    assert str(build.result.message) == "The answer has no file named main.c."


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"exit_code": 1, "stderr": b"main.c:1:9: error: stray\n"}, "The program does not compile."),
        ({"exit_code": None, "signal": 9, "cpu_exceeded": True}, "Compiling took too long."),
        ({"exit_code": None, "signal": 9, "wall_exceeded": True}, "Compiling took too long."),
        ({"exit_code": 1, "output_exceeded": True}, "The compiler printed too many messages."),
        ({"exit_code": 1, "memory_exceeded": True}, "Compiling took too much memory."),
        ({"exit_code": None, "signal": 11}, "The compiler gave up on this program."),
        ({"exit_code": 0, "refused": {"a.out": "missing"}}, "The compiler gave up on this program."),
        ({"exit_code": 0, "collected": {"a.out": b""}}, "The compiler gave up on this program."),
    ],
)
def test_a_failure_is_a_sentence(make_record, fields, sentence):
    result = compile_result(C, SOURCE, make_record(**fields))

    assert (result.ok, str(result.message)) == (False, sentence)


def test_our_paths_are_not_shown(make_record):
    said = (
        b"/usr/bin/ld: /tmp/ccAbCd12.o: in function `main':\nmain.c:(.text+0x5): undefined reference to `foo'\n"
        b"/box/./main.c:1:1: note: x\nIn file included from ./main.c:3\n"
    )

    result = compile_result(C, SOURCE, make_record(exit_code=1, stderr=said))

    assert not any(word in result.output for word in ("/usr/bin", "/tmp", "/box", "./main.c"))
    assert "undefined reference to `foo'" in result.output


def test_syntax_errors_of_python_come_with_their_lines(make_record):
    source = Source(files={"main.py": b"x =\n"}, main="main.py")
    found = [{"file": "main.py", "line": 1, "column": 4, "message": "SyntaxError: invalid syntax"}]

    result = compile_result(PYTHON, source, make_record(stdout=json.dumps(found).encode()))

    assert not result.ok
    assert result.output == "main.py:1: SyntaxError: invalid syntax"
    assert (result.lines[0].line, result.lines[0].column) == (1, 4)


def test_a_syntax_check_that_crashes_refuses_the_answer(make_record):
    result = compile_result(PYTHON, SOURCE, make_record(exit_code=None, signal=11))

    assert (result.ok, str(result.message)) == (False, "The compiler gave up on this program.")


def test_a_report_that_is_cut_off_with_the_check_refuses_the_answer(make_record):
    record = make_record(stdout=b'[{"file": "main.py", "li', output_exceeded=True)

    result = compile_result(PYTHON, SOURCE, record)

    assert (result.ok, result.lines) == (False, ())
    assert str(result.message) == "The compiler printed too many messages."


def test_a_whole_report_that_is_nonsense_is_nothing_to_tell_a_student(make_record):
    with pytest.raises(ValueError, match="Unterminated"):
        compile_result(PYTHON, SOURCE, make_record(stdout=b'[{"file": "main.py", "li'))

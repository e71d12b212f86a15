"""`etude grade` and `python -m etude.grading` on anything at all end with a documented exit code, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etude.cli import main as etude
from etude.grading import __main__ as command
from etude.grading.verdict import CompileResult, Status, Verdict

EXIT_CODES = {0, 1, 2, 3}
ACTIVITY = b"""
format = 1
slug = "sum"
kind = "code"
title = "Sum"
points = 10
languages = ["python", "c"]
pictures = ["plot.png"]

[validator]
language = "python"
arguments = ["x"]

[[test_group]]
name = "tests"
points = 10

[[test_group.test]]
name = "one"
input = "1 2"
output = "3"
points = 2
"""
PIECES = st.sampled_from(
    [
        *(b"", b"\0", b"\xff\xfe", b"[", b"]]", b'"', b"= ", b"-1", b"1e999", b"nan", b"9" * 400, b"\xc2\xa0", b"\r"),
        *(b"inside = 'x'\n", b"call = 'f()'\n", b"points = 10", b'kind = "quiz"', b"[" * 3000, b"{" * 500),
        *("\u202eé".encode(), b"2026-01-01"),
    ]
)
FILE_NAMES = st.sampled_from(
    ["activity.toml", "statement.md", "tests/tests/two.in", "tests/tests/two.ans", "tests/x", "validator/v.py",
     "solutions/accepted/a.py", "include/python/main.py", "starter/python/main.py", "odd", "files/a.png"]
)  # fmt: skip
WORDS = st.text(st.characters(exclude_characters="\0"), max_size=30)  # the system takes no NUL in an argument
ODD_ARGUMENTS = st.sampled_from(["--json", "--language", "/dev/zero", "."])
ANSWERS = ["answer.py", "answer.c", "a b.py", "é.py", "-rf.py", "none.txt", "main.java", ".py", "fifo.py", "folder.py"]


@st.composite
def spoiled(draw) -> bytes:
    """The activity's text with pieces put in or cut out."""
    text = ACTIVITY
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 60)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


def write(folder: Path, toml: bytes, files: dict[str, bytes]) -> Path:
    tree = {"statement.md": b"Add.", "validator/v.py": b"", "activity.toml": toml} | files
    for name, data in tree.items():
        path = folder / "activity" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    os.mkfifo(folder / "fifo.py")
    (folder / "folder.py").mkdir()
    return folder / "activity"


def exit_code_of(call) -> int:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            code = call()
        except SystemExit as end:
            code = int(end.code or 0)
    assert "Traceback" not in said.getvalue()
    return code


@pytest.fixture(autouse=True)
def _no_jail(monkeypatch):
    """What is judged here is the command: the engine's own answers to odd jobs have their own tests."""

    def judge(job, _jails, **_options):
        return Verdict(
            status=Status.WA, score=0, max_score=0, language=job.language, tier="full", compile=CompileResult(ok=True)
        )

    monkeypatch.setattr(command, "grade", judge)
    monkeypatch.setattr("etude.cli.grade.grade", judge)
    monkeypatch.setenv("LANGUAGE", "")  # the commands set it; it goes back with the test


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    toml=spoiled() | st.binary(max_size=200),
    files=st.dictionaries(FILE_NAMES, st.binary(max_size=40), max_size=3),
    answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=2, unique=True),
    options=st.sampled_from([(), ("--json",), ("--language", "c"), ("--language", "\udcff")]),
)
@example(toml=ACTIVITY, files={}, answers=["answer.py"], options=())
@example(toml=ACTIVITY, files={}, answers=["fifo.py"], options=())
@example(toml=ACTIVITY, files={}, answers=["folder.py"], options=())
def test_any_activity_and_any_answer_end_with_a_documented_code(toml, files, answers, options):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        activity = write(folder, toml, {key: data for key, data in files.items() if key != "activity.toml"})
        for answer in answers:
            if not (folder / answer).exists() and answer != "none.txt":
                (folder / answer).write_bytes(b"print(3)")
        arguments = ["--", str(activity), *(str(folder / answer) for answer in answers)]

        codes = {
            exit_code_of(lambda: command.main([*options, *arguments])),
            exit_code_of(lambda: etude(["grade", *options, *arguments])),
        }

    assert codes <= EXIT_CODES


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arguments=st.lists(WORDS | ODD_ARGUMENTS, max_size=4))
@example(arguments=["/dev/zero", "/dev/zero"])
@example(arguments=["\udcff", "\udcff"])
def test_any_arguments_end_with_a_documented_code(arguments):
    codes = {exit_code_of(lambda: command.main(arguments)), exit_code_of(lambda: etude(["grade", *arguments]))}

    assert codes <= EXIT_CODES


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(archive=st.binary(max_size=300) | st.binary(max_size=100).map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_in_the_place_of_an_archive_end_with_a_documented_code(archive):
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "x.zip").write_bytes(archive)
        (Path(name) / "a.py").write_bytes(b"")
        arguments = [f"{name}/x.zip", f"{name}/a.py"]

        codes = {exit_code_of(lambda: command.main(arguments)), exit_code_of(lambda: etude(["grade", *arguments]))}

    assert codes == {2}

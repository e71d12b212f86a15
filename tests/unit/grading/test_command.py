"""`python -m etude.grading`: its JSON, its exit codes, its sentences."""

from __future__ import annotations

import json
import runpy
from decimal import Decimal

import pytest

from etude.grading import __main__ as command
from etude.grading import toolchains
from etude.grading.messages import Message
from etude.grading.report import exit_code, to_document, to_lines
from etude.grading.verdict import CompileResult, Hint, HintCode, Note, Status, TestResult, Verdict
from etude.jail import IsolationUnavailable
from etude.jail.errors import LaunchFailed

ACTIVITY = """
format = 1
slug = "sum"
kind = "code"
title = { en = "Sum", fr = "Addition" }
points = 10
languages = ["python", "c"]

[[test_group]]
name = "tests"
points = 10
visibility = "visible"

[[test_group.test]]
name = "one"
input = "1 2\\n"
output = "3\\n"
"""
QUIZ = """
format = 1
slug = "quiz"
kind = "quiz"
title = { en = "Quiz", fr = "Quiz" }
points = 1

[[question]]
id = "q"
type = "number"
text = { en = "1 + 1?", fr = "1 + 1 ?" }
points = 1
answer = 2
"""
RIGHT = "print(sum(map(int, input().split())))"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch):
    for name in ("ETUDE_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "")  # the command sets it for argparse; it goes back with the test


@pytest.fixture
def in_french(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")


@pytest.fixture
def make_activity(tmp_path):
    def make(text: str = ACTIVITY):
        folder = tmp_path / "activity"
        folder.mkdir()
        (folder / "activity.toml").write_text(text, encoding="utf-8")
        for language in ("en", "fr"):
            (folder / f"statement.{language}.md").write_text("Add.\n")
        return folder

    return make


@pytest.fixture
def grade(make_activity, tmp_path, capsys):
    """Run the command on an activity and an answer; exit code, standard output, standard error."""

    def run(source: str, *options: str, name: str = "answer.py", activity: str = ACTIVITY):
        answer = tmp_path / name
        answer.write_text(source, encoding="utf-8")
        code = command.main([str(make_activity(activity)), str(answer), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_an_accepted_answer_is_zero_and_the_json_has_the_agreed_keys(grade):
    code, printed, _ = grade(RIGHT, "--json")

    document = json.loads(printed)
    assert (code, document["verdict"], document["score"], document["max_score"]) == (0, "AC", 10, 10)
    assert list(document) == ["verdict", "score", "max_score", "language", "tier", "compile", "tests"]
    assert list(document["compile"]) == ["ok", "time_ms", "output"]
    assert " ".join(document["tests"][0]) == (
        "name group verdict points cpu_ms wall_ms memory_kb exit_code signal message"
    )


OPENS = f"import socket\ntry: socket.socket()\nexcept OSError: {RIGHT}"


@pytest.mark.usefixtures("in_french")
def test_an_audit_names_what_the_jail_refused(grade):
    code, printed, _ = grade(OPENS, "--audit")

    assert (code, printed.splitlines()[-1].strip()) == (0, "La prison le lui a refusé\u00a0: socket.")


def test_an_audit_that_hears_nothing_says_so(grade):
    code, printed, _ = grade(RIGHT, "--audit")

    assert (code, printed.splitlines()[-1].strip()) == (0, "The jail refused no system call to what it could watch.")


def test_an_audit_adds_its_key_to_the_json_where_it_heard_something():
    refused = TestResult(name="t", group="g", visibility="hidden", status=Status.AC, refused_calls=("socket",))
    verdict = Verdict(
        status=Status.AC,
        score=Decimal(1),
        max_score=Decimal(1),
        language="c",
        tier="full",
        compile=CompileResult(ok=True, refused_calls=("fork",)),
        tests=(refused,),
    )

    document = to_document(verdict)

    assert (document["tests"][0]["refused_calls"], document["compile"]["refused_calls"]) == (["socket"], ["fork"])
    assert "The jail refused the compiler: fork." in "\n".join(to_lines(verdict))


def test_a_wrong_answer_is_one_and_says_why(grade):
    code, printed, _ = grade("print(4)")

    assert code == 1
    assert "WA" in printed
    assert "Line 1 of the output is not as expected." in printed


def test_the_language_can_be_given(grade):
    code, printed, _ = grade("int main(void) { return 0; }", "--language", "c", "--json", name="answer.txt")

    assert (code, json.loads(printed)["verdict"]) == (1, "CE")


def test_several_files_keep_their_names(make_activity, tmp_path):
    for name in ("main.py", "helper.py"):
        (tmp_path / name).write_text("from helper import *" if name == "main.py" else RIGHT)

    assert command.main([str(make_activity()), str(tmp_path / "main.py"), str(tmp_path / "helper.py")]) == 0


@pytest.mark.parametrize(
    ("name", "options", "activity", "sentence"),
    [
        ("answer.java", (), ACTIVITY, "Give one with --language: python, c."),
        ("answer.py", ("--language", "cobol"), ACTIVITY, "does not take cobol. It takes: python, c."),
        ("answer.py", (), QUIZ, "there is nothing to run"),
        ("answer.py", (), "format = 1", "activity.toml"),
    ],
)
def test_wrong_use_is_two_and_one_sentence(grade, name, options, activity, sentence):
    code, printed, error = grade(RIGHT, *options, name=name, activity=activity)

    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert sentence in error


@pytest.mark.parametrize("name", ["nul\0.py", "folder.py", "large.py"])
def test_what_is_no_ordinary_file_of_a_usual_size_is_refused(make_activity, tmp_path, capsys, name):
    (tmp_path / "folder.py").mkdir()
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(command.MAX_FILE_BYTES + 1)

    assert command.main([str(make_activity()), str(tmp_path / name)]) == 2
    assert "is no ordinary file" in (said := capsys.readouterr().err) or "is larger than 16 MB" in said


def test_an_answer_that_is_not_there_is_wrong_use(make_activity, tmp_path, capsys):
    assert command.main([str(make_activity()), str(tmp_path / "nothere.py")]) == 2
    assert "nothere.py" in capsys.readouterr().err


def test_a_missing_toolchain_is_three(grade, monkeypatch):
    monkeypatch.setattr(toolchains, "SEARCH_PATH", "/nowhere")

    code, printed, _ = grade("int main(void) { return 0; }", name="answer.c")

    assert code == 3
    assert "The language c is not available on this machine." in printed


def test_a_machine_that_cannot_isolate_is_three_and_one_sentence(grade, monkeypatch):
    def refuse(*_arguments, **_options):
        raise IsolationUnavailable("user namespaces are off")

    monkeypatch.setattr(command, "grade", refuse)

    code, _, error = grade(RIGHT)

    assert (code, error) == (3, "This machine cannot judge programs: user namespaces are off\n")


@pytest.mark.usefixtures("in_french")
def test_the_help_is_french_to_its_last_word(capsys):
    with pytest.raises(SystemExit):
        command.main(["--help"])

    said = capsys.readouterr().out
    assert "usage\u00a0: python -m etude.grading" in said
    assert "afficher cette aide et terminer" in said
    assert not [word for word in ("show", "arguments:\n  activity", "the ", "NAME", "FILE") if word in said]


@pytest.mark.usefixtures("in_french")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "il manque ces arguments\u00a0: ACTIVITÉ, FICHIER"),
        (["a", "b", "--colour"], "arguments inconnus\u00a0: --colour"),
        (["a", "b", "--language"], "argument --language\u00a0: il faut une valeur"),
        (["a", "b", "--course-language", "de"], "choix impossible\u00a0: 'de'"),
        (["a", "b", "--json=x"], "argument --json\u00a0: valeur de trop 'x'"),
        (["a", "b", "--l", "c", "--c", "fr"], "option ambiguë\u00a0: --c peut vouloir dire --course-language, --cache"),
    ],
)
def test_wrong_use_is_said_in_french(capsys, arguments, sentence):
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)

    assert (ended.value.code, sentence in capsys.readouterr().err) == (2, True)


@pytest.mark.usefixtures("in_french")
def test_verdicts_and_refusals_are_said_in_french(grade, make_activity, tmp_path, capsys):
    _, printed, _ = grade("print(4)")
    nothing = command.main([str(tmp_path / "activity"), str(tmp_path / "nothere.py")])
    refused = capsys.readouterr().err

    assert "La ligne 1 de l’affichage n’est pas celle attendue." in printed
    assert (nothing, refused) == (
        2,
        f"{tmp_path}/nothere.py ne peut pas être lu\u00a0: aucun fichier ni dossier de ce nom.\n",
    )


@pytest.mark.usefixtures("in_french")
def test_a_mistake_in_the_activity_is_said_in_french_with_its_file(grade):
    _, _, error = grade(RIGHT, activity="format = 2")

    assert error.startswith("activity.toml, format\u00a0: ")


@pytest.mark.usefixtures("in_french")
def test_what_the_jail_refuses_is_said_in_french(grade, monkeypatch):
    def refuse(*_arguments, **_options):
        raise LaunchFailed("mount", 1, "x")

    monkeypatch.setattr(command, "grade", refuse)

    _, _, error = grade(RIGHT)

    assert error.startswith("Cette machine ne peut pas évaluer de programmes\u00a0: ")
    assert "could not be built" not in error


def test_it_can_be_run_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["etude.grading", "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(command.__file__, run_name="__main__")

    assert (ended.value.code, "python -m etude.grading" in capsys.readouterr().out) == (0, True)


def verdict(status: Status, **fields) -> Verdict:
    usual = {"score": Decimal("1.50"), "max_score": Decimal(3), "language": "c", "tier": "full"}
    return Verdict(status=status, **{**usual, "compile": CompileResult(ok=True), **fields})


@pytest.mark.parametrize(("status", "code"), [(Status.AC, 0), (Status.WA, 1), (Status.CE, 1), (Status.IE, 3)])
def test_the_exit_code_follows_the_verdict(status, code):
    assert exit_code(verdict(status)) == code


@pytest.mark.parametrize(("tier", "is_told"), [("full", False), ("reduced", True)])
def test_lower_wall_is_told_in_the_lines(tier, is_told):
    assert any("reduced isolation" in line for line in to_lines(verdict(Status.AC, tier=tier))) is is_told


def test_hints_are_part_of_what_the_compiler_said():
    sentence = Message("Line 2 has a no-break space.")
    hint = Hint(code=HintCode.NO_BREAK_SPACE, file="main.c", line=2, column=1, character="\u00a0", message=sentence)
    refused = verdict(Status.CE, compile=CompileResult(ok=False, output="error", hints=(hint,)), message=Message("No."))

    assert to_document(refused)["compile"] == {
        "ok": False,
        "time_ms": 0,
        "output": "error\nLine 2 has a no-break space.",
    }
    assert list(to_lines(refused)) == ["CE  1.50 / 3  c", "  No.", "  error", "  Line 2 has a no-break space."]


def test_a_message_stands_where_the_compiler_said_nothing():
    refused = verdict(Status.CE, compile=CompileResult(ok=False), message=Message("Compiling took too long."))

    assert to_document(refused)["compile"] == {"ok": False, "time_ms": 0, "output": "Compiling took too long."}


def test_each_test_is_a_line():
    tests = (
        TestResult(name="a", group="g", visibility="visible", status=Status.AC, cpu_us=1400, memory_kb=8),
        TestResult(
            name="b", group="g", visibility="visible", status=Status.WA, message=Message("No."), notes=(Note.CASE,)
        ),
        TestResult(name="c", group="g", visibility="visible", status=Status.WA, message=Message("No.")),
    )

    lines = list(to_lines(verdict(Status.WA, toolchain="gcc 12", tests=tests)))

    assert lines == [
        "WA  1.50 / 3  gcc 12",
        "  AC   g/a  1 ms  8 KB",
        "  WA   g/b  0 ms  0 KB  No. Nearly right: only capital and small letters differ.",
        "  WA   g/c  0 ms  0 KB  No.",
    ]

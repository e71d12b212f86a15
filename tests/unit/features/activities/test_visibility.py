from __future__ import annotations

from dataclasses import fields
from itertools import product

import pytest

from etude.features.activities.visibility import see_tests
from etude.grading.verdict import Status
from etude.kinds import SeenTest
from etude.models import TestOutcome
from tests import classroom

SECRETS = {
    "stdin_head": "the input",
    "expected_head": "the expected output",
    "obtained_head": "the obtained output",
    "stderr_head": "the error messages",
    "printed_head": "the printed text",
}
ALL = set(Status)


def outcome(visibility: str, status: Status = Status.WA, *, is_function_test: bool = False) -> TestOutcome:
    return TestOutcome(
        name="three", test_group="secret", visibility=visibility, status=status.value, position=0, cpu_us=1234,
        wall_us=5678, memory_kb=9012, exit_code=1, signal=None, is_function_test=is_function_test,
        message={"id": "The check on line %(line)s failed: %(text)s", "values": {"line": 7, "text": "a secret"}},
        notes=["case"], cut=["obtained"], **SECRETS,
    )  # fmt: skip


def see(one: TestOutcome, *, is_staff: bool = False) -> SeenTest:
    (seen,) = see_tests(classroom.content(), [one], locale="en", is_staff=is_staff)
    return seen


def shown(seen: SeenTest) -> set[str]:
    """The names of what is not empty."""
    nothing = (None, "", (), {}, frozenset())
    return {field.name for field in fields(SeenTest) if getattr(seen, field.name) not in nothing}


NAME_AND_VERDICT = {"name", "title", "group", "group_title", "visibility", "status"}


@pytest.mark.parametrize(("status", "is_function_test"), list(product(Status, (False, True))))
def test_hidden_test_shows_a_student_its_name_and_verdict_and_nothing_else(
    status: Status, is_function_test: bool
) -> None:
    seen = see(outcome("hidden", status, is_function_test=is_function_test))

    assert shown(seen) == NAME_AND_VERDICT


@pytest.mark.parametrize("visibility", ["", "secret", "HIDDEN", "sample "])
def test_unknown_visibility_is_treated_as_hidden(visibility: str) -> None:
    assert shown(see(outcome(visibility))) <= NAME_AND_VERDICT


@pytest.mark.parametrize(("status", "is_function_test"), list(product(Status, (False, True))))
def test_visible_test_never_shows_a_student_what_was_expected(status: Status, is_function_test: bool) -> None:
    seen = see(outcome("visible", status, is_function_test=is_function_test))

    assert seen.expected is None
    assert "the expected output" not in str(seen)
    assert (seen.stdin, seen.obtained) == ("the input", "the obtained output")


@pytest.mark.parametrize("status", [Status.WA, Status.IE])
def test_visible_function_test_keeps_the_scripts_words_to_itself(status: Status) -> None:
    seen = see(outcome("visible", status, is_function_test=True))

    assert (seen.message, seen.message_values, seen.stderr) == ("", {}, None)
    assert "a secret" not in str(seen)


def test_visible_function_test_says_where_the_answer_itself_stopped() -> None:
    seen = see(outcome("visible", Status.RTE, is_function_test=True))

    assert seen.message_values["line"] == 7
    assert seen.printed == "the printed text"


@pytest.mark.parametrize("status", Status)
def test_sample_test_shows_everything(status: Status) -> None:
    seen = see(outcome("sample", status))

    assert (seen.stdin, seen.expected, seen.obtained) == ("the input", "the expected output", "the obtained output")
    assert seen.cpu_us == 1234
    assert seen.cut == {"obtained"}


@pytest.mark.parametrize("is_function_test", [False, True])
@pytest.mark.parametrize("visibility", ["sample", "visible", "hidden"])
def test_staff_see_everything_whatever_the_visibility(visibility: str, is_function_test: bool) -> None:
    seen = see(outcome(visibility, is_function_test=is_function_test), is_staff=True)

    assert (seen.expected, seen.stderr) == ("the expected output", "the error messages")
    assert seen.visibility == visibility

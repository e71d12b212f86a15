"""Each checker on pairs that it must take and pairs that it must refuse, and the options that jobs may give."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from etude.grading import checkers
from etude.grading.errors import JobError
from etude.grading.job import CheckerRef, Limits


def is_accepted(name: str, expected: bytes, obtained: bytes, **options: object) -> bool:
    return checkers.resolve(CheckerRef(name=name, options=options))(expected, obtained).is_accepted


def test_the_checkers_are_found_by_themselves():
    names = ["exact", "floats", "line_share", "lines", "regex", "tokens", "unit_tests", "unordered"]

    assert list(checkers.load()) == names


@pytest.mark.parametrize(
    ("obtained", "accepted"), [(b"a b\n", True), (b"a b", False), (b"a  b\n", False), (b"", False)]
)
def test_exact_wants_every_byte(obtained, accepted):
    assert is_accepted("exact", b"a b\n", obtained) is accepted


@pytest.mark.parametrize(
    ("obtained", "accepted"),
    [
        (b"1 2\n3\n", True),
        (b"  1\t2 \r\n\n3", True),
        (b"1 2 3 4", False),
        (b"1 2", False),
        ("1\u00a02 3".encode(), False),
        (b"12 3", False),
        (b"1 2 3\xff", False),
    ],
)
def test_tokens_compares_words_and_not_how_they_are_spaced(obtained, accepted):
    assert is_accepted("tokens", b"1 2\n3\n", obtained) is accepted


@pytest.mark.parametrize("name", ["tokens", "lines", "floats"])
def test_case_counts_unless_the_job_says_otherwise(name):
    expected, obtained = "ÉTÉ ok\n".encode(), "été OK\n".encode()

    assert not is_accepted(name, expected, obtained)
    assert is_accepted(name, expected, obtained, case_sensitive=False)


@pytest.mark.parametrize(
    ("spaces", "obtained", "accepted"),
    [
        ("trailing", b"a  b\nc\n", True),
        ("trailing", b"a  b  \r\nc\n\n\n", True),
        ("trailing", b"a b\nc\n", False),
        ("trailing", b"a  b\n\nc\n", False),
        ("trailing", b" a  b\nc\n", False),
        ("collapse", b" a \t b\nc", True),
        ("collapse", b"ab\nc", False),
        ("exact", b"a  b\nc", True),
        ("exact", b"a  b\r\nc\n", True),
        ("exact", b"a  b \nc\n", False),
        ("exact", b"a  b\nc\n\n", False),
    ],
)
def test_lines_counts_the_spaces_that_it_is_told_to(spaces, obtained, accepted):
    assert is_accepted("lines", b"a  b\nc\n", obtained, spaces=spaces) is accepted


@pytest.mark.parametrize(
    ("obtained", "accepted"),
    [
        (b"x 1.0000005", True),
        (b"x 1", True),
        (b"x +1.e0", True),
        (b"x 1.1", False),
        (b"y 1.0", False),
        (b"x", False),
        (b"x 1.0 2", False),
        (b"x nan", False),
        (b"x inf", False),
        (b"x 1_0", False),
        (b"x one", False),
        (b"x " + b"1" * 500, False),
        (b"x 1e99999", False),
    ],
)
def test_floats_takes_numbers_within_the_tolerance_only(obtained, accepted):
    assert is_accepted("floats", b"x 1.0", obtained) is accepted


def test_floats_has_an_absolute_and_a_relative_tolerance():
    assert is_accepted("floats", b"1000", b"1009", absolute_tolerance=0, relative_tolerance=0.01)
    assert not is_accepted("floats", b"1000", b"1011", absolute_tolerance=0, relative_tolerance=0.01)
    assert is_accepted("floats", b"0", b"0.4", absolute_tolerance=0.5, relative_tolerance=0)


def test_a_number_too_large_for_a_float_is_only_equal_to_itself():
    assert is_accepted("floats", b"1e999", b"1e999")
    assert not is_accepted("floats", b"1e999", b"5")


@pytest.mark.parametrize("name", ["tokens", "floats"])
@pytest.mark.parametrize(
    ("obtained", "accepted"),
    [
        (b" 1 2\n3\n", True),
        (b"1 2\n3\n", False),
        (b" 1  2\n3\n", False),
        (b" 1 2\n3", False),
        (b" 1 2 3\n", False),
        (b"1 2\n3\n ", False),
    ],
)
def test_every_space_counts_where_the_job_says_so(name, obtained, accepted):
    assert is_accepted(name, b" 1 2\n3\n", obtained, space_change_sensitive=True) is accepted


def test_lines_can_leave_empty_lines_out():
    assert is_accepted("lines", b"a\n\nb\n", b"\n \na\nb", ignore_empty_lines=True)
    assert is_accepted("lines", b"a\n\nb\n", b"a\n\n\nb", ignore_empty_lines=True, spaces="exact")
    assert not is_accepted("lines", b"a\n\nb\n", b"a b", ignore_empty_lines=True)


@pytest.mark.parametrize(
    ("options", "obtained", "accepted"),
    [
        ({}, b"b  2\r\na 1\na 1\n\n", True),
        ({}, b"a 1\nb 2\n", False),
        ({}, b"1 a\na 1\nb 2\n", False),
        ({}, b"A 1\na 1\nb 2\n", False),
        ({"case_sensitive": False}, b"A 1\na 1\nb 2\n", True),
        ({"ordered_words": False}, b"1 a\na 1\n2 b\n", True),
        ({"split": "words"}, b"1 1 2 a a b", True),
        ({"split": "words"}, b"1 2 a a b", False),
        ({"split": "words"}, b"11 2 a a b", False),
    ],
)
def test_unordered_takes_lines_or_words_in_any_order(options, obtained, accepted):
    assert is_accepted("unordered", b"a 1\na 1\nb 2\n", obtained, **options) is accepted


@pytest.mark.parametrize(
    ("obtained", "accepted", "share"),
    [
        (b"1\n2\n3", True, None),
        (b" 1 \n\n2\n3\n", True, None),
        (b"1\nx\n3\n", False, Fraction(2, 3)),
        (b"1", False, Fraction(1, 3)),
        (b"", False, 0),
        (b"1\n2\n3\n4\n", False, None),
    ],
)
def test_line_share_gives_each_right_line_its_part(obtained, accepted, share):
    outcome = checkers.resolve(CheckerRef(name="line_share"))(b"1\n2\n3\n", obtained)

    assert (outcome.is_accepted, outcome.share) == (accepted, share)


def test_line_share_may_take_small_letters_for_capitals():
    compare = checkers.resolve(CheckerRef(name="line_share", options={"case_sensitive": False}))

    assert compare(b"Yes\nNo\n", b"YES\nno\n").is_accepted


@pytest.mark.parametrize(
    ("options", "pattern", "printed", "status"),
    [
        ({}, r"\d+ apples?", "12 apples", "AC"),
        ({}, r"\d+ apples?\n", "no apples", "WA"),
        ({}, "1\n2|3", "3", "AC"),
        ({}, "été", "ÉTÉ", "WA"),
        ({"case_sensitive": False}, "été", "ÉTÉ", "AC"),
        ({"by_line": True}, "a+\nb+", "aa\nbbb", "AC"),
        ({"by_line": True}, "a+\nb+", "aa\ncc", "WA"),
        ({"by_line": True}, "a+\nb+", "aa", "WA"),
        ({}, "(a", "a", "IE"),
        ({}, r"(a+)+b", "a" * 5000, "IE"),
        ({}, r"\d+", "x\x00", "WA"),
    ],
)
def test_regex_matches_the_whole_output_in_a_jail_and_a_pattern_that_runs_away_is_no_wrong_answer(
    judge, options, pattern, printed, status, monkeypatch
):
    monkeypatch.setattr("etude.grading.comparing.CHECKER_LIMITS", Limits(cpu_time_s=0.3))

    verdict = judge(f"print({printed!r})", expected=pattern.encode(), checker="regex", options=options)

    assert verdict.status == status


def test_regex_says_which_line_does_not_match(judge):
    (result,) = judge("print(1); print(2)", expected=b"1\nx", checker="regex", options={"by_line": True}).tests

    assert str(result.message) == "Line 2 of the output is not as expected."


@pytest.mark.parametrize(
    ("report", "accepted", "message"),
    [
        ({"outcome": "passed"}, True, "None"),
        ({"outcome": "failed", "error": "AssertionError", "text": "", "line": 3}, False, "The check on line 3 failed."),
        ({"outcome": "failed", "error": "AssertionError", "text": "sum of two", "line": 3}, False, "sum of two"),
        (
            {"outcome": "failed", "error": "TypeError", "text": "no len()", "line": 4},
            False,
            "The check on line 4 stopped with TypeError: no len()",
        ),
    ],
)
def test_unit_tests_reads_how_the_script_ended(report, accepted, message):
    outcome = checkers.resolve(CheckerRef(name="unit_tests"))(b"", json.dumps(report).encode())

    assert (outcome.is_accepted, str(outcome.message)) == (accepted, message)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("no-such", {}),
        ("exact", {"case_sensitive": True}),
        ("tokens", {"case_sensitive": "no"}),
        ("tokens", {"spaces": "exact"}),
        ("lines", {"spaces": "any"}),
        ("lines", {"spaces": 3}),
        ("unordered", {"split": "letters"}),
        ("regex", {"by_line": "yes"}),
        ("floats", {"absolute_tolerance": -1}),
        ("floats", {"absolute_tolerance": True}),
        ("floats", {"absolute_tolerance": float("inf")}),
        ("floats", {"relative_tolerance": "1e-6"}),
    ],
)
def test_an_unknown_checker_option_or_value_is_refused(name, options):
    with pytest.raises(JobError):
        checkers.resolve(CheckerRef(name=name, options=options))

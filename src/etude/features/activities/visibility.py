"""Who sees what of a test: decided here, on the server, in one function, before any kind or template is asked.

| group's visibility | a student sees |
|---|---|
| sample | everything |
| visible | input and obtained (pictures too), never expected, nor what a test script says |
| hidden | name and verdict only, no times |

Staff who may see the submission see everything, and what a validator wrote for them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from etude.content import title_of_group, title_of_test
from etude.grading.verdict import Status
from etude.kinds import SeenPicture, SeenTest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.content import ActivityContent
    from etude.models import TestOutcome

SHOWN = frozenset({"sample", "visible"})
NOTHING: Mapping[int, Sequence[SeenPicture]] = MappingProxyType({})


def see_tests(
    content: ActivityContent,
    outcomes: Sequence[TestOutcome],
    *,
    locale: str,
    is_staff: bool,
    pictures: Mapping[int, Sequence[SeenPicture]] = NOTHING,
) -> list[SeenTest]:
    """Return the outcomes as a reader may see them, in order, with titles in the course's language.

    `pictures` are those that the program made, by the place of their test.
    """
    return [
        _see(
            outcome,
            title=title_of_test(content, outcome.test_group, outcome.name, locale),
            group_title=title_of_group(content, outcome.test_group, locale),
            visibility="sample" if is_staff else outcome.visibility,
            extras=Extras(outcome.judge_note_head or "" if is_staff else "", tuple(pictures.get(outcome.position, ()))),
        )
        for outcome in outcomes
    ]


def sees_pictures(outcome: TestOutcome, *, is_staff: bool) -> bool:
    """Tell whether a reader may see what a program drew in a test: as its output, never in a hidden one."""
    return is_staff or outcome.visibility in SHOWN


class Extras(NamedTuple):
    """What a validator wrote, empty for students, and the pictures of a test."""

    judge_note: str
    pictures: tuple[SeenPicture, ...]


def _see(outcome: TestOutcome, *, title: str, group_title: str, visibility: str, extras: Extras) -> SeenTest:
    """Return one outcome with what this visibility shows; anything unknown is treated as hidden."""
    seen = SeenTest(
        name=outcome.name,
        title=title,
        group=outcome.test_group,
        group_title=group_title,
        visibility=outcome.visibility,
        status=outcome.status,
    )
    if visibility not in SHOWN:
        return seen
    shows_all = visibility == "sample"
    # A test script's own words, and those of its failed checks, say what was expected.
    shows_message = shows_all or not (outcome.is_function_test and outcome.status in (Status.WA, Status.IE))
    message = outcome.message if shows_message else {}
    return SeenTest(
        name=seen.name,
        title=seen.title,
        group=seen.group,
        group_title=seen.group_title,
        visibility=seen.visibility,
        status=seen.status,
        points=outcome.points,
        cpu_us=outcome.cpu_us,
        memory_kb=outcome.memory_kb,
        message=message.get("id", ""),
        message_values=message.get("values", {}),
        notes=tuple(outcome.notes),
        stdin=outcome.stdin_head,
        expected=outcome.expected_head if shows_all else None,
        obtained=outcome.obtained_head,
        printed=outcome.printed_head if outcome.is_function_test else None,
        stderr=(outcome.stderr_head or None) if shows_all or not outcome.is_function_test else None,
        cut=frozenset(outcome.cut),
        judge_note=extras.judge_note,
        pictures=extras.pictures,
    )

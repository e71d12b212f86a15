"""Checkers decide whether an output is right. One file each; `checkers.load()` finds them by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from etude.grading.errors import JobError
from etude.grading.messages import _
from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from etude.grading.job import CheckerRef
    from etude.grading.messages import Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the output is right, and if not, perhaps why.

    share: what it earns of the test, 0 to 1 (None: all or nothing). note: for teachers only. is_fault: it could not be
    judged, through no fault of the answer's; the message says why. next_pass: the input on which the answer is to be
    run again before anything is decided (None: it is decided). feedback: what the validator finds then in its folder.
    """

    is_accepted: bool
    message: Message | None = None
    share: Fraction | None = None
    note: str = ""
    is_fault: bool = False
    next_pass: bytes | None = None
    feedback: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """One checker.

    options: every option with its default value, whose type a given value must have. choices: the values that an option
    of type str may take; without choices any text. compare: (expected, obtained, options) to Outcome; it runs in the
    supervisor on bytes that a student made, so it must not raise nor take more than about linear time. harness: the
    name of a program of `etude.grading.harness` that compares instead, in a jail, where time has no such bound; its
    `main` is given the options, and it writes what `compare` then reads as `obtained`.
    """

    name: str
    compare: Callable[[bytes, bytes, Mapping[str, Any]], Outcome]
    harness: str = ""
    options: Mapping[str, bool | float | str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_registry: Registry[Checker] = Registry("etude.grading.checkers", group="etude.checkers")
load = _registry.load


def resolve(chosen: CheckerRef) -> Callable[[bytes, bytes], Outcome]:
    """Return the comparison that a job asks for. Raises JobError for an unknown checker, option or value."""
    checker, options = find(chosen)
    return partial(_compare, checker, options)


def find(chosen: CheckerRef) -> tuple[Checker, Mapping[str, object]]:
    """Return the checker that a job asks for, and all its options. Raises JobError as `resolve` does."""
    checker = load().get(chosen.name)
    if checker is None:
        sentence = _("There is no checker named “%(name)s”; there are: %(known)s.")
        raise JobError(sentence, name=chosen.name, known=", ".join(load()))
    options: dict[str, object] = dict(checker.options)
    for name, value in chosen.options.items():
        if name not in options:
            if not options:
                raise JobError(_("The checker “%(checker)s” has no options."), checker=checker.name)
            sentence = _("The checker “%(checker)s” has no option “%(name)s”; it has: %(known)s.")
            raise JobError(sentence, checker=checker.name, name=name, known=", ".join(options))
        options[name] = _converted(checker, name, value)
    return checker, options


def _compare(checker: Checker, options: Mapping[str, object], expected: bytes, obtained: bytes) -> Outcome:
    return checker.compare(expected, obtained, options)


def _converted(checker: Checker, name: str, value: object) -> object:
    default = checker.options[name]
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
    elif isinstance(default, float):
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
            return float(value)
    elif isinstance(value, str) and (name not in checker.choices or value in checker.choices[name]):
        return value
    sentence = _("The option “%(name)s” of the checker “%(checker)s” cannot be “%(value)s”.")
    raise JobError(sentence, name=name, checker=checker.name, value=value)

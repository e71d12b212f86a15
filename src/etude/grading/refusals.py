"""What a test script asks for and cannot have, told with its place."""

from __future__ import annotations

from typing import NamedTuple

from etude.grading.errors import JobError
from etude.grading.messages import _


class Place(NamedTuple):
    """Where something stands in a script: its file (the script's own name in its jail, or one beside it) and line."""

    file: str
    line: int


def cannot_cross(name: str, kind: str, place: Place) -> JobError:
    """Return the fault of a script whose function or method `name` has a type that no jail hands over."""
    sentence = _("%(file)s, line %(line)s: the script’s function %(name)s has a type that cannot cross: %(type)s.")
    return JobError(sentence, file=place.file, line=place.line, name=name, type=kind)


def data_stays(name: str, declared: str, place: Place) -> JobError:
    """Return the fault of a script that declares data of the class `name` of the answer's."""
    sentence = _(
        "%(file)s, line %(line)s: the data “%(type)s” of the class %(name)s lies in another jail; declare a method that"
        " gives it."
    )
    return JobError(sentence, file=place.file, line=place.line, name=name, type=declared)


def stands_alone(name: str, declared: str, place: Place) -> JobError:
    """Return the fault of a script with a class of the answer's that is derived, a template, or inside another."""
    sentence = _(
        "%(file)s, line %(line)s: the class %(name)s of the answer must stand alone here, which “%(type)s” does not."
    )
    return JobError(sentence, file=place.file, line=place.line, name=name, type=declared)

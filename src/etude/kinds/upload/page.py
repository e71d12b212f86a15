"""What the page of a hand-in shows besides what every activity shows: the rules, in words and for the script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext

from etude.content.uploads import MAX_TOTAL_BYTES, TYPE_OF_EXTENSION
from etude.web.reviews import show_review
from etude.web.sizes import show_bytes
from etude.web.submitted_files import show_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import UploadRules
    from etude.kinds import PageInput, PastAnswer, ResultInput


def page(asked: PageInput) -> dict[str, Any]:
    """Return `rules` and `versions`, what was handed in before, newest first."""
    assert asked.content.upload is not None
    return {
        "rules": describe_rules(asked.content.upload),
        "versions": [show_version(answer) for answer in asked.answers],
    }


def show_version(answer: PastAnswer) -> dict[str, Any]:
    """Return one hand-in as the template wants it."""
    return {
        "attempt": answer.attempt,
        "submitted_at": answer.submitted_at,
        "url": answer.url,
        "is_late": answer.is_late,
        "late_note": answer.late_note,
        "comment": answer.document.get("comment", ""),
        "files": [show_file(answer.id, file) for file in answer.files],
        "review": None
        if answer.review is None
        else show_review(answer.review, max_score=answer.max_score, reviewer=answer.review.reviewer),
    }


def describe_rules(rules: UploadRules) -> dict[str, Any]:
    """Return the rules as the template and its script want them."""
    values = {
        "extensions": [f".{extension}" for extension in rules.extensions],
        "max_files": rules.max_files,
        "max_file_bytes": rules.max_file_bytes,
        "max_total_bytes": MAX_TOTAL_BYTES,
        "max_file_text": show_bytes(rules.max_file_bytes),
        "max_total_text": show_bytes(MAX_TOTAL_BYTES),
        "accepts_images": any(TYPE_OF_EXTENSION[name].shown_as == "image" for name in rules.extensions),
    }
    return {**values, "sentence": _sentence(values)}


def _sentence(values: Mapping[str, Any]) -> str:
    """Return the rules in one to three sentences; what follows from the others is left out."""
    sentences = [_("Allowed: %(extensions)s.", extensions=", ".join(values["extensions"]))]
    if values["max_files"] == 1:
        sentences.append(_("One file of at most %(size)s.", size=values["max_file_text"]))
    else:
        size, number = values["max_file_text"], values["max_files"]
        sentences.append(
            ngettext("At most %(num)d file of %(size)s.", "At most %(num)d files of %(size)s each.", number, size=size)
        )
    if values["max_files"] * values["max_file_bytes"] > values["max_total_bytes"]:
        sentences.append(_("All together at most %(size)s.", size=values["max_total_text"]))
    return " ".join(sentences)


def results(asked: ResultInput) -> dict[str, Any]:
    """Return the note; files and review are shown by the page itself."""
    return {"comment": asked.document.get("comment", "")}

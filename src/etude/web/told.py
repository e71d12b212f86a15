"""What a teacher is told after a change of dates."""

from __future__ import annotations

from flask import flash
from flask_babel import ngettext


def tell_rescored(count: int) -> None:
    """Say how many answers have another lateness or other points by the dates that hold now; nothing for none."""
    if count:
        sentence = ngettext(
            "With it, the lateness of %(num)d answer that was handed in already is counted anew.",
            "With it, the lateness of %(num)d answers that were handed in already is counted anew.",
            count,
        )
        flash(sentence, "info")

"""What the error pages say: a title, a sentence and an advice for each class of error, marked for translation."""

from __future__ import annotations

from dataclasses import dataclass

from etude.core import errors


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


STALE_FORM = _("This form is too old, or your browser keeps no cookies. Nothing was changed.")
RELOAD = _("Go back, reload the page, and send it again.")
KEPT = _("What you typed in an editor is kept on this computer.")
DISK_FULL = _("The school’s disk is full: nothing more can be saved.")
DISK_FULL_ADVICE = _("Tell your teacher. What you typed is kept in your page: do not close it, and try again later.")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one class: `sentence` where the error brings none, `advice` where it helps."""

    title: str
    sentence: str
    advice: str = ""


BY_STATUS: dict[int, Words] = {
    400: Words(_("This was not understood"), _("The server could not understand this request."), RELOAD),
    401: Words(_("You are signed out"), errors.NotSignedIn.default, KEPT),
    403: Words(
        _("Not allowed"), errors.NotAllowed.default, _("If it should, ask your teacher or the admin of the school.")
    ),
    404: Words(
        _("Not found"),
        errors.NotFound.default,
        _("Check the address, or start from your courses. If it is of a course, its teacher can add you to it."),
    ),
    405: Words(_("Not like that"), _("This address cannot be used like that."), _("Start from your courses.")),
    409: Words(_("Somebody was faster"), errors.Conflict.default, _("Nothing was overwritten.")),
    410: Words(_("No longer there"), errors.Gone.default, _("Ask for a new one.")),
    413: Words(_("Too large"), errors.TooLarge.default, _("Go back and choose a smaller file. Nothing was stored.")),
    422: Words(_("This cannot be taken"), errors.EtudeError.default, _("Go back: what you typed is still there.")),
    429: Words(_("One moment"), errors.TooMany.default),
    500: Words(
        _("Our fault"),
        _("Something went wrong on our side. Nothing you did caused it."),
        _("Try again. If it happens once more, tell your teacher the number below."),
    ),
    503: Words(_("Not at the moment"), errors.Unavailable.default, KEPT),
}


def words(status: int) -> Words:
    """Return the words of a status; those of its class (400 or 500) where it has none of its own."""
    return BY_STATUS.get(status) or BY_STATUS[500 if status >= 500 else 400]


def sentence(status: int) -> str:
    """Return the English sentence of a status."""
    return words(status).sentence

"""The frame of every e-mail: to whom, in whose language, from which school, with which greeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import force_locale
from flask_babel import gettext as _

from etude.web.i18n import school_values

if TYPE_CHECKING:
    from etude.models import User


@dataclass(frozen=True, slots=True)
class Mail:
    """One message."""

    to: str
    subject: str
    text: str


def compose(user: User, *, subject: object, paragraphs: tuple[object, ...]) -> Mail:
    """Return an e-mail to a person; the account must have an e-mail address.

    Args:
        user: who reads it: in the person's language, else the school's.
        subject: a lazy sentence; the school's name is put before it.
        paragraphs: lazy sentences, or an address, which stands in a paragraph of its own.
    """
    assert user.email is not None
    school = school_values()
    with force_locale(user.locale or school.get("locale", "en")):
        line = _("%(school)s: %(subject)s", school=school.get("name") or "Étude", subject=str(subject))
        greeting = _("Hello %(name)s,", name=user.name)
        text = "\n\n".join([greeting, *(str(paragraph) for paragraph in paragraphs)]) + "\n"
    return Mail(user.email, line, text)

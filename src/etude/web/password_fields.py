"""The two fields of a new password, and what is refused as one, wherever a person chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from etude.forms import BaseForm
from etude.models.user import fold_login, passwords

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field

    from etude.models import User

SHORTEST_OWN_WORD = 3


def own_words(user: User) -> tuple[str, ...]:
    """Return the words that are no password for this person: the names they are known by."""
    return (user.login, user.given_name, user.family_name, user.given_name + user.family_name)


def min_chars(user: User) -> int:
    """Return the fewest characters that the password of this person may have."""
    return passwords.MIN_CHARS_STAFF if user.is_staff else passwords.MIN_CHARS


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Tell whether a password is nothing but one of these words, with digits and signs around at most."""
    core = "".join(c for c in fold_login(password) if c.isalpha())
    folded = {"".join(c for c in fold_login(word) if c.isalpha()) for word in words}
    return core in {word for word in folded if len(word) >= SHORTEST_OWN_WORD}


def _too_short(length: object, shortest: int) -> str:
    sentence = gettext(
        "This password has %(length)s characters; it needs at least %(count)s.", length=length, count=shortest
    )
    return str(sentence)


class NewPasswordForm(BaseForm):
    """A new password, typed twice.

    Args (beyond a form's own):
        shortest: the fewest characters allowed.
        words: the person's own names, which are refused.
    """

    password = PasswordField(
        _("New password"),
        [InputRequired(_("Choose a password.")), Length(max=passwords.MAX_CHARS)],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        _("New password, once more"),
        [
            InputRequired(_("Type the password once more.")),
            EqualTo("password", _("The two passwords are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        shortest: int = passwords.MIN_CHARS,
        words: Iterable[str] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shortest = shortest
        self.words = tuple(words)
        self.password.flags.minlength = shortest
        self.password.render_kw |= {"data-message-too-short": _too_short("{length}", shortest)}
        self.password.description = gettext(
            "At least %(count)s characters; a short sentence is easiest to remember.", count=shortest
        )

    def validate_password(self, field: Field) -> None:
        """Refuse what is short, what everybody tries first, and one's own name; each with its reason."""
        password = field.data or ""
        if len(password) < self.shortest:
            raise ValidationError(_too_short(len(password), self.shortest))
        if passwords.is_common(password):
            raise ValidationError(
                gettext("This password is one of those that everybody tries first. Choose another one.")
            )
        if is_made_of(password, self.words):
            raise ValidationError(gettext("This password is your own name. Choose another one."))
        if len(set(password)) < SHORTEST_OWN_WORD + 1:
            raise ValidationError(gettext("This password repeats the same few characters. Choose another one."))

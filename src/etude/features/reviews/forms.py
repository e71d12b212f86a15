"""The forms of reviews."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length, Regexp, ValidationError

from etude.content.quiz import parse_number
from etude.forms import BaseForm
from etude.models.submission.reviewing import Remarks
from etude.rules import written_number
from etude.web.templating import show_number

if TYPE_CHECKING:
    from wtforms import Field

    from etude.models import Review

MAX_COMMENT_CHARS = 20_000
CENT = Decimal("0.01")
_NO_NUMBER = _("This is not a number. Write digits only, e.g. 7.5 or 7,5.")
_NEEDS_POINTS = _("Give points first, then release.")


class ReviewForm(BaseForm):
    """Points and a comment; three buttons say what becomes of them.

    `max_points` are the assignment's, the most that can be given; with `needs_points`, a review cannot be released
    without.
    """

    version = HiddenField(default="0", validators=[Regexp(r"^[0-9]{1,9}$")])
    points = StringField(
        _("Points"), [Length(max=20)], render_kw={"inputmode": "decimal", "autocomplete": "off", "size": "8"}
    )
    comment = TextAreaField(
        _("Comment"),
        [Length(max=MAX_COMMENT_CHARS, message=_("A comment has 20,000 characters at most."))],
        description=_("Markdown: *italic*, **bold**, `code`, lists with “-”."),
        render_kw={"rows": "8"},
    )
    save = SubmitField(_("Save the draft"))
    release = SubmitField(_("Release"))
    release_next = SubmitField(_("Release, then the next one"))

    def __init__(self, max_points: Decimal, *, needs_points: bool, **values: Any) -> None:  # noqa: ANN401  WTForms'
        super().__init__(**values)
        self.max_points = max_points
        self.needs_points = needs_points
        self.points.render_kw |= written_number(_NO_NUMBER, str(get_locale()), (0, max_points, self._out_of_bounds()))
        if needs_points:
            self.points.render_kw |= {
                "data-needed-by": "release release_next",
                "data-message-needed-by": str(_NEEDS_POINTS),
            }

    @property
    def is_release(self) -> bool:
        """Tell whether the student is to see the review now."""
        return bool(self.release.data or self.release_next.data)

    def validate_points(self, field: Field) -> None:
        """Refuse what is no number of points from 0 to the assignment's; nothing is fine for a draft."""
        if not (field.data or "").strip():
            if self.is_release and self.needs_points:
                raise ValidationError(_NEEDS_POINTS)
            return
        points = self.given_points()
        if points is None:
            raise ValidationError(_NO_NUMBER)
        if not 0 <= points <= self.max_points:
            raise ValidationError(self._out_of_bounds())

    def _out_of_bounds(self) -> str:
        return str(gettext("Points go from 0 to %(most)s here.", most=show_number(self.max_points)))

    def given_points(self) -> Decimal | None:
        """Return the points, half up to 0.01; None when there are none or what was typed is no number."""
        number = parse_number((self.points.data or "").strip(), str(get_locale()))
        return None if number is None else number.quantize(CENT, rounding=ROUND_HALF_UP)

    def remarks(self) -> Remarks:
        """Return what a valid form says."""
        return Remarks(
            points=self.given_points(), comment=(self.comment.data or "").strip(), version=int(self.version.data)
        )

    def show(self, review: Review | None) -> None:
        """Fill the form with what was saved before."""
        if review is None:
            return
        self.version.data = str(review.version)
        self.points.data = "" if review.points is None else show_number(review.points)
        self.comment.data = review.comment


class ReleaseAllForm(BaseForm):
    """Nothing but the token: the button that releases every review that is ready."""

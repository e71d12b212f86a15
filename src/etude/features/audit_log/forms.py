"""The filter of the audit log."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from etude.audit import AuditTag
from etude.features.audit_log import sentences
from etude.forms import BaseForm
from etude.web.person_fields import LOGIN_KEYS, tidy


def _tags() -> list[SelectChoice]:
    labels = sorted((sentences.label(tag), tag.value) for tag in AuditTag)
    return [SelectChoice("", gettext("Everything")), *(SelectChoice(value, label) for label, value in labels)]


class FilterForm(BaseForm):
    """Which acts are shown. It is sent by GET, so that a page of the log has an address."""

    class Meta(BaseForm.Meta):
        """A GET changes nothing: it needs no token."""

        csrf = False

    tag = SelectField(_("What was done"), choices=_tags, validators=[Optional()])
    person = StringField(
        _("By or about (user name)"),
        [Optional(), Length(max=254)],
        filters=[tidy],
        render_kw={"autocomplete": "off", **LOGIN_KEYS},
    )

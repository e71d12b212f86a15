"""The forms of the admin's account pages."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from etude.features.accounts.services import AccountValues
from etude.models.user import SchoolRole
from etude.web.person_fields import PersonFields
from etude.web.school_fields import SchoolFields


def role_label(role: SchoolRole) -> str:
    """Return a school role's name for people."""
    labels = {
        SchoolRole.ADMIN: gettext("admin"),
        SchoolRole.TEACHER: gettext("teacher"),
        SchoolRole.STUDENT: gettext("student"),
    }
    return str(labels[role])


class AccountForm(PersonFields):
    """An account as the admin sees it."""

    school_role = SelectField(
        _("Role in the school"),
        choices=lambda: [
            SelectChoice(role.value, role_label(role).capitalize())
            for role in (SchoolRole.TEACHER, SchoolRole.ADMIN, SchoolRole.STUDENT)
        ],
        description=_("A teacher makes courses; an admin also manages accounts, backups and the school’s settings."),
    )

    def values(self) -> AccountValues:
        """Return what was typed."""
        return AccountValues(
            given_name=self.given_name.data,
            family_name=self.family_name.data,
            login=self.login.data,
            email=self.email.data or "",
            school_role=SchoolRole(self.school_role.data),
        )


class SchoolForm(SchoolFields):
    """The school's own settings."""

"""The form of an activity: what every kind has. The rows of each kind are in the modules beside."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp
from wtforms.widgets import HiddenInput

from etude.content.parser import MAX_HINTS
from etude.features.authoring import fields
from etude.features.authoring.rows import MAX_FILES
from etude.features.authoring.source_services import SourceValues
from etude.forms import BaseForm, SubForm
from etude.rules import OrElse

MAX_NOTE_CHARS = 200
BRANCH_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._\-]*(/[A-Za-z0-9][A-Za-z0-9._\-]*)*$"
FOLDER_PATTERN = r"^([A-Za-z0-9][A-Za-z0-9._\-]*(/[A-Za-z0-9][A-Za-z0-9._\-]*)*/?)?$"
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class HintForm(SubForm):
    """One hint in both languages."""

    key = fields.row_key()
    fr = fields.prose(_("Hint in French"), rows=2)
    en = fields.prose(_("Hint in English"), rows=2)


class FileRow(SubForm):
    """One file of the activity that is a short text."""

    key = fields.row_key()
    name = fields.line(_("File name"), description="", **fields.CODE_KEYS)
    text = fields.code(_("Text"))
    beside_fr = BooleanField(_("Beside the program in French courses"))
    beside_en = BooleanField(_("Beside the program in English courses"))


class SolutionRow(SubForm):
    """One answer whose verdict is known: it tests the tests."""

    key = fields.row_key()
    verdict = HiddenField("", default="accepted")
    name = fields.line(_("File name"), **fields.CODE_KEYS)
    text = fields.code(_("Text"), rows=6)


class ActivityForm(BaseForm):
    """What every kind of activity has.

    Attributes:
        started_from: the number of the version that the form began from; 0 for a new activity.
    """

    started_from = HiddenField("", default="0")
    title_fr = fields.line(
        _("Title in French"), OrElse("title_en", _("Type a title in one of the languages at least.")), lang="fr"
    )
    title_en = fields.line(_("Title in English"), lang="en")
    slug = StringField(
        _("Short name"),
        [
            DataRequired(_("Type a short name.")),
            Length(max=64),
            Regexp(
                SLUG_PATTERN,
                message=_("Small letters without accents, digits and single hyphens, such as “say-hello”."),
            ),
        ],
        description=_("Names the activity’s folder. No other activity of the school has it."),
        render_kw=fields.CODE_KEYS,
    )
    statement_fr = fields.prose(
        _("Statement in French"),
        OrElse("statement_en", _("Write the statement in one of the languages at least.")),
        rows=12,
    )
    statement_en = fields.prose(_("Statement in English"), rows=12)
    expectations = fields.line(
        _("Curriculum expectations"), description=_("Codes such as ICS3U/A2.1, with commas between them.")
    )
    hints = FieldList(FormField(HintForm), _("Hints"), max_entries=MAX_HINTS)
    files = FieldList(FormField(FileRow), _("Files"), max_entries=MAX_FILES)
    solutions = FieldList(FormField(SolutionRow), _("Solutions"), max_entries=MAX_FILES)

    def row_choices(self) -> dict[str, Any]:
        """Return the words for what a solution may be expected to get, by the name of its folder."""
        return {}


class DoForm(BaseForm):
    """Which of the form's buttons was pressed: `save`, `preview`, or a change of rows such as `add:hints`.

    `note` is what the author says of the version, for the list of versions.
    """

    do = HiddenField("", default="save")
    note = StringField(
        _("What you changed, in a few words"),
        [Length(max=MAX_NOTE_CHARS)],
        description=_("Stands in the list of versions, for you and your colleagues."),
        render_kw={"autocomplete": "off"},
    )


class ConfirmForm(BaseForm):
    """Nothing but the CSRF token, for a button that changes something."""


class RestoreForm(BaseForm):
    """A button that brings a version back; `started_from` is the number of the latest one that the person saw."""

    started_from = IntegerField("", default=0, widget=HiddenInput())


class SourceForm(BaseForm):
    """The Git repository that a course follows. What opens it is typed and never shown again."""

    url = StringField(
        _("Address"),
        [
            DataRequired(_("Type the address of the repository.")),
            Length(max=400),
            Regexp(
                r"^(https|ssh)://.+$",
                message=_("Type an address of the form https://host/path or ssh://user@host/path."),
            ),
        ],
        description=_("Of a repository whose folders are activities, over HTTPS or SSH."),
        render_kw={**fields.CODE_KEYS, "placeholder": "https://git.example.org/activities.git"},
    )
    branch = StringField(
        _("Branch"),
        [
            DataRequired(_("Type a branch.")),
            Length(max=100),
            Regexp(BRANCH_PATTERN, message=_("Letters, digits and . _ - / only.")),
        ],
        default="main",
        render_kw=fields.CODE_KEYS,
    )
    folder = StringField(
        _("Folder"),
        [Length(max=200), Regexp(FOLDER_PATTERN, message=_("Letters, digits and . _ - / only."))],
        description=_("Where the activities are in it; leave it empty when they are at the top."),
        render_kw=fields.CODE_KEYS,
    )
    every_minutes = SelectField(
        _("Look for something new"),
        choices=[
            SelectChoice(0, _("Only when I ask")),
            SelectChoice(15, _("Every quarter of an hour")),
            SelectChoice(60, _("Every hour")),
            SelectChoice(1440, _("Every day")),
        ],
        coerce=int,
    )
    user = StringField(
        _("User name"),
        [Length(max=100)],
        description=_("For a private repository over HTTPS, if it asks for one."),
        render_kw=fields.CODE_KEYS,
    )
    token = PasswordField(
        _("Token"),
        [Length(max=400)],
        description=_(
            "For a private repository over HTTPS. It is kept sealed and never shown; leave it empty to keep it."
        ),
        render_kw={"autocomplete": "new-password"},
    )
    ssh_key = TextAreaField(
        _("Private key"),
        [Length(max=8000)],
        description=_(
            "For SSH: a key that may only read, without a passphrase. It is kept sealed and never shown; leave it "
            "empty to keep it."
        ),
        render_kw={**fields.CODE_KEYS, "rows": 4},
    )
    known_hosts = TextAreaField(
        _("Host key"),
        [Length(max=4000)],
        description=_("For SSH: the server’s key, as ssh-keyscan writes it and you have compared it."),
        render_kw={**fields.CODE_KEYS, "rows": 3},
    )

    def values(self) -> SourceValues:
        """Return what was typed."""
        return SourceValues(
            url=self.url.data,
            branch=self.branch.data,
            folder=(self.folder.data or "").strip("/"),
            every_minutes=self.every_minutes.data,
            user=self.user.data or "",
            known_hosts=self.known_hosts.data or "",
            secret=self.token.data or "",
            ssh_key=self.ssh_key.data or "",
        )


class FilesForm(BaseForm):
    """Files to put into an activity, pictures and large data among them."""

    files = MultipleFileField(_("Files"), [FileRequired(_("Choose a file."))])
    beside = BooleanField(_("Every program finds these files in its folder"))


class RemoveFileForm(BaseForm):
    """The file to take out of an activity."""

    name = HiddenField("", validators=[DataRequired()])


class ImportForm(BaseForm):
    """An archive to import."""

    archive = FileField(
        _("Zip file"),
        [FileRequired(_("Choose a zip file."))],
        description=_("One activity, several folders of activities, or a whole course. You see what it holds first."),
        render_kw={"accept": ".zip,application/zip"},
    )


class ConfirmImportForm(BaseForm):
    """The second step of an import."""

    make_course = BooleanField(_("Make the course as well, with these activities in their order"))

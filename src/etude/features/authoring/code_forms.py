"""The form of a code activity: languages, limits, checker, groups of tests, starters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FieldList, FormField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from etude.content.parse_languages import HIGHEST_FACTOR, LOWEST_FACTOR
from etude.content.parse_tests import MAX_GROUPS, MAX_TESTS
from etude.features.authoring import fields
from etude.features.authoring.fields import NumberIn
from etude.features.authoring.forms import ActivityForm
from etude.features.authoring.language_values import show_row
from etude.features.authoring.rows import MAX_FILES
from etude.forms import SubForm
from etude.grading import checkers, languages

if TYPE_CHECKING:
    from etude.grading.languages import Language

COURSE_LANGUAGES = [
    SelectChoice("", _("Both languages")),
    SelectChoice("fr", _("French courses")),
    SelectChoice("en", _("English courses")),
]
CHECKER_LABELS = {
    "tokens": _("Words: spaces and line breaks do not count"),
    "lines": _("Lines: spaces at the ends of lines do not count"),
    "floats": _("Numbers: small differences do not count"),
    "exact": _("Exact: every byte counts"),
    "unordered": _("Lines in any order"),
    "line_share": _("Lines: each right one earns its share"),
    "regex": _("Regular expression: the expected output is the pattern"),
    "unit_tests": _("Scripts decide: every test has one"),
}
SPACES_LABELS = {
    "exact": _("every space counts"),
    "trailing": _("spaces at the ends of lines do not count"),
    "collapse": _("several spaces count as one"),
}


class MultiCheckboxField(SelectMultipleField):  # type: ignore[misc]
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TestRow(SubForm):
    """One test: an input with the output expected of it, or a script that calls the answer's functions."""

    key = fields.row_key()
    name = fields.name(_("Name"))
    title_fr = fields.line(_("Title in French"), lang="fr")
    title_en = fields.line(_("Title in English"), lang="en")
    stdin = fields.code(_("Input (what the program reads)"))
    expected = fields.code(_("Expected output"))
    script = fields.code(_("Test script (Python)"), rows=6)
    stdin_fr = fields.code(_("Input in French courses"))
    expected_fr = fields.code(_("Expected output in French courses"))
    script_fr = fields.code(_("Test script in French courses"))
    stdin_en = fields.code(_("Input in English courses"))
    expected_en = fields.code(_("Expected output in English courses"))
    script_en = fields.code(_("Test script in English courses"))


class GroupRow(SubForm):
    """Tests that are scored together."""

    key = fields.row_key()
    name = fields.name(_("Name"))
    title_fr = fields.line(_("Title in French"), lang="fr")
    title_en = fields.line(_("Title in English"), lang="en")
    points = fields.number(_("Points"), NumberIn(0, 10_000))
    scoring = SelectField(
        _("Points are earned"),
        choices=[
            SelectChoice("all", _("when all tests pass")),
            SelectChoice("sum", _("for each test that passes")),
            SelectChoice("min", _("as its worst test earns")),
            SelectChoice("max", _("as its best test earns")),
        ],
        default="all",
    )
    visibility = SelectField(
        _("Students see"),
        choices=[
            SelectChoice("sample", _("everything (examples, no points)")),
            SelectChoice("visible", _("the input and what their program printed")),
            SelectChoice("hidden", _("only whether it passed")),
        ],
        default="hidden",
    )
    tests = FieldList(FormField(TestRow), _("Tests"), max_entries=MAX_TESTS)


class StarterRow(SubForm):
    """One file that the editor holds at first."""

    key = fields.row_key()
    language = SelectField(
        _("Programming language"),
        choices=lambda: [SelectChoice(entry.name, entry.label) for entry in languages.load().values()],
    )
    course_language = SelectField(_("For"), choices=COURSE_LANGUAGES, default="")
    name = fields.line(_("File name"), **fields.CODE_KEYS)
    text = fields.code(_("Text"), rows=6)


class LanguageRow(SubForm):
    """What the activity asks of one programming language; `language` is whose row it is."""

    language = fields.row_key()
    version = SelectField(_("Version"), choices=[])
    time_factor = fields.number(_("Time limit times"), NumberIn(LOWEST_FACTOR, HIGHEST_FACTOR))
    memory_factor = fields.number(_("Memory limit times"), NumberIn(LOWEST_FACTOR, HIGHEST_FACTOR))
    cold = BooleanField(
        _("Start every program anew"),
        description=_(
            "As “python3 main.py” does. Tests take a little longer then; usually they start from an interpreter"
            " that is ready."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  those of WTForms
        """Fill the row; which versions there are depends on the language."""
        super().__init__(*args, **kwargs)
        self.version.choices = version_choices(self.language.data)
        self.version.validate_choice = len(self.version.choices) > 1  # a page without a choice sends none

    @property
    def entry(self) -> Language | None:
        """The language; None for a row that no page of ours has sent."""
        return languages.load().get(self.language.data)


class CodeForm(ActivityForm):
    """A code activity. It has a row of settings for every programming language, whatever it is filled with."""

    languages = MultiCheckboxField(
        _("Programming languages"),
        [DataRequired(_("Choose at least one programming language."))],
        choices=lambda: language_choices(),  # noqa: PLW0108
    )
    time_s = fields.number(_("Time limit, in seconds"), NumberIn("0.01", 300), DataRequired(_("Type a number.")))
    memory_mb = fields.number(
        _("Memory limit, in MB"), NumberIn(16, 8192, whole=True), DataRequired(_("Type a number."))
    )
    settings = FieldList(FormField(LanguageRow), _("More about the languages"))
    checker = SelectField(_("How outputs are compared"), choices=lambda: checker_choices(), default="tokens")  # noqa: PLW0108
    any_case = BooleanField(_("Capital and small letters are the same"))
    spaces = SelectField(
        _("Spaces (for lines)"), choices=[SelectChoice(*pair) for pair in SPACES_LABELS.items()], default="trailing"
    )
    absolute_tolerance = fields.number(_("Absolute tolerance (for numbers)"), NumberIn(0, 10**15))
    relative_tolerance = fields.number(_("Relative tolerance (for numbers)"), NumberIn(0, 1))
    groups = FieldList(FormField(GroupRow), _("Groups of tests"), max_entries=MAX_GROUPS)
    starters = FieldList(FormField(StarterRow), _("Starting texts"), max_entries=MAX_FILES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  those of WTForms
        """Fill the form; a language of which nothing was said has its usual settings."""
        super().__init__(*args, **kwargs)
        told = {row.form.language.data for row in self.settings}
        for name in languages.load():
            if name not in told:
                self.settings.append_entry(show_row(name))

    def row_choices(self) -> dict[str, Any]:
        """Return the words for the verdicts that a solution may be expected to get, by folder."""
        return verdict_choices()


def language_choices() -> list[SelectChoice]:
    """Return the languages that this version can judge; of those that are missing here, which command brings them."""
    return [SelectChoice(entry.name, _label(entry)) for entry in languages.load().values()]


def version_choices(language: str) -> list[SelectChoice]:
    """Return the versions of a language that an activity may ask for, the usual one first; its value is empty."""
    entry = languages.load().get(language)
    usual, *others = (entry.versions if entry else ()) or ("",)
    label = _("%(version)s (usual)", version=usual) if usual else ""
    return [SelectChoice("", label), *(SelectChoice(one, one) for one in others)]


def _label(language: Language) -> str:
    state = language.toolchain.state()
    if state.is_available:
        return language.label
    return str(_("%(language)s – missing on this machine: %(command)s", language=language.label, command=state.fix))


def checker_choices() -> list[SelectChoice]:
    """Return the checkers that a teacher may choose."""
    names = sorted(
        checkers.load(), key=lambda entry: list(CHECKER_LABELS).index(entry) if entry in CHECKER_LABELS else 99
    )
    return [SelectChoice(entry, CHECKER_LABELS.get(entry, entry)) for entry in names]


def verdict_choices() -> dict[str, Any]:
    """Return the words for the verdicts that a program may be expected to get, by the name of their folder."""
    return {
        "accepted": _("is accepted"),
        "wrong_answer": _("gives a wrong answer"),
        "time_limit_exceeded": _("is too slow"),
        "memory_limit_exceeded": _("takes too much memory"),
        "run_time_error": _("stops with an error"),
        "output_limit_exceeded": _("prints too much"),
        "compile_error": _("does not compile"),
        "rejected": _("is rejected, no matter why"),
        "internal_error": _("cannot be judged"),
    }

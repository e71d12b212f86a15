"""One activity in the browser: its form filled, changed by its buttons, checked, and turned into content again."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from etude.content import ActivityContent, ContentError, UploadRules, activity_tree, parse_activity
from etude.features.authoring import blame, code_values, common_values, quiz_values
from etude.features.authoring.code_forms import CodeForm
from etude.features.authoring.quiz_forms import QuizForm, UploadForm
from etude.features.authoring.texts import Values, line_of, show_bytes, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.content.model import Kind
    from etude.features.authoring.forms import ActivityForm


@dataclass(frozen=True, slots=True, kw_only=True)
class KindEditor:
    """How activities of one kind are edited: the form, what a new one holds, and the two ways between the two."""

    form: type[ActivityForm]
    blank: Values
    show: Callable[[ActivityContent], Values]
    prune: Callable[[Values], Values]
    read: Callable[[ActivityContent, Values], ActivityContent]


EDITORS: dict[str, KindEditor] = {
    "code": KindEditor(
        form=CodeForm,
        blank=code_values.BLANK_CODE,
        show=code_values.show_code,
        prune=code_values.prune_code,
        read=code_values.read_code,
    ),
    "quiz": KindEditor(
        form=QuizForm,
        blank=quiz_values.BLANK_QUIZ,
        show=quiz_values.show_quiz,
        prune=quiz_values.prune_quiz,
        read=quiz_values.read_quiz,
    ),
    "upload": KindEditor(
        form=UploadForm,
        blank=quiz_values.BLANK_UPLOAD,
        show=quiz_values.show_upload,
        prune=dict,
        read=quiz_values.read_upload,
    ),
}


def blank_content(kind: Kind) -> ActivityContent:
    """Return the content that a new activity begins from; it is not valid yet."""
    rules = UploadRules(extensions=()) if kind == "upload" else None
    return ActivityContent(slug="", kind=kind, title={}, statement={}, points=Decimal(0), upload=rules)


def make_form(kind: str, values: Values) -> ActivityForm:
    """Return the form of a kind, filled with these values and with nothing of the request."""
    return EDITORS[kind].form(formdata=None, data=values)


def new_form(kind: str) -> ActivityForm:
    """Return the form of a new activity."""
    return make_form(kind, deepcopy(EDITORS[kind].blank))


def edit_form(content: ActivityContent, number: int) -> ActivityForm:
    """Return the form of an activity as its version of this number says it."""
    return make_form(content.kind, {"started_from": str(number), **show(content)})


def show(content: ActivityContent) -> Values:
    """Return the values that the fields have for a content."""
    return {**common_values.show_common(content), **EDITORS[content.kind].show(content)}


def typed_values(kind: str) -> Values:
    """Return what was sent with the request, by field name."""
    values: Values = dict(EDITORS[kind].form().data)
    values.pop("csrf_token", None)
    return values


def prune(kind: str, values: Values) -> Values:
    """Return the values without blank rows, and with a name for each row that has none."""
    return EDITORS[kind].prune(common_values.prune_common(kind, values))


def read_form(form: ActivityForm, base: ActivityContent) -> ActivityContent | None:
    """Check a form without blank rows and return the content that it says; None when it has errors, which it shows.

    base: the content that the form began from; what the form cannot show is taken from there.
    """
    if not form.validate() or not _check_rows(form):
        return None
    values: Values = dict(form.data)
    content = EDITORS[base.kind].read(common_values.read_common(base, values), values)
    try:
        return parse_activity(activity_tree(content))
    except ContentError as error:
        blame.put_error(form, error)
        return None


def _check_rows(form: ActivityForm) -> bool:
    """Check what a row needs once it is not blank, and that no name stands twice where it names a file."""
    is_valid = True
    for field, sentence in _row_faults(form):
        field.errors = [*field.errors, sentence]
        is_valid = False
    return is_valid


def _row_faults(form: Any) -> Iterator[tuple[Any, str]]:  # noqa: ANN401  forms and fields of WTForms
    for entry in form["files"].entries:
        if not line_of(entry.data, "name"):
            yield entry.form["name"], _("Type a file name.")
    yield from _twice(form["files"].entries, "name")
    yield from _twice(form["solutions"].entries, "verdict", "name")
    if "starters" in form:
        yield from _twice(form["starters"].entries, "language", "course_language", "name")
    for group in form["groups"].entries if "groups" in form else ():
        if group.data["visibility"] != "sample" and not line_of(group.data, "points"):
            yield group.form["points"], _("Type how many points these tests are worth.")
        yield from _twice(group.form["tests"].entries, "name")
    if "groups" in form:
        yield from _twice(form["groups"].entries, "name")


def _twice(entries: list[Any], *names: str) -> Iterator[tuple[Any, str]]:
    """Yield the rows whose name another row before has: they would be one file."""
    seen: set[tuple[str, ...]] = set()
    for entry in entries:
        key = tuple(line_of(entry.data, name).casefold() for name in names)
        if key in seen:
            yield entry.form["name"], _("Another row has this name.")
        seen.add(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a form cannot show and keeps as it is: keys of rows, to say so beside them."""

    tests: frozenset[tuple[str, str]]
    files: dict[str, int]
    solutions: dict[str, int]
    starters: dict[str, int]


def kept(content: ActivityContent) -> Kept:
    """Return what of a content is no text, too long or in several files; with sizes in bytes or counts of files."""
    starters = {
        code_values.starter_key(language, course_language, name): data
        for language, by_course_language in content.starter.items()
        for course_language, files in by_course_language.items()
        for name, data in files.items()
    }
    return Kept(
        tests=code_values.kept_tests(content),
        files={name: len(data) for name, data in content.files.items() if show_bytes(data) is None},
        solutions={
            solution.path: sum(map(len, solution.files.values()))
            for solution in content.solutions
            if show_bytes(common_values.single_file(solution)) is None
        },
        starters={key: len(data) for key, data in starters.items() if show_bytes(data) is None},
    )


def started_from(values: Values) -> int:
    """Return the number of the version that a form began from; 0 when it does not say."""
    text = text_of(values, "started_from")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

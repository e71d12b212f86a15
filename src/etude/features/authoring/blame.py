"""Where a mistake in an activity's content stands in its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from etude.features.authoring.code_values import starter_key
from etude.web.i18n import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from etude.content import ContentError
    from etude.features.authoring.forms import ActivityForm

_STEP = re.compile(r"(?P<name>[A-Za-z_]+)(?:\[(?P<place>\d+)\])?")
_LISTS = {"test_group": "groups", "test": "tests", "question": "questions", "choices": "choices", "hint": "hints"}
_NAMES = {
    "input": "stdin",
    "output": "expected",
    "id": "name",
    "text": "text_fr",
    "title": "title_fr",
    "statement": "statement_fr",
    "feedback": "feedback_fr",
    "program_files": "files",
    "test_group": "groups",
    "question": "questions",
}
"""Keys of `activity.toml` whose field has another name."""


def put_error(form: ActivityForm, error: ContentError) -> None:
    """Put a mistake at the field that it concerns, or in the summary where the form has none for it."""
    sentence = translate(error.sentence, dict(error.values))
    field = _by_key(form, error.field) if error.path in {"", "activity.toml"} else _by_path(form, error.path)
    if field is None:
        place = ", ".join(part for part in (error.path, error.field) if part)
        form.form_errors = [*form.form_errors, f"{place}: {sentence}" if place else sentence]
    else:
        field.errors = [*field.errors, sentence]


def _by_key(form: Any, key: str) -> Any:  # noqa: ANN401  a form or a field of WTForms
    """Return the field of a key such as `test_group[2].test[1].input.fr`."""
    here, found = form, None
    if key.startswith("language.") and "settings" in form:
        return _setting(form, *key.split(".")[1:3])
    for step in _steps(key):
        name, place = step
        if place is not None and name in _LISTS and _LISTS[name] in here:
            found = here[_LISTS[name]]
            if not 0 < place <= len(found.entries):
                return found
            here = found.entries[place - 1].form
            found = None
        else:
            return _leaf(here, name, key) or found
    return found or (_first(here) if here is not form else None)


def _steps(key: str) -> Iterator[tuple[str, int | None]]:
    for part in key.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            return
        yield match["name"], int(match["place"]) if match["place"] else None


def _leaf(here: Any, name: str, key: str) -> Any:  # noqa: ANN401
    language = key.rpartition(".")[2] if key.endswith((".fr", ".en")) else ""
    if name in {"limits", "checker", "upload"}:
        name = key.partition(".")[2] or name
        name = "checker" if name == "name" and "checker" in here else name
    name = name.partition("[")[0].partition(".")[0]
    wanted = ([f"{name}_{language}"] if language else []) + [name, _NAMES.get(name, ""), f"{name}_fr"]
    return next((here[one] for one in wanted if one and one in here), None)


def _first(form: Any) -> Any:  # noqa: ANN401
    """Return the first field of a row that a person sees."""
    return next((field for field in form if field.type not in {"HiddenField", "CSRFTokenField"}), None)


def _by_path(form: Any, path: str) -> Any:  # noqa: ANN401
    """Return the field of a file of the activity's folder."""
    top, _slash, rest = path.partition("/")
    if top.startswith("statement"):
        return form["statement_en" if ".en." in top else "statement_fr"]
    finder = {"tests": _test, "starter": _starter, "solutions": _solution, "files": _file}.get(top)
    return finder(form, rest) if finder is not None else None


def _row(entries: Iterable[Any], name: str) -> Any:  # noqa: ANN401
    return next((entry.form for entry in entries if (entry.form["name"].data or "").strip() == name), None)


def _setting(form: Any, language: str, name: str = "version") -> Any:  # noqa: ANN401
    """Return the field of `language.NAME.KEY`."""
    rows = (entry.form for entry in form["settings"].entries)
    row = next((row for row in rows if row["language"].data == language), None)
    return row[name] if row is not None and name in row else form["languages"]


def _test(form: Any, rest: str) -> Any:  # noqa: ANN401
    group_name, _slash, test_name = rest.partition("/")
    group = _row(form["groups"].entries, group_name) if "groups" in form else None
    if group is None:
        return None
    test = _row(group["tests"].entries, test_name.partition(".")[0])
    return test["name"] if test is not None else group["name"]


def _starter(form: Any, rest: str) -> Any:  # noqa: ANN401
    for entry in form["starters"].entries if "starters" in form else ():
        row = entry.form
        folder = starter_key(row["language"].data, row["course_language"].data or "", (row["name"].data or "").strip())
        language, course_language, name = folder.split("/", 2)
        if rest == f"{language}.{course_language}/{name}".replace("./", "/"):
            return row["name"]
    return None


def _solution(form: Any, rest: str) -> Any:  # noqa: ANN401
    verdict, _slash, name = rest.partition("/")
    for entry in form["solutions"].entries:
        if entry.form["verdict"].data == verdict and (entry.form["name"].data or "").strip() == name:
            return entry.form["name"] if "toml" not in name else entry.form["text"]
    return None


def _file(form: Any, rest: str) -> Any:  # noqa: ANN401
    row = _row(form["files"].entries, rest)
    return row["name"] if row is not None else None

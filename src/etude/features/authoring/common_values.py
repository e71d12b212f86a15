"""What every kind of activity has, between content and form: titles, statement, hints, files, solutions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.content import Solution
from etude.content.model import BOTH, COURSE_LANGUAGES
from etude.content.parse_solutions import VERDICTS_OF_KIND, verdicts_of
from etude.content.programs import language_of_files
from etude.content.source import split_language
from etude.features.authoring.texts import (
    Values,
    is_blank,
    line_of,
    read_bytes,
    read_pair,
    rows_of,
    show_bytes,
    show_pair,
    text_of,
)
from etude.grading import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityContent

_LIST = re.compile(r"[,;\s]+")


def split_list(text: str) -> tuple[str, ...]:
    """Return the words of a typed list: commas, semicolons and spaces stand between them."""
    return tuple(word for word in _LIST.split(text) if word)


def show_common(content: ActivityContent) -> Values:
    """Return the values of the fields that every kind has."""
    return {
        "slug": content.slug,
        **show_pair(content.title, "title"),
        **show_pair(content.statement, "statement"),
        "expectations": ", ".join(content.expectations),
        "hints": [{"key": str(place), **show_pair(hint, "")} for place, hint in enumerate(content.hints)],
        "files": [_show_file(content, name) for name in content.files],
        "solutions": [_show_solution(solution) for solution in content.solutions],
    }


def _show_file(content: ActivityContent, name: str) -> Values:
    beside = {language: name in content.files_beside_program(language) for language in COURSE_LANGUAGES}
    text = show_bytes(content.files[name])
    return {
        "key": name,
        "name": name,
        "text": text or "",
        **{f"beside_{language}": is_ for language, is_ in beside.items()},
    }


def _show_solution(solution: Solution) -> Values:
    text = show_bytes(single_file(solution))
    return {"key": solution.path, "verdict": solution.verdict, "name": solution.name, "text": text or ""}


def single_file(solution: Solution) -> bytes:
    """Return the one file of a solution; what no field can show for one of several files."""
    return solution.files[solution.name] if tuple(solution.files) == (solution.name,) else b"\0"


def prune_common(kind: str, values: Values) -> Values:
    """Return the values without blank rows, and with names where there were none."""
    solutions = [
        row for row in rows_of(values, "solutions") if text_of(row, "key") or not is_blank(row, "name", "text")
    ]
    known = values.get("languages")
    extension = _extension(kind, known if isinstance(known, list) else [])
    for place, row in enumerate(solutions, 1):
        verdict = line_of(row, "verdict")
        if not verdicts_of(kind, verdict):
            row["verdict"] = verdict = next(iter(VERDICTS_OF_KIND[kind]))
        if not line_of(row, "name"):
            row["name"] = f"{verdict.replace('_', '-')}-{place}{extension}"
    return {
        **values,
        "hints": [row for row in rows_of(values, "hints") if not is_blank(row, "fr", "en")],
        "files": [row for row in rows_of(values, "files") if text_of(row, "key") or not is_blank(row, "name", "text")],
        "solutions": solutions,
    }


def _extension(kind: str, chosen: list[str]) -> str:
    known = languages.load()
    first = next((known[language].extensions[0] for language in chosen if language in known), ".txt")
    return {"code": first, "quiz": ".toml"}.get(kind, ".txt")


def read_common(base: ActivityContent, values: Values) -> ActivityContent:
    """Return the content with what was typed in the fields that every kind has."""
    chosen = values.get("languages")
    known = tuple(chosen) if isinstance(chosen, list) else ()
    return replace(
        base,
        slug=line_of(values, "slug"),
        title=read_pair(base.title, values, "title"),
        statement=read_pair(base.statement, values, "statement"),
        expectations=split_list(text_of(values, "expectations")),
        hints=tuple(_read_hint(base, row) for row in rows_of(values, "hints")),
        files=_read_files(base, values),
        solutions=tuple(_read_solution(base, row, known) for row in rows_of(values, "solutions")),
        program_files=_read_beside(base, values) if base.kind == "code" else base.program_files,
    )


def _read_hint(base: ActivityContent, row: Values) -> Mapping[str, str]:
    key = text_of(row, "key")
    old = base.hints[int(key)] if key.isascii() and key.isdigit() and int(key) < len(base.hints) else {}
    return read_pair(old, row, "")


def _read_files(base: ActivityContent, values: Values) -> dict[str, bytes]:
    """Return the files by their new names; one that no field shows keeps its bytes."""
    files: dict[str, bytes] = {}
    for row in rows_of(values, "files"):
        old = base.files.get(text_of(row, "key"))
        hidden = old is not None and show_bytes(old) is None
        files[line_of(row, "name")] = old if old is not None and hidden else read_bytes(old, text_of(row, "text"))
    return files


def _read_beside(base: ActivityContent, values: Values) -> Mapping[str, tuple[str, ...]]:
    """Return which files stand beside the program; the order and the form of before where they say the same."""
    ticked = {
        language: [line_of(row, "name") for row in rows_of(values, "files") if row.get(f"beside_{language}")]
        for language in COURSE_LANGUAGES
    }
    before = {language: list(base.files_beside_program(language)) for language in COURSE_LANGUAGES}
    if all(sorted(ticked[language]) == sorted(before[language]) for language in COURSE_LANGUAGES):
        return base.program_files
    if ticked["fr"] == ticked["en"]:
        return {BOTH: tuple(ticked["fr"])} if ticked["fr"] else {}
    # A language without files has an empty list: else it would be given the other's.
    return {language: tuple(names) for language, names in ticked.items()}


def _read_solution(base: ActivityContent, row: Values, known: tuple[str, ...]) -> Solution:
    name, verdict = line_of(row, "name"), line_of(row, "verdict")
    old = next((solution for solution in base.solutions if solution.path == text_of(row, "key")), None)
    if old is not None and show_bytes(single_file(old)) is None:
        files = {name if path == old.name else path: data for path, data in old.files.items()}
    else:
        files = {name: read_bytes(single_file(old) if old else None, text_of(row, "text"))}
    return Solution(
        verdict=verdict,
        name=name,
        language=(language_of_files(files, known) or "") if base.kind == "code" else "",
        course_language=split_language(name.rpartition(".")[0])[1] if base.kind != "upload" else BOTH,
        files=files,
        rules=old.rules if old is not None else (),
    )

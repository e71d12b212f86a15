"""Reading ``solutions/<expected verdict>/…``: answers whose verdict is known, so that the tests can be tested."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content.errors import ContentError, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import MAX_POINTS, Table, parse_toml
from etude.content.model import BOTH, Kind, Question, Solution
from etude.content.programs import language_of_files
from etude.content.source import split_language

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from etude.content.source import Source

# Folder of solutions -> the verdicts that agree with it. For uploads the two words are their own verdicts.
CODE_VERDICTS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("AC",),
    "wrong_answer": ("WA",),
    "time_limit_exceeded": ("TLE",),
    "memory_limit_exceeded": ("MLE",),
    "run_time_error": ("RTE",),
    "output_limit_exceeded": ("OLE",),
    "compile_error": ("CE",),
    "rejected": ("WA", "TLE", "MLE", "RTE", "OLE", "CE"),
    "internal_error": ("IE",),
}
OR = "_or_"
"""Stands between verdicts of which any will do: ``wrong_answer_or_time_limit_exceeded``."""
QUIZ_VERDICTS: Mapping[str, tuple[str, ...]] = {"accepted": ("AC",), "wrong_answer": ("WA",)}
UPLOAD_VERDICTS: Mapping[str, tuple[str, ...]] = {"allowed": ("allowed",), "refused": ("refused",)}
VERDICTS_OF_KIND: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "code": CODE_VERDICTS,
    "quiz": QUIZ_VERDICTS,
    "upload": UPLOAD_VERDICTS,
}


def verdicts_of(kind: str, folder: str) -> tuple[str, ...]:
    """The verdicts that agree with a folder of solutions, in order; () for a folder that does not exist."""
    known = VERDICTS_OF_KIND[kind]
    names = folder.split(OR)
    if not all(name in known for name in names):
        return ()
    return tuple(dict.fromkeys(verdict for name in names for verdict in known[name]))


def folder_of(verdicts: Collection[str]) -> str:
    """The folder for programs that may get any of these verdicts: `verdicts_of` gives them back."""
    for folder, agreeing in CODE_VERDICTS.items():
        if set(agreeing) == set(verdicts):
            return folder
    single = {agreeing[0]: folder for folder, agreeing in CODE_VERDICTS.items() if len(agreeing) == 1}
    return OR.join(folder for verdict, folder in single.items() if verdict in verdicts)


def read_solutions(source: Source, kind: Kind, languages: Sequence[str]) -> tuple[Solution, ...]:
    """All solutions, in order of their path. Raises ContentError for a folder or a file that says nothing."""
    entries: dict[tuple[str, str], dict[str, bytes]] = {}
    for path, content in source.take_below("solutions").items():
        verdict, *rest = path.split("/")
        if not rest:
            raise ContentError(f"solutions/{path}", "", _("Solutions lie in a folder named after their verdict."))
        if not verdicts_of(kind, verdict):
            raise unknown_name(f"solutions/{path}", "", verdict, VERDICTS_OF_KIND[kind])
        entries.setdefault((verdict, rest[0]), {})["/".join(rest[1:]) or rest[0]] = content
    return tuple(
        _make_solution(verdict, name, files, kind=kind, languages=languages)
        for (verdict, name), files in sorted(entries.items())
    )


def _make_solution(
    verdict: str, name: str, files: Mapping[str, bytes], *, kind: Kind, languages: Sequence[str]
) -> Solution:
    path = f"solutions/{verdict}/{name}"
    course_language = BOTH
    if kind != "upload":
        course_language = split_language(name if set(files) != {name} else name.rpartition(".")[0])[1]
    if kind == "quiz" and not name.endswith(".toml"):
        raise ContentError(path, "", _("The answers to a quiz are a TOML file."))
    language = language_of_files(files, languages) if kind == "code" else ""
    if language is None:
        sentence = _("The file is in none of the activity’s languages: %(languages)s.")
        raise ContentError(path, "", sentence, {"languages": ", ".join(languages)})
    return Solution(verdict=verdict, name=name, language=language, course_language=course_language, files=files)


def read_answers(
    solution: Solution, questions: Sequence[Question]
) -> tuple[dict[str, tuple[str, ...]], Decimal | None]:
    """The answers of a quiz's solution, and the score it says it earns (None when it does not say).

    The file has ``[answers]`` with a key for each question: the letter of a choice, a list of letters, a number or a
    text; and perhaps ``score`` above it. Raises ContentError for unknown questions and choices.
    """
    (content,) = solution.files.values()
    root = parse_toml(content, solution.path, [])
    score = root.number("score", lowest=Decimal(0), highest=MAX_POINTS) if root.has("score") else None
    table = root.table("answers")
    known = {question.id: question for question in questions}
    answers: dict[str, tuple[str, ...]] = {}
    for key in table.names():
        if key not in known:
            raise unknown_name(solution.path, "answers", key, known)
        answers[key] = _read_answer(table, key, known[key])
    root.finish()
    return answers, score


def _read_answer(table: Table, key: str, question: Question) -> tuple[str, ...]:
    value = table.value(key)
    if question.type == "number" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return (str(value),)
    given = (value,) if isinstance(value, str) else table.texts(key)
    letters = {choice.id for choice in question.choices}
    for letter in given if letters else ():
        if letter not in letters:
            raise unknown_name(table.path, table.field(key), letter, letters)
    return tuple(given)

"""The statement of a package in the languages of a course, with its samples and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.content.fields import MAX_LINE_LENGTH, decode_text
from etude.content.model import COURSE_LANGUAGES
from etude.importers.kattis.testdata import other_sample_files
from etude.importers.statements import NEXT_SAMPLE, OTHER_SAMPLES, Statement, from_html, from_latex, from_markdown
from etude.importers.statements.model import code_block, picture_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from etude.importers.kattis.package import Source
    from etude.importers.kattis.problem import Problem

FOLDERS = ("statement", "problem_statement")
TYPES = ("md", "tex", "html", "htm", "txt")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MOST_SAMPLES_BYTES = 50_000
_FILE = re.compile(r"(?:problem|problem_statement)(?:\.(?P<language>[a-z]{2,3}(?:-[A-Za-z]{2})?))?\.(?P<type>[a-z]+)")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "fr": {"sample": "Exemple", "in": "Entrée", "out": "Sortie", "interaction": "Interaction", "none":
           "L’énoncé de ce problème n’a pas été repris : il n’est pas dans un format que l’on sait lire ici."},
    "en": {"sample": "Sample", "in": "Input", "out": "Output", "interaction": "Interaction", "none":
           "The statement of this problem was not brought along: it is in no format that can be read here."},
}  # fmt: skip


@dataclass(slots=True)
class Texts:
    """titles, statements: by course language, "" for both. files: the pictures that they show, by our name."""

    titles: dict[str, str] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def read_texts(source: Source, problem: Problem) -> Texts:
    """Return titles, statements and pictures; what has no place is noted."""
    folder = next((name for name in FOLDERS if source.has(name)), FOLDERS[0])
    chosen = _choose(source, folder)
    texts = Texts()
    for language, path in chosen.items():
        statement = _convert(source, problem, folder, path)
        course_language = language.partition("-")[0]
        key = course_language if course_language in COURSE_LANGUAGES else ""
        words = _WORDS.get(course_language, _WORDS["en"])
        texts.statements[key] = _with_samples(source, problem, statement.text, words)
        texts.titles[key] = _title(problem, language, statement, source)
        _take_pictures(source, folder, statement, texts)
        if statement.dropped:
            source.warn(path, _("This could not be brought along: %(names)s."), names=", ".join(statement.dropped[:30]))
    if not texts.statements:
        source.warn(folder, _("There is no statement in a format that can be read here (.md, .tex, .html)."))
        for language, words in _WORDS.items():
            texts.statements[language] = _with_samples(source, problem, words["none"] + "\n", words)
        texts.titles = {"": _title(problem, "en", Statement(text=""), source)}
    return texts


def _choose(source: Source, folder: str) -> dict[str, str]:
    """The file of each language that a course can have; of the first other one where there is none."""
    found = _statements(source, folder)
    ours: dict[str, str] = {}
    for language in found:
        ours.setdefault(language.partition("-")[0], language)
    kept = [language for short, language in ours.items() if short in COURSE_LANGUAGES] or list(found)[:1]
    for language, path in found.items():
        if language not in kept:
            source.warn(path, _("Courses are in English or French; this language was left out."))
        elif language.partition("-")[0] not in COURSE_LANGUAGES:
            source.warn(path, _("There is no statement in English or French; this one stands for both."))
    return {language: found[language] for language in kept}


def _statements(source: Source, folder: str) -> dict[str, str]:
    """The file of the statement in each language, by language; of several types the one that is read best."""
    found: dict[str, str] = {}
    for ending in TYPES:
        for name in sorted(source.below(folder)):
            match = _FILE.fullmatch(name)
            if match is not None and match["type"] == ending:
                found.setdefault(match["language"] or "en", f"{folder}/{name}")
    others = [path for path in ("problem.html", "problem.md", "problem.txt") if path in source.files]
    return dict(sorted(found.items())) or dict.fromkeys(["en"][: len(others)], others[0] if others else "")


def _convert(source: Source, problem: Problem, folder: str, path: str) -> Statement:
    text = decode_text(source.files[path], path)
    files = {name for name in source.below(folder) if name.lower().endswith(PICTURES)}
    if path.endswith(".tex"):
        language = path.rsplit(".", 2)[-2].partition("-")[0]
        return from_latex(text, constants=problem.constants, language=language, files=files)
    if path.endswith((".html", ".htm")):
        return from_html(text, files=files)
    if path.endswith(".txt"):
        return Statement(text=code_block(text).strip() + "\n")
    return from_markdown(text, constants=problem.constants, files=files)


def _title(problem: Problem, language: str, statement: Statement, source: Source) -> str:
    """The name of the problem, in a language if it can be."""
    names = problem.names
    short = language.partition("-")[0]
    candidates = [names.get(language), names.get(short), statement.title, *names.values(), source.name]
    return next(" ".join(name.split())[:MAX_LINE_LENGTH] for name in candidates if name and name.strip())


def _take_pictures(source: Source, folder: str, statement: Statement, texts: Texts) -> None:
    for name in statement.pictures:
        texts.files[picture_name(name)] = source.files[f"{folder}/{name}"]


def _with_samples(source: Source, problem: Problem, text: str, words: Mapping[str, str]) -> str:
    """The statement with the samples where it wants them, else at its end."""
    samples = _samples(source, problem, words)
    while NEXT_SAMPLE in text:
        text = text.replace(NEXT_SAMPLE, next(samples, ""), 1)
    rest = "\n\n".join(samples)
    text = text.replace(OTHER_SAMPLES, rest, 1) if OTHER_SAMPLES in text else f"{text.rstrip()}\n\n{rest}\n"
    return re.sub(r"\n{3,}", "\n\n", text.replace(OTHER_SAMPLES, "")).strip() + "\n"


def _samples(source: Source, problem: Problem, words: Mapping[str, str]) -> Iterator[str]:
    """Each sample as Markdown; none beyond what a page can show."""
    files = source.below("data/sample")
    others = other_sample_files(source)
    names = sorted({name.removesuffix(".in") for name in files if name.endswith(".in")} | {
        name for name, kinds in others.items() if "interaction" in kinds
    })  # fmt: skip
    room = MOST_SAMPLES_BYTES
    for number, name in enumerate(names, 1):
        kinds = others.get(name, {})
        if "interaction" in kinds:
            shown = [("interaction", kinds["interaction"])]
        elif problem.is_legacy and problem.is_interactive:
            continue
        else:
            answer = kinds.get("ans.statement", kinds.get("out", files.get(f"{name}.ans", b"")))
            shown = [("in", kinds.get("in.statement", files.get(f"{name}.in", b""))), ("out", answer)]
        room -= sum(len(data) for _kind, data in shown)
        if room < 0:
            return
        blocks = [f"**{words[kind]}**\n{code_block(data.decode('utf-8', 'replace'))}" for kind, data in shown]
        yield f"## {words['sample']} {number}\n\n" + "\n".join(blocks)

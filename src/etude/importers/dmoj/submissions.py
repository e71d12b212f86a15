"""Answers whose verdict is known: DMOJ's own `tests/<name>/test.yml`, or folders named after a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import ContentError, Solution
from etude.content.errors import mark as _
from etude.content.parse_solutions import CODE_VERDICTS, folder_of
from etude.importers.dmoj.config import Config, file_list
from etude.importers.dmoj.languages import LANGUAGES, language_of, main_name
from etude.importers.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

# Later ones are added to earlier ones, as on Linux.
_TEST_FILES = ("test.yml", "test.posix.yml", "test.linux.yml")
_FOLDERS = ("solutions", "submissions")
_ALIASES = {
    "ac": "accepted", "correct": "accepted", "good": "accepted", "partially_accepted": "accepted",
    "wa": "wrong_answer", "wrong": "wrong_answer", "tle": "time_limit_exceeded", "mle": "memory_limit_exceeded",
    "rte": "run_time_error", "runtime_error": "run_time_error", "ir": "run_time_error",
    "ole": "output_limit_exceeded", "ce": "compile_error", "compiler_error": "compile_error", "ie": "internal_error",
}  # fmt: skip
_CODES = {"IR": "RTE", "RTE": "RTE", **{code: code for code in ("AC", "WA", "TLE", "MLE", "OLE", "CE", "IE")}}
_ANY = frozenset(_CODES.values())
_HERE = "amd64"


@dataclass(slots=True)
class Submissions:
    """What was found. times_s, memories_kb: the limits that were stated, of the accepted ones if there are any."""

    solutions: list[Solution] = field(default_factory=list)
    times_s: list[Decimal] = field(default_factory=list)
    memories_kb: list[int] = field(default_factory=list)
    _accepted_first: bool = False

    def note_limits(self, config: Config, *, is_accepted: bool) -> None:
        """Keep the limits of a submission; those of accepted ones replace those of the others."""
        if is_accepted and not self._accepted_first:
            self._accepted_first = True
            self.times_s.clear()
            self.memories_kb.clear()
        if is_accepted or not self._accepted_first:
            time_s, memory_kb = config.own("time"), config.own("memory")
            self.times_s += [] if time_s is None else [Decimal(str(time_s.number(0.01, 300)))]
            self.memories_kb += [] if memory_kb is None else [memory_kb.whole(1, 8_000_000)]


def read_submissions(data: PackageData, notes: Notes) -> Submissions:
    """Every submission, in order. Raises ContentError for a mistake in a test's file, and for folders of no verdict."""
    found = Submissions()
    for folder in sorted({path.split("/")[1] for path in data.loose if path.startswith("tests/") and "/" in path[6:]}):
        _read_test(f"tests/{folder}", data, notes, found)
    for top in _FOLDERS:
        _read_folder(top, data, notes, found)
    return found


def _read_test(folder: str, data: PackageData, notes: Notes, found: Submissions) -> None:
    values: dict[str, YamlValue] = {}
    file = None
    for test_file in _TEST_FILES:
        path = f"{folder}/{test_file}"
        if path in data.loose:
            data.used.add(path)
            file = read_yaml(data.loose[path], path)
            values |= dict(file.mapping)
    if file is None:
        return
    file.value.update(values) if isinstance(file.value, dict) else None
    config = Config(file)
    data.used |= {path for path in data.loose if path.startswith(f"{folder}/")}
    language = _language(config, folder, notes)
    if language is None:
        return
    verdicts = _expected(config)
    found.note_limits(config, is_accepted=verdicts == {"AC"})
    source = config.own("source")
    if source is None:
        raise file.error(_("The “source” is not named."))
    names = file_list(source)
    for place, name in enumerate(names, 1):
        content = data.loose.get(f"{folder}/{name.text}")
        if content is None:
            raise name.error(_("There is no file “%(name)s” in the package."), name=f"{folder}/{name.text}")
        stem = _plain(folder.rpartition("/")[2] + (f"-{place}" if len(names) > 1 else ""))
        ending = main_name(language, name.text.rpartition("/")[2]).rpartition(".")[2]
        file_name = f"{stem}.{ending}"
        found.solutions.append(
            Solution(verdict=folder_of(verdicts), name=file_name, language=language, files={file_name: content})
        )


def _language(config: Config, folder: str, notes: Notes) -> str | None:
    """Our language of a submission; None, noted, for one that is not to be judged here."""
    named, skip, machines = (config.own(key) for key in ("language", "skip", "arch"))
    if skip is not None and skip.flag:
        return None
    if machines is not None and _HERE not in [item.text for item in file_list(machines)]:
        return None
    if named is None:
        raise config.value.error(_("The “language” is not named."))
    language = LANGUAGES.get(named.text.upper())
    if language is None:
        notes.tell(folder, _("The language “%(name)s” cannot be judged here; the solution was left out."),
                   name=named.text)  # fmt: skip
    return language


def _expected(config: Config) -> set[str]:
    """The verdicts that the whole may get, from those that the cases may get."""
    everywhere = _codes(config.own("expect"))
    cases = config.own("cases")
    of_cases: list[set[str]] = []
    if cases is not None:
        of_cases = [_codes(item) for item in _values(cases)]
    possible = everywhere.union(*of_cases)
    rejected_for_sure = any("AC" not in one and one for one in of_cases)
    if rejected_for_sure or "AC" not in everywhere:
        possible = possible - {"AC"} or possible
    if not of_cases and everywhere == {"AC"}:
        return {"AC"}
    return possible


def _values(cases: YamlValue) -> Iterable[YamlValue]:
    return cases.mapping.values() if isinstance(cases.value, dict) else cases.items


def _codes(found: YamlValue | None) -> set[str]:
    if found is None:
        return {"AC"}
    codes: set[str] = set()
    for item in file_list(found):
        if item.text == "*":
            return set(_ANY)
        if item.text != "SC":  # left out, for something before it failed
            if item.text not in _CODES:
                raise item.error(_("There is no verdict “%(name)s”."), name=item.text)
            codes.add(_CODES[item.text])
    return codes


def _read_folder(top: str, data: PackageData, notes: Notes, found: Submissions) -> None:
    entries: dict[tuple[str, str], dict[str, bytes]] = {}
    paths: dict[tuple[str, str], str] = {}
    for path, content in data.loose.items():
        folder, _slash, rest = path.partition("/")
        if folder != top:
            continue
        data.used.add(path)
        verdict, slash, name = rest.partition("/")
        if not slash:
            raise ContentError(path, "", _("Solutions lie in a folder named after their verdict."))
        word = verdict.lower().replace("-", "_").replace(" ", "_")
        word = _ALIASES.get(word, word)
        if word not in CODE_VERDICTS:
            raise ContentError(path, "", _("There is no verdict “%(name)s”."), {"name": verdict})
        entry, _slash, inner = name.partition("/")
        entries.setdefault((word, entry), {})[inner or entry] = content
        paths.setdefault((word, entry), f"{top}/{verdict}/{entry}")
    for (verdict, name), files in sorted(entries.items()):
        language = language_of(files)
        if language is None:
            notes.tell(paths[verdict, name], _("No language is known for this solution; it was left out."))
            continue
        found.solutions.append(_solution(verdict, name, language, files))


def _solution(verdict: str, name: str, language: str, files: dict[str, bytes]) -> Solution:
    stem, dot, ending = name.rpartition(".")
    if tuple(files) == (name,):
        plain = f"{_plain(stem)}{dot}{ending}"
        return Solution(verdict=verdict, name=plain, language=language, files={plain: files[name]})
    return Solution(verdict=verdict, name=_plain(name), language=language, files=files)


def _plain(name: str) -> str:
    """A name that every system can store, and that seems to name no course language."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "solution"

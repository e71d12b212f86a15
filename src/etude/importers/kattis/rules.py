"""Which verdicts a submission may get: from its folder, `submissions.yaml`, or `@EXPECTED_RESULTS@` in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.content.parse_solutions import CODE_VERDICTS, OR
from etude.importers.kattis.expectations import (
    ALL,
    Expectation,
    covers_all,
    found_names,
    is_pattern,
    ours,
    read_expectation,
    verdicts,
)
from etude.importers.kattis.patterns import is_matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.importers.kattis.package import Source
    from etude.importers.kattis.testdata import TestPlan
    from etude.importers.yaml_file import YamlValue

FOLDERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accepted": (("AC",), ALL),
    "partially_accepted": (("AC",), ALL),
    "rejected": (ALL, ("RTE", "TLE", "WA")),
    "wrong_answer": (("AC", "WA"), ("WA",)),
    "time_limit_exceeded": (("AC", "TLE"), ("TLE",)),
    "run_time_error": (("AC", "RTE"), ("RTE",)),
    "brute_force": (("AC", "RTE", "TLE"), ("RTE", "TLE")),
}
"""Folder -> the verdicts that every test may have, and those of which one test at least must have one."""
OTHER_FOLDERS: Mapping[str, tuple[str, ...]] = {
    "runtime_error": ("RTE", "MLE", "OLE"),
    "memory_limit_exceeded": ("MLE", "RTE"),
    "output_limit_exceeded": ("OLE", "RTE"),
    "compile_error": ("CE",),
    "compiler_error": ("CE",),
    "no_output": ("WA",),
}
"""Folders that the format does not have, but that contests use."""
ANNOTATIONS: Mapping[str, tuple[str, ...]] = {
    "CORRECT": ("AC",), "ACCEPTED": ("AC",), "WRONG-ANSWER": ("WA",), "TIMELIMIT": ("TLE",),
    "TIME-LIMIT-EXCEEDED": ("TLE",), "TIME-LIMIT": ("TLE",), "RUN-ERROR": ("RTE", "MLE", "OLE"),
    "RUN-TIME-ERROR": ("RTE", "MLE", "OLE"), "RUNTIME-ERROR": ("RTE", "MLE", "OLE"), "MEMORY-LIMIT": ("MLE", "RTE"),
    "OUTPUT-LIMIT": ("OLE", "RTE"), "NO-OUTPUT": ("WA",), "COMPILER-ERROR": ("CE",), "COMPILE-ERROR": ("CE",),
}  # fmt: skip
RULE_KEYS = (
    "language", "entrypoint", "authors", "model_solution", "permitted", "required", "score", "message",
    "use_for_time_limit",
)  # fmt: skip
_ANNOTATION = re.compile(rb"@EXPECTED_RESULTS@:\s*([A-Za-z_, -]+)")


@dataclass(slots=True)
class Stated:
    """What a package says of one submission. bounds: it may be measured for the time limit.

    expectations: what is stated of single tests and groups, of scores and messages.
    """

    permitted: set[str] = field(default_factory=lambda: set(ALL))
    required: list[set[str]] = field(default_factory=list)
    bounds: bool = True
    must_bound: bool = False
    language: str = ""
    entry: str = ""
    expectations: list[Expectation] = field(default_factory=list)

    def verdicts(self, plan: TestPlan) -> tuple[str, ...]:
        """Return the verdicts of the whole that agree; () when nothing is said."""
        is_silent = self.permitted == set(ALL) and all(one == set(ALL) for one in self.required)
        if is_silent and not self.expectations:
            return ()
        deeper = [one for one in self.expectations if one.pattern]
        permitted = self.permitted & self._permitted_in(deeper, plan)
        may = [one for one in ALL if one in permitted and one != "AC"]
        needed = [*self.required, *(set(one.required) for one in deeper if one.required)]
        if "AC" in permitted and all("AC" in one for one in needed):
            may.insert(0, "AC")
        single = [one & set(may) for one in self.required if len(one) < len(ALL)]
        return ours([one for one in may if all(one in some for some in single)] or may)

    @staticmethod
    def _permitted_in(deeper: Iterable[Expectation], plan: TestPlan) -> set[str]:
        """The verdicts that single tests may have, where something is said of each."""
        limiting = [one for one in deeper if one.permitted]
        if not limiting or not covers_all((name for one in limiting for name in found_names(one.pattern, plan)), plan):
            return set(ALL)
        return {verdict for one in limiting for verdict in one.permitted}

    @property
    def is_accepted(self) -> bool:
        """Whether every test has to be accepted."""
        return self.permitted == {"AC"}


def stated_for(path: str, rules: Mapping[str, YamlValue], source: Source) -> Stated:
    """Return what is said of a submission by its folder and by submissions.yaml. path: below submissions/."""
    folder = path.partition("/")[0]
    permitted, required = FOLDERS.get(folder, (ALL, ALL))
    stated = Stated(bounds=folder != "brute_force")
    own = rules.get(folder)
    if own is None or not isinstance(own.value, dict):
        _restrict(stated, permitted, required)
    for pattern, rule in rules.items():
        if not is_matched(pattern, path):
            continue
        keys = {key: value for key, value in rule.mapping.items() if value.value is not None}
        is_folder = pattern == folder
        may = verdicts(keys["permitted"]) if "permitted" in keys else permitted if is_folder else ALL
        must = verdicts(keys["required"]) if "required" in keys else required if is_folder else ALL
        _restrict(stated, may, must)
        if keys.keys() & {"score", "message"}:
            stated.expectations.append(read_expectation("", rule, source))
        _read_others(stated, keys, source)
    return stated


def _restrict(stated: Stated, permitted: Iterable[str], required: Iterable[str]) -> None:
    stated.permitted &= set(permitted)
    stated.required.append(set(required))


def _read_others(stated: Stated, keys: Mapping[str, YamlValue], source: Source) -> None:
    if "language" in keys:
        stated.language = keys["language"].text
    if "entrypoint" in keys:
        stated.entry = keys["entrypoint"].text
    use = keys.get("use_for_time_limit")
    if use is not None:
        if not isinstance(use.value, bool | str) or use.value not in {True, False, "lower", "upper"}:
            raise use.error(_("One of true, false, lower and upper must stand here."))
        stated.bounds = use.value not in {False, "upper"}
        stated.must_bound = use.value == "lower"
    for key, value in keys.items():
        if is_pattern(key, value):
            stated.expectations.append(read_expectation(key, value, source))
        elif key not in RULE_KEYS:
            source.warn(f"{value.file}:{value.line}", _("“%(key)s” is not known here and was left out."), key=key)


def annotated(files: Mapping[str, bytes], path: str, source: Source) -> tuple[str, ...]:
    """Return the verdicts that a submission names in its own text, as DOMjudge reads it; () when it names none."""
    for name, data in sorted(files.items()):
        found = _ANNOTATION.search(data)
        if found is None:
            continue
        verdicts: dict[str, None] = {}
        for word in found[1].decode("ascii").split(","):
            known = ANNOTATIONS.get(word.strip().upper().replace("_", "-"))
            if known is None:
                source.warn(f"{path}/{name}" if len(files) > 1 else path,
                            _("“%(key)s” is not known here and was left out."), key=word.strip())  # fmt: skip
            verdicts |= dict.fromkeys(known or ())
        return tuple(verdicts)
    return ()


def folder_for(verdicts: tuple[str, ...]) -> str:
    """Return our folder of solutions for these verdicts, the first one first."""
    for folder, agreeing in CODE_VERDICTS.items():
        if set(agreeing) == set(verdicts):
            return folder
    single = {agreeing[0]: folder for folder, agreeing in CODE_VERDICTS.items() if len(agreeing) == 1}
    return OR.join(single[verdict] for verdict in verdicts)

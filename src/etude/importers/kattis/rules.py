"""Which verdicts a submission may get: from its folder, `submissions.yaml`, or `@EXPECTED_RESULTS@` in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.content.parse_solutions import CODE_VERDICTS, OR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from etude.importers.kattis.package import Source
    from etude.importers.yaml_file import YamlValue

ALL = ("AC", "WA", "TLE", "RTE")
# A Kattis run-time error is also one by too much memory or output: there is no other word for them.
MEANT: Mapping[str, tuple[str, ...]] = {"AC": ("AC",), "WA": ("WA",), "TLE": ("TLE",), "RTE": ("RTE", "MLE", "OLE")}
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
_MOST_ALTERNATIVES = 200


@dataclass(slots=True)
class Stated:
    """What a package says of one submission. bounds: it may be measured for the time limit."""

    permitted: set[str] = field(default_factory=lambda: set(ALL))
    required: list[set[str]] = field(default_factory=list)
    bounds: bool = True
    must_bound: bool = False
    language: str = ""
    entry: str = ""

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The verdicts of the whole that agree; () when nothing is said."""
        if self.permitted == set(ALL) and all(one == set(ALL) for one in self.required):
            return ()
        may = [one for one in ALL if one in self.permitted and one != "AC"]
        if "AC" in self.permitted and all("AC" in one for one in self.required):
            may.insert(0, "AC")
        single = [one & set(may) for one in self.required if len(one) < len(ALL)]
        wanted = [one for one in may if all(one in some for some in single)] or may
        return tuple(chain.from_iterable(MEANT[one] for one in wanted))

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
        if not any(_compiled(one).fullmatch(part) for one in _alternatives(pattern) for part in (path, folder)):
            continue
        keys = {key: value for key, value in rule.mapping.items() if value.value is not None}
        is_folder = pattern == folder
        may = tuple(keys["permitted"].texts()) if "permitted" in keys else permitted if is_folder else ALL
        must = tuple(keys["required"].texts()) if "required" in keys else required if is_folder else ALL
        _restrict(stated, may, must)
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
        if key in {"score", "message"} or key not in RULE_KEYS:
            place = f"{value.file}:{value.line}"
            source.warn(place, _("“%(key)s” is not compared with what a submission gets."), key=key)


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


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("[^/]*".join(re.escape(part) for part in pattern.strip("/").split("*")))


def _alternatives(pattern: str) -> Iterator[str]:
    """A pattern with its braces written out: `a.{py,cpp}`."""
    waiting, count = [pattern], 0
    while waiting and count < _MOST_ALTERNATIVES:
        one = waiting.pop()
        found = re.search(r"\{([^{}]*)\}", one)
        count += 1
        if found is None:
            yield one
        else:
            waiting += [one[: found.start()] + part + one[found.end() :] for part in found[1].split(",")]

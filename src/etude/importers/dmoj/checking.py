"""Which of our checkers, or which validator, stands for what `checker` asks of each case."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ActivityChecker, ActivityValidator
from etude.content.errors import mark as _
from etude.importers.dmoj.bridging import read_bridged
from etude.importers.dmoj.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.importers.dmoj.cases import Case
    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

# Those that accept exactly what one of ours accepts.
_OURS: Mapping[str, ActivityChecker] = {
    "standard": ActivityChecker(name="lines", options={"spaces": "collapse", "ignore_empty_lines": True}),
    "identical": ActivityChecker(name="exact"),
    "unordered": ActivityChecker(name="unordered", options={"split": "words"}),
    "sorted": ActivityChecker(name="unordered", options={"split": "lines"}),
    "linecount": ActivityChecker(name="line_share"),
}
# Those that are written anew in the `dmoj` package that checkers in Python import.
NAMED = ("easy", "floats", "floatsabs", "floatsrel", "identical", "linecount", "linematches", "rstripped", "sorted",
         "standard", "unordered")  # fmt: skip
_FOLDER = "package/"
_DISPATCH = '''\
"""Calls the checker that each case asks for. Made when the package was imported."""

import inspect
import json
import sys
import types

from dmoj import checkers

CHECKERS = json.loads({checkers!r})
CHOSEN = json.loads({chosen!r})


def load(name):
    module = types.ModuleType(name.rpartition("/")[2][:-3])
    module.__file__ = name
    sys.modules[module.__name__] = module
    with open(name, "rb") as file:
        exec(compile(file.read(), name, "exec", dont_inherit=True), module.__dict__)
    return module


def check(process_output, judge_output, **named):
    chosen = CHECKERS[CHOSEN[named["case_position"]]]
    check = load(chosen["file"]).check if chosen["file"] else getattr(checkers, chosen["name"]).check
    named.update(chosen["args"])
    parameters = inspect.signature(check).parameters.values()
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        known = {{parameter.name for parameter in parameters}}
        named = {{name: value for name, value in named.items() if name in known}}
    return check(process_output, judge_output, **named)
'''


@dataclass(frozen=True, slots=True)
class Checking:
    """How a package's outputs are judged: by checkers of ours, one for each case, or by a validator for all."""

    checkers: Sequence[ActivityChecker]
    validator: ActivityValidator | None = None
    asks_position: bool = False  # each test tells the validator which case it is


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What one case asks for. value: where it stands, None for DMOJ's default."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    value: YamlValue | None = None
    options: Config | None = None

    @property
    def ours(self) -> ActivityChecker | None:
        """The checker of ours that accepts the same, None if none does."""
        if self.name == "sorted" and self.arguments.get("split_on", "lines") == "whitespace":
            return _OURS["unordered"]
        fits = set(self.arguments) <= {"pe_allowed", "feedback"} or self.arguments == {"split_on": "lines"}
        return _OURS.get(self.name) if fits else None


def read_checking(cases: Sequence[Case], data: PackageData, notes: Notes) -> Checking:
    """Find the checker of every case. Raises ContentError for one that there is not, or that is missing."""
    chosen = [_chosen(case) for case in cases]
    bridged = next((one for one in chosen if one.name == "bridged"), None)
    if bridged is not None:
        other = next((one for one in chosen if (one.name, one.arguments) != (bridged.name, bridged.arguments)), None)
        if other is not None:
            blame = other.value or bridged.value
            assert blame is not None
            raise blame.error(_("A “bridged” checker must be the only checker of a package."))
        assert bridged.options is not None
        return Checking((), read_bridged(bridged.options, data, notes, is_interactive=False))
    ours = [one.ours for one in chosen]
    known = [checker for checker in ours if checker is not None]
    if len(known) == len(chosen):
        return Checking(known)
    return Checking((), _dispatch(chosen, data), asks_position=True)


def _chosen(case: Case) -> _Chosen:
    found = case.config.get("checker")
    if found is None:
        return _Chosen("standard")
    if not isinstance(found.value, dict):
        chosen = _Chosen(found.text, value=found)
    else:
        config = Config(found)
        name, arguments = config.own("name"), config.own("args")
        if name is None:
            raise found.error(_("A checker has a “name”."))
        options = None if arguments is None else Config(arguments)
        plain = {} if arguments is None else {key: item.plain for key, item in arguments.mapping.items()}
        chosen = _Chosen(name.text, plain, name, options)
    assert chosen.value is not None
    if chosen.name == "bridged" and chosen.options is None:
        raise chosen.value.error(_("A “bridged” checker names its “files” in “args”."))
    if "." not in chosen.name and chosen.name not in (*NAMED, "bridged"):
        sentence = _("There is no checker “%(name)s”; DMOJ has: %(known)s.")
        raise chosen.value.error(sentence, name=chosen.name, known=", ".join((*NAMED, "bridged")))
    return chosen


def _dispatch(chosen: Sequence[_Chosen], data: PackageData) -> ActivityValidator:
    """A validator that calls the checker of each case."""
    files: dict[str, bytes] = {}
    kinds: list[dict[str, object]] = []
    places: list[int] = []
    for one in chosen:
        file = ""
        if "." in one.name:
            assert one.value is not None
            file = _FOLDER + one.name.rpartition("/")[2]
            files[file] = data.find(one.value)
            if not file.endswith(".py"):
                raise one.value.error(_("A checker is a Python file; a compiled one is “bridged”."))
        kind: dict[str, object] = {"name": one.name, "file": file, "args": one.arguments}
        if kind not in kinds:
            kinds.append(kind)
        places.append(kinds.index(kind))
    text = _DISPATCH.format(checkers=json.dumps(kinds), chosen=json.dumps(places))
    return ActivityValidator(
        language="python", files={"main.py": text.encode(), **files}, protocol="dmoj", points_unit="points"
    )

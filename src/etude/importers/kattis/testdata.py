"""What both formats have in common of their tests: inputs, answers, files beside the program, arguments."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ActivityTest, ContentError
from etude.content.errors import mark as _
from etude.importers.kattis.package import take_keys, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityChecker, ActivityGroup
    from etude.content.model import VerdictOf
    from etude.importers.kattis.package import Source
    from etude.importers.kattis.validators import OutputJudge
    from etude.importers.yaml_file import YamlValue

TEST_KEYS = (
    "args", "input_validator_args", "output_validator_args", "input_visualizer_args", "output_visualizer_args",
    "full_feedback", "hint", "description",
)  # fmt: skip
OTHER_FOLDERS = ("invalid_input", "invalid_output", "valid_output", "valid_inputs", "invalid_inputs", "invalid_answers")
_SHOWN = ("interaction", "in.statement", "ans.statement", "out", "in.download", "ans.download")
_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPlan:
    """The tests of a package: its groups, how its verdict follows from theirs, and the checker of them all.

    paths: of each group, and of each `group/test`, its path below data/ without an ending. is_scoring: the points are
    the package's own.
    """

    groups: tuple[ActivityGroup, ...]
    verdict: VerdictOf
    checker: ActivityChecker | None
    paths: Mapping[str, str] = field(default_factory=dict)
    is_scoring: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test before it has a place: its path below data/ without an ending, and its arguments for the validator."""

    path: str
    test: ActivityTest
    arguments: tuple[str, ...] = ()


@dataclass(slots=True)
class Cases:
    """Finds the tests of folders. Raises ContentError for those that are not whole."""

    source: Source
    judge: OutputJudge
    paths: dict[str, str] = field(default_factory=dict)
    _names: dict[str, set[str]] = field(default_factory=dict)

    def directly_in(self, folder: str, arguments: tuple[str, ...], defaults: Mapping[str, YamlValue]) -> list[Case]:
        """Return the tests of a folder below data/, in order of name; those in folders in it are not."""
        names = self._inputs(folder)
        return [self._case(folder, name, arguments, defaults) for name in names if "/" not in name]

    def all_below(self, folder: str, arguments: tuple[str, ...], defaults: Mapping[str, YamlValue]) -> list[Case]:
        """Return the tests of a folder and of all folders in it."""
        return [self._case(folder, name, arguments, defaults) for name in self._inputs(folder)]

    def static(self, folder: str, arguments: tuple[str, ...], static_arguments: tuple[str, ...]) -> Case:
        """Return the static test of a folder, after its other tests were made. arguments: of the folder's tests."""
        test = ActivityTest(
            name=self._plain(folder, "static-validation"), is_static=True, validator_arguments=static_arguments
        )
        return Case(path=f"{folder}/{test.name}", test=test, arguments=arguments)

    def _inputs(self, folder: str) -> list[str]:
        self.paths[group_name(folder)] = folder
        below = self.source.below(f"data/{folder}")
        names = [name for name in below if not any(part.endswith(".files") for part in name.split("/")[:-1])]
        inputs = {name.removesuffix(".in") for name in names if name.endswith(".in")}
        for name in names:
            stem = name.removesuffix(".ans")
            if name.endswith(".ans") and stem not in inputs:
                raise ContentError(f"data/{folder}/{name}", "", _("There is an answer here, but no input (.in)."))
        return sorted(inputs)

    def _case(self, folder: str, name: str, arguments: tuple[str, ...], defaults: Mapping[str, YamlValue]) -> Case:
        stem = f"data/{folder}/{name}"
        answer = self.source.files.get(f"{stem}.ans")
        if answer is None:
            raise ContentError(f"{stem}.in", "", _("This test has no answer (.ans)."))
        own = take_keys(self.source.yaml(f"{stem}.yaml"), TEST_KEYS, self.source)
        args = own.get("args") or defaults.get("args")
        validator_args = own.get("output_validator_args")
        for key in ("hint",):
            if key in own:
                self.source.warn(f"{stem}.yaml", _("“%(key)s” has no place here and was left out."), key=key)
        files = self.source.below(f"{stem}.files")
        plain = self._plain(folder, name)
        chosen = words(validator_args) if validator_args is not None else arguments
        test = ActivityTest(
            name=plain,
            title={} if plain == name else {"": name},
            stdin={"": self.source.files[f"{stem}.in"]},
            expected={"": answer},
            files={"": files} if files else {},
            arguments=words(args) if args is not None else self._stated(stem),
            validator_arguments=chosen if self.judge.validator is not None else (),
        )
        return Case(path=f"{folder}/{name}", test=test, arguments=chosen)

    def _stated(self, stem: str) -> tuple[str, ...]:
        """The arguments of a file `.args`, as drafts of the format had it."""
        content = self.source.files.get(f"{stem}.args")
        if content is None:
            return ()
        try:
            return tuple(shlex.split(content.decode("utf-8")))
        except ValueError:
            raise ContentError(f"{stem}.args", "", _("These are no arguments of a program.")) from None

    def _plain(self, folder: str, name: str) -> str:
        """A name of letters, digits, `-` and `_` that no other test of the folder has."""
        taken = self._names.setdefault(folder, set())
        plain = _PLAIN.sub("-", name).strip("-_")[:80] or "test"
        number, unique = 1, plain
        while unique in taken:
            number += 1
            unique = f"{plain}-{number}"
        taken.add(unique)
        self.paths[f"{group_name(folder)}/{unique}"] = f"{folder}/{name}"
        return unique


def group_name(path: str) -> str:
    """Return the name of the group of a folder below data/."""
    return "-".join(_PLAIN.sub("-", part).strip("-_") or "group" for part in path.split("/"))


def other_sample_files(source: Source) -> dict[str, dict[str, bytes]]:
    """Return what the package wants to be shown of its samples beside inputs and answers, by sample and kind."""
    shown: dict[str, dict[str, bytes]] = {}
    for name, data in source.below("data/sample").items():
        for kind in _SHOWN:
            if name.endswith(f".{kind}"):
                shown.setdefault(name.removesuffix(f".{kind}"), {})[kind] = data
    return shown

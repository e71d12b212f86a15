"""From cases and batches to groups of tests: who counts, what ends what, what is compared."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityGroup, ActivityTest, ContentError
from etude.content.errors import mark as _
from etude.content.model import BOTH
from etude.content.names import check_path
from etude.content.parse_tests import MAX_TESTS
from etude.content.programs import name_fault
from etude.importers.dmoj.cases import Batch, Case
from etude.importers.dmoj.config import Config

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.content import ActivityChecker
    from etude.content.model import Files
    from etude.importers.dmoj.checking import Checking
    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.generating import Generators
    from etude.importers.yaml_file import YamlValue

_STDIN, _STDOUT = "/dev/stdin", "/dev/stdout"


@dataclass(slots=True)
class TestMaker:
    """Makes the groups of one package. problem: its name, which checkers are told."""

    __test__ = False

    generators: Generators
    checking: Checking
    notes: Notes
    problem: str
    _groups: list[ActivityGroup] = field(default_factory=list)
    _run: list[Case] = field(default_factory=list)

    def groups(self, items: Sequence[Case | Batch]) -> tuple[ActivityGroup, ...]:
        """Groups in the order of the cases: a batch is one, cases in a row that count alone are one, a case worth
        nothing is one whose failure ends everything. Raises ContentError; JailError when a generator cannot be run.
        """
        names: dict[int, str] = {}
        for item in items:
            if isinstance(item, Batch):
                self._close()
                names[item.number] = f"batch-{item.number}"
                self._groups.append(self._batch(item, tuple(names[number] for number in item.dependencies)))
            elif not item.points:
                self._close()
                self._groups.append(self._worthless(item))
            else:
                if self._run and not self._fits(item):
                    self._close()
                self._run.append(item)
        self._close()
        return tuple(self._groups)

    def _fits(self, case: Case) -> bool:
        return len(self._run) < MAX_TESTS and self._checker([case]) == self._checker(self._run)

    def _close(self) -> None:
        """End the group of cases that count alone."""
        if self._run:
            first = self._run[0].position + 1
            last = self._run[-1].position + 1
            numbers = str(first) if first == last else f"{first}–{last}"
            self._groups.append(
                ActivityGroup(
                    name=f"cases-{first}",
                    title={"fr": f"Cas {numbers}", "en": f"Case {numbers}" if first == last else f"Cases {numbers}"},
                    points=sum((case.points for case in self._run), Decimal(0)),
                    scoring="sum",
                    verdict="worst",
                    tests=tuple(self._test(case, case.points) for case in self._run),
                    checker=self._checker(self._run),
                )
            )
        self._run = []

    def _worthless(self, case: Case) -> ActivityGroup:
        number = case.position + 1
        return ActivityGroup(
            name=f"case-{number}",
            title={"fr": f"Cas {number} (éliminatoire)", "en": f"Case {number} (must pass)"},
            on_reject="stop_all",
            tests=(self._test(case, None),),
            checker=self._checker([case]),
        )

    def _batch(self, batch: Batch, requires: tuple[str, ...]) -> ActivityGroup:
        if len({id(self._checker([case])) for case in batch.cases}) > 1:
            checkers = [self._checker([case]) for case in batch.cases]
            if any(checker != checkers[0] for checker in checkers):
                raise batch.config.value.error(_("The cases of one batch must have one checker."))
        return ActivityGroup(
            name=f"batch-{batch.number}",
            title={"fr": f"Lot {batch.number}", "en": f"Batch {batch.number}"},
            points=batch.points,
            scoring="min",
            on_reject="stop" if batch.points else "stop_all",
            requires=requires,
            tests=tuple(self._test(case, batch.points or None) for case in batch.cases),
            checker=self._checker(batch.cases),
        )

    def _checker(self, cases: Sequence[Case]) -> ActivityChecker | None:
        return self.checking.checkers[cases[0].position] if self.checking.checkers else None

    def _test(self, case: Case, points: Decimal | None) -> ActivityTest:
        stdin, expected = self.generators.texts_of(case)
        if self.checking.checkers and case.config.get("in") is not None:
            self._check_expected(case)
        files, output = self._files(case, stdin)
        return ActivityTest(
            name=str(case.position + 1),
            stdin={BOTH: stdin},
            expected={} if output else {BOTH: expected},
            files={BOTH: files} if files else {},
            expected_files={BOTH: {output: expected}} if output else {},
            points=points,
            validator_arguments=self._arguments(case),
        )

    @staticmethod
    def _check_expected(case: Case) -> None:
        if case.config.get("out") is None and case.config.get("generator") is None:
            raise case.config.value.error(_("The case has an input, but no expected output (“out”)."))

    def _arguments(self, case: Case) -> tuple[str, ...]:
        if not self.checking.asks_position:
            return ()
        named = {
            "case_position": case.position,
            "batch": case.batch,
            "binary_data": case.config.flag("binary_data"),
            "problem_id": self.problem,
        }
        return tuple(f"{name}={json.dumps(value)}" for name, value in named.items())

    def _files(self, case: Case, stdin: bytes) -> tuple[Files, str]:
        """The files beside the program, and the name of the one that it must write, "" for none."""
        files: dict[str, bytes] = {}
        output = ""
        links = case.config.get("symlinks")
        for name, target in links.mapping.items() if links is not None else ():
            if target.text == _STDIN:
                files[_file_name(target, name)] = stdin
            else:
                self.notes.unused(target, f"symlinks: {target.text}")
        named = case.config.get("file_io")
        if named is not None:
            places = Config(named)
            read, written = places.own("input"), places.own("output")
            files |= {} if read is None else {_file_name(read, read.text): stdin}
            output = "" if written is None else _file_name(written, written.text)
            if output and self.checking.validator is not None:
                raise named.error(_("A checker that is a program cannot judge a file that the answer writes."))
        return files, output


def _file_name(blame: YamlValue, name: str) -> str:
    """A name for a file beside the program. Raises ContentError for one that leads out or cannot be."""
    try:
        check_path(name)
    except ContentError as fault:
        raise blame.error(fault.sentence, **fault.values) from fault
    fault_of_engine = name_fault([name])
    if fault_of_engine is not None:
        raise blame.error(_("This does not fit together: %(fault)s"), fault=fault_of_engine)
    return name

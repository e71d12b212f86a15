"""The cases and batches of `init.yml`: listed, or found by the names of their files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.content.fields import MAX_POINTS
from etude.importers.dmoj.config import Config
from etude.importers.dmoj.matching import INPUT_PATTERN, OUTPUT_PATTERN, Found, match_names
from etude.importers.yaml_file import YamlValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.importers.bench import Bench
    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData

MAX_CASES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. position: from 0, over all. batch: its number from 1, 0 for none. points: of the case or its batch."""

    config: Config
    position: int
    batch: int
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Cases that count as one. dependencies: the numbers of batches that must have passed."""

    config: Config
    number: int
    points: Decimal
    cases: tuple[Case, ...]
    dependencies: tuple[int, ...]
    is_pretest: bool = False


class CaseReader:
    """Reads cases in their order and numbers them."""

    def __init__(self, root: Config, data: PackageData, notes: Notes, bench: Bench) -> None:
        self._root, self._data, self._notes, self._bench = root, data, notes, bench
        self._cases = 0
        self._batches = 0

    def read(self) -> list[Case | Batch]:
        """All cases and batches, pretests first, which are worth nothing and end it all.

        Raises ContentError when there is none, and for the first mistake.
        """
        pretests = [self._read_one(one, is_pretest=True) for one in self._root.below("pretest_test_cases")]
        items = [*pretests, *(self._read_one(one) for one in self._listed())]
        if not items:
            raise self._root.value.error(_("There are no test cases."))
        return items

    def _listed(self) -> Iterator[Config]:
        listed = self._root.own("test_cases")
        if listed is not None and isinstance(listed.value, list):
            yield from self._root.below("test_cases")
            return
        yield from self._found(self._root.value if listed is None else listed, listed)

    def _read_one(self, config: Config, *, is_pretest: bool = False) -> Case | Batch:
        batched = config.own("batched")
        points = Decimal(0) if is_pretest else _points(config)
        if batched is None:
            config.check_names("case", self._notes)
            return self._case(config, 0, points)
        config.check_names("batch", self._notes)
        self._batches += 1
        number = self._batches
        cases = tuple(self._batched_case(one, number, points) for one in config.below("batched"))
        if not cases:
            raise batched.error(_("The batch has no case."))
        dependencies = self._dependencies(config, number)
        return Batch(config=config, number=number, points=points, cases=cases, dependencies=dependencies,
                     is_pretest=is_pretest)  # fmt: skip

    def _batched_case(self, config: Config, number: int, points: Decimal) -> Case:
        if config.own("batched") is not None:
            raise config.value.error(_("A batch cannot lie in another one."))
        config.check_names("case", self._notes)
        return self._case(config, number, points)

    def _case(self, config: Config, batch: int, points: Decimal) -> Case:
        if self._cases >= MAX_CASES:
            raise config.value.error(_("There are more than %(most)s test cases."), most=MAX_CASES)
        self._cases += 1
        return Case(config=config, position=self._cases - 1, batch=batch, points=points)

    @staticmethod
    def _dependencies(config: Config, number: int) -> tuple[int, ...]:
        found = config.own("dependencies") or config.own("requirements")
        return () if found is None else tuple(item.whole(1, number - 1) for item in found.items)

    def _found(self, place: YamlValue, formats: YamlValue | None) -> Iterator[Config]:
        """Cases by their files' names. place: what is to blame."""
        given = {} if formats is None else dict(formats.mapping)
        patterns = [given.pop("input_format", None), given.pop("output_format", None)]
        points = given.pop("case_points", None)
        for name, value in given.items():
            self._notes.unused(value, name)
        names = self._data.case_names()
        found = [
            match_names(pattern, default, names, self._bench)
            for pattern, default in zip(patterns, (INPUT_PATTERN, OUTPUT_PATTERN), strict=True)
        ]
        listed = None if points is None else points.items
        for place_in_list, item in enumerate(_arrange(place, *found)):
            if listed is not None:
                if place_in_list >= len(listed):
                    raise place.error(_("There are fewer “case_points” than cases."))
                item["points"] = listed[place_in_list]
            yield Config(YamlValue(item, place.file, place.line, place.key), self._root)


def _points(config: Config) -> Decimal:
    found = config.get("points")
    points = Decimal(1) if found is None else Decimal(str(found.number(0, float(MAX_POINTS))))
    if points != points.quantize(Decimal("0.01")):
        assert found is not None
        raise found.error(_("Points have two decimals at most."))
    return points


def _arrange(place: YamlValue, inputs: list[Found], outputs: list[Found]) -> Iterator[dict[str, YamlValue]]:
    """Mappings as a list would have them, in DMOJ's order: words before numbers, each in its own order."""
    groups: dict[int | str, dict[int | str, dict[str, YamlValue]]] = defaultdict(lambda: defaultdict(dict))
    batches: set[int | str] = set()
    for key, files in (("in", inputs), ("out", outputs)):
        for one in files:
            if one.case is None:
                raise place.error(_("The pattern finds no number of a case in “%(name)s”."), name=one.name)
            if one.batch is not None:
                batches.add(one.batch)
            number = one.case if one.batch is None else one.batch
            groups[number][one.case][key] = YamlValue(one.name, place.file, place.line, place.key)
    for number in sorted(groups, key=_order):
        cases = [groups[number][case] for case in sorted(groups[number], key=_order)]
        if number in batches:
            values = [YamlValue(dict(case), place.file, place.line, place.key) for case in cases]
            yield {"batched": YamlValue(values, place.file, place.line, place.key)}
        elif len(cases) > 1:
            raise place.error(_("Several cases have the number %(number)s."), number=number)
        else:
            yield dict(cases[0])


def _order(number: int | str) -> tuple[bool, int, str]:
    return (True, number, "") if isinstance(number, int) else (False, 0, number)

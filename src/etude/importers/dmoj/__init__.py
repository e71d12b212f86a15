"""DMOJ's problem folders: `init.yml`, the data beside it or in an archive, and perhaps solutions.

What means what there was read in DMOJ's documentation and in its judge, version 4.1; docs/reference/dmoj.md lists what
is read and what is not.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityChecker, ActivityContent, activity_tree, parse_activity
from etude.content.errors import mark as _
from etude.importers import Importer
from etude.importers.dmoj.bridging import read_bridged, read_talking_grader
from etude.importers.dmoj.cases import Batch, CaseReader
from etude.importers.dmoj.checking import Checking, read_checking
from etude.importers.dmoj.config import FILE, Config, Notes
from etude.importers.dmoj.data import PackageData
from etude.importers.dmoj.generating import Generators
from etude.importers.dmoj.languages import USUAL
from etude.importers.dmoj.limits import complete, read_limits
from etude.importers.dmoj.signature import Wrapping, read_signature, unbuffered
from etude.importers.dmoj.submissions import read_submissions
from etude.importers.dmoj.testing import TestMaker
from etude.importers.yaml_file import read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from etude.content import Solution
    from etude.importers import IncomingPackage
    from etude.importers.bench import Bench
    from etude.importers.dmoj.cases import Case
    from etude.importers.dmoj.submissions import Submissions

_MOST_NAMES = 20


def recognises(names: Collection[str]) -> bool:
    """Tell whether a folder is a problem of DMOJ's: `init.yml` is in it."""
    return FILE in names


def read(package: IncomingPackage, bench: Bench) -> ActivityContent:
    """Return the activity that a problem is; raises as `Importer.read` says."""
    data, notes = PackageData(package.files), Notes()
    data.used.add(FILE)
    root = Config(read_yaml(package.files[FILE], FILE))
    root.check_names("root", notes)
    archive = root.own("archive")
    if archive is not None:
        data.open_archive(archive)
    items = CaseReader(root, data, notes, bench).read()
    cases = [case for item in items for case in (item.cases if isinstance(item, Batch) else (item,))]
    checking = _judging(root, cases, data, notes)
    maker = TestMaker(Generators(data, bench, notes), checking, notes, package.name)
    submissions = read_submissions(data, notes)
    content = _assemble(package.name, maker, items, submissions, _wrapping(root, data, notes))
    limits, has_time = read_limits(root, data, submissions, notes)
    content = complete(replace(content, limits=limits), root, bench, has_time=has_time)
    left_over = data.left_over()
    if left_over:
        shown = ", ".join(left_over[:_MOST_NAMES]) + (", …" if len(left_over) > _MOST_NAMES else "")
        notes.tell("", _("Files that nothing names were left out: %(names)s."), names=shown)
    parse_activity(activity_tree(content))
    return replace(content, warnings=tuple(notes.warnings))


def _judging(root: Config, cases: Sequence[Case], data: PackageData, notes: Notes) -> Checking:
    """Who judges: as in DMOJ a grader of its own goes before `interactive`, and both before checkers."""
    grader, interactive = root.own("custom_judge"), root.own("interactive")
    if grader is not None:
        return Checking((), read_talking_grader(grader, data), asks_position=True)
    if interactive is not None and root.own("signature_grader") is None:
        return Checking((), read_bridged(Config(interactive), data, notes, is_interactive=True))
    return read_checking(cases, data, notes)


def _wrapping(root: Config, data: PackageData, notes: Notes) -> Wrapping:
    signature = root.own("signature_grader")
    if signature is not None:
        return read_signature(signature, data)
    found = root.own("unbuffered")
    if found is None or not found.flag:
        return Wrapping()
    sentence = _("Output is unbuffered for answers in C and C++; in other languages they must flush it themselves.")
    notes.tell(f"{found.file}:{found.line}", sentence)
    return unbuffered()


@dataclass(frozen=True, slots=True)
class _Names:
    """What a problem is called. DMOJ keeps its name and statement in the site's database."""

    name: str

    @property
    def slug(self) -> str:
        """The name of the folder, as an address may have it."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "problem"

    @property
    def title(self) -> dict[str, str]:
        """The name of the folder, in words."""
        words = re.sub(r"[_\s-]+", " ", self.name).strip()[:200] or "DMOJ"
        title = words[:1].upper() + words[1:]
        return {"fr": title, "en": title}

    @property
    def statement(self) -> dict[str, str]:
        """A sentence in place of the statement."""
        return {
            "fr": "Ce problème vient de DMOJ. Son énoncé n’est pas dans le paquet\u00a0: écrivez-le ici.\n",
            "en": "This problem comes from DMOJ. Its statement is not in the package: write it here.\n",
        }


def _assemble(
    name: str, maker: TestMaker, items: Sequence[Case | Batch], submissions: Submissions, wrapping: Wrapping
) -> ActivityContent:
    names = _Names(name)
    groups = maker.groups(items)
    solutions = submissions.solutions
    if wrapping.languages:
        solutions = [one for one in solutions if one.language in wrapping.languages]
    usual = wrapping.languages or USUAL
    languages = dict.fromkeys((*usual, *(solution.language for solution in solutions)))
    checkers = {id(group.checker): group.checker for group in groups}
    common = next(iter(checkers.values())) if len(checkers) == 1 else None
    if common is not None:
        groups = tuple(replace(group, checker=None) for group in groups)
    return ActivityContent(
        slug=names.slug,
        kind="code",
        title=names.title,
        statement=names.statement,
        points=sum((group.points for group in groups), Decimal(0)),
        languages=tuple(languages),
        language_settings=wrapping.settings,
        includes=wrapping.includes,
        checker=common or ActivityChecker(),
        validator=maker.checking.validator,
        verdict="worst",
        groups=groups,
        solutions=_with_unique_names(solutions),
    )


def _with_unique_names(solutions: Sequence[Solution]) -> tuple[Solution, ...]:
    """The solutions; of those with one name in one folder, the later ones get a number."""
    taken: set[str] = set()
    kept: list[Solution] = []
    for solution in solutions:
        one, number = solution, 1
        while one.path.casefold() in taken:
            number += 1
            stem, dot, ending = solution.name.rpartition(".")
            name = f"{stem}-{number}{dot}{ending}" if dot else f"{solution.name}-{number}"
            files = {name: solution.files[solution.name]} if tuple(solution.files) == (solution.name,) else one.files
            one = replace(solution, name=name, files=files)
        taken.add(one.path.casefold())
        kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.path))


ENTRY = Importer(name="dmoj", label="DMOJ", recognises=recognises, read=read)

"""What somebody brings: one activity, several folders of activities, or a course; as a tree of files, read whole.

Each activity is read by itself, so that a mistake in one is told beside the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.content import ContentError, ContentWarning, parse_activity, parse_course, read_zip
from etude.content.archive import names_in_zip, read_zip_file
from etude.content.names import is_left_out
from etude.content.tree import COURSE_LIMITS, PACKAGE_LIMITS, TreeLimits, names_in_folder, read_tree
from etude.importers import IncomingPackage, importers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from etude.content import ActivityContent, CourseContent
    from etude.importers import Importer
    from etude.importers.bench import Bench

OWN_FORMAT = "folder"
"""The importer of our own format."""
BROWSER_LIMITS = TreeLimits(max_files=10_000, max_total_bytes=150_000_000)
"""What one archive from a browser may hold: it is read in the memory of the web process."""


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One folder of a package ("" for the package itself): its content, or the mistake for which it is not taken."""

    folder: str
    content: ActivityContent | None = None
    error: ContentError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything that was brought. `course` is set when a course came whole; else `course_error` may say why not."""

    candidates: tuple[Candidate, ...]
    course: CourseContent | None = None
    course_error: ContentError | None = None
    warnings: tuple[ContentWarning, ...] = ()

    @property
    def contents(self) -> list[ActivityContent]:
        """The activities that can be taken, in order."""
        return [candidate.content for candidate in self.candidates if candidate.content is not None]

    @property
    def errors(self) -> list[ContentError]:
        """Every mistake, its file named from the package's folder."""
        found = [candidate.error for candidate in self.candidates if candidate.error is not None]
        return [*found, *([self.course_error] if self.course_error is not None else [])]


def read_archive(archive: bytes) -> Package:
    """Return what an uploaded zip holds.

    Raises:
        ContentError: it is no zip, holds what could do harm, or no activity.
    """
    return read_package(read_zip(archive, BROWSER_LIMITS))


def read_path(path: Path, bench: Bench) -> Package:
    """Return what a folder or a zip file holds: ours, or packages of other systems, one or one in each folder.

    bench: where what a package brings is run, if it has to be run to be read.

    Raises:
        ContentError: it cannot be read, or holds no activity.
        OSError: the system refuses to read it.
        JailError: programs would have to be run, and this machine cannot.
    """
    names = names_in_folder(path) if path.is_dir() else names_in_zip(path)
    found = _importers_of(names)
    if not found:
        return read_package(read_tree(path, COURSE_LIMITS) if path.is_dir() else read_zip_file(path, COURSE_LIMITS))
    tree = read_tree(path, PACKAGE_LIMITS) if path.is_dir() else read_zip_file(path, PACKAGE_LIMITS)
    candidates = [
        _bring(importer, IncomingPackage(name=folder or path.resolve().stem, files=_below(tree, folder)), bench, folder)
        for folder, importer in found.items()
    ]
    left_out = _left_out(tree, list(found)) if "" not in found else []
    warnings = [_inside(one.folder, warning) for one in candidates if one.content for warning in one.content.warnings]
    return Package(candidates=tuple(_without_twins(candidates)), warnings=(*warnings, *left_out))


def _importers_of(names: Collection[str]) -> dict[str, Importer]:
    """Return which importer reads which folder ("" for the whole); nothing when it is a package of ours alone."""
    foreign = [importer for importer in importers.load().values() if importer.name != OWN_FORMAT]
    tops: dict[str, set[str]] = {"": {name.partition("/")[0] for name in names}}
    for name in names:
        folder, slash, rest = name.partition("/")
        if slash:
            tops.setdefault(folder, set()).add(rest.partition("/")[0])
    if tops[""] & {"activity.toml", "course.toml"}:
        return {}
    whole = next((importer for importer in foreign if importer.recognises(tops[""])), None)
    if whole is not None:
        return {"": whole}
    own = importers.load()[OWN_FORMAT]
    found = {
        folder: importer
        for folder, inside in sorted(tops.items())
        for importer in [next((one for one in (own, *foreign) if one.recognises(inside)), None)]
        if importer is not None
    }
    return found if any(importer is not own for importer in found.values()) else {}


def _bring(importer: Importer, package: IncomingPackage, bench: Bench, folder: str) -> Candidate:
    try:
        return Candidate(folder=folder, content=importer.read(package, bench))
    except ContentError as error:
        return Candidate(folder=folder, error=error.inside(folder) if folder else error)


def read_package(tree: Mapping[str, bytes]) -> Package:
    """Return what a tree of files holds.

    Raises:
        ContentError: there is no activity in it.
    """
    if "activity.toml" in tree:
        one = _read("", tree)
        return Package(candidates=(one,), warnings=one.content.warnings if one.content is not None else ())
    folders = sorted({path.partition("/")[0] for path in tree if path.count("/") and path.endswith("/activity.toml")})
    folders = [folder for folder in folders if f"{folder}/activity.toml" in tree]
    if not folders:
        sentence = _("There is no activity here: neither activity.toml, nor folders with one.")
        raise ContentError("", "", sentence)
    candidates = tuple(_without_twins(_read(folder, _below(tree, folder)) for folder in folders))
    if "course.toml" in tree:
        return _with_course(tree, candidates)
    warnings = [_inside(one.folder, warning) for one in candidates if one.content for warning in one.content.warnings]
    return Package(candidates=candidates, warnings=(*warnings, *_left_out(tree, folders)))


def _with_course(tree: Mapping[str, bytes], candidates: tuple[Candidate, ...]) -> Package:
    """Return a course's package: its activities in the course's order; those alone when the course has a mistake."""
    if any(candidate.error is not None for candidate in candidates):
        return Package(candidates=candidates)
    try:
        course = parse_course(tree)
    except ContentError as error:
        return Package(candidates=candidates, course_error=error)
    in_order = tuple(Candidate(folder=content.slug, content=content) for content in course.activities)
    return Package(candidates=in_order, course=course, warnings=course.warnings)


def _below(tree: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    start = f"{folder}/" if folder else ""
    return {path.removeprefix(start): data for path, data in tree.items() if path.startswith(start)}


def _read(folder: str, tree: Mapping[str, bytes]) -> Candidate:
    try:
        return Candidate(folder=folder, content=parse_activity(tree))
    except ContentError as error:
        return Candidate(folder=folder, error=error.inside(folder) if folder else error)


def _without_twins(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates; the second of one slug is a mistake."""
    seen: set[str] = set()
    kept: list[Candidate] = []
    for candidate in candidates:
        slug = candidate.content.slug if candidate.content is not None else ""
        if slug and slug in seen:
            place = f"{candidate.folder}/activity.toml"
            error = ContentError(place, "slug", _("Two activities are named “%(slug)s”."), {"slug": slug})
            kept.append(Candidate(folder=candidate.folder, error=error))
        else:
            kept.append(candidate)
        seen.add(slug)
    return kept


def _inside(folder: str, warning: ContentWarning) -> ContentWarning:
    path = "/".join(filter(None, (folder, warning.path)))
    return ContentWarning(path=path, field=warning.field, sentence=warning.sentence, values=warning.values)


def _left_out(tree: Mapping[str, bytes], folders: list[str]) -> list[ContentWarning]:
    tops = {path.partition("/")[0] for path in tree if not is_left_out(path)} - set(folders)
    sentence = _("This is no activity; it was left out.")
    return [ContentWarning(path=top, sentence=sentence) for top in sorted(tops)]

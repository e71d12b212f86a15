"""The files of a package: loose ones first, then those of its archive, as DMOJ looks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ContentError
from etude.content.archive import read_zip_as_is
from etude.content.errors import mark as _
from etude.content.tree import PACKAGE_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.importers.yaml_file import YamlValue

SOLUTION_FOLDERS = ("tests", "solutions", "submissions")


@dataclass(slots=True)
class PackageData:
    """The loose files, the archive's, and which of them were used."""

    loose: Mapping[str, bytes]
    archived: Mapping[str, bytes] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def open_archive(self, name: YamlValue) -> None:
        """Take the archive that `archive` names. Raises ContentError for one that is missing, damaged or too big."""
        content = self.loose.get(_plain(name.text))
        if content is None:
            raise name.error(_("There is no file “%(name)s” in the package."), name=name.text)
        self.used.add(_plain(name.text))
        try:
            self.archived = read_zip_as_is(content, PACKAGE_LIMITS)
        except ContentError as fault:
            raise fault.inside(name.text) from fault

    def find(self, name: YamlValue) -> bytes:
        """A file by its name. Raises ContentError, with the line of the name, when there is none."""
        path = _plain(name.text)
        for files in (self.loose, self.archived):
            if path in files:
                self.used.add(path)
                return files[path]
        raise name.error(_("There is no file “%(name)s” in the package."), name=name.text)

    def loose_or_nothing(self, name: YamlValue | None) -> bytes:
        """A file that need not be there."""
        path = "" if name is None else _plain(name.text)
        return self.loose.get(path, self.archived.get(path, b""))

    def find_all(self, names: Iterable[YamlValue]) -> dict[str, bytes]:
        """Files by the last part of their names, as a compiler sees them. Raises ContentError as `find` does."""
        return {_plain(name.text).rpartition("/")[2]: self.find(name) for name in names}

    def case_names(self) -> list[str]:
        """The names among which tests are looked for by a pattern: the archive's, else the loose files'."""
        if self.archived:
            return list(self.archived)
        return [path for path in self.loose if path != "init.yml" and path.partition("/")[0] not in SOLUTION_FOLDERS]

    def left_over(self) -> list[str]:
        """The loose files that nothing used."""
        return sorted(path for path in self.loose if path not in self.used)


def normalised(data: bytes) -> bytes:
    """Text with one kind of line ends, the last line ended, as DMOJ hands it to programs and checkers."""
    if not data:
        return data
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data if data.endswith(b"\n") else data + b"\n"


def _plain(name: str) -> str:
    return name.removeprefix("./")

"""Following links between the files of one tree, in memory: a link can only reach what was read from inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content.errors import ContentError
from etude.content.errors import mark as _
from etude.content.names import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_STEPS = 40  # as Linux counts them
_MOST_FOLDERS = 1_000  # links to folders that are followed: each costs a walk through all names


def follow_links(files: Mapping[str, bytes], links: Mapping[str, str], max_files: int) -> dict[str, bytes]:
    """The files, and under the name of each link what it leads to: a file, or all files of a folder.

    links: path of the link to its target, as it stands in the link. Raises ContentError for links that lead out, to
    nothing, or in a circle, and when there would be more than max_files.
    """
    if not links:
        return dict(files)
    tree = _Tree(files, links, max_files)
    for link in links:
        tree.expand(link, link, ())
    return tree.found


@dataclass(slots=True)
class _Tree:
    files: Mapping[str, bytes]
    links: Mapping[str, str]
    max_files: int
    found: dict[str, bytes] = field(default_factory=dict)
    folders: int = 0

    def __post_init__(self) -> None:
        self.found = dict(self.files)

    def expand(self, link: str, name: str, above: tuple[str, ...]) -> None:
        """Add what a link leads to under a name. above: the folders that are being expanded around it."""
        target = self._resolve(link)
        if target in self.files:
            self._add(name, self.files[target])
            return
        self.folders += 1
        if self.folders > _MOST_FOLDERS:
            sentence = _("There are more than %(maximum)s links to folders.")
            raise ContentError(shown(link), "", sentence, {"maximum": _MOST_FOLDERS})
        below = [path for path in (*self.files, *self.links) if not target or path.startswith(f"{target}/")]
        if not below:
            raise ContentError(shown(link), "", _("This link leads to nothing: %(target)s."), self._values(link))
        if not target or target in above or f"{link}/".startswith(f"{target}/"):
            raise self._circle(link)
        for path in below:
            inner = name + path.removeprefix(target)
            if path in self.files:
                self._add(inner, self.files[path])
            else:
                self.expand(path, inner, (*above, target))

    def _resolve(self, link: str) -> str:
        """The path of the file or folder that a link leads to, links on the way followed."""
        done, left, steps = list[str](), [*link.split("/")[:-1], *self._parts(link)], 0
        while left:
            part, *left = left
            if part == "..":
                if not done:
                    raise self._leads_out(link)
                done.pop()
                continue
            done.append(part)
            if "/".join(done) in self.links:
                steps += 1
                if steps > _MOST_STEPS:
                    raise self._circle(link)
                left = [*self._parts("/".join(done)), *left]
                done.pop()
        return "/".join(done)

    def _parts(self, link: str) -> list[str]:
        """The parts of a link's target."""
        if self.links[link].startswith("/"):
            raise self._leads_out(link)
        return [part for part in self.links[link].split("/") if part not in {"", "."}]

    def _leads_out(self, link: str) -> ContentError:
        sentence = _("This link leads out of the folder: %(target)s.")
        return ContentError(shown(link), "", sentence, self._values(link))

    def _add(self, name: str, content: bytes) -> None:
        if len(self.found) >= self.max_files:
            sentence = _("There are more than %(maximum)s files.")
            raise ContentError(shown(name), "", sentence, {"maximum": self.max_files})
        self.found[name] = content

    def _circle(self, link: str) -> ContentError:
        return ContentError(shown(link), "", _("This link leads in a circle: %(target)s."), self._values(link))

    def _values(self, link: str) -> dict[str, object]:
        return {"target": shown(self.links[link])}

"""The files of one activity while it is being read: what was taken, what is left over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from etude.content.errors import ContentError, ContentWarning, unknown_name
from etude.content.errors import mark as _
from etude.content.fields import decode_text, warn_missing
from etude.content.model import BOTH, LocalizedText

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names that belong to an activity's folder, and names beside it that are passed over with a warning.
ACTIVITY_NAMES = (
    "activity.toml", "statement.fr.md", "statement.en.md", "statement.md", "starter", "tests", "solutions", "files",
    "validator", "static_validator", "include",
)  # fmt: skip
_BESIDE = re.compile(r"(README|LICEN[CS]E|CHANGELOG|AUTHORS|CREDITS)(\..*)?", re.IGNORECASE)
_LANGUAGE_SUFFIX = re.compile(r"(?P<name>.+)\.(?P<language>fr|en)")


class Source:
    """A tree of files of which each is taken once; warnings gather here."""

    def __init__(self, tree: Mapping[str, bytes]) -> None:
        self.warnings: list[ContentWarning] = []
        self._tree = tree
        self._taken: set[str] = set()

    def take(self, path: str) -> bytes | None:
        """The bytes of a file, None if it is not there."""
        self._taken.add(path)
        return self._tree.get(path)

    def take_below(self, folder: str) -> dict[str, bytes]:
        """All files below a folder, named from there, in order."""
        prefix = folder + "/"
        below = {path[len(prefix) :]: content for path, content in self._tree.items() if path.startswith(prefix)}
        self._taken.update(prefix + path for path in below)
        return dict(sorted(below.items()))

    def take_texts(self, stem: str, suffix: str) -> LocalizedText:
        """The texts ``stem.fr.suffix`` and ``stem.en.suffix``, or the one ``stem.suffix`` for both."""
        texts: dict[str, str] = {}
        for language in (BOTH, "fr", "en"):
            path = f"{stem}.{language}.{suffix}" if language else f"{stem}.{suffix}"
            content = self.take(path)
            if content is not None:
                texts[language] = decode_text(content, path)
                if not texts[language].strip():
                    raise ContentError(path, "", _("This must not be empty."))
        if BOTH in texts and len(texts) > 1:
            raise ContentError(
                f"{stem}.{suffix}", "", _("Both a file for all languages and one for a single language.")
            )
        if not texts:
            raise ContentError(f"{stem}.fr.{suffix}", "", _("This file is missing."))
        warn_missing(self.warnings, f"{stem}.fr.{suffix}" if "fr" not in texts else f"{stem}.en.{suffix}", "", texts)
        return texts

    def finish(self) -> None:
        """Refuse files that no part of the format has taken; warn of those that merely lie beside."""
        for path in self._tree:
            top = path.split("/")[0]
            if path in self._taken:
                continue
            if not _BESIDE.fullmatch(top):
                raise unknown_name("", "", top, ACTIVITY_NAMES)
            sentence = _("This file is not part of an activity and was left out.")
            self.warnings.append(ContentWarning(path=path, sentence=sentence))


def split_language(name: str) -> tuple[str, str]:
    """``("python", "fr")`` of ``"python.fr"``, ``("python", "")`` of ``"python"``."""
    match = _LANGUAGE_SUFFIX.fullmatch(name)
    return (match["name"], match["language"]) if match else (name, BOTH)

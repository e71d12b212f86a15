"""A package while it is being read: its files, what was used of them, what was left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ContentError, ContentWarning
from etude.content.errors import mark as _
from etude.importers.yaml_file import YamlValue, read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_VALID_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")
_CONSTANT = re.compile(rb"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")


@dataclass(slots=True)
class Source:
    """The files of one package by path, and the notes on what has no place here."""

    name: str
    files: Mapping[str, bytes]
    constants: Mapping[str, str] = field(default_factory=dict)
    warnings: list[ContentWarning] = field(default_factory=list)

    def warn(self, path: str, sentence: str, **values: object) -> None:
        """Note what the teacher should know."""
        self.warnings.append(ContentWarning(path=path, sentence=sentence, values=values))

    def yaml(self, path: str) -> YamlValue | None:
        """Return a YAML file, None where there is none. Raises ContentError with file and line."""
        content = self.files.get(path)
        return None if content is None else read_yaml(content, path)

    def below(self, folder: str) -> dict[str, bytes]:
        """Return all files below a folder, named from there, in order."""
        start = f"{folder}/"
        return {path[len(start) :]: self.files[path] for path in sorted(self.files) if path.startswith(start)}

    def folders(self, folder: str) -> list[str]:
        """Return the names of the folders directly in a folder, in order."""
        return sorted({path.partition("/")[0] for path in self.below(folder) if "/" in path})

    def has(self, folder: str) -> bool:
        """Tell whether a folder is there."""
        return any(path.startswith(f"{folder}/") for path in self.files)

    def with_constants(self, content: bytes) -> bytes:
        """Return a file with the constants of problem.yaml put in; names that it does not have stay."""
        if not self.constants or b"{{" not in content:
            return content
        known = {name.encode(): value.encode() for name, value in self.constants.items()}
        return _CONSTANT.sub(lambda match: known.get(match[1], match[0]), content)


def without_ignored(source: Source) -> Source:
    """Return the package of format 2025-09 as judges have to see it: names that it forbids do not exist.

    Each is noted, for it may have been meant.
    """
    kept = {path: data for path, data in source.files.items() if all(map(_VALID_PART.fullmatch, path.split("/")))}
    for path in source.files:
        if path not in kept and path != ".timelimit":
            source.warn(path, _("Judges have to ignore a file of this name, says the format; it was left out."))
    return Source(source.name, kept, warnings=source.warnings)


def take_keys(value: YamlValue | None, known: Collection[str], source: Source) -> Mapping[str, YamlValue]:
    """Return a mapping's values by key; None is an empty one. A key that the format does not have is noted."""
    if value is None or value.value is None:
        return {}
    found = value.mapping
    for key, one in found.items():
        if key not in known:
            source.warn(f"{one.file}:{one.line}", _("“%(key)s” is not known here and was left out."), key=key)
    return {key: one for key, one in found.items() if key in known and one.value is not None}


def words(value: YamlValue | None) -> tuple[str, ...]:
    """Return arguments: a list of texts, or one text of words between spaces."""
    if value is None:
        return ()
    return tuple(item.text for item in value.items) if isinstance(value.value, list) else tuple(value.text.split())


def missing(path: str, sentence: str, **values: object) -> ContentError:
    """Return the mistake of a package that lacks something."""
    return ContentError(path, "", sentence, values)

"""What Étude is built from: the libraries that are installed here, with the version and licence their metadata tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata

_NAME = re.compile(r"[A-Za-z0-9._-]+")
MAX_LICENCE_CHARS = 60
_CLASSIFIER = "License :: OSI Approved :: "


@dataclass(frozen=True, slots=True)
class Library:
    """One installed library."""

    name: str
    version: str
    licence: str


@lru_cache(maxsize=1)
def libraries() -> tuple[Library, ...]:
    """Return every library that Étude needs, and those that they need in turn, by name.

    Where Étude itself is not installed (it runs from a checkout by its path), every installed library is listed.
    """
    try:
        names = _closure("etude")
    except metadata.PackageNotFoundError:
        names = {str(found.metadata["Name"]) for found in metadata.distributions()}
    return tuple(_describe(metadata.distribution(name)) for name in sorted(names - {"etude"}, key=str.lower))


def _closure(root: str) -> set[str]:
    """Return the names of what is installed of a package's requirements, however deep, itself included.

    Raises:
        PackageNotFoundError: the package is not installed.
    """
    metadata.distribution(root)
    found: dict[str, str] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system or another Python
        found[key] = str(one.metadata["Name"])
        waiting += [_name(line) for line in one.requires or () if "extra ==" not in line]
    return set(found.values())


def _name(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match[0] if match else requirement


def _describe(found: metadata.Distribution) -> Library:
    return Library(name=str(found.metadata["Name"]), version=found.version, licence=_licence(found.metadata))


def _licence(described: metadata.PackageMetadata) -> str:
    """Return a licence in a few words: the SPDX expression, else the classifiers, else the first line of the text."""
    if "License-Expression" in described:
        return str(described["License-Expression"])
    named = [text.removeprefix(_CLASSIFIER) for text in described.get_all("Classifier") or () if _CLASSIFIER in text]
    if named:
        return ", ".join(named)
    text = str(described["License"]) if "License" in described else ""
    return text.strip().partition("\n")[0][:MAX_LICENCE_CHARS]

"""Collects the strings of each folder that has a `translations` folder into its French catalogue.

A file's strings belong to the nearest folder above it that has one. English is the source, so it needs no catalogue.

    python scripts/catalogues.py            update every catalogue: new strings come in empty, gone ones go
    python scripts/catalogues.py --check    change nothing; exit 1 and say what is missing, empty, fuzzy or left over
"""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass, field
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "src" / "etude"
LOCALE = "fr"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "mark": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}
JINJA_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
NOT_SOURCES = ("sample/", "static/", "migrations/")
HEADER = """\
# Étude in French. Copyright (c) 2026 The Étude authors. MIT licence, as the rest of Étude.
# Written by scripts/catalogues.py, which keeps what is translated; the words to use are in docs/reference/words.md."""


class _Catalogue(Catalog):
    """A catalogue whose head says what tools need and nothing else: dates and versions would differ at each writing."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # Babel’s can be set
        return [
            ("Project-Id-Version", "Étude"),
            ("Language", LOCALE),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


@dataclass
class Owner:
    """A folder with a catalogue: where the catalogue is, and the messages that its files use."""

    folder: Path
    used: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    @property
    def catalogue(self) -> Path:
        return self.folder / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def _help(path: Path) -> list[tuple[str, ...]]:
    """Return what a module of commands explains: the docstring of each command, the help of each option."""
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef) and any(_is_command(one) for one in node.decorator_list):
            found.append(inspect.cleandoc(ast.get_docstring(node) or ""))
        elif isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
            found.append(inspect.cleandoc(str(node.value.value)))
    return [(text,) for text in found]


def _is_command(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in {"command", "group"}
    )


def _clicks_words() -> list[tuple[str, ...]]:
    """Return what click itself says, e.g. of a missing argument; the version is that of the lock."""
    folder = Path(click.__file__).parent
    return [message for path in sorted(folder.glob("*.py")) for message in _messages(path)]


def _messages(path: Path) -> list[tuple[str, ...]]:
    method = "python" if path.suffix == ".py" else "jinja2"
    options = {} if path.suffix == ".py" else JINJA_OPTIONS
    found = extract_from_file(method, path, keywords=KEYWORDS, options=options)
    return [message if isinstance(message, tuple) else (message,) for _line, message, _comments, _context in found]


def collect() -> list[Owner]:
    """Return every owner with the messages of its files."""
    owners = {
        folder.parent: Owner(folder.parent) for folder in sorted(PACKAGE.rglob("translations")) if folder.is_dir()
    }
    for path in sorted(
        [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/**/*.html"), *PACKAGE.rglob("templates/**/*.txt")]
    ):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(NOT_SOURCES):
            continue
        folder = next(parent for parent in path.parents if parent in owners or parent == PACKAGE)
        owner = owners.setdefault(folder, Owner(folder))
        for message in _messages(path):
            if message[0]:
                owner.used.setdefault(message, set()).add(name)
        if name.startswith("cli/"):
            for message in _help(path):
                owner.used.setdefault(message, set()).add(name)
    for message in _clicks_words():
        owners[PACKAGE / "cli"].used.setdefault(message, set()).add("click")
    return list(owners.values())


def _read(owner: Owner) -> Catalog:
    if not owner.catalogue.is_file():
        return Catalog(locale=LOCALE)
    with owner.catalogue.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(owner: Owner) -> None:
    """Write an owner's catalogue anew: known translations kept, new strings empty, gone ones dropped."""
    old = _read(owner)
    new = _Catalogue(locale=LOCALE, charset="utf-8", header_comment=HEADER, fuzzy=False)
    for message, files in sorted(owner.used.items(), key=lambda item: item[0]):
        key = message[0] if len(message) == 1 else message[:2]
        known = old.get(message[0])
        new.add(key, known.string if known else "", locations=[(name, None) for name in sorted(files)])
    owner.catalogue.parent.mkdir(parents=True, exist_ok=True)
    with owner.catalogue.open("wb") as file:
        write_po(file, new, width=118, sort_output=True, include_lineno=False, omit_header=False)


def _is_empty(string: object) -> bool:
    return not all(string) if isinstance(string, tuple) else not string


def faults(owner: Owner) -> list[str]:
    """Return what is wrong with an owner's catalogue, a line each."""
    if not owner.used and not owner.catalogue.is_file():
        return []
    catalogue = _read(owner)
    where = owner.folder.relative_to(PACKAGE.parent)
    found = []
    for message in owner.used:
        known = catalogue.get(message[0])
        if known is None:
            found.append(f"{where}: missing: {message[0]!r}")
        elif _is_empty(known.string) or known.fuzzy:
            found.append(f"{where}: not translated: {message[0]!r}")
        else:
            found.extend(f"{where}: {error}: {message[0]!r}" for error in known.check(catalogue))
    used = {message[0] for message in owner.used}
    for message in catalogue:
        identity = message.id[0] if isinstance(message.id, tuple) else message.id
        if identity and identity not in used:
            found.append(f"{where}: left over: {identity!r}")
    return found


def main() -> int:
    """Update, or check with --check."""
    owners = collect()
    if "--check" in sys.argv:
        found = [fault for owner in owners for fault in faults(owner)]
        print("\n".join(found))
        return 1 if found else 0
    for owner in owners:
        if owner.used:
            update(owner)
    return 0


if __name__ == "__main__":
    sys.exit(main())

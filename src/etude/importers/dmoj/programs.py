"""The programs that a package brings beside its data: checkers, interactors and generators that are compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.importers.dmoj.config import file_list, names_of
from etude.importers.dmoj.languages import language_named, language_of, main_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.yaml_file import YamlValue

_COMPILED_TOGETHER = frozenset({"c", "cpp"})


@dataclass(frozen=True, slots=True)
class PackageProgram:
    """A program's language and its files by the names that the compiler sees; the first is its source."""

    language: str
    files: Mapping[str, bytes]


def read_program(
    names: YamlValue, data: PackageData, *, language: YamlValue | None, flags: YamlValue | None, notes: Notes
) -> PackageProgram:
    """Read the files that a program is made of.

    flags: for its compiler, of which `-DNAME` and `-DNAME=VALUE` are obeyed and the rest is noted. Raises ContentError
    for files that are missing, and for languages that there are not.
    """
    listed = file_list(names)
    files = data.find_all(listed)
    known = language_of(files) if language is None else language_named(language)
    if known is None:
        raise names.error(_("No language is known for “%(names)s”."), names=", ".join(names_of(listed)))
    defines = [] if flags is None else _defines(flags, notes)
    if known in _COMPILED_TOGETHER:
        before = "".join(f"#define {define}\n" for define in defines).encode()
        headers = (".h", ".hpp", ".hh")
        marked = {name: text if name.endswith(headers) else before + text for name, text in files.items()}
        return PackageProgram(known, marked if defines else files)
    if len(files) > 1:
        raise names.error(_("Only programs in C and C++ can be made of several files."))
    ((name, text),) = files.items()
    return PackageProgram(known, {main_name(known, name): text})


def _defines(flags: YamlValue, notes: Notes) -> Iterable[str]:
    for flag in file_list(flags):
        name, equals, value = flag.text.removeprefix("-D").partition("=")
        if flag.text.startswith("-D") and name.isidentifier() and "\n" not in value:
            yield f"{name} {value}" if equals else f"{name} 1"
        else:
            notes.tell(f"{flag.file}:{flag.line}", _("The compiler’s flag “%(flag)s” is not used."), flag=flag.text)

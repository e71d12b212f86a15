"""`init.yml` as DMOJ reads it: what a case does not say, its batch says, and then the file as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.content import ContentWarning
from etude.content.errors import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from etude.importers.yaml_file import YamlValue

FILE = "init.yml"
# What is read and means something here.
_EVERYWHERE = (
    "binary_data", "checker", "file_io", "generator", "generator_args", "in", "out", "output_limit_length",
    "output_prefix_length", "points", "symlinks", "wall_time_factor",
)  # fmt: skip
KNOWN = {
    "root": (
        *_EVERYWHERE, "archive", "custom_judge", "hints", "interactive", "memory_limit", "meta", "pretest_test_cases",
        "short_circuit", "signature_grader", "test_cases", "time_limit", "unbuffered",
    ),
    "batch": (*_EVERYWHERE, "batched", "dependencies", "requirements"),
    "case": _EVERYWHERE,
}  # fmt: skip
# What is read and has no effect, whatever it says.
_WITHOUT_EFFECT = ("hints", "meta", "output_prefix_length", "short_circuit")


@dataclass(slots=True)
class Notes:
    """What was left out, gathered for the activity's warnings; each name is told once, where it first stands."""

    warnings: list[ContentWarning] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)

    def unused(self, value: YamlValue, name: str) -> None:
        """Note a setting that DMOJ may know and that is not used here."""
        if name not in self._told:
            self._told.add(name)
            self.tell(f"{value.file}:{value.line}", _("The setting “%(name)s” is not used here."), name=name)

    def tell(self, path: str, sentence: str, **values: object) -> None:
        """Note anything else."""
        self.warnings.append(ContentWarning(path=path, sentence=sentence, values=values))


class Config:
    """One mapping of the file and those around it. Keys are the same with `-` and with `_`; null is as absent."""

    def __init__(self, value: YamlValue, parent: Config | None = None) -> None:
        self.value = value
        self._parent = parent
        self._own = {name.replace("-", "_"): item for name, item in value.mapping.items()}

    def own(self, key: str) -> YamlValue | None:
        """What stands under a key here, None for nothing."""
        found = self._own.get(key)
        return None if found is None or found.value is None else found

    def get(self, key: str) -> YamlValue | None:
        """What stands under a key here or further out, None for nothing."""
        if key in self._own:
            return self.own(key)
        return None if self._parent is None else self._parent.get(key)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """A setting that is true or false. Raises ContentError for anything else."""
        found = self.get(key)
        return default if found is None else found.flag

    def check_names(self, place: str, notes: Notes) -> None:
        """Note every setting that is not used. place: `root`, `batch` or `case`.

        Raises ContentError for one that DMOJ computes by running the text as Python.
        """
        for name, value in self._own.items():
            if name.endswith("+"):
                raise value.error(_("Settings that are computed, such as “%(name)s”, are not read."), name=name)
            if name not in KNOWN[place] or name in _WITHOUT_EFFECT:
                notes.unused(value, name)

    def below(self, key: str) -> Iterator[Config]:
        """The mappings in a list. Raises ContentError if it is none."""
        found = self.own(key)
        for item in [] if found is None else found.items:
            yield Config(item, self)


def file_list(value: YamlValue) -> list[YamlValue]:
    """The names of files: one, or a list of them."""
    return value.items if isinstance(value.value, list) else [value]


def names_of(values: Iterable[YamlValue]) -> list[str]:
    """The texts of some values."""
    return [value.text for value in values]

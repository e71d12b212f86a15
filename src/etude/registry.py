"""Find the one-file entries of a package (languages, checkers, kinds…) by themselves. Standard library only."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


class Named(Protocol):
    """What every entry has: a name that is unique in its registry."""

    @property
    def name(self) -> str: ...


EntryT = TypeVar("EntryT", bound=Named)


class RegistryError(Exception):
    """A module without an `ENTRY`, an installed entry point that cannot be loaded, or two entries of one name."""


class Registry(Generic[EntryT]):
    """The entries of one package: each module (or sub-package) directly in it that has an `ENTRY`.

    Installed packages add theirs through the entry-point group `group`. Modules whose name begins with `_` are no
    entries, nor are those in `shared`, which entries share. Nothing is imported before the first `load()`.
    """

    def __init__(self, package: str, *, group: str, shared: Collection[str] = ()) -> None:
        self._package = package
        self._group = group
        self._shared = shared
        self._entries: dict[str, EntryT] | None = None

    def load(self) -> Mapping[str, EntryT]:
        """Return the entries by name, in the order of their names; found once, then remembered.

        Raises RegistryError as described there.
        """
        if self._entries is None:
            entries: dict[str, EntryT] = {}
            for origin, entry in (*self._built_in(), *self._installed()):
                if entry.name in entries:
                    raise RegistryError(f"{origin}: there is already an entry named {entry.name!r} in {self._package}")
                entries[entry.name] = entry
            self._entries = dict(sorted(entries.items()))
        return self._entries

    def _built_in(self) -> Iterator[tuple[str, EntryT]]:
        package = importlib.import_module(self._package)
        for module_info in pkgutil.iter_modules(package.__path__, f"{self._package}."):
            name = module_info.name.rpartition(".")[2]
            if name.startswith("_") or name in self._shared:
                continue
            module = importlib.import_module(module_info.name)
            if not hasattr(module, "ENTRY"):
                raise RegistryError(f"{module_info.name} has no ENTRY")
            yield module_info.name, module.ENTRY

    def _installed(self) -> Iterator[tuple[str, EntryT]]:
        for point in entry_points(group=self._group):
            try:
                entry = point.load()
            except (ImportError, AttributeError) as error:
                raise RegistryError(f"the installed entry {point.value!r} of {self._group} cannot be loaded") from error
            yield point.value, entry

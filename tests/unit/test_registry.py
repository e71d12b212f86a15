"""The registry finds entries by themselves and refuses what would be ambiguous."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint, EntryPoints
from typing import TYPE_CHECKING

import pytest

from etude import registry as registry_module
from etude.registry import Registry, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Entry:
    name: str


ENTRY_LINE = "from types import SimpleNamespace\nENTRY = SimpleNamespace(name={name!r})\n"


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], str]:
    """Write a package of modules and return its name."""

    def make(modules: Mapping[str, str]) -> str:
        name = f"entries_{abs(hash(str(tmp_path)))}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").touch()
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        return name

    return make


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretend that an installed package has an entry point."""

    def pretend(value: str) -> None:
        points = EntryPoints([EntryPoint(name="x", value=value, group="etude.tests")])
        monkeypatch.setattr(registry_module, "entry_points", lambda group: points.select(group=group))

    return pretend


def test_entries_are_found_and_sorted_by_name(make_package):
    package = make_package({"b": ENTRY_LINE.format(name="alpha"), "a": ENTRY_LINE.format(name="zulu")})

    entries = Registry[Entry](package, group="etude.tests").load()

    assert list(entries) == ["alpha", "zulu"]


def test_modules_that_begin_with_an_underscore_are_no_entries(make_package):
    package = make_package({"a": ENTRY_LINE.format(name="a"), "_shared": "raise RuntimeError"})

    entries = Registry[Entry](package, group="etude.tests").load()

    assert list(entries) == ["a"]


def test_entries_are_found_once(make_package):
    registry = Registry[Entry](make_package({"a": ENTRY_LINE.format(name="a")}), group="etude.tests")

    assert registry.load() is registry.load()


def test_nothing_is_imported_before_the_first_load(make_package):
    package = make_package({"a": ENTRY_LINE.format(name="a")})

    Registry[Entry](package, group="etude.tests")

    assert package not in sys.modules


def test_two_entries_of_one_name_are_refused(make_package):
    package = make_package({"a": ENTRY_LINE.format(name="same"), "b": ENTRY_LINE.format(name="same")})

    with pytest.raises(RegistryError, match="already an entry named 'same'"):
        Registry[Entry](package, group="etude.tests").load()


def test_a_module_without_an_entry_is_refused_by_its_name(make_package):
    package = make_package({"forgotten": "x = 1\n"})

    with pytest.raises(RegistryError, match=r"forgotten has no ENTRY"):
        Registry[Entry](package, group="etude.tests").load()


def test_installed_entry_points_are_added(make_package, install):
    package = make_package({"a": ENTRY_LINE.format(name="a"), "_other": ENTRY_LINE.format(name="installed")})
    install(f"{package}._other:ENTRY")

    entries = Registry[Entry](package, group="etude.tests").load()

    assert list(entries) == ["a", "installed"]


def test_an_installed_entry_that_cannot_be_loaded_is_refused_by_its_name(make_package, install):
    package = make_package({"a": ENTRY_LINE.format(name="a")})
    install("no.such.module:ENTRY")

    with pytest.raises(RegistryError, match=r"no\.such\.module:ENTRY"):
        Registry[Entry](package, group="etude.tests").load()


def test_modules_that_entries_share_are_no_entries(make_package):
    package = make_package({"a": ENTRY_LINE.format(name="a"), "tools": ""})

    assert list(Registry[Entry](package, group="etude.tests", shared=("tools",)).load()) == ["a"]

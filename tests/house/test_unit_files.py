"""Every model, form and `core/` module has its own unit-test file, in a tree that mirrors the source."""

from __future__ import annotations

import pytest

from tests.house.source import ROOT, Module, modules

UNIT = ROOT / "tests" / "unit"


def _asks_for_a_test(module: Module) -> bool:
    name = module.name
    if name.endswith("__init__.py"):
        return False
    return name.startswith(("core/", "models/")) or name == "forms.py" or name.endswith("/forms.py")


@pytest.mark.parametrize("module", [m for m in modules() if _asks_for_a_test(m)], ids=lambda m: m.name)
def test_module_has_a_unit_test_file_of_its_own(module: Module) -> None:
    relative = module.path.relative_to(module.path.parents[len(module.name.split("/"))] / "etude")

    assert (UNIT / relative.parent / f"test_{relative.name}").is_file()

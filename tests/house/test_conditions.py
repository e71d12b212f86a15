"""What cannot run on this machine is said, never left out in silence."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.installation import environment

if TYPE_CHECKING:
    from pathlib import Path

CONFTEST = """
from tests import conditions
from tests.conditions import Conditions, Need

conditions.NEEDS = (Need("root", "needs root", lambda: False), Need("compilers", "needs compilers", lambda: True))

def pytest_configure(config):
    config.addinivalue_line("markers", "root: x")
    config.pluginmanager.register(Conditions())
"""
TESTS = """
import pytest

@pytest.mark.root
@pytest.mark.parametrize("number", range(3))
def test_as_root(number): ...

@pytest.mark.compilers
def test_compiling(): ...
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    return tmp_path


def run(suite: Path, *options: str, **changes: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(suite)]
    settings = environment(PYTHONPATH=f"{ROOT}:{ROOT / 'src'}", **{"CI": "", **changes})
    done = subprocess.run(
        [*command, *options, str(suite)], env=settings, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "in parallel"])
def test_summary_names_what_is_missing_and_how_many_tests_it_costs(suite: Path, options: tuple[str, ...]) -> None:
    printed = run(suite, *options)

    assert "NOT RUN: needs root (3 tests)" in printed
    assert "1 passed" in printed
    assert "compilers" not in printed


@pytest.mark.long
def test_chosen_tests_alone_are_counted(suite: Path) -> None:
    assert "NOT RUN" not in run(suite, "-k", "compiling")


def test_under_ci_they_fail(suite: Path) -> None:
    printed = run(suite, CI="true")

    assert "3 errors" in printed
    assert "NOT RUN: needs root" in printed

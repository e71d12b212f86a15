"""What some tests need of the machine: where it is missing they are not run, and the summary says so in so many words.

Under CI=true nothing is left out in silence: such a test fails.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Need:
    """Something of the machine. Tests that need it carry the marker of its name, or use one of the fixtures."""

    marker: str
    sentence: str
    is_met: Callable[[], bool]
    fixtures: frozenset[str] = frozenset()


def _is_root() -> bool:
    return os.geteuid() == 0


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser"))


def _has_compilers() -> bool:
    return all(shutil.which(name) for name in ("gcc", "g++"))


NEEDS = (
    Need("root", "needs root", _is_root),
    Need("browser", "needs Chromium (apt install chromium)", _has_chromium),
    Need("compilers", "needs compilers (apt install gcc g++ libc6-dev)", _has_compilers, frozenset({"run_c"})),
)
_COUNTS = "etude_not_run"


class Conditions:
    """The plugin: registered by tests/conftest.py."""

    def __init__(self) -> None:
        self.not_run: Counter[str] = Counter()

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "compilers: compiles C or C++")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out, after every choice of -m and -k, what cannot run here."""
        if is_ci():
            return
        missing = {item: need for item in items if (need := missing_for(item)) is not None}
        if missing:
            self.not_run.update(need.sentence for need in missing.values())
            config.hook.pytest_deselected(items=list(missing))
            items[:] = [item for item in items if item not in missing]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if is_ci() and (need := missing_for(item)) is not None:
            pytest.fail(f"NOT RUN: {need.sentence}", pytrace=False)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that started this one (xdist) what was left out here."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_COUNTS] = dict(self.not_run)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        # Every worker collects, and leaves out, the same tests.
        self.not_run |= Counter(getattr(node, "workeroutput", {}).get(_COUNTS, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for sentence, count in self.not_run.items():
            terminalreporter.write_line(f"NOT RUN: {sentence} ({count} tests)", yellow=True)


def is_ci() -> bool:
    """Tell whether nothing may be left out."""
    return os.environ.get("CI", "") == "true"


def missing_for(item: pytest.Item) -> Need | None:
    """Return the first need of a test that this machine does not meet."""
    fixtures = set(getattr(item, "fixturenames", ()))
    for need in NEEDS:
        if (item.get_closest_marker(need.marker) or need.fixtures & fixtures) and not need.is_met():
            return need
    return None

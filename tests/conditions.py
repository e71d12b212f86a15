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
    from collections.abc import Callable, Iterable

    from _pytest.mark import ParameterSet


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


def _has_languages(*names: str) -> bool:
    """Ask as the engine does: a compiler without its headers, or too old, is none."""
    from etude.grading import languages

    return all(languages.load()[name].toolchain.state().is_available for name in names)


def _has_landlock() -> bool:
    from etude.jail import reduced
    from etude.jail.inside import kernel

    return kernel.landlock_version() >= reduced.LANDLOCK_SINCE


NEEDS = (
    Need("root", "needs root", _is_root),
    Need("landlock", "needs Landlock of version 3 (Linux 6.2)", _has_landlock),
    Need("browser", "needs Chromium (apt install chromium)", _has_chromium),
    Need(
        "compilers",
        "needs compilers (apt install gcc g++ libc6-dev)",
        lambda: _has_languages("c", "cpp"),
        frozenset({"run_c"}),
    ),
    Need("java", "needs Java (apt install default-jdk-headless)", lambda: _has_languages("java")),
    Need("node", "needs Node.js (apt install nodejs)", lambda: _has_languages("javascript")),
    Need("mono", "needs Mono (apt install mono-mcs mono-runtime)", lambda: _has_languages("csharp")),
    Need("bash", "needs bash (apt install bash)", lambda: _has_languages("shell")),
)
_MARKERS = {
    "c": "compilers",
    "cpp": "compilers",
    "java": "java",
    "javascript": "node",
    "csharp": "mono",
    "shell": "bash",
}
_COUNTS = "etude_not_run"


class Conditions:
    """The plugin: registered by tests/conftest.py."""

    def __init__(self) -> None:
        self.not_run: Counter[str] = Counter()

    def pytest_configure(self, config: pytest.Config) -> None:
        for need in NEEDS:
            config.addinivalue_line("markers", f"{need.marker}: {need.sentence}")

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


def language_params(names: Iterable[str] = ()) -> list[ParameterSet]:
    """Return parameters for a test in each of these languages (by default all): none drops out in silence."""
    from etude.grading import languages

    chosen = tuple(names) or tuple(languages.load())
    return [pytest.param(name, marks=marks_of(name)) for name in chosen]


def marks_of(language: str) -> list[pytest.MarkDecorator]:
    """Return what a test in a language must be marked with."""
    return [getattr(pytest.mark, _MARKERS[language])] if language in _MARKERS else []


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

"""Runs tests before they are asked for, on jails that nobody else needs at the moment. No verdict depends on it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, Self

from etude.grading.verdict import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from etude.grading.jails import JailSet
    from etude.grading.job import Test, TestGroup
    from etude.grading.verdict import TestResult


class Run(Protocol):
    """Runs one test in the jails it is given, in any thread."""

    def __call__(self, jails: JailSet, /, test: Test, group: TestGroup) -> TestResult: ...


class RunAhead:
    """Runs the tests of one job for whoever asks for them one after the other; a context manager.

    While a test runs in `jails`, those that follow it run beside, one in each set that the pool can spare; their
    results wait until they are asked for. A job that ends early leaves them unasked: they are waited for and forgotten,
    whatever they gave. What `run` raises is raised when its test is asked for. order: every test, as the job will ask
    for them. After an endless loop nothing runs beside any more: the next one may be as long, and others need the set.
    """

    def __init__(self, jails: JailSet, order: Iterable[tuple[Test, TestGroup]], run: Run) -> None:
        self._jails = jails
        self._order = list(order)
        self._run = run
        self._started: dict[tuple[str, str], Future[TestResult]] = {}
        self._next = 0
        self._is_loop = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for future in self._started.values():
            future.exception()

    def __call__(self, test: Test, group: TestGroup) -> TestResult:
        """Return the result of a test: here and now, unless it has been begun beside."""
        started = self._started.pop((group.name, test.name), None)
        if started is None:
            self._skip_to(test, group)
            self._start_beside()
        result = started.result() if started else self._run(self._jails, test, group)
        self._is_loop = self._is_loop or result.status is Status.TLE
        return result

    def _skip_to(self, test: Test, group: TestGroup) -> None:
        """Go on after this test: the job left out what stands before it."""
        self._next = self._order.index((test, group), self._next) + 1

    def _start_beside(self) -> None:
        while self._next < len(self._order) and not self._is_loop:
            test, group = self._order[self._next]
            future = self._jails.run_beside(partial(self._run, test=test, group=group))
            if future is None:
                return
            self._started[group.name, test.name] = future
            self._next += 1

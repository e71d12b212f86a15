"""Runs the tests of a script in the manner of pytest and unittest, and stops at the first that fails.

Functions `test_…`, classes `Test…` and subclasses of `unittest.TestCase`, in the order in which they stand. Runs in the
script's jail.
"""

import inspect
import itertools
import pathlib
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    # In the jail this text stands before this one (see harness.program_files).
    from etude.grading.harness.pytest_shim import (  # noqa: TC004
        CaptureFixture,
        Fixture,
        FixtureRequest,
        Mark,
        MonkeyPatch,
        Param,
        Skipped,
    )

Value: TypeAlias = Any
BUILT_IN_FIXTURES = ("capsys", "monkeypatch", "request", "tmp_path")
SETUPS = ("setup_method", "setup", "teardown_method", "teardown")


class Scope:
    """The fixtures that live for one test, or for the whole script, and what ends them."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, object], object] = {}
        self.endings: list[Callable[[], object]] = []

    def close(self) -> None:
        """End them, the last one first."""
        while self.endings:
            self.endings.pop()()


class TestRunner:
    """Runs what a script defines. test: the name of the one that is running, or that failed."""

    def __init__(self) -> None:
        self.test = ""
        self.fixtures: dict[str, Fixture] = {}
        self.script = Scope()

    def run(self, namespace: dict[str, object]) -> None:
        """Run all tests; raises what the first one raises that fails."""
        self.fixtures = {value.name: value for value in namespace.values() if isinstance(value, Fixture)}
        marks = as_marks(namespace.get("pytestmark"))
        try:
            for name, value in list(namespace.items()):
                if isinstance(value, types.FunctionType) and name.startswith("test_"):
                    self.run_function(name, value, None, marks)
                elif isinstance(value, type) and is_test_case(value):
                    self.run_test_case(name, value)
                elif isinstance(value, type) and name.startswith("Test") and value.__module__ == "checks":
                    self.run_class(name, value, marks)
        finally:
            self.script.close()

    def run_test_case(self, name: str, case: Value) -> None:
        """Run a class of unittest with its own machinery."""
        unittest = sys.modules["unittest"]
        first: list[tuple[str, BaseException]] = []

        class Result(unittest.TestResult):  # type: ignore[name-defined, misc]
            def note(self, test: Value, found: Value) -> None:
                first.append((str(getattr(test, "_testMethodName", "")), found))
                self.stop()

            def addError(self, test: Value, err: Value) -> None:  # noqa: N802
                self.note(test, err[1])

            addFailure = addError  # noqa: N815

            def addSubTest(self, test: Value, _subtest: Value, err: Value) -> None:  # noqa: N802
                if err is not None:
                    self.note(test, err[1])

            def addExpectedFailure(self, _test: Value, _err: Value) -> None:  # noqa: N802
                return

            def addUnexpectedSuccess(self, test: Value) -> None:  # noqa: N802
                self.note(test, AssertionError("This test was expected to fail."))

        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(Result())
        if first:
            self.test = f"{name}::{first[0][0]}"
            raise first[0][1]

    def run_class(self, name: str, kind: Value, marks: list["Mark"]) -> None:
        """Run a class in the manner of pytest: a new object for each test."""
        own = {value.name: value for value in vars(kind).values() if isinstance(value, Fixture)}
        outer, self.fixtures = self.fixtures, {**self.fixtures, **own}
        marks = [*marks, *as_marks(vars(kind).get("pytestmark"))]
        call_if_there(kind, "setup_class")
        try:
            for method_name in [key for base in reversed(kind.__mro__) for key in vars(base)]:
                if method_name.startswith("test") and callable(getattr(kind, method_name)):
                    self.run_function(f"{name}::{method_name}", getattr(kind, method_name), kind, marks)
        finally:
            call_if_there(kind, "teardown_class")
            self.fixtures = outer

    def run_function(self, name: str, function: Value, kind: Value, marks: list["Mark"]) -> None:
        """Run a function once for each row of its parameters."""
        marks = [*marks, *as_marks(getattr(function, "pytestmark", None))]
        for row, row_marks in rows_of(marks):
            for chosen in self.fixture_params(function, row):
                self.test = f"{name}[{'-'.join(map(str, row.values()))}]" if row else name
                self.run_marked(function, kind, [*marks, *row_marks], row, chosen)

    def run_marked(
        self, function: Value, kind: Value, marks: list["Mark"], row: dict[str, object], chosen: dict[str, object]
    ) -> None:
        """Run one test unless it is skipped; one that is expected to fail may."""
        if any(is_skipping(mark) for mark in marks):
            return
        try:
            self.run_one(function, kind, row, chosen)
        except Skipped:
            return
        except Exception:
            if not any(mark.name == "xfail" for mark in marks):
                raise

    def run_one(self, function: Value, kind: Value, row: dict[str, object], chosen: dict[str, object]) -> None:
        """Run one test with its fixtures, and end them."""
        scope = Scope()
        subject = kind() if kind is not None else None
        called = getattr(subject, function.__name__) if subject is not None else function
        try:
            for found in self.fixtures.values():
                if found.is_automatic:
                    self.value_of(found.name, scope, subject, chosen)
            names = used_fixtures(function)
            for name in names:
                self.value_of(name, scope, subject, chosen)
            for name in SETUPS[:2]:
                call_if_there(subject, name, called)
            wanted = [name for name in inspect.signature(called).parameters if name not in row]
            values = {name: self.value_of(name, scope, subject, chosen) for name in wanted}
            called(**row, **values)
        finally:
            for name in SETUPS[2:]:
                call_if_there(subject, name, called)
            scope.close()

    def value_of(self, name: str, scope: Scope, subject: Value, chosen: dict[str, object]) -> object:
        """The value of a fixture, made when it is first asked for."""
        if name not in self.fixtures:
            return self.built_in(name, scope)
        found = self.fixtures[name]
        home = scope if found.scope == "function" else self.script
        key = (name, repr(chosen.get(name)))
        if key not in home.values:
            home.values[key] = self.make(found, home, subject, chosen)
        return home.values[key]

    def make(self, found: "Fixture", home: Scope, subject: Value, chosen: dict[str, object]) -> object:
        """Call a fixture's function; what stands behind its `yield` is done at the end."""
        function: Value = found.function
        is_method = subject is not None and found in vars(type(subject)).values()
        function = types.MethodType(function, subject) if is_method else function
        values: dict[str, object] = {}
        for name in inspect.signature(function).parameters:
            if name == "request":
                ask = lambda other: self.value_of(other, home, subject, chosen)  # noqa: E731
                values[name] = FixtureRequest(chosen.get(found.name), ask, home.endings.append)
            else:
                values[name] = self.value_of(name, home, subject, chosen)
        made: Value = function(**values)
        if not inspect.isgeneratorfunction(found.function):
            return made
        value = next(made)
        home.endings.append(lambda: next(made, None))
        return value

    def built_in(self, name: str, scope: Scope) -> object:
        """One of pytest's own fixtures. Raises NameError for one that is not known."""
        key = (name, None)
        if key in scope.values:
            return scope.values[key]
        value: Value
        if name == "capsys":
            value = CaptureFixture()
            scope.endings.append(value.close)
        elif name == "monkeypatch":
            value = MonkeyPatch()
            scope.endings.append(value.undo)
        elif name == "tmp_path":
            value = pathlib.Path(tempfile.mkdtemp())
        else:
            raise NameError(f"there is no fixture {name!r}")
        scope.values[key] = value
        return value

    def fixture_params(self, function: Value, row: dict[str, object]) -> Iterator[dict[str, object]]:
        """The choices of the fixtures with `params` that a test uses, also by way of other fixtures."""
        wanted = [*inspect.signature(function).parameters, *used_fixtures(function)]
        wanted += [found.name for found in self.fixtures.values() if found.is_automatic]
        with_params: dict[str, list[Value]] = {}
        seen: set[str] = set(row)
        while wanted:
            name = wanted.pop(0)
            if name in seen or name not in self.fixtures:
                continue
            seen.add(name)
            found = self.fixtures[name]
            if found.params:
                with_params[name] = [one.values[0] if isinstance(one, Param) else one for one in found.params]
            wanted += inspect.signature(found.function).parameters
        for values in itertools.product(*with_params.values()):
            yield dict(zip(with_params, values, strict=True))


def is_test_case(kind: type) -> bool:
    """Whether a class is one of unittest's, in a script that has imported it."""
    unittest = sys.modules.get("unittest")
    return unittest is not None and issubclass(kind, unittest.TestCase) and kind.__module__ == "checks"


def as_marks(found: Value) -> list["Mark"]:
    """`pytestmark`: nothing, one mark, or a list."""
    if found is None:
        return []
    return [mark for mark in (found if isinstance(found, list | tuple) else [found]) if isinstance(mark, Mark)]


def rows_of(marks: list["Mark"]) -> Iterator[tuple[dict[str, object], tuple["Mark", ...]]]:
    """The rows of all `parametrize` marks together: parameters by name, and the marks of the row."""
    tables = []
    for mark in reversed([mark for mark in marks if mark.name == "parametrize"]):
        names, values = mark.named.get("argnames"), mark.named.get("argvalues")
        given = [*mark.arguments, *(one for one in (names, values) if one is not None)]
        names = [name.strip() for name in given[0].split(",")] if isinstance(given[0], str) else list(given[0])
        tables.append([row_of(names, value) for value in given[1]])
    for rows in itertools.product(*tables):
        merged: dict[str, object] = {}
        for row, _ in rows:
            merged.update(row)
        yield merged, tuple(mark for _, row_marks in rows for mark in row_marks)


def row_of(names: list[str], value: Value) -> tuple[dict[str, object], tuple["Mark", ...]]:
    """One row of one table."""
    marks: tuple[Mark, ...] = ()
    if isinstance(value, Param):
        marks, values = value.marks, value.values
    else:
        values = (value,) if len(names) == 1 else tuple(value)
    return dict(zip(names, values, strict=True)), marks


def is_skipping(mark: "Mark") -> bool:
    """Whether a mark says that a test is not to be run."""
    conditions = [one for one in mark.arguments if not isinstance(one, str)]
    return mark.name == "skip" or (mark.name == "skipif" and any(conditions))


def used_fixtures(function: Value) -> list[str]:
    """The names in `usefixtures` marks."""
    marks = as_marks(getattr(function, "pytestmark", None))
    return [name for mark in marks if mark.name == "usefixtures" for name in mark.arguments]


def call_if_there(subject: Value, name: str, *arguments: object) -> None:
    """Call a method that a class need not have, with the test's method if it takes one."""
    method = getattr(subject, name, None)
    if method is not None:
        method(*(arguments if inspect.signature(method).parameters else ()))

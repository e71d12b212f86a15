"""What `import pytest` gives to a test script: as much of it as lessons use. Runs in the script's jail.

Written anew from pytest's documented behaviour; nothing of the answer's can reach it.
"""

import contextlib
import io
import math
import os
import re
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn, TypeAlias

Value: TypeAlias = Any


class Skipped(BaseException):  # pytest's name
    """The test does not want to run."""


class Param(NamedTuple):
    """One row of `parametrize`."""

    values: tuple[object, ...]
    marks: tuple["Mark", ...] = ()


class Mark:
    """One mark of a test, to be called as a decorator; those that are not known here change nothing."""

    def __init__(self, name: str, arguments: tuple[Value, ...] = (), named: dict[str, Value] | None = None) -> None:
        self.name, self.arguments, self.named = name, arguments, named or {}

    def __call__(self, *arguments: Value, **named: Value) -> Value:
        is_marked = len(arguments) == 1 and not named and isinstance(arguments[0], types.FunctionType | type)
        if is_marked and not (self.name == "parametrize" and not self.arguments):
            marked = arguments[0]
            marked.pytestmark = [*marked.__dict__.get("pytestmark", []), self]
            return marked
        return Mark(self.name, (*self.arguments, *arguments), {**self.named, **named})


class Marks:
    """`pytest.mark`."""

    def __getattr__(self, name: str) -> Mark:
        return Mark(name)


class Fixture:
    """What `pytest.fixture` makes of a function."""

    def __init__(self, function: Callable[..., Value], options: dict[str, Value]) -> None:
        self.function = function
        self.name: str = options.get("name") or function.__name__
        self.scope: str = options.get("scope", "function")
        self.is_automatic: bool = options.get("autouse", False)
        self.params: list[Value] = list(options.get("params") or [])


def fixture(function: Value = None, **options: Value) -> Value:
    """`@pytest.fixture` with and without options."""
    if function is None or not callable(function):
        return lambda inner: Fixture(inner, options)
    return Fixture(function, options)


def param(*values: object, marks: Value = (), id: object = None) -> Param:  # noqa: A002, ARG001 # pytest's names
    """`pytest.param`."""
    return Param(values, tuple(marks) if isinstance(marks, list | tuple) else (marks,))


class ExceptionInfo:
    """What `pytest.raises` gives."""

    value: BaseException
    type: type[BaseException]

    def match(self, pattern: str) -> bool:
        """Fail unless the exception's words match."""
        if not re.search(pattern, str(self.value)):
            raise AssertionError(f"{str(self.value)!r} does not match {pattern!r}")
        return True


class Raises:
    """`pytest.raises` as a context manager."""

    def __init__(self, expected: Value, match: str | None) -> None:
        self.expected, self.match = expected, match
        self.info = ExceptionInfo()

    def __enter__(self) -> ExceptionInfo:
        return self.info

    def __exit__(self, kind: Value, error: Value, _trace: Value) -> bool:  # noqa: PYI036
        if error is None:
            names = getattr(self.expected, "__name__", None) or " or ".join(one.__name__ for one in self.expected)
            raise AssertionError(f"DID NOT RAISE {names}")
        if not isinstance(error, self.expected):
            return False
        self.info.value, self.info.type = error, kind
        if self.match is not None:
            self.info.match(self.match)
        return True


def raises(expected: Value, *arguments: Value, match: str | None = None, **named: Value) -> Value:
    """`pytest.raises`, as a context manager or with a function to call."""
    manager = Raises(expected, match)
    if not arguments:
        return manager
    with manager as info:
        arguments[0](*arguments[1:], **named)
    return info


class Approx:
    """`pytest.approx`: numbers, and lists, tuples and dictionaries of them."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, expected: Value, rel: float | None = None, abs: float | None = None) -> None:  # noqa: A002
        self.expected, self.relative, self.absolute = expected, rel, abs

    def __eq__(self, actual: object) -> bool:
        return self._is_near(self.expected, actual)

    def _is_near(self, expected: Value, actual: Value) -> bool:
        if isinstance(expected, dict):
            same = isinstance(actual, dict) and actual.keys() == expected.keys()
            return same and all(self._is_near(value, actual[key]) for key, value in expected.items())
        if isinstance(expected, list | tuple):
            same = isinstance(actual, list | tuple) and len(actual) == len(expected)
            return same and all(map(self._is_near, expected, actual))
        if not isinstance(actual, int | float) or not isinstance(expected, int | float):
            return bool(expected == actual)
        if math.isnan(expected) or math.isinf(expected) or expected == actual:
            return expected == actual
        default = 1e-12 if self.absolute is None else self.absolute
        if self.absolute is not None and self.relative is None:
            return abs(expected - actual) <= default
        relative = 1e-6 if self.relative is None else self.relative
        return abs(expected - actual) <= max(default, relative * abs(expected))

    def __repr__(self) -> str:
        return f"approx({self.expected!r})"


class MonkeyPatch:
    """The fixture `monkeypatch`; what it changes is put back after the test."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def setattr(self, target: Value, name: Value, value: Value = None, raising: bool = True) -> None:  # noqa: FBT001, FBT002
        """Set an attribute of an object, or of what a dotted name says."""
        if isinstance(target, str):
            path, _, attribute = target.rpartition(".")
            target, name, value = named_object(path), attribute, name
        old = getattr(target, name, self)
        if old is self and raising:
            raise AttributeError(name)
        self._undo.append(lambda: delattr(target, name) if old is self else setattr(target, name, old))
        setattr(target, name, value)

    def delattr(self, target: Value, name: Value = None, raising: bool = True) -> None:  # noqa: FBT001, FBT002
        """Delete an attribute."""
        if isinstance(target, str):
            path, _, name = target.rpartition(".")
            target = named_object(path)
        if hasattr(target, name):
            old = getattr(target, name)
            self._undo.append(lambda: setattr(target, name, old))
            delattr(target, name)
        elif raising:
            raise AttributeError(name)

    def setitem(self, target: Value, key: Value, value: Value) -> None:
        """Set an item."""
        old = target.get(key, self)
        self._undo.append(lambda: target.pop(key, None) if old is self else target.__setitem__(key, old))
        target[key] = value

    def delitem(self, target: Value, key: Value, raising: bool = True) -> None:  # noqa: FBT001, FBT002
        """Delete an item."""
        if key in target:
            old = target.pop(key)
            self._undo.append(lambda: target.__setitem__(key, old))
        elif raising:
            raise KeyError(key)

    def setenv(self, name: str, value: object) -> None:
        """Set a variable of the environment; the answer has its own."""
        self.setitem(os.environ, name, str(value))

    def delenv(self, name: str, raising: bool = True) -> None:  # noqa: FBT001, FBT002
        """Delete a variable of the environment."""
        self.delitem(os.environ, name, raising)

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    @contextlib.contextmanager
    def context(self) -> Iterator["MonkeyPatch"]:
        """One of its own, put back at the end."""
        inner = MonkeyPatch()
        try:
            yield inner
        finally:
            inner.undo()


def named_object(path: str) -> Value:
    """The module or what is in it that a dotted name says."""
    name, *attributes = path.split(".")
    found = __import__(name)
    for attribute in attributes:
        found = getattr(found, attribute)
    return found


class Captured(NamedTuple):
    """What `capsys.readouterr()` gives."""

    out: str
    err: str


class CaptureFixture:
    """The fixture `capsys`: what is printed, by the script and by the answer when it is called."""

    def __init__(self) -> None:
        self._old = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()

    def __class_getitem__(cls, _kind: object) -> type:
        return cls

    def readouterr(self) -> Captured:
        """Return what was printed since the last time."""
        captured = Captured(sys.stdout.getvalue(), sys.stderr.getvalue())  # type: ignore[union-attr]
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        return captured

    @contextlib.contextmanager
    def disabled(self) -> Iterator[None]:
        """Let what is printed through."""
        own = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._old
        try:
            yield
        finally:
            sys.stdout, sys.stderr = own

    def close(self) -> None:
        """Put the streams back."""
        sys.stdout, sys.stderr = self._old


class FixtureRequest:
    """The fixture `request`: the value of `params`, finalizers, other fixtures by name."""

    def __init__(self, value: object, ask: Callable[[str], object], finish: Callable[..., object]) -> None:
        self.param, self.getfixturevalue, self.addfinalizer = value, ask, finish


def fail(reason: str = "", pytrace: bool = True) -> NoReturn:  # noqa: FBT001, FBT002, ARG001 # pytest's names
    """`pytest.fail`."""
    raise AssertionError(reason)


def skip(reason: str = "", **_options: object) -> NoReturn:
    """`pytest.skip`."""
    raise Skipped(reason)


def importorskip(name: str, **_options: object) -> Value:
    """`pytest.importorskip`."""
    try:
        return named_object(name)
    except ImportError as error:
        raise Skipped(str(error)) from None


def make_pytest() -> types.ModuleType:
    """The module."""
    module = types.ModuleType("pytest")
    module.__dict__.update(
        fixture=fixture, mark=Marks(), param=param, raises=raises, approx=Approx, fail=fail, skip=skip,
        importorskip=importorskip, main=lambda *_arguments, **_named: 0, MonkeyPatch=MonkeyPatch,
        CaptureFixture=CaptureFixture, FixtureRequest=FixtureRequest,
    )  # fmt: skip
    return module

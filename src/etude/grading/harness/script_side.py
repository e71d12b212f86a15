"""Jail A of a function test: runs the script; `import answer` reaches the answer in the other jail, by plain values.

Whatever arrives is read strictly into built-in values, so comparing them runs nothing of the answer's. Once the answer
has left, exited or broken the rules, no script can pass any more, even one that swallows the exception.
"""

import builtins
import json
import os
import reprlib
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

if TYPE_CHECKING:
    # In the jail the codec's text stands before this one (see harness.program_files).
    from etude.grading.harness.codec import (  # noqa: TC004
        CannotCrossError,
        FrameError,
        Frames,
        ProtocolError,
        decode,
        encode,
        own_channel,
    )

Value: TypeAlias = Any  # what came from the other jail; looked at before it is used
SCRIPT_FILE = "checks.py"
# Raised inside `map` or a generator they would end a loop of checks early, as if it had been passed.
UNSAFE_TYPES = ("StopIteration", "StopAsyncIteration")
TEXT_LIMIT = 2000


class AnswerGoneError(BaseException):
    """The answer exited, died or sent nonsense: no `except Exception` of a script may hide it."""


class AnswerError(Exception):
    """The answer raised something that is no built-in exception, or returned no plain value."""


class _Short(reprlib.Repr):
    """Values for people: short, whatever they are."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdict = 20
        self.maxstring = self.maxother = self.maxlong = 300
        self.maxlevel = 4

    def repr_int(self, value: int, level: int) -> str:
        try:
            return super().repr_int(value, level)
        except ValueError:  # more digits than Python writes
            return f"<a number of {value.bit_length()} bits>"


_SHORT = _Short()


def expect(value: Value, kind: type) -> None:
    """Raise TypeError unless the value is of the type that the protocol has in this place."""
    if not isinstance(value, kind):
        raise TypeError


class Bridge:
    """Asks the answer, and remembers how it went."""

    def __init__(self, channel: Frames) -> None:
        self.channel = channel
        self.gone = ""
        self.raised: list[tuple[BaseException, str, int]] = []  # what crossed, its own name, the line in the answer
        self.missing: list[str] = []
        self.last_call = ""
        self.answered = 0

    def ask(self, *request: object) -> tuple[str, Value, list[Value]]:
        """Send a request, wait for the reply. Raises AnswerGoneError, or the answer's own exception."""
        if self.gone:
            raise AnswerGoneError(self.gone)
        self.channel.send(b"C" + encode(request))
        try:
            kind, body, mutated, printed = decode(self.channel.receive())
            expect(kind, str)
            expect(mutated, list)
            expect(printed, str)
        except (FrameError, ProtocolError, TypeError, ValueError):
            self.leave("broken")
        self.answered += 1
        if sys.stdout is not sys.__stdout__:
            sys.stdout.write(printed)  # a script that redirects standard output sees what the call printed
        return kind, body, mutated

    def leave(self, why: str) -> NoReturn:
        self.gone = why
        raise AnswerGoneError(why)

    def settle(self, kind: str, body: Value) -> object:
        """Turn a reply into its value or its exception."""
        if kind == "value":
            return body
        if kind == "raised":
            self.fail(body)
        error = AnswerError(str(body)[:TEXT_LIMIT])
        self.raised.append((error, "TypeError", 0))
        raise error

    def fail(self, body: Value) -> NoReturn:
        """Raise what the answer raised, as the nearest built-in type."""
        try:
            name, own_name, arguments, text, line = body
            expect(own_name, str)
            expect(arguments, list)
            expect(line, int)
        except (TypeError, ValueError):
            self.leave("broken")
        kind = getattr(builtins, str(name), None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            self.leave("exited")
        self.last_call = f"{self.last_call} → {own_name}: {str(text)[:300]}"
        error: Exception
        try:
            error = AnswerError(text) if name in UNSAFE_TYPES else kind(*arguments)
        except Exception:  # noqa: BLE001 # a type that wants other arguments
            error = AnswerError(text)
        self.raised.append((error, own_name, line))
        raise error


class AnswerFunction:
    """A function of the answer; calling it calls it in the other jail."""

    def __init__(self, bridge: Bridge, name: str) -> None:
        self._bridge = bridge
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments: object, **named: object) -> object:
        bridge = self._bridge
        sent = [encode(argument) for argument in arguments]
        sent_named = {key: encode(argument) for key, argument in named.items()}
        shown = [_SHORT.repr(argument) for argument in arguments]
        shown += [f"{key}={_SHORT.repr(argument)}" for key, argument in named.items()]
        bridge.last_call = f"{self.__name__}({', '.join(shown)})"
        kind, body, mutated = bridge.ask("call", self.__name__, sent, sent_named)
        try:
            for place, new in mutated:
                patch(arguments[place] if isinstance(place, int) else named[place], decode(new))
        except (TypeError, ValueError, LookupError):
            bridge.leave("broken")
        result = bridge.settle(kind, body)
        if not hasattr(result, "__next__"):
            bridge.last_call += f" → {_SHORT.repr(result)}"
        return result

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the answer>"


def patch(old: Value, new: Value) -> None:
    """Give `old` the contents of `new` in place; inner lists and dicts that are still there stay the same objects."""
    if type(old) is not type(new):
        raise TypeError
    if isinstance(old, list):
        old[:] = [_patched(old[i], value) if i < len(old) else value for i, value in enumerate(new)]
    elif isinstance(old, dict):
        entries = {key: _patched(old.get(key), value) for key, value in new.items()}
        old.clear()
        old.update(entries)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif isinstance(old, bytearray):
        old[:] = new
    else:
        raise TypeError


def _patched(old: Value, new: Value) -> Value:
    if type(old) is type(new) and isinstance(old, list | dict | set | bytearray):
        patch(old, new)
        return old
    return new


class AnswerModule(types.ModuleType):
    """What `import answer` gives: names are looked up in the other jail."""

    def __init__(self, name: str, bridge: Bridge) -> None:
        super().__init__(name)
        self.__dict__["_bridge"] = bridge

    def __getattr__(self, name: str) -> object:
        if name == "__all__":  # a name of the answer could then stand in for `abs` or `isclose` in the script
            raise ImportError("name what you import: from answer import …")
        if name.startswith("__"):
            raise AttributeError(name)
        bridge: Bridge = self.__dict__["_bridge"]
        kind, body, _ = bridge.ask("get", name)
        if kind == "missing":
            bridge.missing.append(name)
            raise AttributeError(name)
        return AnswerFunction(bridge, name) if kind == "callable" else bridge.settle(kind, body)


def outcome_of(error: BaseException | None, bridge: Bridge) -> str:
    """Name what the end of the script means; an answer that has left can never have passed."""
    if bridge.gone:
        return bridge.gone
    if error is None:
        return "passed"
    if any(error is raised for raised, _, _ in bridge.raised):
        return "memory" if isinstance(error, MemoryError) else "raised"
    if isinstance(error, ImportError | AttributeError) and bridge.missing:
        return "missing"
    if isinstance(error, AssertionError):
        return "failed"
    is_script_fault = isinstance(
        error, SyntaxError | NameError | ImportError | CannotCrossError | SystemExit | MemoryError
    )
    return "failed" if isinstance(error, Exception) and bridge.answered > 1 and not is_script_fault else "script"


def report(error: BaseException | None, bridge: Bridge, text: bytes, test: str) -> bytes:
    """Write how it ended, for the engine (the fields are read by the checker `unit_tests`)."""
    line, trace = getattr(error, "lineno", 0) or 0, error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SCRIPT_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    own_name, answer_line = next(
        ((name, at) for raised, name, at in bridge.raised if raised is error),
        (type(error).__name__ if error else "", 0),
    )
    lines = text.decode("utf-8", "replace").splitlines()
    fields = {
        "outcome": outcome_of(error, bridge),
        "test": test,
        "line": line,
        "source": lines[line - 1].strip()[:TEXT_LIMIT] if 0 < line <= len(lines) else "",
        "error": own_name,
        "text": str(error)[:TEXT_LIMIT] if error else "",
        "answer_line": answer_line,
        "missing": bridge.missing[-1][:TEXT_LIMIT] if bridge.missing else "",
        "call": bridge.last_call[:TEXT_LIMIT],
    }
    return json.dumps(fields).encode("ascii")


def run(bridge: Bridge, text: bytes) -> bytes:
    """Load the answer, run the script and then its functions `test_…`, in the order in which they stand."""
    test = ""
    try:
        code = compile(text, SCRIPT_FILE, "exec", dont_inherit=True)
        kind, body, _ = bridge.ask("load")
        bridge.settle(kind, body)
        namespace: dict[str, object] = {"__name__": "checks", "__file__": SCRIPT_FILE}
        exec(code, namespace)  # noqa: S102
        for name, function in list(namespace.items()):
            if name.startswith("test_") and isinstance(function, types.FunctionType):
                test = name
                function()
    except BaseException as error:  # noqa: BLE001 # how it ended is the report
        return report(error, bridge, text, test)
    return report(None, bridge, text, test)


def main() -> None:
    """Run `checks.py` and send the report."""
    channel = own_channel()
    bridge = Bridge(channel)
    for name in ("answer", "main"):
        sys.modules[name] = AnswerModule(name, bridge)
    with open(SCRIPT_FILE, "rb") as script:  # noqa: PTH123 # pathlib is not preloaded
        text = script.read()
    channel.send(b"D" + run(bridge, text))
    os._exit(0)

"""Jail B of a function test: loads the answer and serves calls. It never sees a test; nothing it says is trusted.

What is no plain value stays here and has a number, by which the script speaks of it. While a call runs, the script may
be asked in turn: for a line of input, or to call a function that it gave.
"""

import builtins
import contextlib
import copy
import io
import operator
import os
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

if TYPE_CHECKING:
    # In the jail the codec's text stands before this one (see harness.program_files).
    from etude.grading.harness.codec import CannotCrossError, Frames, ProtocolError, decode, encode, own_channel  # noqa: TC004

Value: TypeAlias = Any
CAPTURE_BYTES = 256 * 1024
STDIN_FILE = "__etude_stdin"
_OF_OPERATOR = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift"),
    *("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul", "iand", "ior", "ixor"),
    *("ilshift", "irshift", "eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "invert", "index", "contains"),
    *("getitem", "setitem", "delitem"),
)
_BUILT_IN = (
    *(len, iter, str, repr, bool, int, float, complex, abs, round, format, hash, reversed),
    *(setattr, delattr, getattr),
)


def next_of(iterator: Value) -> tuple[bool, object]:
    """Whether there is a next item, and it: its end must not cross as an exception, which could end another loop."""
    try:
        return True, next(iterator)
    except StopIteration:
        return False, None


OPERATIONS: dict[str, Callable[..., Value]] = {
    **{name: getattr(operator, name) for name in _OF_OPERATOR},
    **{function.__name__: function for function in _BUILT_IN},
    "next": next_of,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


class _Tee(io.RawIOBase):
    """Standard output: passes everything on and keeps what one call printed, up to CAPTURE_BYTES."""

    def __init__(self) -> None:
        self.kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Value) -> int:
        text = bytes(data)
        self.kept += text[: CAPTURE_BYTES - len(self.kept)]
        return os.write(1, text)

    def fileno(self) -> int:
        return 1

    def take(self) -> str:
        text = self.kept.decode("utf-8", "replace")
        self.kept.clear()
        return text


class ScriptFunction:
    """A function of the script: calling it calls it in the other jail."""

    def __init__(self, server: "AnswerServer", number: int, name: str) -> None:
        self._server, self.number = server, number
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments: object, **named: object) -> object:
        return self._server.ask("call", self.number, list(arguments), named)


class ScriptInput(io.TextIOBase):  # its methods give text, whatever the types of `io` say
    """Standard input while the script has put its own in its place."""

    def __init__(self, server: "AnswerServer") -> None:
        self._server = server

    def readable(self) -> bool:
        return True

    def readline(self, _size: Value = -1) -> str:  # type: ignore[override]
        return str(self._server.ask("readline"))

    def read(self, _size: Value = -1) -> str:
        return str(self._server.ask("read"))

    def __next__(self) -> str:  # type: ignore[override]
        line = self.readline()
        if not line:
            raise StopIteration
        return line


class AnswerServer:
    """The loaded answer and what is done with it on request."""

    def __init__(self, source_name: str, tee: _Tee, channel: "Frames") -> None:
        self.source_name = source_name
        self.module = types.ModuleType(source_name.rpartition("/")[2].removesuffix(".py"))
        self.tee = tee
        self.channel = channel
        self.objects: list[object] = []  # by their number; what has one lives on
        self.numbers: dict[int, int] = {}
        self.own_input, self.own_stdin = builtins.input, sys.stdin
        self.script_stdin = ScriptInput(self)

    def serve(self, request: Value) -> bytes:
        """Do what the request says and write the reply: (kind, body, mutated arguments, what was printed)."""
        kind, asks, *rest = request
        mutated: list[object] = []
        self.feed(asks)
        try:
            outcome, body = getattr(self, f"do_{kind}")(*rest, mutated)
        except BaseException as error:  # noqa: BLE001 # whatever the answer raises crosses as a name and plain values
            outcome, body = "raised", self.describe(error)
        return self.reply(outcome, body, mutated)

    def reply(self, outcome: str, body: object, mutated: list[object]) -> bytes:
        with contextlib.suppress(Exception):  # the answer closed or replaced it: its own loss
            sys.stdout.flush()
        printed = self.tee.take()
        try:
            return encode((outcome, body, mutated, printed), self.refer)
        except CannotCrossError as error:
            return encode(("uncrossable", str(error), [], printed))

    def feed(self, asks: str) -> None:
        """Ask the script for input where it has put functions of its own in the place of `input` or of stdin."""
        builtins.input = self.script_input if "i" in asks else self.own_input
        sys.stdin = self.script_stdin if "s" in asks else self.own_stdin

    def script_input(self, prompt: object = "") -> str:
        return str(self.ask("input", str(prompt)))

    def ask(self, what: str, *rest: object) -> object:
        """Have the script do something, and meanwhile whatever it asks in turn."""
        self.channel.send(self.reply("asked", (what, *rest), []))
        while True:
            request = decode(self.channel.receive(), self.resolve)
            if request == ("end",):
                say_goodbye(self.channel)
            if request[0] == "resume":
                _, value, kind, arguments = request
                if kind:
                    raise getattr(builtins, kind)(*arguments)
                return value
            self.channel.send(self.serve(request))

    def refer(self, value: Value) -> list[object] | None:
        """How the script may speak of a value; None for what is neither a function nor of a class of the answer's."""
        if isinstance(value, ScriptFunction):
            return ["a", value.number]
        if isinstance(value, type):
            own, kind = value, "class"
        elif isinstance(value, types.FunctionType | types.MethodType | types.BuiltinFunctionType):
            return ["b", self.number_of(value), "function", getattr(value, "__qualname__", "?"), [], ""]
        else:
            own, kind = type(value), "object"
        lineage = self.lineage(own)
        if not lineage or isinstance(value, BaseException):
            return None
        return ["b", self.number_of(value), kind, own.__name__, lineage, builtin_base(own)]

    def lineage(self, own: type) -> list[list[object]]:
        """The classes of the answer's own that a class is, itself first, as [number, name]."""
        return [[self.number_of(base), base.__name__] for base in own.__mro__ if is_own(base)]

    def number_of(self, value: object) -> int:
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return number

    def resolve(self, content: list[Value]) -> object:
        side, number = content[:2]
        return self.objects[number] if side == "b" else ScriptFunction(self, number, content[2])

    def do_load(self, _mutated: list[object]) -> tuple[str, object]:
        with open(self.source_name, "rb") as source:  # noqa: PTH123 # pathlib is not preloaded
            text = source.read()
        self.module.__file__ = self.source_name
        sys.modules[self.module.__name__] = self.module
        exec(compile(text, self.source_name, "exec", dont_inherit=True), self.module.__dict__)  # noqa: S102
        return "value", None

    def do_get(self, name: str, _mutated: list[object]) -> tuple[str, object]:
        if name not in self.module.__dict__:
            return "missing", name
        value = self.module.__dict__[name]
        if callable(value) and self.refer(value) is None:  # a class or a partial of the library's, under their name
            return "value", lambda *arguments, **named: value(*arguments, **named)  # noqa: PLW0108 # that has a number
        return "value", value

    def do_set(self, name: str, value: object, _mutated: list[object]) -> tuple[str, object]:
        self.module.__dict__[name] = value
        return "value", None

    def do_delete(self, name: str, _mutated: list[object]) -> tuple[str, object]:
        del self.module.__dict__[name]
        return "value", None

    def do_call(
        self, called: Value, arguments: list[Value], named: dict[str, Value], mutated: list[object]
    ) -> tuple[str, object]:
        places: list[tuple[object, Value]] = [*enumerate(arguments), *named.items()]
        before = [encode(value, self.refer) if is_mutable(value) else b"" for _, value in places]
        try:
            result = called(*arguments, **named)
        finally:
            for (place, value), old in zip(places, before, strict=True):
                if is_mutable(value) and (new := encode(value, self.refer)) != old:
                    mutated.append((place, new))
        return "value", result

    def do_operate(self, name: str, values: list[Value], _mutated: list[object]) -> tuple[str, object]:
        return "value", OPERATIONS[name](*values)

    def describe(self, error: BaseException) -> object:
        """An exception as (nearest built-in type, own type, arguments, text, line, its own classes, attributes)."""
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.source_name:
                line = trace.tb_lineno
            trace = trace.tb_next
        try:
            text = str(error)
            arguments: object = list(error.args)
            encode(arguments)
        except BaseException:  # noqa: BLE001 # an exception whose own text fails
            text, arguments = "", []
        name = builtin_base(type(error))
        attributes = {key: value for key, value in vars(error).items() if is_plain(value)}
        return (name, type(error).__name__, arguments, text[:2000], line, self.lineage(type(error)), attributes)


def is_own(kind: type) -> bool:
    """Whether a class is the answer's own, and not of the library or of this program."""
    module = str(getattr(kind, "__module__", ""))
    return module not in {"builtins", "__main__"} and module.partition(".")[0] not in sys.stdlib_module_names


def builtin_base(kind: type) -> str:
    """The nearest class that Python has built in."""
    names: list[str] = [base.__name__ for base in kind.__mro__ if getattr(builtins, base.__name__, None) is base]
    return names[0]


def is_mutable(value: object) -> bool:
    return isinstance(value, list | dict | set | bytearray)


def is_plain(value: object) -> bool:
    try:
        encode(value)
    except BaseException:  # noqa: BLE001 # whatever the answer's own values do when they are looked at
        return False
    return True


def say_goodbye(channel: "Frames") -> NoReturn:
    channel.send(encode(("value", None, [], "")))
    os._exit(0)


def main(source_name: str) -> None:
    """Serve until the channel says to end; ends without running anything of the answer's (`atexit`, `__del__`)."""
    channel = own_channel()
    stdin = os.open(STDIN_FILE, os.O_RDONLY)
    os.dup2(stdin, 0)
    os.close(stdin)
    tee = _Tee()
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(tee), encoding="utf-8", errors="surrogateescape")
    server = AnswerServer(source_name, tee, channel)
    while True:
        try:
            request = decode(channel.receive(), server.resolve)
        except ProtocolError:
            os._exit(1)
        if request == ("end",):
            break
        channel.send(server.serve(request))
    say_goodbye(channel)

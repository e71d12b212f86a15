"""How a test script asks the answer in the other jail, and what it makes of the replies."""

import builtins
import reprlib
import sys
import weakref
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    # In the jail these texts stand around this one (see harness.program_files).
    from etude.grading.harness.codec import FrameError, Frames, ProtocolError, decode, encode  # noqa: TC004
    from etude.grading.harness.proxies import AnswerClass, AnswerFunction, AnswerObject  # noqa: TC004

Value: TypeAlias = Any  # what came from the other jail; looked at before it is used
# Raised inside `map` or a generator they would end a loop of checks early, as if it had been passed.
UNSAFE_TYPES = ("StopIteration", "StopAsyncIteration")
TEXT_LIMIT = 2000
MAX_LINEAGE = 50
_OWN_INPUT, _OWN_STDIN = builtins.input, sys.stdin


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

    def repr_instance(self, value: object, level: int) -> str:
        if isinstance(value, AnswerObject):  # asking it would be another call
            return f"<{type(value).__name__}>"
        return super().repr_instance(value, level)


SHORT = _Short()


def expect(value: Value, kind: type) -> None:
    """Raise TypeError unless the value is of the type that the protocol has in this place."""
    if not isinstance(value, kind):
        raise TypeError


class Bridge:
    """Asks the answer, and remembers how it went."""

    def __init__(self, channel: "Frames") -> None:
        self.channel = channel
        self.gone = ""
        self.raised: list[tuple[BaseException, str, int]] = []  # what crossed, its own name, the line in the answer
        self.failed_inside: BaseException | None = None  # a check that failed in a function that the answer called
        self.missing: list[str] = []
        self.last_call = ""
        self.answered = 0
        self.functions: list[Callable[..., Value]] = []
        self.classes: dict[int, type] = {}
        self.objects: weakref.WeakValueDictionary[int, AnswerObject] = weakref.WeakValueDictionary()

    def ask(self, *request: object) -> tuple[str, Value, list[Value]]:
        """Send a request, wait for the reply. Raises AnswerGoneError, or the answer's own exception."""
        kind, *rest = request
        if self.gone:
            raise AnswerGoneError(self.gone)
        asks = ("i" if builtins.input is not _OWN_INPUT else "") + ("s" if sys.stdin is not _OWN_STDIN else "")
        self.channel.send(b"C" + encode((kind, asks, *rest), self.refer))
        while True:
            outcome, body, mutated = self.receive()
            if outcome != "asked":
                self.answered += 1
                return outcome, body, mutated
            self.channel.send(b"C" + self.resume(body))

    def receive(self) -> tuple[str, Value, list[Value]]:
        try:
            kind, body, mutated, printed = decode(self.channel.receive(), self.resolve)
            expect(kind, str)
            expect(mutated, list)
            expect(printed, str)
        except (FrameError, ProtocolError, TypeError, ValueError):
            self.leave("broken")
        if sys.stdout is not sys.__stdout__:
            sys.stdout.write(printed)  # a script that redirects standard output sees what the call printed
        return kind, body, mutated

    def resume(self, body: Value) -> bytes:
        """Do what the answer asks for while it is being called; what is raised here is raised there."""
        try:
            what, *rest = body
            action = self.actions()[what]
        except (TypeError, ValueError, KeyError):
            self.leave("broken")
        try:
            return encode(("resume", action(*rest), "", []), self.refer)
        except AnswerGoneError:
            raise
        except AssertionError as error:
            self.failed_inside = self.failed_inside or error
            return encode(("resume", None, "AssertionError", [str(error)[:TEXT_LIMIT]]))
        except BaseException as error:  # noqa: BLE001 # a script's own exception goes on in the answer
            names = [base.__name__ for base in type(error).__mro__]
            name = next(name for name in names if hasattr(builtins, name))
            return encode(("resume", None, name, [str(error)[:TEXT_LIMIT]]))

    def actions(self) -> "dict[str, Callable[..., Value]]":
        """What the answer may ask for: input only where the script has put its own in the place of the usual one."""
        allowed: dict[str, Callable[..., Value]] = {"call": self.call_own}
        if builtins.input is not _OWN_INPUT:
            allowed["input"] = self.give_input
        if sys.stdin is not _OWN_STDIN:
            allowed |= {"readline": give_line, "read": give_rest}
        return allowed

    def give_input(self, prompt: Value) -> str:
        expect(prompt, str)
        return str(builtins.input(prompt))

    def call_own(self, number: Value, arguments: Value, named: Value) -> object:
        """Call a function that the script gave to the answer."""
        expect(arguments, list)
        expect(named, dict)
        return self.functions[number](*arguments, **named)

    def refer(self, value: Value) -> list[object] | None:
        """How the answer may speak of what is no plain value: its own things by their number, functions by ours."""
        if isinstance(value, AnswerFunction):
            return ["b", value._number]  # noqa: SLF001 # ours
        if isinstance(value, AnswerObject):
            return ["b", object.__getattribute__(value, "_etude_number")]
        if isinstance(value, AnswerClass):
            return ["b", type.__getattribute__(value, "_etude_class")]
        if callable(value) and not isinstance(value, type):
            self.functions.append(value)
            return ["a", len(self.functions) - 1, str(getattr(value, "__name__", "function"))]
        return None

    def resolve(self, content: list[Value]) -> object:
        """What a reference in a reply stands for. Raises TypeError, ValueError or LookupError for nonsense."""
        if content[0] == "a":
            return self.functions[range(len(self.functions))[content[1]]]
        side, number, kind, name, lineage, base = content
        expect(number, int)
        expect(name, str)
        expect(base, str)
        if side != "b" or len(lineage) > MAX_LINEAGE:
            raise ValueError
        if kind == "function":
            return AnswerFunction(self, number, name)
        found: Value = self.class_of(lineage, base)
        if kind == "class":
            return found
        proxy = self.objects.get(number)
        if proxy is None or type(proxy) is not found:
            proxy = found.__new__(found)
            object.__setattr__(proxy, "_etude_bridge", self)
            object.__setattr__(proxy, "_etude_number", number)
            self.objects[number] = proxy
        object.__setattr__(proxy, "_etude_made", False)  # handed out: it is no longer only the script's
        return proxy

    def class_of(self, lineage: Value, base: str) -> type:
        """The class here that stands for one of the answer's, made when it is first met."""
        (number, name), *rest = lineage
        expect(number, int)
        expect(name, str)
        if number not in self.classes:
            built_in = getattr(builtins, base, object)
            if isinstance(built_in, type) and issubclass(built_in, BaseException):
                parent = self.class_of(rest, base) if rest else safe_exception(base)
                self.classes[number] = type(name, (parent,), {"__module__": "answer"})
            else:
                bases = (self.class_of(rest, base),) if rest else (AnswerObject,)
                made: type = AnswerClass.__new__(AnswerClass, name, bases, {"__module__": "answer", "__slots__": ()})
                type.__setattr__(made, "_etude_bridge_of_class", self)
                type.__setattr__(made, "_etude_class", number)
                self.classes[number] = made
        return self.classes[number]

    def leave(self, why: str) -> NoReturn:
        self.gone = why
        raise AnswerGoneError(why)

    def operate(self, name: str, *values: object) -> Value:
        """Have the answer apply an operator."""
        kind, body, _ = self.ask("operate", name, list(values))
        return self.settle(kind, body)

    def settle(self, kind: str, body: Value) -> Value:
        """Turn a reply into its value or its exception."""
        if kind == "value":
            return body
        if kind == "raised":
            self.fail(body)
        error = AnswerError(str(body)[:TEXT_LIMIT])
        self.raised.append((error, "TypeError", 0))
        raise error

    def fail(self, body: Value) -> NoReturn:
        """Raise what the answer raised: as its class here, or as the nearest built-in type."""
        try:
            name, own_name, arguments, text, line, lineage, attributes = body
            expect(own_name, str)
            expect(arguments, list)
            expect(line, int)
            expect(attributes, dict)
            kind = getattr(builtins, str(name), None)
            if not (isinstance(kind, type) and issubclass(kind, Exception)):
                self.leave("exited")
            kind = self.class_of(lineage, name) if lineage else safe_exception(name)
        except (TypeError, ValueError, LookupError):
            self.leave("broken")
        self.last_call = f"{self.last_call} → {own_name}: {str(text)[:300]}"
        error: BaseException
        try:
            error = AnswerError(text) if name in UNSAFE_TYPES else kind(*arguments)
            error.__dict__.update(attributes)
        except Exception:  # noqa: BLE001 # a type that wants other arguments
            error = AnswerError(text)
        self.raised.append((error, own_name, line))
        raise error


def safe_exception(name: str) -> type[Exception]:
    """A built-in exception by its name. Raises TypeError for anything else."""
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        raise TypeError
    return AnswerError if name in UNSAFE_TYPES else kind


def give_line() -> str:
    return str(sys.stdin.readline())


def give_rest() -> str:
    return str(sys.stdin.read())

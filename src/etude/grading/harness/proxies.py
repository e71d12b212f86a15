"""What a test script holds of the answer in the other jail: its module, functions, classes, objects, exceptions.

An object of the answer's never decides a check by itself. `==` with a plain value is False; an order, a sum or an `in`
with one is refused (`in` looks through what can be iterated), for the answer would both learn what is expected and say
whether it is so. Only an object that the script itself made by calling its class, and that the answer has not handed
out since, is asked: then its operators are what is tested.
"""

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    # In the jail these texts stand before this one (see harness.program_files).
    from etude.grading.harness.bridge import SHORT, Bridge  # noqa: TC004
    from etude.grading.harness.codec import decode  # noqa: TC004

Value: TypeAlias = Any  # what came from the other jail; looked at before it is used


class AnswerFunction:
    """A function or method of the answer; calling it calls it in the other jail."""

    def __init__(self, bridge: "Bridge", number: int, name: str) -> None:
        self._bridge, self._number = bridge, number
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments: object, **named: object) -> Value:
        return call(self._bridge, self, self.__name__, arguments, named)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnswerFunction) and self._number == other._number

    def __hash__(self) -> int:
        return hash(self._number)

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the answer>"


def call(bridge: "Bridge", called: object, name: str, arguments: Value, named: Value) -> Value:
    """Call something of the answer's, and give the arguments that it changed in place their new contents."""
    shown = [SHORT.repr(argument) for argument in arguments]
    shown += [f"{key}={SHORT.repr(argument)}" for key, argument in named.items()]
    bridge.last_call = said = f"{name}({', '.join(shown)})"
    kind, body, mutated = bridge.ask("call", called, list(arguments), named)
    bridge.last_call = said  # a function that the answer called may have called it in turn
    try:
        for place, new in mutated:
            patch(arguments[place] if isinstance(place, int) else named[place], decode(new, bridge.resolve))
    except (TypeError, ValueError, LookupError):
        bridge.leave("broken")
    result = bridge.settle(kind, body)
    if isinstance(result, AnswerObject) or not hasattr(type(result), "__next__"):
        bridge.last_call += f" → {SHORT.repr(result)}"
    return result


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


class AnswerClass(type):
    """What stands here for a class of the answer's: calling it makes an object there."""

    def __call__(cls, *arguments: object, **named: object) -> Value:
        bridge = type.__getattribute__(cls, "_etude_bridge_of_class")
        made = call(bridge, cls, cls.__name__, arguments, named)
        if isinstance(made, AnswerObject):
            object.__setattr__(made, "_etude_made", True)
        return made

    def __getattr__(cls, name: str) -> Value:
        if name.startswith(("__", "_etude")):
            raise AttributeError(name)
        return cls._etude_bridge_of_class.operate("getattr", cls, name)

    def __setattr__(cls, name: str, value: object) -> None:
        cls._etude_bridge_of_class.operate("setattr", cls, name, value)

    def __iter__(cls) -> Value:
        return iter(cls._etude_bridge_of_class.operate("iter", cls))

    def __getitem__(cls, key: object) -> Value:
        return cls._etude_bridge_of_class.operate("getitem", cls, key)

    def __len__(cls) -> Value:
        return cls._etude_bridge_of_class.operate("len", cls)

    def __bool__(cls) -> bool:
        return True


class AnswerObject:
    """What stands here for an object of the answer's; the same one always for the same object."""

    __slots__ = ("__weakref__", "_etude_bridge", "_etude_made", "_etude_number")

    def __getattr__(self, name: str) -> Value:
        if name.startswith("_etude"):
            raise AttributeError(name)
        return self._etude_bridge.operate("getattr", self, name)

    def __setattr__(self, name: str, value: object) -> None:
        self._etude_bridge.operate("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._etude_bridge.operate("delattr", self, name)

    def __call__(self, *arguments: object, **named: object) -> Value:
        return call(self._etude_bridge, self, type(self).__name__, arguments, named)

    def __enter__(self) -> Value:
        return self._etude_bridge.operate("getattr", self, "__enter__")()

    def __exit__(self, kind: Value, error: Value, _trace: Value) -> Value:  # noqa: PYI036
        words = str(error) if error is not None else None
        name = kind.__name__ if kind is not None else None
        return self._etude_bridge.operate("getattr", self, "__exit__")(name, words, None)

    def __contains__(self, item: object) -> bool:
        if may_ask(self, item):
            return bool(self._etude_bridge.operate("contains", self, item))
        return any(item is one or item == one for one in iter(self))

    def __next__(self) -> Value:
        goes_on, item = self._etude_bridge.operate("next", self)
        if not goes_on:
            raise StopIteration
        return item

    def __format__(self, spec: str) -> Value:
        return self._etude_bridge.operate("format", self, spec)

    def __eq__(self, other: object) -> Value:
        if self is other:
            return True
        return self._etude_bridge.operate("eq", self, other) if may_ask(self, other) else False

    def __ne__(self, other: object) -> Value:
        if self is other:
            return False
        return self._etude_bridge.operate("ne", self, other) if may_ask(self, other) else True

    def __hash__(self) -> Value:
        return self._etude_bridge.operate("hash", self)


def may_ask(proxy: AnswerObject, other: object) -> bool:
    """Whether an operator of the answer's may see the other value and decide: see the top of this file."""
    return isinstance(other, AnswerObject) or bool(object.__getattribute__(proxy, "_etude_made"))


def _binary(name: str, *, is_reflected: bool = False) -> Callable[..., Value]:
    def operator(self: AnswerObject, other: object) -> Value:
        if not may_ask(self, other):
            kinds = f"{type(self).__name__} of the answer and {type(other).__name__}"
            raise TypeError(f"no plain value came from the answer: {kinds} cannot be combined")
        values = (other, self) if is_reflected else (self, other)
        is_made = object.__getattribute__(self, "_etude_made")
        result = self._etude_bridge.operate(name, *values)
        if is_made and isinstance(result, AnswerObject):
            object.__setattr__(result, "_etude_made", True)  # made by the script's own expression
        return result

    return operator


def _unary(name: str) -> Callable[..., Value]:
    return lambda self, *rest: self._etude_bridge.operate(name, self, *rest)


_OPERATORS = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"),
)
_CONVERSIONS = (
    *("len", "iter", "str", "repr", "bool", "int", "float", "complex", "abs", "round", "reversed", "neg", "pos"),
    *("invert", "index", "getitem", "setitem", "delitem", "copy", "deepcopy"),
)


def _add_operators() -> None:
    for name in _OPERATORS:
        remote = f"{name}_" if name in {"and", "or"} else name
        setattr(AnswerObject, f"__{name}__", _binary(remote))
        setattr(AnswerObject, f"__r{name}__", _binary(remote, is_reflected=True))
        setattr(AnswerObject, f"__i{name}__", _binary(f"i{name}"))
    for name in ("lt", "le", "gt", "ge"):
        setattr(AnswerObject, f"__{name}__", _binary(name))
    for name in _CONVERSIONS:
        setattr(AnswerObject, f"__{name}__", _unary(name))


_add_operators()


class AnswerModule(types.ModuleType):
    """What `import answer` gives: names are looked up in the other jail."""

    def __init__(self, name: str, bridge: "Bridge") -> None:
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
        value = bridge.settle(kind, body)
        if isinstance(value, AnswerFunction):
            value.__name__ = value.__qualname__ = name
        return value

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)  # the import's own
            return
        bridge: Bridge = self.__dict__["_bridge"]
        bridge.settle(*bridge.ask("set", name, value)[:2])

    def __delattr__(self, name: str) -> None:
        bridge: Bridge = self.__dict__["_bridge"]
        bridge.settle(*bridge.ask("delete", name)[:2])

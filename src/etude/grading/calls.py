"""Tests of one call, `area(3, 4) == 12`, that a teacher writes without any code: reading and comparing them.

The call alone goes to the answer; what it should give stays here. A language joins by its `Calls`
(see `etude.grading.languages`): its program makes the call and writes the value into a file that the jail brings back.
"""

from __future__ import annotations

import ast
import keyword
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etude.grading import plain
from etude.grading.errors import JobError
from etude.grading.messages import _

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CALL_CHARACTERS = 10_000
MAX_SHOWN = 200
_NO_CALL = _("“%(text)s” is no call of a function with plain values, such as area(3, 4).")
_NO_VALUE = _("“%(text)s” is no plain value.")
MAX_DEPTH = 100
RESULT_FILE = "__etude_result"
CALL_FILE = "__etude_call"
RESULT_BYTES = 8 << 20
# As other languages write them.
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call and what it should give: plain values (numbers, texts, lists, tuples, sets, dictionaries, None)."""

    text: str
    function: str
    arguments: tuple[object, ...] = ()
    named: Mapping[str, object] = field(default_factory=dict)
    result: object = None
    result_text: str = "None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far two floats may be apart: either one is enough (the relative one is of the larger number)."""

    absolute: float = 1e-9
    relative: float = 1e-9


def parse_call(text: str, result: str) -> Call:
    """Read a call, `name(values…)`, and the value that it should give, both as Python writes them.

    `true`, `false` and `null` are understood too. Raises JobError for anything else.
    """
    expression = _parse(text)
    if not isinstance(expression, ast.Call) or not isinstance(expression.func, ast.Name):
        raise JobError(_NO_CALL, text=text[:MAX_SHOWN])
    named = {word.arg: _value(word.value) for word in expression.keywords if word.arg is not None}
    if len(named) < len(expression.keywords) or keyword.iskeyword(expression.func.id):
        raise JobError(_NO_CALL, text=text[:MAX_SHOWN])
    return Call(
        text=text.strip(),
        function=expression.func.id,
        arguments=tuple(_value(argument) for argument in expression.args),
        named=named,
        result=_value(_parse(result)),
        result_text=result.strip(),
    )


def write_number(_call: Call, number: int) -> bytes:
    """Return a call's number as it stands in CALL_FILE."""
    return str(number).encode()


def write_call(call: Call, _number: int) -> bytes:
    """Return a call as it stands in CALL_FILE, for programs that find functions by their names.

    Raises JobError for what only Python has: values by name, texts of bytes, complex numbers.
    """
    try:
        data = plain.write([call.function, call.arguments])
    except plain.NotPlainError:
        raise only_python(call) from None
    if call.named:
        raise only_python(call)
    return data


def only_python(call: Call) -> JobError:
    """Return the error for a call that no other language can make."""
    return JobError(_("The call %(call)s has a value that only Python has words for."), call=call.text[:MAX_SHOWN])


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CALL_CHARACTERS:
        raise JobError(_("A call or a value may have %(most)s characters at most."), most=MAX_CALL_CHARACTERS)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise JobError(_NO_VALUE, text=text[:MAX_SHOWN]) from None


class _Words(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:  # the name that ast asks for
        return ast.Constant(_WORDS[node.id]) if node.id in _WORDS else node


def _value(expression: ast.expr) -> object:
    for part in ast.walk(expression):
        if isinstance(part, ast.Constant) and isinstance(part.value, float) and math.isinf(part.value):
            raise JobError(_NO_VALUE, text=ast.unparse(expression)[:MAX_SHOWN])
    try:
        return ast.literal_eval(_Words().visit(expression))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise JobError(_NO_VALUE, text=ast.unparse(expression)[:MAX_SHOWN]) from None


def is_same(expected: object, found: object, tolerance: Tolerance, depth: int = 0) -> bool:
    """Compare two plain values as Python's `==` does, but for floats. It never raises."""
    if isinstance(expected, float | int) and isinstance(found, float | int):
        are_exact = isinstance(expected, int) and isinstance(found, int)
        return expected == found if are_exact else _is_near(expected, found, tolerance)
    if type(expected) is not type(found) or depth > MAX_DEPTH:
        return False
    if isinstance(expected, dict) and isinstance(found, dict):
        same_keys = expected.keys() == found.keys()
        return same_keys and all(is_same(value, found[key], tolerance, depth + 1) for key, value in expected.items())
    if isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        pairs = zip(expected, found, strict=False)
        return len(expected) == len(found) and all(is_same(*pair, tolerance, depth + 1) for pair in pairs)
    return expected == found


def _is_near(expected: float, found: float, tolerance: Tolerance) -> bool:
    if expected == found:
        return True
    try:
        if math.isnan(expected) and math.isnan(found):
            return True
        return math.isclose(expected, found, rel_tol=tolerance.relative, abs_tol=tolerance.absolute)
    except OverflowError:  # a whole number too large for a float
        return False

"""Plain values as C and C++ write them, by the type of the parameter that they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etude.grading.signatures import Parameter, split_list

if TYPE_CHECKING:
    from collections.abc import Sequence

_INT_LIMIT, _LONG_LIMIT = 1 << 31, 1 << 63
_TEMPLATE = re.compile(r"^([\w:]+)\s*<(.*)>$", re.DOTALL)
_TEXT = Parameter(base="char", stars=1)


class NoWordsError(ValueError):
    """The language has no words for a value."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values in C, or in C++."""

    is_cpp: bool

    def scalar(self, value: object, wanted: Parameter | None) -> str:
        """Write None, a boolean, a number or a text. Raises NoWordsError."""
        if value is None:
            return "nullptr" if self.is_cpp else "0"
        if isinstance(value, bool):
            return str(value).lower() if self.is_cpp else str(int(value))
        if isinstance(value, int):
            return _whole(value)
        if isinstance(value, float):
            return repr(value)
        if isinstance(value, str):
            return self._text(value, wanted)
        raise NoWordsError(type(value).__name__)

    def _text(self, value: str, wanted: Parameter | None) -> str:
        data = value.encode("utf-8", "replace")
        if wanted is not None and wanted.depth == 0 and wanted.plain_base.endswith("char") and len(data) == 1:
            return f"(char){data[0]}"
        literal = '"' + "".join(f"\\{byte:03o}" for byte in data) + '"'
        if self.is_cpp:
            is_string = wanted is not None and wanted.plain_base in {"string", "std::string"}
            return f"std::string({literal}, {len(data)})" if is_string or wanted is None else literal
        is_changeable = wanted is None or not wanted.is_const
        return f"(char[]){{{literal}}}" if is_changeable else literal

    def written(self, value: object, wanted: Parameter | None) -> str:
        """Write any value as an expression. Raises NoWordsError."""
        if not isinstance(value, list | tuple | dict | set | frozenset):
            return self.scalar(value, wanted)
        if not self.is_cpp:
            return self._c_list(value, wanted)
        if wanted is None:
            return self._guessed(value)
        return f"{wanted.plain_base}{self.braces(value, wanted)}"

    def braces(self, value: object, wanted: Parameter | None) -> str:
        """Write what stands between braces, by the types between the angles. Raises NoWordsError."""
        of = _inner_types(wanted)
        if isinstance(value, dict):
            first, second = (of[0], of[1]) if len(of) > 1 else (None, None)
            pairs = [f"{{{self.written(key, first)}, {self.written(item, second)}}}" for key, item in value.items()]
            return "{" + ", ".join(pairs) + "}"
        if not isinstance(value, list | tuple | set | frozenset):
            raise NoWordsError(type(value).__name__)
        if wanted is not None and wanted.dimensions:
            below = replace(wanted, dimensions=wanted.dimensions[1:])
            return "{" + ", ".join(self._inside(item, below) for item in value) + "}"
        is_product = wanted is not None and re.match(r"(?:std::)?(?:pair|tuple)\b", wanted.plain_base)
        types: Sequence[Parameter | None] = of if is_product else [of[0] if of else None] * len(value)
        if len(types) != len(value):
            raise NoWordsError("another number of values")
        bare = wanted is not None and not of  # a struct: its own fields' types are not known
        texts = [
            self._inside(item, Parameter(base="?")) if bare else self.written(item, kind)
            for item, kind in zip(value, types, strict=True)
        ]
        return "{" + ", ".join(texts) + "}"

    def _inside(self, item: object, wanted: Parameter) -> str:
        is_nested = isinstance(item, list | tuple) and (wanted.depth > 0 or not _inner_types(wanted))
        if is_nested and (wanted.dimensions or wanted.depth == 0):
            return self.braces(item, wanted)
        return self.written(item, wanted)

    def _c_list(self, value: object, wanted: Parameter | None) -> str:
        if not isinstance(value, list | tuple):
            raise NoWordsError(type(value).__name__)
        if wanted is None or (wanted.depth == 0 and wanted.plain_base in {"", "?"}):
            wanted = replace(_guess(value), stars=_guess(value).stars + 1)
        if wanted.depth == 0:
            return f"({wanted.plain_base}){self.braces(value, wanted)}"
        if wanted.dimensions:
            below = replace(wanted, dimensions=wanted.dimensions[1:])
            rest = "".join(f"[{size}]" for size in below.dimensions)
        else:
            below, rest = replace(wanted, stars=wanted.stars - 1), ""
        kind = f"{wanted.plain_base} {'*' * below.stars}[{max(len(value), 1)}]{rest}"
        items = ", ".join(self._inside(item, below) for item in value)
        return f"({kind}){{{items or '0'}}}"

    def _guessed(self, value: object) -> str:
        if isinstance(value, tuple):
            return f"std::make_tuple({', '.join(self.written(item, None) for item in value)})"
        return f"{self.guessed_type(value)}{self.braces(value, None)}"

    def guessed_type(self, value: object) -> str:
        """The type that a C++ program would most likely use for a value. Raises NoWordsError."""
        if isinstance(value, dict):
            key, item = (next(iter(part), None) for part in (value.keys(), value.values()))
            return f"std::map<{self.guessed_type(key)}, {self.guessed_type(item)}>"
        if isinstance(value, set | frozenset):
            return f"std::set<{self.guessed_type(next(iter(value), 0))}>"
        if isinstance(value, list | tuple):
            has_float = any(isinstance(item, float) for item in value)
            return f"std::vector<{self.guessed_type(0.5 if has_float else next(iter(value), 0))}>"
        if isinstance(value, str):
            return "std::string"
        return _guess([value]).base


def _whole(value: int) -> str:
    if not -_LONG_LIMIT <= value < 2 * _LONG_LIMIT:
        raise NoWordsError("a number of more than 64 bits")
    if value in {-_INT_LIMIT, -_LONG_LIMIT}:
        return f"({_whole(value + 1)}-1)"
    if -_INT_LIMIT <= value < _INT_LIMIT:
        return str(value)
    return f"{value}LL" if value < _LONG_LIMIT else f"{value}ULL"


def _guess(values: object) -> Parameter:
    """The type of what stands in a list, from its first value."""
    items = list(values) if isinstance(values, list | tuple) else []
    first = 0.5 if any(isinstance(item, float) for item in items) else next(iter(items), 0)
    if isinstance(first, bool):
        return Parameter(base="bool")
    if isinstance(first, str):
        return _TEXT
    if isinstance(first, list | tuple):
        inner = _guess(first)
        return replace(inner, stars=inner.stars + 1)
    if isinstance(first, int):
        return Parameter(base="int" if -_INT_LIMIT <= first < _INT_LIMIT else "long long")
    return Parameter(base="double")


def _inner_types(wanted: Parameter | None) -> list[Parameter]:
    """The types between the angles of a template's name."""
    found = _TEMPLATE.match(wanted.plain_base) if wanted is not None and wanted.stars == 0 else None
    return [Parameter(base=part.strip()) for part in split_list(found[2])] if found else []

"""Calls of functions of answers in C and C++: a program behind the answer's own text makes them.

There all that the answer declares is known; `main` stays the answer's, for the linker starts another one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.calls import CALL_FILE, only_python
from etude.grading.gnu_literals import NoWordsError, Writer
from etude.grading.signatures import Function, Parameter, find_functions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etude.grading.calls import Call
    from etude.grading.languages import Source

WRAP_FLAGS = ("-Wl,--wrap=main",)
OPTION = re.compile(r" \[-[\w=+-]+\]$")
_MISSING_MARKS = ("not declared in this scope", "implicit declaration", "undeclared")


def wrap(
    source: Source, calls: Sequence[Call], misfits: Mapping[int, str], *, extensions: tuple[str, ...], is_cpp: bool
) -> Source:
    """Return the answer with a program behind its text that makes one of the calls. Raises JobError.

    extensions: of the language's source files, the first of which the program's own part gets.
    """
    known = {
        name: find_functions(data.decode("utf-8", "replace"))
        for name, data in sorted(source.files.items())
        if name.endswith(extensions)
    }
    names = {call.function for call in calls}
    home = next((file for file, found in known.items() if _defines(found, names)), source.main)
    maker = _Maker(Writer(is_cpp), [function for found in known.values() for function in found])
    cases = [maker.case(call, number, misfits.get(number)) for number, call in enumerate(calls)]
    elsewhere = [f for file, found in known.items() if file != home for f in found if f.name in names]
    lines = [
        f'\n#line 1 "__etude_calls"\n#include "./__etude_calls.{"hpp" if is_cpp else "h"}"',
        *(f"{_prototype(function)};" for function in elsewhere if function.is_definition),
        'extern "C" int __wrap_main(void);' if is_cpp else "",
        "int __wrap_main(void) {\nswitch (etude_chosen()) {",
        *cases,
        "}\nreturn etude_end();\n}\n",
    ]
    header = "calls.hpp" if is_cpp else "calls.h"
    files = {
        **source.files,
        home: source.files[home] + "\n".join(lines).encode(),
        f"__etude_{header}": harness.caller_text(header),
        f"__etude_side{extensions[0]}": harness.caller_text("calls_side.c"),
    }
    return replace(source, files=files)


def is_wrapped(source: Source, extensions: tuple[str, ...]) -> bool:
    """Whether a source starts elsewhere than at the answer's `main`."""
    return any(f"__etude_{side}{extensions[0]}" in source.files for side in ("side", "serve_side"))


def _defines(functions: Sequence[Function], names: set[str]) -> bool:
    return any(function.is_definition and function.name in names for function in functions)


def _prototype(function: Function) -> str:
    """A declaration of a function that another file defines, without default values."""
    texts = [parameter.text for parameter in function.parameters or ()]
    return f"{function.result} {function.name}({', '.join(texts) or 'void'})"


def quoted(text: str) -> str:
    """Return a text as C writes it, cut at 1,000 bytes."""
    return '"' + "".join(f"\\{byte:03o}" for byte in text.encode("utf-8", "replace")[:1000]) + '"'


class _Maker:
    """Writes one case for each call."""

    def __init__(self, writer: Writer, functions: Sequence[Function]) -> None:
        self.writer = writer
        self.functions = functions

    def case(self, call: Call, number: int, misfit: str | None) -> str:
        """Return the lines that make a call, or say why it cannot be made. Raises JobError."""
        named = [function for function in self.functions if function.name == call.function]
        fitting = [function for function in named if function.takes(len(call.arguments))]
        if misfit is not None and any(mark in misfit for mark in _MISSING_MARKS):
            body = self._refusal("missing", call.function)
        elif misfit is not None:
            body = self._refusal("type", OPTION.sub("", misfit))
        elif named and not fitting:
            counts = {len(function.parameters or ()) for function in named}
            body = self._refusal("arity", ", ".join(map(str, sorted(counts))))
        else:
            try:
                body = self._call(call, fitting[0] if len({f.parameters for f in fitting}) == 1 else None)
            except NoWordsError:
                raise only_python(call) from None
        return f'case {number}:\n#line {number + 1} "{CALL_FILE}"\n{body} break;'

    def _refusal(self, kind: str, text: str) -> str:
        return f'etude_begin("{kind}"); etude_put_text({quoted(text)});'

    def _call(self, call: Call, function: Function | None) -> str:
        if call.named:
            raise only_python(call)
        known = function is not None and function.parameters is not None and not function.is_template
        wanted: list[Parameter | None] = [None] * len(call.arguments)
        if known and function is not None:
            wanted = list((function.parameters or ())[: len(call.arguments)])
        if not self.writer.is_cpp:
            texts = [self.writer.written(value, kind) for value, kind in zip(call.arguments, wanted, strict=True)]
            made = f"{call.function}({', '.join(texts)})"
            if function is not None and function.result == "void":
                return f'etude_begin("value"); {made}; etude_put_null();'
            return f'etude_begin("value"); ETUDE_PUT({made});'
        return self._cpp_call(call, wanted)

    def _cpp_call(self, call: Call, wanted: list[Parameter | None]) -> str:
        """Each value that is more than a number or a text, or is passed by reference, is a variable of its own."""
        variables, texts = [], []
        for place, (value, kind) in enumerate(zip(call.arguments, wanted, strict=True)):
            name = f"etude_value_{place}"
            if kind is not None and self._is_variable(value, kind):
                variables.append(self._variable(name, value, kind))
                texts.append(f"std::move({name})" if kind.reference == "&&" else name)
            elif isinstance(value, str) and kind is None:
                texts.append(self.writer.scalar(value, Parameter(base="char", stars=1)))
            else:
                texts.append(self.writer.written(value, kind))
        body = f"{' '.join(variables)} return {call.function}({', '.join(texts)});"
        return f"etude_own::run([&]() -> decltype(auto) {{ {body} }});"

    @staticmethod
    def _is_variable(value: object, kind: Parameter) -> bool:
        is_many = isinstance(value, list | tuple | dict | set | frozenset)
        is_changed = (kind.reference == "&" and not kind.is_const) or (kind.depth > 0 and value is not None)
        return kind.base != "auto" and (is_many or is_changed)

    def _variable(self, name: str, value: object, kind: Parameter) -> str:
        base = kind.plain_base
        if kind.depth == 0:
            is_many = isinstance(value, list | tuple | dict | set | frozenset)
            text = self.writer.braces(value, kind) if is_many else self.writer.scalar(value, kind)
            return f"static {base} {name} = {text};"
        if isinstance(value, str):
            return f"static {'const ' if kind.is_const else ''}char {name}[] = {self.writer.scalar(value, kind)};"
        if not isinstance(value, list | tuple):
            return f"static {base} {name}_at = {self.writer.scalar(value, None)}; {base} *{name} = &{name}_at;"
        return self._array(name, value, kind)

    def _array(self, name: str, items: Sequence[object], kind: Parameter) -> str:
        """An array; where its items are pointers, each one's own array before it."""
        base, size = kind.plain_base, max(len(items), 1)
        if kind.dimensions:
            below = replace(kind, dimensions=kind.dimensions[1:])
        else:
            below = replace(kind, stars=kind.stars - 1)
        rest = "".join(f"[{length}]" for length in below.dimensions)
        if below.stars == 0 or rest:
            inner = replace(kind, dimensions=("", *below.dimensions), stars=below.stars)
            return f"static {base} {name}[{size}]{rest} = {self.writer.braces(list(items), inner)};"
        rows = [self._variable(f"{name}_{place}", item, below) for place, item in enumerate(items)]
        names = ", ".join(f"{name}_{place}" for place in range(len(items)))
        const = "const " if kind.is_const else ""
        return f"{' '.join(rows)} {const}{base} {'*' * below.stars}{name}[{size}] = {{{names}}};"

"""Test scripts in C and C++: what a script declares and does not define is called in the answer, in another jail.

For each such function there are a stand-in on the script's side and a case on the answer's; both are written from the
script's own declaration, so the types are the teacher's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etude.grading import harness
from etude.grading.calls import CALL_FILE
from etude.grading.languages import Source
from etude.grading.refusals import Place, cannot_cross
from etude.grading.signatures import Function, Parameter, blanked, find_functions, read_parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(
    r"(?:(?:unsigned|signed|short|long|int|char|float|double|bool|_Bool|size_t|ssize_t|ptrdiff_t|u?int\d+_t)\b ?)+"
    r"|enum \w+"
)
_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)


def _uncommented(size: str) -> str:
    """What stands in a comment between the brackets of an array is its size too."""
    return _COMMENT.sub(r"\1", size).strip()


@dataclass(frozen=True, slots=True)
class Value:
    """One value that crosses: a parameter, or what a function gives. Raises JobError for a type that cannot."""

    kind: Parameter
    name: str
    function: str
    place: Place
    is_cpp: bool

    def __post_init__(self) -> None:
        is_number = _NUMBER.fullmatch(self.kind.plain_base) is not None
        is_simple = is_number or (self.is_cpp and self.kind.stars == 0) or self.is_text
        is_text_list = self.kind.plain_base == "char" and self.kind.stars == 1 and self.kind.is_const
        has_length = bool(self.kind.dimensions) and bool(self.length)
        if self.kind.depth == 0 or self.is_text:
            can_cross = is_simple
        else:
            can_cross = has_length and (self.kind.stars == 0 or is_text_list) and (is_number or is_text_list)
        if not can_cross:
            raise cannot_cross(self.function, self.kind.text or self.kind.base, self.place)

    @property
    def is_text(self) -> bool:
        """Whether it is a text that ends with NUL."""
        return self.kind.plain_base == "char" and self.kind.stars == 1 and not self.kind.dimensions

    @property
    def is_changed(self) -> bool:
        """Whether the answer may change it in the place where the script has it."""
        return not self.kind.is_const and (self.kind.depth > 0 or self.kind.reference == "&")

    @property
    def length(self) -> str:
        """How many values an array has, in the function's own words."""
        sizes = [_uncommented(size) for size in self.kind.dimensions]
        return " * ".join(f"({size})" for size in sizes) if all(sizes) else ""

    @property
    def declaration(self) -> str:
        """The parameter as the stand-in declares it."""
        sizes = "".join(f"[{_COMMENT.sub('', size).strip()}]" for size in self.kind.dimensions)
        return f"{self.kind.base} {'*' * self.kind.stars}{self.kind.reference}{self.name}{sizes}"

    @property
    def _item(self) -> str:
        return "const char *" if self.kind.stars else f"{self.kind.plain_base} "

    def _items(self, name: str, action: str) -> str:
        """A loop over an array, seen as one row."""
        item = f"((const {self._item}*){name})[i]" if action != "ETUDE_TAKE" else f"(({self._item}*){name})[i]"
        return f"for (size_t i = 0; i < {self.name}_n; i++) {action}({item});"

    @property
    def _put_items(self) -> str:
        action = "etude_put_text" if self.kind.stars else "ETUDE_PUT_NUMBER"
        return f"etude_put_count('l', {self.name}_n); {self._items(self.name, action)}"

    def send(self) -> str:
        """On the script's side: write it."""
        if self.is_text:
            return f"etude_put_text({self.name});"
        if self.kind.dimensions:
            return f"size_t {self.name}_n = (size_t)({self.length}); {self._put_items}"
        return f"ETUDE_PUT_NUMBER({self.name});"

    def take_back(self) -> str:
        """On the script's side: read what the answer made of it."""
        if not self.is_changed:
            return ""
        if self.is_text:
            return f"etude_take_back({self.name});"
        if self.kind.dimensions:
            check = f"if (etude_take_count('l') != {self.name}_n) etude_broken();"
            return f"{check} {self._items(self.name, 'ETUDE_TAKE')}"
        return f"ETUDE_TAKE({self.name});"

    def take(self) -> str:
        """On the answer's side: read it into a variable of its own."""
        if self.is_text:
            return (
                f"char *{self.name} = etude_take_text(); size_t {self.name}_n = {self.name} ? strlen({self.name}) : 0;"
            )
        if self.kind.dimensions:
            inner = "".join(f"[{_uncommented(size)}]" for size in self.kind.dimensions[1:])
            kind = f"{self._item}(*{{}}){inner}" if inner else f"{self._item}*{{}}"
            room = f"({kind.format('')})etude_room({self.name}_n, sizeof({self._item}))"
            filled = self._items(self.name, "ETUDE_TAKE")
            if self.kind.stars:
                filled = f"for (size_t i = 0; i < {self.name}_n; i++) {self.name}[i] = etude_take_text();"
            return f"size_t {self.name}_n = etude_take_count('l'); {kind.format(self.name)} = {room}; {filled}"
        return f"{self.kind.plain_base} {self.name}; ETUDE_TAKE({self.name});"

    def give_back(self) -> str:
        """On the answer's side: write what has become of it."""
        if not self.is_changed:
            return ""
        if self.is_text:
            return f"if ({self.name}) {self.name}[{self.name}_n] = 0; etude_put_text({self.name});"
        return self._put_items if self.kind.dimensions else f"ETUDE_PUT_NUMBER({self.name});"


@dataclass(frozen=True, slots=True)
class Crossing:
    """One function that a script calls in the answer."""

    function: Function
    number: int
    file: str
    is_cpp: bool

    @property
    def _place(self) -> Place:
        return Place(self.file, self.function.line)

    @property
    def _values(self) -> list[Value]:
        name = self.function.name
        if self.function.parameters is None or self.function.is_template:
            raise cannot_cross(name, "…", self._place)
        return [
            Value(replace(kind, has_default=False), kind.name or f"etude_{place}", name, self._place, self.is_cpp)
            for place, kind in enumerate(self.function.parameters)
        ]

    @property
    def _result(self) -> Value | None:
        if self.function.result == "void":
            return None
        kind = read_parameter(f"{self.function.result} etude_result")
        assert kind is not None
        return Value(kind, "etude_result", self.function.name, self._place, self.is_cpp)

    def stand_in(self) -> str:
        """The function on the script's side."""
        values, result = self._values, self._result
        declared = ", ".join(value.declaration for value in values) or "void"
        lines = [
            f"{self.function.result} {self.function.name}({declared}) {{",
            f'    etude_request({self.number}, "{self.function.name}");',
            *(f"    {value.send()}" for value in values),
            "    etude_ask();",
        ]
        if result is not None:
            lines.append(f"    {result.take()}")
        lines += [f"    {value.take_back()}" for value in values]
        return "\n".join([*lines, "    return etude_result;\n}" if result is not None else "}"])

    def case(self, misfit: str | None) -> str:
        """The call on the answer's side, on one line."""
        head = f'case {self.number}: {{\n#line {self.number + 1} "{CALL_FILE}"\n'
        if misfit is not None:
            return f"{head}etude_forget(); etude_put_bool(0); break; }}"
        values, result = self._values, self._result
        called = f"{self.function.name}({', '.join(value.name for value in values)})"
        made = f"{self.function.result} etude_result = {called};" if result is not None else f"{called};"
        given = (
            []
            if result is None
            else ["etude_put_text(etude_result);" if result.is_text else "ETUDE_PUT_NUMBER(etude_result);"]
        )
        parts = [
            *(value.take() for value in values),
            made,
            "etude_forget(); etude_put_bool(1);",
            *given,
            *(value.give_back() for value in values),
        ]
        return f"{head}{' '.join(parts)} break; }}"


@dataclass(frozen=True, slots=True)
class Scripts:
    """The programs of both sides, for one language. extensions: of its source files."""

    extensions: tuple[str, ...]
    is_cpp: bool

    @property
    def script_name(self) -> str:
        """What the script is called in its jail."""
        return f"checks{self.extensions[0]}"

    def names(self, script: bytes, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Return the functions that a script calls in the answer. Raises JobError for types that cannot cross."""
        return tuple(crossing.function.name for crossing in self.crossings(script, files))

    def crossings(self, script: bytes, files: Mapping[str, bytes]) -> list[Crossing]:
        """The functions that a script, or a header beside it, declares and does not define. Raises JobError."""
        text = script.decode("utf-8", "replace")
        declared = [(function, self.script_name) for function in find_functions(text)]
        for name in _INCLUDE.findall(text):
            if name in files:
                beside = find_functions(files[name].decode("utf-8", "replace"))
                declared = [*((function, name) for function in beside), *declared]
        defined = {function.name for function, _file in declared if function.is_definition}
        wanted = {function.name: (function, file) for function, file in declared if function.name not in defined}
        found = [
            Crossing(function, number, file, self.is_cpp) for number, (function, file) in enumerate(wanted.values())
        ]
        for crossing in found:
            crossing.stand_in()
        return found

    def _ours(self, *sides: str) -> dict[str, bytes]:
        header = "calls.hpp" if self.is_cpp else "calls.h"
        own = {f"__etude_{name}": harness.caller_text(name) for name in (header, "scripts.h")}
        return own | {f"__etude_{side}{self.extensions[0]}": harness.caller_text(f"{side}.c") for side in sides}

    def script_source(self, script: bytes, files: Mapping[str, bytes], version: str) -> Source:
        """Return the program of the script's side. Raises JobError for types that cannot cross."""
        text = script.decode("utf-8", "replace")
        tests = [f.name for f in find_functions(text) if f.is_definition and f.name.startswith("test")]
        has_main = re.search(r"\bmain\s*\(", blanked(text)) is not None
        begun = "__attribute__((constructor(65535))) static void etude_start(void) { etude_begin_script(); }"
        main = (
            "int main(void) {\n" + "".join(f'    etude_running("{t}"); {t}();\n' for t in tests) + "    return 0;\n}\n"
        )
        name = self.script_name
        parts = [
            f'#line 1 "{name}"\n{text}',
            f'#line 1 "__etude_stands"\n#include "./__etude_scripts.h"\n{"" if self.is_cpp else "#include <string.h>"}',
            *(crossing.stand_in() for crossing in self.crossings(script, files)),
            begun,
            "" if has_main else main,
        ]
        ours = self._ours("calls_side", "frames_side", "script_side")
        headers = {file: data for file, data in files.items() if file.endswith((".h", ".hpp"))}
        return Source(files={**headers, name: "\n".join(parts).encode(), **ours}, main=name, version=version)

    def answer_source(
        self, source: Source, script: bytes, files: Mapping[str, bytes], misfits: Mapping[int, str]
    ) -> Source:
        """Return the program of the answer's side: its functions, served."""
        crossings = self.crossings(script, files)
        names = {crossing.function.name for crossing in crossings}
        texts = {
            n: d.decode("utf-8", "replace") for n, d in sorted(source.files.items()) if n.endswith(self.extensions)
        }
        defining = (
            n for n, text in texts.items() if any(f.name in names and f.is_definition for f in find_functions(text))
        )
        home = next(defining, source.main)
        lines = [
            '\n#line 1 "__etude_calls"\n#include <string.h>\n#include "./__etude_scripts.h"',
            'extern "C" int __wrap_main(void);' if self.is_cpp else "",
            "int __wrap_main(void) {\netude_serve();\nfor (;;) {\nswitch (etude_next()) {",
            *(crossing.case(misfits.get(crossing.number)) for crossing in crossings),
            "default: etude_broken();\n}\netude_reply();\n}\n}\n",
        ]
        body = source.files[home] + "\n".join(lines).encode()
        ours = self._ours("calls_side", "frames_side", "serve_side")
        return replace(source, files={**source.files, home: body, **ours})

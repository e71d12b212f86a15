"""Test scripts in C and C++: what a script declares and does not define is called in the answer, in another jail.

For each such function there are a stand-in on the script's side and a case on the answer's; both are written from the
script's own declaration, so the types are the teacher's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from etude.grading import harness
from etude.grading.calls import CALL_FILE
from etude.grading.gnu_calls import OPTION, quoted
from etude.grading.gnu_classes import AnswerClass, find_classes, with_objects
from etude.grading.gnu_values import Result, Value, World
from etude.grading.languages import Source
from etude.grading.refusals import Place, cannot_cross
from etude.grading.signatures import Function, blanked, find_functions, read_parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EXCEPTION = re.compile(r"\b(?:class|struct)\s+(\w+)\s*(?:final\s*)?:\s*(?:public\s+)?[\w:]+\s*\{")
# What g++ says of something that the answer does not have at all; of the rest it says what does not fit.
_MISSING_MARKS = (
    "not declared", "implicit declaration", "undeclared", "has no member", "is not a member", "does not name a type",
    "not been declared", "no match for",
)  # fmt: skip
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One function or method that a script calls in the answer. owner: the class that it is of, "" for none."""

    function: Function
    number: int
    file: str
    world: World
    owner: str = ""
    is_const: bool = False
    is_static: bool = False

    @property
    def place(self) -> Place:
        """Where it is declared."""
        return Place(self.file, self.function.line)

    @property
    def name(self) -> str:
        """What people call it."""
        is_plain = not self.owner or self.is_constructor
        return self.function.name if is_plain else f"{self.owner}::{self.function.name}"

    @property
    def is_constructor(self) -> bool:
        """Whether it makes an object."""
        return bool(self.owner) and self.function.name == self.owner

    @property
    def _is_printing(self) -> bool:
        first = (self.function.parameters or (None,))[0]
        return self.function.name == "operator<<" and first is not None and first.plain_base.endswith("ostream")

    @property
    def _values(self) -> list[Value]:
        if self.function.parameters is None or self.function.is_template:
            raise cannot_cross(self.name, "…", self.place)
        own = self.function.parameters[1:] if self._is_printing else self.function.parameters
        return [
            Value(replace(kind, has_default=False), kind.name or f"etude_{at}", self.name, self.place, self.world)
            for at, kind in enumerate(own)
        ]

    @property
    def _result(self) -> Result | None:
        if self.function.result == "void" or self.is_constructor:
            return None
        given = "std::string" if self._is_printing else self.function.result
        kind = read_parameter(f"{given} etude_result")
        if kind is None:
            raise cannot_cross(self.name, given, self.place)
        return Result(kind, "etude_result", self.name, self.place, self.world)

    @property
    def _has_subject(self) -> bool:
        return bool(self.owner) and not self.is_static and not self.is_constructor

    def stand_in(self) -> str:
        """The function on the script's side."""
        values, result = self._values, self._result
        declared = [value.declaration for value in values]
        if self._is_printing:
            declared = ["std::ostream &etude_stream", *declared]
        qualified = f"{self.owner}::{self.function.name}" if self.owner else self.function.name
        head = f"{'' if self.is_constructor else self.function.result} {qualified}({', '.join(declared) or 'void'})"
        taken, given = result.take_and_give() if result is not None else ("", "")
        lines = [
            f"{head}{' const' if self.is_const else ''}{' : etude_object(-1)' if self.is_constructor else ''} {{",
            f'    etude_request({self.number}, "{self.name}");',
            "    etude_put_int(etude_object.number);" if self._has_subject else "",
            *(f"    {value.send()}" for value in values),
            "    etude_ask();",
            "    etude_object.is((int)etude_take_int());" if self.is_constructor else f"    {taken}",
            *(f"    {value.take_back()}" for value in values),
            "    return etude_stream << etude_result;" if self._is_printing else f"    {given}",
        ]
        return "\n".join([*lines, "}"])

    def case(self, misfit: str | None) -> str:
        """The call on the answer's side, on one line."""
        head = f'case {self.number}: {{\n#line {self.number + 1} "{CALL_FILE}"\n'
        if misfit is not None:
            said = OPTION.sub("", misfit)
            is_missing = any(mark in said for mark in _MISSING_MARKS)
            why = "" if is_missing else f" etude_put_text({quoted(said)});"
            return f"{head}etude_forget(); etude_put_bool(0);{why} break; }}"
        values, result = self._values, self._result
        called = self._called([value.name for value in values])
        if self._is_printing:
            made = f"std::ostringstream etude_stream; {called}; std::string etude_result = etude_stream.str();"
        else:
            made = f"{self.function.result} etude_result = {called};" if result is not None else f"{called};"
        subject = f"{self.owner} &etude_subject = etude_own::object<{self.owner}>();" if self._has_subject else ""
        parts = [
            subject,
            *(value.take() for value in values),
            made,
            "etude_forget(); etude_put_bool(1);",
            "" if result is None else result.write(),
            "etude_put_int(etude_own::keep(etude_made));" if self.is_constructor else "",
            *(value.give_back() for value in values),
        ]
        return f"{head}{' '.join(filter(None, parts))} break; }}"

    def _called(self, names: list[str]) -> str:
        """The expression that calls it; an operator as it is used, for it may be a member or not."""
        sign = self.function.name.removeprefix("operator")
        all_names = ["etude_stream", *names] if self._is_printing else names
        if self.is_constructor:
            return f"{self.owner} *etude_made = new {self.owner}({', '.join(names)})"
        if sign == self.function.name or sign in {"()", "[]"} or sign[:1].isalnum():
            subject = "etude_subject." if self._has_subject else f"{self.owner}::" if self.owner else ""
            return f"{subject}{self.function.name}({', '.join(names)})"
        operands = ["etude_subject", *all_names] if self._has_subject else all_names
        return f"({operands[0]} {sign} {operands[1]})" if len(operands) > 1 else f"({sign}{operands[0]})"


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
        """What a script, or a header beside it, declares and does not define. Raises JobError."""
        texts = self._texts(script, files)
        classes = self._classes(texts)
        world = World(self.is_cpp, frozenset(each.name for each in classes))
        declared = [(function, file) for file, text in texts.items() for function in find_functions(text)]
        declared += [(each.function, one.file) for one in classes for each in one.methods if not each.of_class]
        defined = {function.name for function, _file in declared if function.is_definition}
        wanted = {_key(function): (function, file) for function, file in declared if function.name not in defined}
        asked: list[tuple[Function, str, dict[str, Any]]] = [(*each, {}) for each in wanted.values()]
        asked += [
            (each.function, one.file, {"owner": one.name, "is_const": each.is_const, "is_static": each.is_static})
            for one in classes
            for each in one.methods
            if each.of_class
        ]
        found = [Crossing(function, at, file, world, **more) for at, (function, file, more) in enumerate(asked)]
        for crossing in found:
            crossing.stand_in()
        return found

    def _texts(self, script: bytes, files: Mapping[str, bytes]) -> dict[str, str]:
        """The script and the headers beside it that it includes; it comes last."""
        text = script.decode("utf-8", "replace")
        beside = {name: files[name].decode("utf-8", "replace") for name in _INCLUDE.findall(text) if name in files}
        return {**beside, self.script_name: text}

    def _classes(self, texts: Mapping[str, str]) -> list[AnswerClass]:
        return [each for file, text in texts.items() for each in find_classes(text, file)] if self.is_cpp else []

    def _ours(self, *sides: str) -> dict[str, bytes]:
        headers = ("calls.hpp", "objects.hpp", "held.hpp", "scripts.h") if self.is_cpp else ("calls.h", "scripts.h")
        own = {f"__etude_{name}": harness.caller_text(name) for name in headers}
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
        name, texts = self.script_name, self._texts(script, files)
        classes = self._classes(texts)
        written = {
            file: with_objects(said, file, [each for each in classes if each.file == file])
            for file, said in texts.items()
        }
        parts = [
            f'#line 1 "{name}"\n{written.pop(name)}',
            '#line 1 "__etude_stands"\n#define ETUDE_SCRIPT\n#include "./__etude_scripts.h"',
            "" if self.is_cpp else "#include <string.h>",
            *(each.special for each in classes),
            *(crossing.stand_in() for crossing in self.crossings(script, files)),
            _exceptions(texts.values()) if self.is_cpp else "",
            begun,
            "" if has_main else main,
        ]
        ours = self._ours("calls_side", "frames_side", "script_side")
        headers = {file: data for file, data in files.items() if file.endswith((".h", ".hpp"))}
        headers |= {file: said.encode() for file, said in written.items()}
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
        cases = [*(crossing.case(misfits.get(crossing.number)) for crossing in crossings), "default: etude_broken();"]
        objects = "if (etude_own::is_about_objects(etude_asked)) {} else " if self.is_cpp else ""
        lines = [
            '\n#line 1 "__etude_calls"\n#include <string.h>\n#include "./__etude_scripts.h"',
            'extern "C" int __wrap_main(void);' if self.is_cpp else "",
            "int __wrap_main(void) {\netude_serve();\nfor (;;) {\nint etude_asked = etude_next();",
            "ETUDE_TRY {" if self.is_cpp else "",
            f"{objects}switch (etude_asked) {{",
            *cases,
            "}\n} ETUDE_CATCH" if self.is_cpp else "}",
            "etude_reply();\n}\n}\n",
        ]
        body = source.files[home] + "\n".join(lines).encode()
        ours = self._ours("calls_side", "frames_side", "serve_side")
        return replace(source, files={**source.files, home: body, **ours})


def _key(function: Function) -> object:
    """What tells functions of one name apart."""
    kinds = function.parameters or ()
    return function.name, tuple((kind.plain_base, kind.depth) for kind in kinds)


def _exceptions(texts: Iterable[str]) -> str:
    """How what the answer throws becomes the script's own exception of that name."""
    names = [name for text in texts for name in _EXCEPTION.findall(blanked(text))]
    throws = " ".join(f'if (!strcmp(name, "{name}")) etude_own::throw_as<{name}>(what);' for name in names)
    return f"void etude_own::throw_own(const char *name, const char *what) {{ (void)name; (void)what; {throws} }}"

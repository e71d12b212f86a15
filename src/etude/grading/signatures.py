"""The functions that C and C++ texts declare at their outermost level, read as far as calling them needs.

No compiler: what is not understood (macros, templates, pointers to functions) is left to the compiler, or refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOISE = re.compile(
    r"//(?:\\\n|[^\n])*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*",
    re.DOTALL | re.MULTILINE,
)
_NAME = re.compile(r"(operator\s*(?:\(\)|\[\]|[^\s\w(]{1,3})|[A-Za-z_]\w*)\s*\(")
_AFTER = re.compile(r"\s*(?:noexcept\b)?\s*([{;])")
_TRANSPARENT = re.compile(r"(?:\bextern\s*\"?\s*\"?|\bnamespace\s*)$")
SPECIFIERS = re.compile(
    r"\b(?:static|inline|extern|constexpr|register|_Noreturn|virtual|explicit|friend)\b|\[\[.*?\]\]", re.DOTALL
)
_DECLARATOR = re.compile(r"^(.*?)([A-Za-z_]\w*)?\s*((?:\[[^\]]*\]\s*)*)$", re.DOTALL)
_DIMENSION = re.compile(r"\[([^\]]*)\]")
_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_WORDS_OF_TYPES = frozenset(
    {"void", "bool", "_Bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "const"}
    | {"volatile", "auto", "wchar_t"}
)
_NO_FUNCTIONS = frozenset(
    {"if", "for", "while", "switch", "return", "sizeof", "defined", "alignas", "decltype", "__attribute__"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. base: its type without pointers and references; stars: how many pointers; dimensions: what stands
    between the brackets of an array, comments included ("" for an empty one); reference: "", "&" or "&&".
    """

    base: str
    stars: int = 0
    reference: str = ""
    dimensions: tuple[str, ...] = ()
    name: str = ""
    has_default: bool = False
    text: str = ""

    @property
    def is_const(self) -> bool:
        """Whether what it points or refers to cannot be changed through it."""
        return re.search(r"\bconst\b", self.base) is not None

    @property
    def plain_base(self) -> str:
        """The base without `const` and the like."""
        return " ".join(re.sub(r"\b(?:const|volatile|restrict)\b", " ", self.base).split())

    @property
    def depth(self) -> int:
        """How many pointers and arrays lie above the base."""
        return self.stars + len(self.dimensions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. result: the text of its type; parameters: None if they were not understood; line: of its name."""

    name: str
    result: str
    parameters: tuple[Parameter, ...] | None
    is_definition: bool
    is_template: bool = False
    line: int = 0

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many values, as far as is known."""
        if self.parameters is None:
            return True
        least = sum(not parameter.has_default for parameter in self.parameters)
        return least <= count <= len(self.parameters)


def blanked(text: str) -> str:
    """Return a text of the same length without comments, literals and lines of the preprocessor."""
    return _NOISE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def find_functions(text: str) -> list[Function]:
    """Return what a text declares or defines at its outermost level, in order."""
    plain, found, place, start = blanked(text), [], 0, 0
    while place < len(plain):
        letter = plain[place]
        if letter == "{":
            is_transparent = _TRANSPARENT.search(text[start:place].replace('"C"', "")) is not None
            place = start = place + 1 if is_transparent else closing(plain, place)
        elif letter in ";}":
            place = start = place + 1
        elif name := _NAME.match(plain, place):
            function, place = _function(text, plain, start, name)
            found += [function] if function else []
            start = place if function else start
        else:
            word = re.compile(r"\w+").match(plain, place)
            place = word.end() if word else place + 1
    return found


def _function(text: str, plain: str, start: int, name: re.Match[str]) -> tuple[Function | None, int]:
    """Read a function whose name was found; where to go on."""
    end = closing(plain, name.end() - 1)
    after = _AFTER.match(plain, end)
    result = " ".join(SPECIFIERS.sub(" ", plain[start : name.start()]).split())
    template = re.match(r"template\s*<[^{}]*?>\s*", result)
    result = result[template.end() :] if template else result
    if after is None or not result or name[1] in _NO_FUNCTIONS or re.search(r"[=():]", result.replace("::", "")):
        return None, end
    function = Function(
        name="".join(name[1].split()),
        result=result,
        parameters=read_parameters(text[name.end() : end - 1]),
        is_definition=after[1] == "{",
        is_template=template is not None,
        line=text.count("\n", 0, name.start()) + 1,
    )
    return function, after.end() - 1


def closing(plain: str, place: int) -> int:
    """Return where what opens at a place is closed: behind it."""
    depth = 0
    for at in range(place, len(plain)):
        depth += (plain[at] in "({[") - (plain[at] in ")}]")
        if depth == 0:
            return at + 1
    return len(plain)


def split_list(text: str) -> list[str]:
    """Return the parts of a text between its outermost commas; none of an empty text."""
    plain, parts, depth, start = blanked(text), [], 0, 0
    for at, letter in enumerate(plain):
        depth += (letter in "<({[") - (letter in ">)}]")
        if letter == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]] if text.strip() else []


def read_parameters(text: str) -> tuple[Parameter, ...] | None:
    parts = split_list(text)
    if [part.strip() for part in parts] == ["void"]:
        return ()
    read = [read_parameter(part) for part in parts]
    return None if None in read else tuple(filter(None, read))


def read_parameter(text: str) -> Parameter | None:
    """Read one parameter; None for what is not understood."""
    declared, equals, _default = text.partition("=")
    found = _DECLARATOR.match(declared.strip())
    if found is None or "(" in _COMMENT.sub("", declared) or "..." in declared:
        return None
    type_text, name, brackets = found.groups()
    if name and (name in _WORDS_OF_TYPES or not type_text.strip() or type_text.rstrip().endswith("::")):
        type_text, name = type_text + name, ""
    type_text = " ".join(_COMMENT.sub(" ", type_text).split())
    outer = re.sub(r"<.*>", lambda inner: "x" * len(inner[0]), type_text)
    stem = re.search(r"[\s*&]*(?:\bconst\b[\s*&]*)?$", outer) if "*" in outer or "&" in outer else None
    first = re.search(r"[*&]", outer)
    tail = outer[first.start() :] if first and stem else ""
    return Parameter(
        base=type_text[: first.start()].strip() if first else type_text,
        stars=tail.count("*"),
        reference="&" * tail.count("&"),
        dimensions=tuple(part.strip() for part in _DIMENSION.findall(brackets)),
        name=name or "",
        has_default=bool(equals),
        text=" ".join(declared.split()),
    )

"""The classes that a test script in C++ declares and the answer defines, read as far as their stand-ins need."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etude.grading.refusals import Place, data_stays, stands_alone
from etude.grading.signatures import SPECIFIERS, Function, blanked, closing, read_parameters

_CLASS = re.compile(r"(?<!enum )\b(class|struct)\s+([A-Za-z_]\w*)\s*(?:final\s*)?(:[^;{}]*)?\{")
_TEMPLATE = re.compile(r"\btemplate\s*<[^<>{};]*>\s*\Z")
_LABEL = re.compile(r"\s*\b(public|protected|private)\s*:(?!:)")
_MEMBER = re.compile(r"(.*?)(~?[A-Za-z_]\w*|operator\s*(?:\(\)|\[\]|[^\s\w(]{1,3}))\s*\((.*)\)([^()]*)$", re.DOTALL)
_NO_DATA = re.compile(r"\s*(?:using|typedef|friend|enum|class|struct|static\s+const(?:expr)?)\b|\s*$")
# What an object is on the script's side. It stands just before a class, for precompiled headers must come first.
_OBJECT = (
    "#ifndef ETUDE_OBJECT\n#define ETUDE_OBJECT\nnamespace etude_own { struct Made {}; struct Object { int number;"
    " explicit Object(int); Object(const Object &); Object &operator=(const Object &); ~Object(); void is(int); }; }\n"
    "#endif\n"
)


@dataclass(frozen=True, slots=True)
class Method:
    """A method that a class declares and does not define. of_class: false for a friend."""

    function: Function
    is_const: bool
    is_static: bool
    of_class: bool


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """A class of the answer's. head, start: the places of its first word and behind its brace; special: what the
    stand-in's file needs besides, for its destructor and its copies.
    """

    kind: str
    name: str
    file: str
    head: int
    start: int
    methods: tuple[Method, ...]
    special: str
    has_constructor: bool

    def opening(self) -> str:
        """What its body begins with."""
        made = f"{self.name}(etude_own::Made, int number) : etude_object(number) {{}}"
        usual = "" if self.has_constructor else f" {self.name}();"
        after = "private:" if self.kind == "class" else ""
        return f" public: etude_own::Object etude_object; {made}{usual} {after}"


def find_classes(text: str, file: str) -> list[AnswerClass]:
    """Return the classes that a text declares without defining all of their public functions.

    Raises JobError for one with public data, for a template, and for one whose base is the answer's too.
    """
    plain, found = blanked(text), list[AnswerClass]()
    for head in _CLASS.finditer(plain):
        end = closing(plain, head.end() - 1) - 1
        parts = list(_parts(plain, head.end(), end, "private" if head[1] == "class" else "public"))
        functions = [(part, member) for part in parts if (member := _MEMBER.match(plain, part.start, part.end))]
        open_ones = [
            each for each in functions if each[0].is_public and not each[0].is_defined and "=" not in each[1][4]
        ]
        if not open_ones:
            continue
        place = Place(file, text.count("\n", 0, head.start()) + 1)
        bases = re.findall(r"\w+", head[3] or "")
        template = _TEMPLATE.search(plain, 0, head.start())
        if template is not None or any(one.name in bases for one in found):
            said = f"{template[0] if template else ''} {head[0].removesuffix('{')}"
            raise stands_alone(head[2], " ".join(said.split()), place)
        for part in parts:
            words = plain[part.start : part.end]
            is_data = part.is_public and not part.is_defined and "(" not in words and not _NO_DATA.match(words)
            if is_data:
                line = text.count("\n", 0, part.start + len(words) - len(words.lstrip())) + 1
                raise data_stays(head[2], " ".join(words.split()), Place(file, line))
        found.append(_class(text, file, head, [member for _part, member in open_ones], functions))
    return found


def with_objects(text: str, file: str, classes: list[AnswerClass]) -> str:
    """Return a file in which each class of the answer's holds what it stands for; every line keeps its number."""
    made, end = list[str](), 0
    for each in classes:
        line = text.count("\n", 0, each.head) + 1
        made += [text[end : each.head], f'\n{_OBJECT}#line {line} "{file}"\n']
        made += [text[each.head : each.start], each.opening()]
        end = each.start
    return "".join([*made, text[end:]])


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    is_public: bool
    is_defined: bool


def _parts(plain: str, start: int, end: int, access: str) -> list[_Part]:
    """What stands in a class between its semicolons."""
    parts, place = list[_Part](), start
    while place < end:
        while label := _LABEL.match(plain, start, end):
            access, start = label[1], label.end()
        place = max(place, start)
        letter = plain[place] if place < end else ";"
        if letter == ";":
            parts.append(_Part(start, place, access == "public", is_defined=False))
            place = start = place + 1
        elif letter == "{":
            parts.append(_Part(start, place, access == "public", is_defined=True))
            place = start = closing(plain, place)
        else:
            place = closing(plain, place) if letter == "(" else place + 1
    return parts


def _class(
    text: str,
    file: str,
    head: re.Match[str],
    open_ones: list[re.Match[str]],
    functions: list[tuple[_Part, re.Match[str]]],
) -> AnswerClass:
    name, methods, special = head[2], list[Method](), list[str]()
    for member in open_ones:
        after, before = member[4], member[1]
        copied = re.fullmatch(rf"\s*const\s+{name}\s*&\s*(\w*)\s*", member[3])
        if member[2] == f"~{name}":
            special.append(f"{name}::~{name}() {{}}")
        elif copied and member[2] == name:
            special.append(f"{name}::{name}(const {name} &other) : etude_object(other.etude_object) {{}}")
        elif copied and member[2].split() == ["operator="]:
            body = "{ etude_object = other.etude_object; return *this; }"
            special.append(f"{name} &{name}::operator=(const {name} &other) {body}")
        else:
            methods.append(_method(text, member, before, after))
    has_constructor = any(member[2] == name for _part, member in functions)
    if not has_constructor:
        line = text.count("\n", 0, head.start()) + 1
        usual = Function(name=name, result="", parameters=(), is_definition=False, line=line)
        methods.append(Method(usual, is_const=False, is_static=False, of_class=True))
    return AnswerClass(
        head[1], name, file, head.start(), head.end(), tuple(methods), "\n".join(special), has_constructor
    )


def _method(text: str, member: re.Match[str], before: str, after: str) -> Method:
    function = Function(
        name="".join(member[2].split()),
        result=" ".join(SPECIFIERS.sub(" ", before).split()),
        parameters=read_parameters(text[member.start(3) : member.end(3)]),
        is_definition=False,
        line=text.count("\n", 0, member.start(2)) + 1,
    )
    return Method(
        function,
        is_const=re.search(r"\bconst\b", after) is not None,
        is_static=re.search(r"\bstatic\b", before) is not None,
        of_class=re.search(r"\bfriend\b", before) is None,
    )

"""What a script in Java declares of the answer: its `native` members get bodies that call the answer in another jail.

No compiler: the text is read as far as that needs. Every line stays in its place, so that errors are told where they
are. The classes and types are the script's: proxies made from the answer's own would let it choose what the script's
names mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from etude.grading.refusals import Place, cannot_cross, data_stays, stands_alone
from etude.grading.signatures import blanked, split_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TEXT_BLOCK = re.compile(r'"""(?:\\.|.)*?"""', re.DOTALL)
_TYPE = re.compile(r"((?:\b(?:public|abstract|final|static)\s+)*)\b(class|interface|enum|record)\s+([A-Za-z_$][\w$]*)")
_MEMBER = re.compile(r"\b(native|abstract)\b([^;{}()=]*?)([A-Za-z_$][\w$]*)\s*\(([^()]*)\)(\s*throws[^;{}]*)?\s*;")
_DATA = re.compile(r"\bnative\b([^;{}()=]*[\w$\]])\s*[;=]")
_PARAMETER_NAME = re.compile(r"([A-Za-z_$][\w$]*)\s*(?:\[\s*\]\s*)*$")
_ACCESS = re.compile(r"\b(?:public|protected|private)\b")
_WORD = re.compile(r"[A-Za-z_$][\w$.]*")
_VARIABLES = re.compile(r"(?:^|\s)<([^<>]*(?:<[^<>]*>[^<>]*)*)>")
_ANNOTATION = re.compile(r"@[\w.]+")
_NO_TYPES = frozenset(
    {"final", "static", "public", "protected", "private", "synchronized", "native", "abstract", "extends", "super"}
)
_VALUES = frozenset(
    {"boolean", "byte", "char", "short", "int", "long", "float", "double", "Boolean", "Byte", "Character", "Short"}
    | {"Integer", "Long", "Float", "Double", "Number", "BigInteger", "String", "CharSequence", "Object", "Comparable"}
    | {"Iterable", "Collection", "List", "ArrayList", "LinkedList", "Queue", "Deque", "ArrayDeque", "Set", "HashSet"}
    | {"LinkedHashSet", "SortedSet", "TreeSet", "Map", "HashMap", "LinkedHashMap", "SortedMap", "TreeMap"}
)
_RESULTS = _VALUES | {"void", "Optional", "Iterator", "Comparator", "Function", "BiFunction", "Supplier", "Predicate"}
_CALLS = "etude.calls.Script"
# A byte besides: no number written in a call is one, and so `new Account(null)` never means this constructor.
_NO_HANDLE = "super((etude.calls.Handle) null, (byte) 0); "
_OF_OBJECTS = {
    "equals": (r"\bboolean\s+equals\s*\(\s*Object\b", "boolean equals(Object other)", "same(this, other)"),
    "hashCode": (r"\bint\s+hashCode\s*\(", "int hashCode()", "hash(this)"),
    "toString": (r"\bString\s+toString\s*\(", "String toString()", "text(this)"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A class or interface of a script. head: the place of its first word; start, end: of what its braces hold.

    is_inner: its objects need one of the class around it.
    """

    kind: str
    name: str
    head: int
    start: int
    end: int
    base: str
    variables: frozenset[str]
    is_inner: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A method or constructor that a script declares and the answer has."""

    found: re.Match[str]
    owner: Declared
    before: str

    @property
    def words(self) -> str:
        """What stands before its name."""
        return _ANNOTATION.sub(" ", f"{self.before} {self.found[2]}")

    @property
    def is_static(self) -> bool:
        """Whether it is called without an object."""
        return re.search(r"\bstatic\b", self.words) is not None

    @property
    def is_constructor(self) -> bool:
        """Whether it is called as its class is, with nothing that it gives."""
        return self.found[3] == self.owner.name and not _WORD.findall(self.result)

    @property
    def result(self) -> str:
        """The type that it gives, without its own variables and the words before."""
        return " ".join(word for word in _VARIABLES.sub(" ", self.words).split() if word not in _NO_TYPES)


@dataclass(frozen=True, slots=True)
class Stands:
    """What all the files of one script declare. is_of_answer: which names are classes of the answer's."""

    of_answer: frozenset[str]
    interfaces: frozenset[str]

    @classmethod
    def find(cls, texts: Iterable[str]) -> Stands:
        """Read the files of a script."""
        of_answer, interfaces = set[str](), set[str]()
        for text in texts:
            plain = _plain(text)
            types = _types(plain)
            interfaces |= {each.name for each in types if each.kind == "interface"}
            of_answer |= {
                member.owner.name
                for member in _members(plain, types)
                if member.owner.kind == "class" and not member.is_static and member.found[1] == "native"
            }
        return cls(frozenset(of_answer), frozenset(interfaces))

    def with_bodies(self, text: str, file: str) -> str:
        """Return a file with a body for each member of the answer's. Raises JobError for what cannot cross."""
        plain = _plain(text)
        types, edits = _types(plain), list[tuple[int, int, str]]()
        members = [
            member
            for member in _members(plain, types)
            if member.found[1] == "native" or (member.owner.name in self.of_answer and member.owner.kind == "class")
        ]
        for data in _DATA.finditer(plain):
            around = [each.name for each in types if each.start <= data.start() < each.end]
            place = Place(file, text.count("\n", 0, data.start()) + 1)
            raise data_stays(around[-1] if around else "?", " ".join(data[1].split()), place)
        for member in members:
            self._check(member, Place(file, text.count("\n", 0, member.found.start()) + 1))
            edits.append((member.found.start(), member.found.end(), self._body(member, text)))
        for each in types:
            if each.kind == "class" and each.name in self.of_answer:
                edits.append((each.start, each.start, self._of_class(each, plain[each.start : each.end])))
                edits += [
                    (each.head + word.start(), each.head + word.end(), "")
                    for word in re.finditer(r"\babstract\b", plain[each.head : each.start].partition("class")[0])
                ]
        places = [(0, 0, ""), *sorted(edits), (len(text), len(text), "")]
        return "".join(f"{old[2]}{text[old[1] : new[0]]}" for old, new in pairwise(places))

    def _check(self, member: Member, place: Place) -> None:
        """Raises JobError for what cannot cross."""
        own = member.owner.variables | _variables(member.words) | self.of_answer | self.interfaces
        if member.owner.is_inner and not member.is_static:
            raise stands_alone(member.owner.name, f"class {member.owner.name}", place)
        if member.owner.kind not in {"class", "interface"}:
            raise cannot_cross(member.found[3], member.owner.kind, place)
        asked = [(part, _VALUES) for part in split_list(member.found[4])]
        given = [] if member.is_constructor else [(f"{member.result} _", _RESULTS)]
        for text, known in [*asked, *given]:
            part = text.replace("...", " ").strip()
            name = _PARAMETER_NAME.search(part)
            words = [word.rpartition(".")[2] for word in _WORD.findall(part[: name.start()] if name else part)]
            if name is None or not set(words) <= known | own | _NO_TYPES:
                raise cannot_cross(member.found[3], " ".join(text.removesuffix(" _").split()), place)

    def _body(self, member: Member, text: str) -> str:
        found = member.found
        declared = text[found.start(2) : found.end()].rstrip().removesuffix(";")
        access = "" if _ACCESS.search(member.words) else "public"
        if member.owner.kind == "interface" and not member.is_static:
            return f"{declared};"
        names = [_PARAMETER_NAME.search(part.strip()) for part in split_list(found[4])]
        values = "new Object[] {" + ", ".join(name[1] for name in names if name is not None) + "}"
        if member.is_constructor:
            above = _NO_HANDLE if member.owner.base in self.of_answer else ""
            return f"{access}{declared} {{ {above}{_CALLS}.make(this, {values}); }}"
        gives = "" if re.search(r"\bvoid\b", member.result) else "return "
        call = f"{_CALLS}.call({'null' if member.is_static else 'this'}, {values})"
        for name, (pattern, _head, special) in _OF_OBJECTS.items():
            if found[3] == name and re.search(pattern, f"{member.result} {name}({found[4]})"):
                call = f"{_CALLS}.{special.replace('other', values[14:-1])}"
        return f"{access}{declared} {{ {gives}{call}; }}"

    def _of_class(self, each: Declared, body: str) -> str:
        """What a class of the answer's has besides: how it gets an object, and what every object has."""
        is_inner = each.base in self.of_answer
        above = "super(handle, of); " if is_inner else ""
        made = [f"{each.name}(etude.calls.Handle handle, byte of) {{ {above}{_CALLS}.bind(this, handle); }}"]
        own = rf"(?:^|[;{{}}]|\b(?:public|protected|private|native)\b)\s*{re.escape(each.name)}\s*\("
        if not re.search(own, body):
            above = _NO_HANDLE if is_inner else ""
            made.append(f"{each.name}() {{ {above}{_CALLS}.make(this); }}")
        for pattern, head, call in _OF_OBJECTS.values():
            if not re.search(pattern, body):
                made.append(f"public {head} {{ return {_CALLS}.{call}; }}")
        if each.base.endswith(("Exception", "Error", "Throwable")) and not re.search(r"\bgetMessage\s*\(", body):
            made.append(f"public String getMessage() {{ return {_CALLS}.message(this); }}")
        return " " + " ".join(made)


def with_bodies(files: Mapping[str, str]) -> dict[str, str]:
    """Return a script's files with a body for each member of the answer's. Raises JobError for types that cannot."""
    stands = Stands.find(files.values())
    return {name: stands.with_bodies(text, name) for name, text in files.items()}


def _plain(text: str) -> str:
    return blanked(_TEXT_BLOCK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text))


def _types(plain: str) -> list[Declared]:
    found = list[Declared]()
    for head in _TYPE.finditer(plain):
        start = plain.find("{", head.end())
        if start < 0:
            continue
        depth, end = 1, start + 1
        while end < len(plain) and depth:
            depth += (plain[end] == "{") - (plain[end] == "}")
            end += 1
        rest = plain[head.end() : start]
        base = re.search(r"\bextends\s+([\w$.]+)", _without_variables(rest))
        variables = _variables(f" {rest}") if rest.lstrip().startswith("<") else frozenset[str]()
        place = (head.start(), start + 1, end - 1)
        around = [each.kind for each in found if each.start <= head.start() < each.end]
        is_inner = around[-1:] == ["class"] and head[2] == "class" and "static" not in head[1]
        found.append(
            Declared(head[2], head[3], *place, base[1].rpartition(".")[2] if base else "", variables, is_inner)
        )
    return found


def _members(plain: str, types: list[Declared]) -> list[Member]:
    members = []
    for found in _MEMBER.finditer(plain):
        around = [each for each in types if each.start <= found.start() < each.end]
        if around:
            owner = max(around, key=lambda each: each.start)
            begin = max(plain.rfind(mark, 0, found.start()) for mark in ";{}") + 1
            members.append(Member(found, owner, plain[max(begin, owner.start) : found.start()]))
    return members


def _without_variables(text: str) -> str:
    """Without what stands between < and >."""
    while found := re.search(r"<[^<>]*>", text):
        text = f"{text[: found.start()]}{text[found.end() :]}"
    return text


def _variables(text: str) -> frozenset[str]:
    """The names that stand for any type, where a class or method declares them."""
    found = _VARIABLES.search(text)
    return frozenset(part.split()[0] for part in split_list(found[1]) if part.split()) if found else frozenset()

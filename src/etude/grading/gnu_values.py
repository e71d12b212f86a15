"""Values that cross between a test script in C or C++ and the answer: the words that write and read each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.grading.refusals import Place, cannot_cross

if TYPE_CHECKING:
    from etude.grading.signatures import Parameter

_NUMBER = re.compile(
    r"(?:(?:unsigned|signed|short|long|int|char|float|double|bool|_Bool|size_t|ssize_t|ptrdiff_t|u?int\d+_t)\b ?)+"
    r"|enum \w+"
)
_COMMENT = re.compile(r"/\*(.*?)\*/", re.DOTALL)


_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class World:
    """What a script is: in C++ or in C, and which classes it declares as the answer's."""

    is_cpp: bool
    classes: frozenset[str] = frozenset()


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
    world: World

    def __post_init__(self) -> None:
        if self.is_object:
            return
        is_number = _NUMBER.fullmatch(self.kind.plain_base) is not None
        is_simple = is_number or (self.world.is_cpp and self.kind.stars == 0) or self.is_text
        is_text_list = self.kind.plain_base == "char" and self.kind.stars == 1 and self.kind.is_const
        has_length = bool(self.kind.dimensions) and bool(self.length)
        if self.kind.depth == 0 or self.is_text:
            can_cross = is_simple
        else:
            can_cross = has_length and (self.kind.stars == 0 or is_text_list) and (is_number or is_text_list)
        if not can_cross or not self.world.classes.isdisjoint(_WORD.findall(self.kind.base)):
            raise cannot_cross(self.function, self.kind.text or self.kind.base, self.place)

    @property
    def is_object(self) -> bool:
        """Whether it is an object of the answer's, by value or by reference."""
        return self.kind.plain_base in self.world.classes and self.kind.depth == 0

    @property
    def is_text(self) -> bool:
        """Whether it is a text that ends with NUL."""
        return self.kind.plain_base == "char" and self.kind.stars == 1 and not self.kind.dimensions

    @property
    def is_changed(self) -> bool:
        """Whether the answer may change it in the place where the script has it; an object is changed where it is."""
        return not self.is_object and not self.kind.is_const and (self.kind.depth > 0 or self.kind.reference == "&")

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
        if self.is_object:
            return f"etude_put_int({self.name}.etude_object.number);"
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
        if self.is_object:
            return f"{self.kind.plain_base} &{self.name} = etude_own::object<{self.kind.plain_base}>();"
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
class Result(Value):
    """What a function gives. Raises JobError for a type that cannot cross."""

    def __post_init__(self) -> None:
        Value.__post_init__(self)
        if self.kind.reference and not self.is_object and not self.kind.is_const:
            raise cannot_cross(self.function, f"{self.kind.base} {self.kind.reference}", self.place)

    def take_and_give(self) -> tuple[str, str]:
        """On the script's side: read it, and at the end return it."""
        base = self.kind.plain_base
        if self.is_object:
            made = f"etude_own::found<{base}>" if self.kind.reference else f"{base}"
            given = f"{made}(etude_made)" if self.kind.reference else f"{made}(etude_own::Made(), etude_made)"
            return "int etude_made = (int)etude_take_int();", f"return {given};"
        # What a reference refers to must stay; the script does not live long.
        return self.take(), f"return *new {base}(etude_result);" if self.kind.reference else "return etude_result;"

    def write(self) -> str:
        """On the answer's side: write it."""
        if self.is_object:
            address = "&etude_result" if self.kind.reference else f"new {self.kind.plain_base}(etude_result)"
            return f"etude_put_int(etude_own::{'known' if self.kind.reference else 'keep'}({address}));"
        return "etude_put_text(etude_result);" if self.is_text else "ETUDE_PUT_NUMBER(etude_result);"

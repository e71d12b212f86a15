"""Reading a YAML file that anybody may have written: bounded in size, depth and aliases, each value with its line.

The words of YAML 1.1 (`yes`, `on`, `0x1f`) mean what the systems that read these files make of them, for they read them
with PyYAML's safe loader. Dates stay text. No tag makes an object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

import yaml

from etude.content import ContentError
from etude.content.errors import mark as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_VALUES = 200_000
"""Values of a file when every alias is written out."""

Scalar: TypeAlias = str | int | float | bool | None
_TEXT_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value"})
_SCALAR_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))
_MERGE_TAG = "tag:yaml.org,2002:merge"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser where PyYAML was built with it


@dataclass(frozen=True, slots=True)
class YamlValue:
    """One value of a file: a scalar, a list, or a mapping from text to values; `size` counts all that is in it.

    file: its name, as it stands in mistakes. line: from 1. key: the way to it, such as ``test_cases[2].points``.
    """

    value: Scalar | list[YamlValue] | dict[str, YamlValue]
    file: str
    line: int
    key: str = ""
    size: int = 1

    def error(self, sentence: str, **values: object) -> ContentError:
        """The mistake that this value is, with its file, line and key."""
        return ContentError(f"{self.file}:{self.line}", self.key, sentence, values)

    @property
    def plain(self) -> object:
        """The value as plain Python data."""
        if isinstance(self.value, list):
            return [item.plain for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain for key, item in self.value.items()}
        return self.value

    @property
    def mapping(self) -> Mapping[str, YamlValue]:
        """The value as a mapping. Raises ContentError if it is none."""
        if not isinstance(self.value, dict):
            raise self.error(_("A mapping (key: value) must stand here."))
        return {name: item.at(f"{self.key}.{name}" if self.key else name) for name, item in self.value.items()}

    @property
    def items(self) -> list[YamlValue]:
        """The value as a list. Raises ContentError if it is none."""
        if not isinstance(self.value, list):
            raise self.error(_("A list must stand here."))
        return [item.at(f"{self.key}[{place}]") for place, item in enumerate(self.value, 1)]

    @property
    def text(self) -> str:
        """The value as text; a number is text too. Raises ContentError for anything else."""
        if isinstance(self.value, str | int | float) and not isinstance(self.value, bool):
            return str(self.value)
        raise self.error(_("A text must stand here."))

    @property
    def flag(self) -> bool:
        """The value as true or false. Raises ContentError if it is neither."""
        if isinstance(self.value, bool):
            return self.value
        raise self.error(_("Either true or false must stand here."))

    def number(self, lowest: float, highest: float) -> float:
        """The value as a number between two bounds, both included. Raises ContentError if it is none."""
        found = self.value
        if isinstance(found, str):
            try:
                found = float(found)  # YAML 1.1 takes 1e-6 for a text
            except ValueError:
                raise self._no_number(lowest, highest) from None
        if isinstance(found, bool) or not isinstance(found, int | float) or not lowest <= found <= highest:
            raise self._no_number(lowest, highest)
        return found

    def whole(self, lowest: int, highest: int) -> int:
        """The value as a whole number between two bounds, both included. Raises ContentError if it is none."""
        found = self.number(lowest, highest)
        if found != int(found):
            raise self.error(_("A whole number must stand here."))
        return int(found)

    def texts(self) -> list[str]:
        """The value as texts: a list of them, or a single one. Raises ContentError for anything else."""
        return [item.text for item in self.items] if isinstance(self.value, list) else [self.text]

    def at(self, key: str) -> YamlValue:
        """The same value, known to stand at a key."""
        return YamlValue(self.value, self.file, self.line, key, self.size)

    def _no_number(self, lowest: float, highest: float) -> ContentError:
        sentence = _("A number between %(lowest)s and %(highest)s must stand here.")
        return self.error(sentence, lowest=f"{lowest:g}", highest=f"{highest:g}")


def read_yaml(content: bytes, file: str) -> YamlValue:
    """The one document of a YAML file; an empty file is a value of None. file: its name, for mistakes.

    Of a key that stands twice in one mapping the last counts, as in the systems that these files were written for.
    Raises ContentError with file and line for what is no YAML, too big, too deep, or holds tags that make objects.
    """
    if len(content) > MAX_BYTES:
        raise ContentError(file, "", _("This file is larger than %(maximum)s MB."), {"maximum": MAX_BYTES // 1_000_000})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise ContentError(f"{file}:{line}", "", _("The file is not UTF-8 text.")) from fault
    try:
        return _Reader(text, file).read()
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
        place = file if mark is None else f"{file}:{mark.line + 1}"
        reason = str(getattr(fault, "problem", None) or getattr(fault, "reason", None) or "?")
        raise ContentError(place, "", _("This is not YAML: %(reason)s."), {"reason": reason}) from fault


@dataclass(slots=True, eq=False)
class _Open:
    """A list or mapping that is being read. key: of the value that comes next in a mapping."""

    line: int
    anchor: str | None
    into: list[YamlValue] | dict[str, YamlValue]
    merged: dict[str, YamlValue]
    key: str | None = None
    is_merge: bool = False
    size: int = 1


class _Reader:
    """Builds values from the parser's events, without recursion: depth costs nothing but its bound."""

    def __init__(self, text: str, file: str) -> None:
        self._loader = _Loader(text)
        self._file = file
        self._open: list[_Open] = []
        self._anchors: dict[str, YamlValue | None] = {}  # None: not closed yet
        self._root: YamlValue | None = None

    def read(self) -> YamlValue:
        try:
            for event in self._events():
                self._take(event)
        finally:
            self._loader.dispose()
        return YamlValue(None, self._file, 1) if self._root is None else self._root

    def _events(self) -> Iterator[yaml.Event]:
        documents = 0
        while self._loader.check_event():
            event = self._loader.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise self._error(event, _("There is more than one document in this file."))
            yield event

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._end()

    def _take_alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self._anchors:
            raise self._error(event, _("“*%(name)s” stands for nothing in this file."), name=event.anchor)
        value = self._anchors[event.anchor]
        if value is None:
            raise self._error(event, _("“*%(name)s” holds itself."), name=event.anchor)
        self._add(value, event)

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        parent = self._open[-1] if self._open else None
        if tag == _MERGE_TAG and parent is not None and isinstance(parent.into, dict) and parent.key is None:
            parent.key, parent.is_merge = event.value, True
            return
        value = YamlValue(self._scalar(event, tag), self._file, event.start_mark.line + 1)
        self._remember(event.anchor, value)
        self._add(value, event)

    def _scalar(self, event: yaml.ScalarEvent, tag: str) -> Scalar:
        if tag in _TEXT_TAGS:
            return cast("str", event.value)
        if tag not in _SCALAR_TAGS:
            raise self._error(event, _("The tag “%(tag)s” is not taken."), tag=tag)
        node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark)
        try:
            return cast("Scalar", self._loader.construct_object(node))
        except (ValueError, KeyError, IndexError, OverflowError) as fault:
            raise self._error(event, _("This is no value of its kind: %(value)s."), value=event.value[:40]) from fault

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._error(event, _("Values are nested more than %(maximum)s deep."), maximum=MAX_DEPTH)
        if event.tag not in {None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}:
            raise self._error(event, _("The tag “%(tag)s” is not taken."), tag=event.tag)
        into: list[YamlValue] | dict[str, YamlValue] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._remember(event.anchor, None)
        self._open.append(_Open(event.start_mark.line + 1, event.anchor, into, {}))

    def _end(self) -> None:
        done = self._open.pop()
        into = {**done.merged, **done.into} if isinstance(done.into, dict) else done.into
        value = YamlValue(into, self._file, done.line, size=done.size)
        self._remember(done.anchor, value)
        self._add(value, None)

    def _remember(self, anchor: str | None, value: YamlValue | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value

    def _add(self, value: YamlValue, event: yaml.Event | None) -> None:
        if not self._open:
            self._root = value
            return
        parent = self._open[-1]
        parent.size += value.size
        if parent.size > MAX_VALUES:
            raise value.error(_("There are more than %(maximum)s values in this file."), maximum=MAX_VALUES)
        if isinstance(parent.into, list):
            parent.into.append(value)
        elif parent.key is None:
            if isinstance(value.value, list | dict):
                raise value.error(_("A list or a mapping cannot be a key."))
            parent.key = event.value if isinstance(event, yaml.ScalarEvent) else str(value.value)
        elif parent.is_merge:
            self._merge(parent, value)
            parent.key, parent.is_merge = None, False
        else:
            parent.into[parent.key] = value
            parent.key = None

    @staticmethod
    def _merge(parent: _Open, value: YamlValue) -> None:
        """Take the keys of the mappings that `<<` names; the first that has a key wins."""
        sources = value.value if isinstance(value.value, list) else [value]
        for source in sources:
            if not isinstance(source.value, dict):
                raise value.error(_("A mapping (key: value) must stand here."))
            parent.merged = {**source.value, **parent.merged}

    def _error(self, event: yaml.Event, sentence: str, **values: object) -> ContentError:
        return ContentError(f"{self._file}:{event.start_mark.line + 1}", "", sentence, values)

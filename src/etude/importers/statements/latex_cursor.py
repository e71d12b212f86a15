"""A place in a LaTeX text, and what can be read from there without knowing what it means."""

from __future__ import annotations

import re


class Cursor:
    """Moves through a text from front to back; hostile texts end it early, they never raise."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def is_at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self._at >= len(self._text)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what stands here and go on behind it."""
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def take_until(self, end: str) -> str:
        """Return the text up to a mark and go on behind that; all the rest where it is missing."""
        place = self._text.find(end, self._at)
        stop = place if place >= 0 else len(self._text)
        taken = self._text[self._at : stop]
        self._at = min(len(self._text), stop + len(end))
        return taken

    def take_rest(self) -> str:
        """Return all that is left."""
        start, self._at = self._at, len(self._text)
        return self._text[start:]

    def option(self) -> str:
        """The text of `[…]`, if it stands here; "" otherwise."""
        match = re.compile(r"[ \t]*\[((?:[^\[\]{}]|\{[^{}]*\})*)\]").match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[1]

    def argument_source(self) -> str:
        """The source of `{…}`, or of the next character."""
        start = re.compile(r"\s*").match(self._text, self._at)
        place = start.end() if start else self._at
        if place >= len(self._text) or self._text[place] != "{":
            self._at = min(place + 1, len(self._text))
            return self._text[place : self._at]
        depth, at = 0, place
        while at < len(self._text):
            character = self._text[at]
            depth += {"{": 1, "}": -1}.get(character, 0)
            at += 2 if character == "\\" else 1
            if not depth:
                break
        self._at = min(at, len(self._text))
        return self._text[place + 1 : self._at - 1]

    def rest_of_environment(self, name: str) -> str:
        """The source up to the end of an environment, others of its name inside it included."""
        depth, start = 1, self._at
        for match in re.compile(rf"\\(begin|end)\{{{re.escape(name)}\}}").finditer(self._text, self._at):
            depth += 1 if match[1] == "begin" else -1
            if not depth:
                self._at = match.end()
                return self._text[start : match.start()]
        self._at = len(self._text)
        return self._text[start:]

    def skip_space_after(self, name: str) -> None:
        """Pass over the space behind a command that is a word."""
        if name[-1:].isalpha():
            match = re.compile(r"[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?").match(self._text, self._at)
            self._at = match.end() if match else self._at

"""Runs SQL statements as a program: what was given, then the answer's; every result is a table on standard output.

Stable on purpose: a header, one row a line, ` | ` between the columns, an empty line between two tables.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = ("schema.sql", "data.sql")
AFTER = "check.sql"
DATABASES = (".db", ".sqlite", ".sqlite3")
SYNTAX = ("syntax error", "incomplete input", "unrecognized token", "one statement at a time")
NEAR = re.compile(r'^near "(.+)": syntax error$')


def main(main_name: str, names: list[str], *, is_check: bool) -> None:
    """Check the syntax of all files, or run the program."""
    if is_check:
        errors = [error for name in names for error in check(name, read(name))]
        sys.stdout.write(json.dumps(errors))
        return
    database = next((name for name in sorted(files()) if name.endswith(DATABASES)), ":memory:")
    session = Session(sqlite3.connect(database, isolation_level=None))
    for name in GIVEN:
        if name in files() and name != main_name:
            session.run(name, read(name), is_shown=False)
    session.run("<stdin>", sys.stdin.read(), is_shown=False)
    session.run(main_name, read(main_name), is_shown=True)
    if AFTER in files() and main_name != AFTER:
        session.run(AFTER, read(AFTER), is_shown=True)


def files() -> list[str]:
    return [path.name for path in Path().iterdir()]


def read(name: str) -> str:
    return Path(name).read_text(encoding="utf-8-sig")


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each statement with the line on which it begins; the last one may lack its semicolon."""
    start = 0
    for end in (match.end() for match in re.finditer(";", text)):
        if sqlite3.complete_statement(text[start:end]):
            yield place(text, start, end)
            start = end
    if without_comments(text[start:]).strip():
        yield place(text, start, len(text))


def place(text: str, start: int, end: int) -> tuple[int, str]:
    blank = re.match(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", text[start:end], re.DOTALL)
    begin = start + (blank.end() if blank else 0)
    return text.count("\n", 0, begin) + 1, text[begin:end]


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?(?:\*/|$)", "", text, flags=re.DOTALL)


def line_of(error: sqlite3.Error, statement: str, line: int) -> int:
    """The line of the word that the error names, else the statement's."""
    near = NEAR.match(str(error))
    found = statement.find(near[1]) if near else -1
    return line + (statement.count("\n", 0, found) if found > 0 else 0)


def check(name: str, text: str) -> list[dict[str, object]]:
    """The first error of the syntax. The tables are not there yet: that one is missing is no error of the syntax."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for line, statement in statements(text):
        explained = statement if re.match("explain", statement, re.IGNORECASE) else f"EXPLAIN {statement}"
        try:
            connection.execute(explained)
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            if any(words in str(error) for words in SYNTAX):
                where = line_of(error, statement, line) if isinstance(error, sqlite3.Error) else line
                return [{"file": name, "line": where, "column": 0, "message": str(error)}]
    return []


class Session:
    """One database and what was printed of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.is_first = True

    def run(self, name: str, text: str, *, is_shown: bool) -> None:
        """Run all statements; the first error ends the program."""
        for line, statement in statements(text):
            try:
                cursor = self.connection.execute(statement)
                if is_shown and cursor.description is not None:
                    self.show(cursor)
                else:
                    cursor.fetchall()
            except MemoryError:
                fail(name, line, "MemoryError")
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                where = line_of(error, statement, line) if isinstance(error, sqlite3.Error) else line
                fail(name, where, "MemoryError" if "out of memory" in str(error) else str(error))

    def show(self, cursor: sqlite3.Cursor) -> None:
        lead = "" if self.is_first else "\n"
        self.is_first = False
        sys.stdout.write(lead + " | ".join(column[0] for column in cursor.description) + "\n")
        for row in cursor:
            sys.stdout.write(" | ".join(map(shown, row)) + "\n")


def shown(value: object) -> str:
    """A value on one line, the same on every machine."""
    if value is None:
        return "NULL"
    if isinstance(value, float):
        text = format(value, ".15g")
        return text if re.search("[.en]", text) else f"{text}.0"
    if isinstance(value, bytes):
        return f"X'{value.hex().upper()}'"
    return str(value).replace("\r", "\\r").replace("\n", "\\n")


def fail(name: str, line: int, words: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"{name}:{line}: {words}\n")
    sys.exit(1)

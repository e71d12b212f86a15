"""Matches an output against a regular expression. Runs inside the jail of the judges; standard library only."""

import re

EXPECTED_FILE, OBTAINED_FILE = "__etude_expected", "__etude_obtained"


def read(name: str) -> str:
    """A file as text, with the line ends of any system; spaces at the end of the whole do not count."""
    with open(name, "rb") as file:  # noqa: PTH123 # pathlib is not preloaded
        text = file.read().decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").removeprefix("\ufeff").rstrip()


def find(*, case_sensitive: bool, by_line: bool) -> str:
    """What `etude.grading.checkers.regex` reads."""
    patterns, obtained = read(EXPECTED_FILE), read(OBTAINED_FILE)
    flags = 0 if case_sensitive else re.IGNORECASE
    if not by_line:
        return "match" if re.fullmatch(patterns, obtained, flags) else "no"
    wanted, found = patterns.split("\n"), [line.rstrip() for line in obtained.split("\n")]
    for number, (pattern, line) in enumerate(zip(wanted, found, strict=False), start=1):
        if not re.fullmatch(pattern, line, flags):
            return f"line {number}"
    return "match" if len(wanted) == len(found) else "no"


def main(options: dict[str, bool]) -> None:
    """Print the finding."""
    try:
        finding = find(case_sensitive=options["case_sensitive"], by_line=options["by_line"])
    except (re.error, RecursionError, OverflowError) as error:
        finding = f"bad {error}"
    print(finding, end="", flush=True)  # noqa: T201

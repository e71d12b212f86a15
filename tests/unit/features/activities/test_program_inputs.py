from __future__ import annotations

import pytest

from etude.core.errors import Refused
from etude.features.activities.program_inputs import is_input_name, read_files, shown_name, split_arguments


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ()),
        ("  -n 3\tété ", ("-n", "3", "été")),
        ("'two words' \"a \\\"quote\\\"\" back\\ slash ''", ("two words", 'a "quote"', "back slash", "")),
        ("$HOME * `id` ; # > out", ("$HOME", "*", "`id`", ";", "#", ">", "out")),
    ],
)
def test_line_is_split_as_a_shell_does_and_nothing_is_filled_in(line: str, words: tuple[str, ...]) -> None:
    assert split_arguments(line) == words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("it's", "quote that is not closed"),
        ('"', "quote that is not closed"),
        ("a \\", "stands before nothing"),
        ("x" * 1001, "1,000 characters"),
        ("x " * 65, "64 arguments"),
    ],
)
def test_line_that_cannot_be_split_has_a_sentence(line: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        split_arguments(line)


@pytest.mark.parametrize("name", ["notes.txt", "élèves 2.csv", "x" * 60, "Makefile", "-n", "数.txt", "a..b"])
def test_ordinary_names_are_taken(name: str) -> None:
    assert is_input_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "/etc/passwd", "a\\b", ".hidden", " a", "a ", "x" * 300, "__etude_x.py"),
        *("a\0b", "a\nb", "a\x1b[31m", "a\u202etxt.exe", "a\u200bb", "\ud800"),
    ],
)
def test_names_that_lead_elsewhere_or_look_like_others_are_refused(name: str) -> None:
    assert not is_input_name(name)

    with pytest.raises(Refused, match="cannot be the name") as refusal:
        read_files({name: "x"}, ())
    assert len(str(refusal.value)) < 250


def test_what_is_not_seen_is_shown_in_no_sentence() -> None:
    assert shown_name("a\u202eb\x1b\0" + "x" * 300) == "a\ufffdb\ufffd\ufffd" + "x" * 55 + "…"


def test_files_are_what_the_program_finds() -> None:
    assert read_files({"a.txt": "été\n", "b.txt": ""}, {"main.py"}) == {"a.txt": "été\n".encode(), "b.txt": b""}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"main.py": "x"}, "stands beside the program already"),
        ({f"{number}.txt": "" for number in range(11)}, "10 input files"),
        ({"a.txt": "é" * (33 << 10)}, "longer than 64 KB"),
        ({f"{number}.txt": "x" * (60 << 10) for number in range(5)}, "256 KB together"),
    ],
)
def test_files_that_are_not_allowed_have_a_sentence(texts: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_files(texts, {"main.py"})

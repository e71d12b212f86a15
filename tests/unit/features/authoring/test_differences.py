from __future__ import annotations

from dataclasses import replace

from etude.features.authoring.differences import MAX_SHOWN, DiffRow, SidePair, changed_paths, compare
from tests.authoring import sample


def test_equal_contents_differ_in_nothing() -> None:
    assert compare(sample(), sample()) == []


def test_lines_are_told_with_their_numbers() -> None:
    old = replace(sample(), statement={"fr": "un\ndeux\ntrois\n"})
    new = replace(sample(), statement={"fr": "un\nDEUX\ntrois\n"})

    (file,) = compare(old, new)

    assert (file.path, file.change, file.is_cut) == ("statement.fr.md", "changed", False)
    assert file.rows == (
        DiffRow("same", 1, "un", 1),
        DiffRow("removed", 2, "deux"),
        DiffRow("added", 2, "DEUX"),
        DiffRow("same", 3, "trois", 3),
    )


def test_lines_that_are_far_apart_have_a_gap_between() -> None:
    lines = [str(number) for number in range(40)]
    old = replace(sample(), statement={"fr": "\n".join(lines)})
    new = replace(sample(), statement={"fr": "\n".join(["x", *lines[1:39], "y"])})

    (file,) = compare(old, new)

    assert [row.kind for row in file.rows].count("gap") == 1


def test_files_come_and_go() -> None:
    with_file = replace(sample(), files={"a.txt": b"a\n"})

    assert [(file.path, file.change) for file in compare(sample(), with_file)] == [("files/a.txt", "added")]
    assert [(file.path, file.change) for file in compare(with_file, sample())] == [("files/a.txt", "removed")]
    assert "activity.toml" in changed_paths(None, sample())


def test_what_is_no_text_is_only_named() -> None:
    (file,) = compare(sample(), replace(sample(), files={"a.png": b"\x89PNG\0"}))

    assert file.rows == ()


def test_a_long_difference_is_cut() -> None:
    new = replace(sample(), files={"a.txt": b"a\n" * (MAX_SHOWN + 1)})

    (file,) = compare(sample(), new)

    assert (len(file.rows), file.is_cut) == (MAX_SHOWN, True)


def test_lines_side_by_side_stand_beside_what_they_replace() -> None:
    old = replace(sample(), statement={"fr": "un\ndeux\ntrois\n"})
    new = replace(sample(), statement={"fr": "zéro\nun\nDEUX\nencore\ntrois\n"})

    (file,) = compare(old, new)

    stayed = DiffRow("same", 2, "un", 1)
    assert file.sides == [
        SidePair("changed", None, DiffRow("added", 1, "zéro")),
        SidePair("same", stayed, stayed),
        SidePair("changed", DiffRow("removed", 2, "deux"), DiffRow("added", 3, "DEUX")),
        SidePair("changed", None, DiffRow("added", 4, "encore")),
        SidePair("same", DiffRow("same", 5, "trois", 3), DiffRow("same", 5, "trois", 3)),
    ]

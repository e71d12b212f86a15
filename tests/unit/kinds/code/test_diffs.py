from __future__ import annotations

from etude.kinds.code.diffs import MAX_LINES, diff_rows, mark_changes


def kinds(rows: list[dict[str, object]]) -> list[object]:
    return [row["kind"] for row in rows]


def test_equal_texts_are_one_gap() -> None:
    rows = diff_rows("a\nb\nc\n", "a\nb\nc\n")

    assert kinds(rows) == ["gap"]
    assert rows[0]["hidden_lines"] == 3


def test_changed_line_marks_only_what_differs() -> None:
    (row,) = diff_rows("Hello, Ben!\n", "Hello Ben!\n")

    assert row["kind"] == "different"
    assert [text for text, changed in row["expected"] if changed] == [","]
    assert "".join(text for text, _changed in row["obtained"]) == "Hello Ben!"


def test_line_that_is_missing_and_line_too_many_have_no_other_side() -> None:
    missing, extra = diff_rows("a\nb\n", "a\n"), diff_rows("a\n", "a\nb\n")

    assert (missing[-1]["kind"], missing[-1]["obtained"], missing[-1]["line"]) == ("missing", None, 2)
    assert (extra[-1]["kind"], extra[-1]["expected"], extra[-1]["line"]) == ("extra", None, None)


def test_lines_far_from_a_difference_are_folded() -> None:
    text = "".join(f"{number}\n" for number in range(100))

    rows = diff_rows(text, text.replace("50\n", "x\n"))

    assert kinds(rows) == ["gap", "same", "same", "different", "same", "same", "gap"]
    assert rows[0]["hidden_lines"] == 48


def test_empty_line_has_no_pieces() -> None:
    rows = diff_rows("\n", "x\n")

    assert rows[0]["expected"] == []


def test_very_long_lines_are_marked_whole() -> None:
    assert mark_changes("a" * 600, "b") == ([("a" * 600, True)], [("b", True)])


def test_text_of_many_lines_is_cut() -> None:
    rows = diff_rows("a\n" * (MAX_LINES + 50), "b\n" * (MAX_LINES + 50))

    assert len(rows) == MAX_LINES

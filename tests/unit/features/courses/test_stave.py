from __future__ import annotations

import pytest

from etude.features.courses.stave import MOST_PER_ROW, lay_out


@pytest.mark.parametrize("count", [1, 2, 14, 15, 28, 29, 50, 500])
def test_every_note_stands_once_on_rows_that_are_nearly_equal(count: int) -> None:
    rows = lay_out(count)

    lengths = [len(row.notes) for row in rows]
    assert sum(lengths) == count
    assert max(lengths) <= MOST_PER_ROW
    assert max(lengths) - min(lengths) <= 1
    assert [row.first for row in rows] == [sum(lengths[:index]) for index in range(len(rows))]


def test_a_series_without_notes_has_no_stave() -> None:
    assert lay_out(0) == ()


@pytest.mark.parametrize("count", [2, 7, 14, 50])
def test_notes_rise_from_left_to_right_inside_the_picture(count: int) -> None:
    for row in lay_out(count):
        xs, ys = [note.x for note in row.notes], [note.y for note in row.notes]
        assert xs == sorted(xs)
        assert ys == sorted(ys, reverse=True)
        assert all(0 < note.x < row.width - 10 and note.stem_to > -10 for note in row.notes)

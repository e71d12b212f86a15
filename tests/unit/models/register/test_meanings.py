from __future__ import annotations

from etude.models.register.meanings import CATEGORIES, EMPTIED, NEVER_EXPORTED, WITH_IT, Category, Group, TableEntry

ENTRY = TableEntry(
    name="x",
    kept=WITH_IT,
    groups=(
        Group(Category.WORK, "to learn", frozenset({"b", "a"})),
        Group(Category.SECRET, "to let in", frozenset({"hash"})),
    ),
)


def test_columns_are_found_by_their_category() -> None:
    assert ENTRY.columns_of(frozenset({Category.WORK})) == ["a", "b"]
    assert ENTRY.columns_but(NEVER_EXPORTED) == ["a", "b"]
    assert ENTRY.columns_of(EMPTIED) == ["a", "b", "hash"]


def test_every_category_has_a_name_for_people() -> None:
    assert set(CATEGORIES) == set(Category)

from __future__ import annotations

import pytest

from etude.models.user.folding import fold_login, sort_key


@pytest.mark.parametrize("typed", ["BÉN", " ben ", "bén", "Be\u0301n"])
def test_accents_case_and_spaces_do_not_matter_in_a_login(typed: str) -> None:
    assert fold_login(typed) == "ben"


@pytest.mark.parametrize(
    ("typed", "folded"), [("Đặng", "dang"), ("Søren", "soren"), ("Łukasz", "lukasz"), ("Cœur", "coeur")]
)
def test_letters_that_are_no_accented_ones_are_folded_too(typed: str, folded: str) -> None:
    assert fold_login(typed) == folded


def test_names_sort_by_family_name_accents_apart() -> None:
    names = [("Éthier", "Zoé"), ("Aubé", "Ève"), ("Éthier", "Léo"), ("Zhou", "Ali")]

    assert sorted(names, key=lambda n: sort_key(*n)) == [names[1], names[2], names[0], names[3]]

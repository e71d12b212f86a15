from __future__ import annotations

from etude.models.register.entries import TABLES
from etude.models.register.meanings import NEVER_EXPORTED, Category


def test_no_password_hash_or_token_is_ever_exported() -> None:
    exported = {name for entry in TABLES for name in entry.columns_but(NEVER_EXPORTED)}

    assert not {name for name in exported if "hash" in name or "secret" in name or "token" in name}


def test_expected_values_of_hidden_tests_are_not_exported_with_the_results() -> None:
    (outcome,) = (entry for entry in TABLES if entry.name == "test_outcome")

    assert "expected_head" in outcome.columns_of(frozenset({Category.TECHNICAL}))

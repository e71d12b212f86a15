from __future__ import annotations

import pytest

from etude.core.sealing import MARK, UnreadableError, is_sealed, seal, unseal

KEY = "k" * 48
OTHER_KEY = "l" * 48
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_what_was_sealed_is_read_again() -> None:
    sealed = seal(KEY, "totp:12", SECRET)

    assert unseal(KEY, "totp:12", sealed) == SECRET


def test_a_sealed_text_shows_nothing_of_the_secret_and_is_never_twice_the_same() -> None:
    first, second = seal(KEY, "totp:12", SECRET), seal(KEY, "totp:12", SECRET)

    assert is_sealed(first)
    assert SECRET not in first
    assert first != second


@pytest.mark.parametrize(
    ("key", "purpose"),
    [(OTHER_KEY, "totp:12"), (KEY, "totp:13"), (KEY, "totp:1"), (KEY, "mail:12")],
)
def test_another_key_and_another_purpose_open_nothing(key: str, purpose: str) -> None:
    sealed = seal(KEY, "totp:12", SECRET)

    with pytest.raises(UnreadableError):
        unseal(key, purpose, sealed)


def test_a_changed_text_is_not_opened() -> None:
    sealed = seal(KEY, "totp:12", SECRET)
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]

    with pytest.raises(UnreadableError):
        unseal(KEY, "totp:12", changed)


@pytest.mark.parametrize("text", ["", SECRET, MARK, MARK + "é", MARK + "not base 64"])
def test_what_is_not_sealed_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        unseal(KEY, "totp:12", text)

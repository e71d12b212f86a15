from __future__ import annotations

import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from etude.models.user import passwords

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_there_are_enough_short_plain_words_for_three(locale: str) -> None:
    words: Sequence[str] = passwords.words(locale)

    assert len(words) >= 1200
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(r"[a-z]{3,9}", word) for word in words), "typed on any keyboard"


def test_three_words_are_of_the_language_and_differ_each_time() -> None:
    drawn = {passwords.three_words("fr") for _ in range(20)}

    assert len(drawn) == 20
    assert all(word in passwords.words("fr") for text in drawn for word in text.split("-"))


@pytest.mark.parametrize(
    "typed", ["beach-violin-lemon", "Beach Violin Lemon", " BEACH  violin, lemon ", "beach_violin_lemon"]
)
def test_three_words_may_be_typed_with_capitals_and_spaces(typed: str) -> None:
    assert passwords.as_three_words(typed) == "beach-violin-lemon"


@pytest.mark.parametrize(
    "password",
    ["password", "MotDePasse", "azertyuiop", "12345678", "Qwerty123", "je t aime", "bonjour2026", "abcd1234"],
)
def test_what_everybody_tries_first_is_common_in_both_languages(password: str) -> None:
    assert passwords.is_common(password)


def test_a_sentence_is_not_common() -> None:
    assert not passwords.is_common("three geese in a row")


def test_the_list_of_common_passwords_is_a_real_one() -> None:
    common = passwords.common_passwords()

    assert 3000 <= len(common) <= 5000
    assert sum(len(word) >= passwords.MIN_CHARS for word in common) >= 3000


def test_a_hash_fits_its_password_and_no_other() -> None:
    made = passwords.make_hash("right one")

    assert passwords.is_right(made, "right one")
    assert not passwords.is_right(made, "wrong one")
    assert not passwords.needs_rehash(made)
    assert passwords.needs_rehash("scrypt:32768:8:1$salt$00")


def test_nobody_costs_a_hash_and_is_never_right(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []
    monkeypatch.setattr(passwords, "check_password_hash", lambda stored, _typed: bool(checked.append(stored)) or True)

    assert not passwords.is_right(None, "anything")
    assert checked == [passwords.dummy_hash()]


def test_the_dummy_hash_is_drawn_and_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords.dummy_hash.cache_clear()
    monkeypatch.setattr(passwords, "generate_password_hash", None)

    assert re.fullmatch(r"scrypt:16384:8:5\$[A-Za-z0-9]{16}\$[0-9a-f]{128}", passwords.dummy_hash())


def test_at_most_two_hashes_are_computed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, lock = [0], [0], threading.Lock()
    all_in = threading.Event()

    def slow(_stored: str, _typed: str) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        all_in.wait(0.05)
        with lock:
            now[0] -= 1
        return True

    monkeypatch.setattr(passwords, "check_password_hash", slow)
    threads = [threading.Thread(target=passwords.is_right, args=("stored", "typed")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most[0] == passwords.HASHES_AT_ONCE == 2


FORK = """
import os
from etude.models.user import passwords
passwords.make_hash("in the parent")
child = os.fork()
if child == 0:
    os._exit(0 if passwords.make_hash("in the child") else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_hashes_with_threads_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORK], timeout=60, check=False)

    assert done.returncode == 0

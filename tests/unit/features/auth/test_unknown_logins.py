from __future__ import annotations

from datetime import UTC, datetime, timedelta

from etude.features.auth.unknown_logins import UnknownLogins

AT = datetime(2026, 11, 24, tzinfo=UTC)


def test_the_fifth_try_locks_and_each_later_one_doubles_it() -> None:
    logins = UnknownLogins()
    locks = [logins.note_try("Nobody", AT) for _ in range(5)]
    later = AT + timedelta(seconds=61)

    assert locks == [None] * 4 + [AT + timedelta(minutes=1)]
    assert logins.note_try("nobody", later) == later + timedelta(minutes=2)


def test_a_try_while_locked_does_not_lock_for_longer() -> None:
    logins = UnknownLogins()
    for _ in range(5):
        first = logins.note_try("nobody", AT)

    assert logins.note_try("nobody", AT + timedelta(seconds=30)) == first


def test_the_count_is_bounded() -> None:
    logins = UnknownLogins(size=10)
    for number in range(100):
        logins.note_try(f"nobody{number}", AT)

    assert len(logins._tries) == 10

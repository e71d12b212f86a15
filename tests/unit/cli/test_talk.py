from __future__ import annotations

import pytest

from etude.cli.talk import CommandError, Exit, _, language


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "FR"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "LC_MESSAGES": "en_CA.UTF-8"}, "en"),
        ({"LANG": "en_CA.UTF-8", "LC_ALL": "fr_FR"}, "fr"),
        ({"LC_ALL": "en_CA", "ETUDE_LANG": "fr"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_language_is_the_terminals(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str) -> None:
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert language() == spoken


def test_places_of_a_sentence_are_filled() -> None:
    assert _("The database is at %(revision)s.", revision="0001") == "The database is at 0001."


def test_percent_sign_in_a_plain_sentence_stays() -> None:
    assert _("100 % sure") == "100 % sure"


def test_refusal_is_printed_without_an_introduction(capsys: pytest.CaptureFixture[str]) -> None:
    refusal = CommandError("No.", code=Exit.CANNOT)

    refusal.show()

    assert (refusal.exit_code, capsys.readouterr().err) == (3, "No.\n")

from __future__ import annotations

from pathlib import Path

import pytest

from etude.serving.school_answers import DEFAULT_ZONE, system_zone


@pytest.mark.parametrize(
    ("target", "zone"),
    [
        ("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
        ("../usr/share/zoneinfo/America/Argentina/Salta", "America/Argentina/Salta"),
        ("/usr/share/zoneinfo/Etc/UTC", DEFAULT_ZONE),
        ("/usr/share/zoneinfo/UTC", DEFAULT_ZONE),
        ("/somewhere/else", DEFAULT_ZONE),
    ],
)
def test_zone_of_the_machine_is_used_where_it_is_a_place(
    monkeypatch: pytest.MonkeyPatch, target: str, zone: str
) -> None:
    monkeypatch.setattr(Path, "readlink", lambda _path: Path(target))

    assert system_zone() == zone


def test_machine_that_does_not_say_its_zone_is_in_the_first_schools(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise OSError(22, "not a link")

    monkeypatch.setattr(Path, "readlink", refuse)

    assert system_zone() == DEFAULT_ZONE

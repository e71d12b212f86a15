"""What the first start asks, and what it guesses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

DEFAULT_ZONE = "America/Toronto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolAnswers:
    """What the first start asks."""

    name: str
    locale: str
    zone: str
    contact: str


def system_zone() -> str:
    """Return the machine's time zone where it can be told, else that of the first schools."""
    try:
        target = str(Path("/etc/localtime").readlink())
    except OSError:
        return DEFAULT_ZONE
    zone = target.partition("zoneinfo/")[2]
    return zone if zone in available_timezones() and "/" in zone and not zone.startswith("Etc/") else DEFAULT_ZONE

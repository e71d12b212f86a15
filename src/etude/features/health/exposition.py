"""The metrics in the text format of Prometheus: this process whole, and what the others stored within ten minutes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from etude.core.metrics import DESCRIPTIONS, metrics, series
from etude.extensions import db
from etude.models.monitoring import Measurement
from etude.web import measuring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

TYPE = "text/plain; version=0.0.4; charset=utf-8"
RECENT = timedelta(minutes=10)
"""A process that was silent for longer has gone; its rows stay for the charts."""
NOTE_NAME = re.compile(r"etude-(\d{8}T\d{6}Z)\.json")


def write(folder: Path, at: datetime) -> str:
    """Return the page: one query for the other processes, one for the queue. `folder` is that of the backups."""
    mine = measuring.source()
    samples: dict[str, dict[str, float]] = {}
    for row in Measurement.get_since(db.session, at - RECENT):
        if row.source != mine:
            samples[row.source] = {**row.totals, **_own_gauges(row.gauges)}
    samples[mine] = {**metrics.totals(), **_own_gauges(metrics.gauges())}
    school = dict(measuring.queue_gauges())
    if (verified_at := find_last_verified(folder)) is not None:
        school["etude_last_verified_backup_age_seconds"] = (at - verified_at).total_seconds()
    lines = list(school.items())
    lines += [
        (_with_process(name, process), value) for process, some in samples.items() for name, value in some.items()
    ]
    return "\n".join(_grouped(lines)) + "\n"


def find_last_verified(folder: Path) -> datetime | None:
    """Return when the newest backup of a folder was made that was proved by restoring it; None when there is none."""
    for path in sorted(folder.glob("etude-*.json"), reverse=True):
        match = NOTE_NAME.fullmatch(path.name)
        try:
            note = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if match and note.get("faults") == []:
            return datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return None


def _own_gauges(gauges: Mapping[str, float]) -> dict[str, float]:
    """Return the gauges that each process has of its own; the queue is the school's, and told once."""
    return {name: value for name, value in gauges.items() if not name.startswith("etude_queue_")}


def _with_process(name: str, process: str) -> str:
    bare, _brace, labels = name.partition("{")
    label = series("", {"process": process})[1:-1]
    return f"{bare}{{{label},{labels}" if labels else f"{bare}{{{label}}}"


def _family(name: str) -> str:
    bare = name.partition("{")[0]
    return bare if bare in DESCRIPTIONS else re.sub(r"_(bucket|sum|count)$", "", bare)


def _grouped(samples: Iterable[tuple[str, float]]) -> Iterable[str]:
    """Yield the lines, those of one name together and under its description, as the format wants them."""
    families: dict[str, list[str]] = {}
    for name, value in samples:
        families.setdefault(_family(name), []).append(f"{name} {value:.15g}")
    for family in sorted(families):
        kind, words = DESCRIPTIONS[family]
        yield f"# HELP {family} {words}"
        yield f"# TYPE {family} {kind}"
        yield from families[family]

"""Limits of time, memory and output. `init.yml` states no time: DMOJ's site does, or a file beside it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from etude.content import ActivityLimits
from etude.content.errors import mark as _
from etude.importers.dmoj.config import FILE, Config
from etude.importers.time_limits import GENEROUS_S, TimeRule, with_time_limit
from etude.importers.yaml_file import read_yaml

if TYPE_CHECKING:
    from etude.content import ActivityContent
    from etude.importers.bench import Bench
    from etude.importers.dmoj.config import Notes
    from etude.importers.dmoj.data import PackageData
    from etude.importers.dmoj.submissions import Submissions

TIME_RULE = TimeRule(factor=Decimal(3), least_s=Decimal(1), resolution_s=Decimal("0.5"))
"""DMOJ has no rule of its own; this one is ours."""
FILE_BESIDE = "config.yml"
_READ = ("memory", "time")
_MEMORY_MB, _LEAST_MEMORY_MB = 256, 16
_OUTPUT_BYTES = 25_165_824  # DMOJ's own
_MOST_OUTPUT_KB = 65_536
_WALL_FACTOR = 3.0  # DMOJ's own


def read_limits(root: Config, data: PackageData, found: Submissions, notes: Notes) -> tuple[ActivityLimits, bool]:
    """The limits, and whether a limit of time is stated.

    `config.yml` beside `init.yml` comes first (time in seconds, memory in kilobytes), then `time_limit` and
    `memory_limit` in `init.yml`, then the largest that the submissions' `test.yml` state.
    Raises ContentError for numbers that cannot be.
    """
    beside = Config(read_yaml(b"{}", FILE_BESIDE))
    if FILE_BESIDE in data.loose:
        data.used.add(FILE_BESIDE)
        beside = Config(read_yaml(data.loose[FILE_BESIDE], FILE_BESIDE))
        for name, value in beside.value.mapping.items():
            if name not in _READ:
                notes.unused(value, name)
    time = beside.own("time") or root.own("time_limit")
    memory = beside.own("memory") or root.own("memory_limit")
    time_s = max(found.times_s, default=None) if time is None else Decimal(str(time.number(0.01, 300)))
    memory_kb = max(found.memories_kb, default=None) if memory is None else memory.whole(1, 8_000_000)
    memory_mb = _MEMORY_MB if memory_kb is None else max(_LEAST_MEMORY_MB, -(-memory_kb // 1024))
    limits = ActivityLimits(memory_mb=memory_mb, output_kb=_output_kb(root))
    return (limits, False) if time_s is None else (replace(limits, time_s=time_s), True)


def complete(content: ActivityContent, root: Config, bench: Bench, *, has_time: bool) -> ActivityContent:
    """The activity with its limit of time, measured if it is not stated, and with all that follows from it.

    Raises ContentError when there is nothing to measure; JailError.
    """
    if not has_time:
        roomy = _played(replace(content, limits=replace(content.limits, time_s=GENEROUS_S)))
        content = replace(content, limits=with_time_limit(roomy, bench.judge, TIME_RULE, path=FILE).limits)
    wall = root.own("wall_time_factor")
    factor = _WALL_FACTOR if wall is None else wall.number(1, 1000)
    if factor > _WALL_FACTOR:
        wall_time_s = min(content.limits.time_s * Decimal(str(factor)), Decimal(300))
        content = replace(content, limits=replace(content.limits, wall_time_s=wall_time_s))
    return _played(content)


def _played(content: ActivityContent) -> ActivityContent:
    """An interactor has the time that it says it prepares in, and beyond that as long as the answer."""
    judge = content.validator
    if judge is None or not judge.is_interactive or judge.time_s is None:
        return content
    return replace(content, validator=replace(judge, time_s=min(judge.time_s + content.limits.time_s, Decimal(300))))


def _output_kb(root: Config) -> int:
    found = root.own("output_limit_length")
    size = _OUTPUT_BYTES if found is None else found.whole(1, 1 << 40)
    if size > _MOST_OUTPUT_KB << 10:
        assert found is not None
        raise found.error(_("An answer may print %(most)s MB at most."), most=_MOST_OUTPUT_KB >> 10)
    return max(1, -(-size // 1024))

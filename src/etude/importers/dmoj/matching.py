"""Which files are the inputs and outputs of which cases, by a pattern for their names.

DMOJ's own patterns are matched here. A package's may take for ever on a name, so it is matched in the jail.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.content.errors import mark as _
from etude.grading.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.importers.bench import Bench
    from etude.importers.yaml_file import YamlValue

INPUT_PATTERN = r"^(?=.*?\.in|in).*?(?:(?:^|\W)(?P<batch>\d+)[^\d\s]+)?(?P<case>\d+)[^\d\s]*$"
OUTPUT_PATTERN = r"^(?=.*?\.out|out).*?(?:(?:^|\W)(?P<batch>\d+)[^\d\s]+)?(?P<case>\d+)[^\d\s]*$"
_LIMITS = Limits(cpu_time_s=5.0)
# Reads {"pattern", "names"} as JSON and prints, for each name that matches, [name, batch, case].
_PROGRAM = b"""\
import json, re, sys
asked = json.load(sys.stdin)
pattern = re.compile(asked["pattern"], re.IGNORECASE)
found = []
for name in asked["names"]:
    match = pattern.match(name)
    if match:
        groups = match.groupdict()
        found.append([name, groups.get("batch"), groups.get("case")])
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that matches. batch, case: numbers where they are digits, else words; None where the pattern has none."""

    name: str
    batch: int | str | None
    case: int | str | None


def match_names(pattern: YamlValue | None, default: str, names: Sequence[str], bench: Bench) -> list[Found]:
    """The names that a pattern matches; without one, DMOJ's own. Raises ContentError for a pattern that fails."""
    if pattern is None:
        compiled = re.compile(default, re.IGNORECASE)
        matches = [(name, compiled.match(name)) for name in names]
        return [Found(name, _number(match["batch"]), _number(match["case"])) for name, match in matches if match]
    tool = bench.compile({"match.py": _PROGRAM}, "python", _LIMITS)
    record = bench.run(tool, stdin=json.dumps({"pattern": pattern.text, "names": list(names)}).encode())
    if record.exit_code != 0:
        if record.cpu_exceeded or record.wall_exceeded:
            raise pattern.error(_("Matching this pattern takes too long."))
        lines = record.stderr.decode("utf-8", "replace").strip().splitlines()
        raise pattern.error(_("The pattern cannot be used: %(reason)s."), reason=lines[-1] if lines else "?")
    return [Found(name, _number(batch), _number(case)) for name, batch, case in json.loads(record.stdout)]


def _number(word: str | None) -> int | str | None:
    return int(word) if word is not None and word.isascii() and word.isdigit() and len(word) < 100 else word

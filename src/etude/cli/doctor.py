"""`etude doctor`: what this machine can do."""

from __future__ import annotations

import json

import click

from etude.cli.main import data_option, read_config
from etude.cli.talk import Exit, _, say, told
from etude.core.errors import _ as mark
from etude.serving import doctor

MARKS = {doctor.OK: "✓", doctor.WARNING: "!", doctor.FAULT: "✗"}
NAMES = {
    "isolation": mark("isolation"),
    "disk": mark("disk"),
    "clock": mark("clock"),
    "database": mark("database"),
    "queue": mark("queue"),
    "workers": mark("workers"),
}
"""What was looked at, in words; JSON keeps the name itself."""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@data_option
def command(as_json: bool, data: str | None) -> None:  # noqa: FBT001
    """Say what this machine can do: isolation, languages, disk, clock, database, queue; each fault with its fix.

    Exit code 3 when something is at fault.
    """
    findings = doctor.examine(read_config(data))
    faults = [finding for finding in findings if finding.state == doctor.FAULT]
    if as_json:
        say(json.dumps({"ok": not faults, "findings": [_document(one) for one in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            place = f"{MARKS[finding.state]} {_name(finding.name)}"
            say(_("%(place)s: %(text)s", place=place, text=told(finding.found)))
            if finding.fix:
                say(f"    → {told(finding.fix)}")
    if faults:
        raise click.exceptions.Exit(Exit.CANNOT)


def _name(name: str) -> str:
    kind, _colon, language = name.partition(":")
    return _("language %(name)s", name=language) if language else _(NAMES.get(kind, kind))


def _document(finding: doctor.Finding) -> dict[str, str]:
    return {
        "name": finding.name,
        "state": finding.state,
        "found": told(finding.found),
        "fix": told(finding.fix),
    }

"""`etude doctor`: what this machine can do."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from etude.cli.main import read_config
from etude.cli.talk import Exit, _, say
from etude.serving import doctor

MARKS = {doctor.OK: "✓", doctor.WARNING: "!", doctor.FAULT: "✗"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (default: ./data).")
def command(as_json: bool, data: str | None) -> None:  # noqa: FBT001
    """Say what this machine can do: isolation, languages, disk, clock, database, queue; each fault with its fix.

    Exit code 3 when something is at fault.
    """
    findings = doctor.examine(read_config(data))
    faults = [finding for finding in findings if finding.state == doctor.FAULT]
    if as_json:
        say(json.dumps({"ok": not faults, "findings": [asdict(finding) for finding in findings]}, ensure_ascii=False))
    else:
        for finding in findings:
            say(f"{MARKS[finding.state]} {finding.name}: {_(finding.found)}")
            if finding.fix:
                say(f"    → {_(finding.fix)}")
    if faults:
        raise click.exceptions.Exit(Exit.CANNOT)

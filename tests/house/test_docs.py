"""The reference pages name everything that exists: settings, commands, permissions, audit tags, registry entries."""

from __future__ import annotations

from typing import Any

import click
import pytest

from etude.audit import AuditTag
from etude.cli.main import root
from etude.config import SETTINGS
from etude.grading import checkers, languages
from etude.kinds import kinds
from etude.models.retention import retained, retention_of
from etude.permissions import Permission
from etude.scheduler import JOBS
from etude.storage import storages
from tests.house.source import ROOT

REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`ETUDE_{name.upper()}`" in page("settings.md")


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_documented(permission: Permission) -> None:
    assert f"`{permission.value}`" in page("permissions.md")


@pytest.mark.parametrize("tag", list(AuditTag))
def test_every_audit_tag_is_documented(tag: AuditTag) -> None:
    assert f"`{tag.value}`" in page("audit.md")


def _commands(group: click.Group, prefix: str) -> list[tuple[str, click.Command]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found.extend(_commands(command, f"{prefix} {name}"))
        else:
            found.append((f"{prefix} {name}", command))
    return found


@pytest.mark.parametrize(
    ("name", "command"), _commands(root, "etude"), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    text = page("commands.md")

    assert f"`{name}" in text
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden and "--help" not in parameter.opts:
            assert f"`{parameter.opts[0]}" in text


ENTRIES = [
    *((entry, "language") for entry in languages.load()),
    *((entry, "checker") for entry in checkers.load()),
    *((entry, "kind") for entry in kinds.load()),
    *((entry, "storage") for entry in storages.load()),
    *((job.name, "job") for job in JOBS),
]


@pytest.mark.parametrize(("name", "what"), ENTRIES)
def test_every_registry_entry_is_documented(name: str, what: str) -> None:
    assert f"`{name}`" in page("registries.md"), what


@pytest.mark.parametrize("name", [job.name for job in JOBS])
def test_every_job_is_explained(name: str) -> None:
    assert f"\n| `{name}` |" in page("scheduler.md")


@pytest.mark.parametrize("model", retained(), ids=lambda model: str(model.__tablename__))
def test_time_for_which_rows_are_kept_is_told(model: Any) -> None:
    kept = retention_of(model).kept
    time = f"`ETUDE_{kept.upper()}`" if isinstance(kept, str) else f"{kept.days} day{'s' if kept.days > 1 else ''}"

    assert f"\n| `{model.__tablename__}` | {time} | `{retention_of(model).since}` |" in page("scheduler.md")

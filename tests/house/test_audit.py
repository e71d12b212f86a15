"""Every act that the audit log knows is written down by the code, and a test has seen it written down."""

from __future__ import annotations

import ast
import re

import pytest

from etude.audit import AuditTag
from tests.house.source import ROOT, modules

TOLD_BY = ("audit.py", "features/audit_log/sentences.py")
"""Where tags are listed, not recorded."""


def _recording() -> str:
    return "\n".join(module.text for module in modules() if module.name not in TOLD_BY)


def _tests() -> str:
    files = (path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "house")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


RECORDING, TESTS = _recording(), _tests()


@pytest.mark.parametrize("tag", list(AuditTag))
def test_every_act_of_the_audit_log_is_recorded_and_seen_by_a_test(tag: AuditTag) -> None:
    assert re.search(rf"AuditTag\.{tag.name}\b", RECORDING), "nothing records it"
    assert f'"{tag.value}"' in TESTS or re.search(rf"AuditTag\.{tag.name}\b", TESTS), "no test sees it recorded"


SILENT = {
    "features/activities/console_services.py:open_console": "a program is started; the console’s own row tells of it",
    "features/activities/console_services.py:take_back": "the same, when it could not be started",
    "features/activities/draft_services.py:save_draft": "typing; the draft’s history tells of it",
    "features/activities/draft_services.py:restore_draft": "the own draft; its history tells of it",
    "features/activities/run_services.py:ask_for_run": "a try, which is gone after a day",
    "features/activities/services.py:open_hint": "the progress counts it",
    "features/auth/phone_secrets.py:seal_anew": "the same secret under a new key",
    "features/authoring/services.py:ask_again": "solutions are judged again; no student’s points move",
    "features/backups/postgres.py:dump": "reads only",
    "features/backups/proving.py:_can_sign_in": "a sign-in to the scratch copy of a backup, which is thrown away",
    "features/consoles/services.py:dismiss_hint": "the own hint is put away; its row tells when",
    "features/files/services.py:collect_garbage": "bytes that nothing refers to",
    "features/health/alarms.py:tell": "an alarm is told, by a row of its own",
    "features/health/readiness.py:_faults": "asks the database whether it can be written to",
    "features/privacy/services.py:erase_person": "web/erasing.py writes it, for restores as well",
    "scheduler.py:_sweep": "work that waits is sent again",
    "scheduler.py:_remove": "told once by its caller, with the counts",
    "scheduler.py:claim": "which process runs a job",
    "scheduler.py:note_end": "how a job ended",
    "web/measuring.py:store": "figures",
    "web/request.py:_note_seen": "a page view",
}
"""Transactions of the pages that are no act for the log, each with why."""


def _calls(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


def _records(function: ast.FunctionDef, known: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    calls = _calls(function)
    further = (calls & set(known)) - seen - {function.name}
    return "audit.record" in calls or any(_records(known[name], known, seen | {function.name}) for name in further)


def _silent_transactions() -> set[str]:
    """Return the functions of the pages and of the scheduler that open a transaction and record nothing in it."""
    found = set()
    for module in modules():
        if not module.name.startswith(("features/", "web/", "scheduler.py")):
            continue
        known = {node.name: node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)}
        for name, function in known.items():
            blocks = (item for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items)
            opens = any(".begin(" in ast.unparse(item.context_expr) for item in blocks)
            if opens and not _records(function, known):
                found.add(f"{module.name}:{name}")
    return found


def test_every_service_that_writes_is_audited_or_says_why_not() -> None:
    silent = _silent_transactions()

    assert sorted(silent - set(SILENT)) == [], "they write and record nothing: audit.record(…), or a line in SILENT"
    assert sorted(set(SILENT) - silent) == [], "they are gone, or record now"

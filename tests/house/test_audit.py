"""Every act that the audit log knows is written down by the code, and a test has seen it written down."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from etude.audit import AuditTag
from tests.house.source import ROOT, modules

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD_BY = ("audit.py", "features/audit_log/sentences.py")
"""Where tags are listed, not recorded."""


def _recording() -> str:
    return "\n".join(module.text for module in modules() if module.name not in TOLD_BY)


def _tests() -> str:
    files = (path for path in (ROOT / "tests").rglob("test_*.py") if path.parent.name != "house")
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


WRITING = ("features/", "web/", "scheduler.py", "serving/", "cli/")
"""Where transactions are opened; the floors below write in those of others."""

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
    "features/audit_log/services.py:retire": "what is sealed goes in batches; the seal’s own transaction tells",
    "features/authoring/following.py:_end": "what came of a look; its row tells of it",
    "features/authoring/following.py:_look_into": "what waits to be judged; taking it is recorded",
    "features/authoring/following.py:fetch_next": "a look is begun; its row tells when",
    "features/authoring/source_services.py:ask": "the repository is looked at sooner",
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
    "scheduler.py:keep": "which process runs a job",
    "scheduler.py:claim": "which process runs a job",
    "scheduler.py:note_end": "how a job ended",
    "serving/first_start.py:make_admin_link": "the link of a school without an admin; what it is used for is told",
    "serving/first_start.py:make_school": "an empty school begins",
    "serving/moving.py:move": "rows are copied as they are; what arrived tells of it before the old file is put away",
    "web/measuring.py:store": "figures",
    "web/request.py:_note_seen": "a page view",
}
"""Transactions of the pages that are no act for the log, each with why."""


def _calls(nodes: Sequence[ast.AST]) -> set[str]:
    return {ast.unparse(node.func) for top in nodes for node in ast.walk(top) if isinstance(node, ast.Call)}


def _records(nodes: Sequence[ast.AST], known: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    calls = _calls(nodes)
    further = (calls & set(known)) - seen
    return "audit.record" in calls or any(_records(known[name].body, known, seen | further) for name in further)


def _transactions(function: ast.FunctionDef) -> list[ast.With]:
    """Return the blocks of a function that are a transaction each."""
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.With) and any(".begin(" in ast.unparse(item.context_expr) for item in node.items)
    ]


def _silent_transactions() -> set[str]:
    """Return the functions of the pages and of the scheduler with a transaction in which nothing is recorded.

    An entry in another transaction of the same function is none: either of the two could fail alone.
    """
    found = set()
    for module in modules():
        if not module.name.startswith(WRITING):
            continue
        known = {node.name: node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)}
        for name, function in known.items():
            if any(not _records(block.body, known) for block in _transactions(function)):
                found.add(f"{module.name}:{name}")
    return found


def test_every_service_that_writes_is_audited_or_says_why_not() -> None:
    silent = _silent_transactions()

    assert sorted(silent - set(SILENT)) == [], "they write and record nothing: audit.record(…), or a line in SILENT"
    assert sorted(set(SILENT) - silent) == [], "they are gone, or record now"


def _is_swallowing(handler: ast.ExceptHandler) -> bool:
    return not any(isinstance(node, ast.Raise) for node in ast.walk(handler))


def test_what_fails_in_a_transaction_that_records_is_caught_by_nobody_inside_it() -> None:
    """Then its entry is undone with it: `tests/unit/test_audit.py` proves that of the session, for every service."""
    recording, swallowing = 0, []
    for module in modules():
        functions = {node.name: node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)}
        for name, function in functions.items():
            blocks = [block for block in _transactions(function) if _records(block.body, functions)]
            recording += len(blocks)
            inside = [node for block in blocks for node in ast.walk(block)]
            if any(isinstance(node, ast.ExceptHandler) and _is_swallowing(node) for node in inside):
                swallowing.append(f"{module.name}:{name}")

    assert recording > 50
    assert swallowing == []

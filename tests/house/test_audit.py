"""Every act that the audit log knows is written down by the code, and a test has seen it written down."""

from __future__ import annotations

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

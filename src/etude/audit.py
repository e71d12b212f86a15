"""The audit log's writing side: `record()` in the same transaction as the act it tells of."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import g, has_request_context
from flask_login import current_user

from etude.core import clock, logging
from etude.models import AuditDetail, AuditEntry
from etude.models.audit_entry.entry import GENESIS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from etude.core.db import Base

_log = logging.get(__name__)
PG_LOCK = 0x45747564
"""The advisory lock that makes PostgreSQL write one entry after the other; SQLite has one writer anyway."""


class AuditTag(StrEnum):
    """Every act that is recorded, as `scope:thing:act`, in order; docs/reference/audit.md explains each."""

    ACCOUNT_ADMIN_CREATED = "account:admin:created"
    ACCOUNT_CLAIMED = "account:claim:made"
    ACCOUNT_CLAIM_UNDONE = "account:claim:undone"
    ACCOUNT_CREATED = "account:user:created"
    ACCOUNT_DELETED = "account:user:deleted"
    ACCOUNT_INVITED = "account:user:invited"
    ACCOUNT_RESTORED = "account:user:restored"
    ACCOUNT_ROLE_CHANGED = "account:role:changed"
    ACCOUNT_UNLOCKED = "account:lock:lifted"
    ACCOUNT_UPDATED = "account:user:updated"
    ACTIVITY_CREATED = "content:activity:created"
    ACTIVITY_DELETED = "content:activity:deleted"
    ACTIVITY_EXPORTED = "content:activity:exported"
    ACTIVITY_IMPORTED = "content:activity:imported"
    ACTIVITY_RESTORED = "content:activity:restored"
    ACTIVITY_UPDATED = "content:activity:updated"
    ASSIGNMENT_CREATED = "course:assignment:created"
    ASSIGNMENT_DELETED = "course:assignment:deleted"
    ASSIGNMENT_RESTORED = "course:assignment:restored"
    ASSIGNMENT_REJUDGED = "course:assignment:rejudged"
    ASSIGNMENT_UPDATED = "course:assignment:updated"
    BACKUP_CREATED = "school:backup:created"
    BACKUP_DOWNLOADED = "school:backup:downloaded"
    BACKUP_FAILED = "school:backup:failed"
    BACKUP_KEY_MADE = "school:backup:key_made"
    BACKUP_RESTORED = "school:backup:restored"
    BACKUP_SENT = "school:backup:sent"
    BACKUP_UNSENT = "school:backup:unsent"
    BACKUP_VERIFIED = "school:backup:verified"
    COURSE_ARCHIVED = "course:course:archived"
    COURSE_CREATED = "course:course:created"
    COURSE_DELETED = "course:course:deleted"
    COURSE_RESTORED = "course:course:restored"
    COURSE_UPDATED = "course:course:updated"
    DATA_PURGED = "school:data:purged"
    ENROLMENT_CHANGED = "course:enrolment:changed"
    ENROLMENT_CREATED = "course:enrolment:created"
    ENROLMENT_DELETED = "course:enrolment:deleted"
    ENROLMENT_RESTORED = "course:enrolment:restored"
    GRADES_EXPORTED = "progress:grades:exported"
    LINK_CREATED = "account:link:created"
    LINK_USED = "account:link:used"
    LOGIN_FAILED = "login:password:failed"
    LOGIN_LOCKED = "login:account:locked"
    LOGIN_SUCCEEDED = "login:password:succeeded"
    LOGOUT = "login:session:ended"
    OVERRIDE_CHANGED = "course:override:changed"
    PASSWORD_CHANGED = "account:password:changed"  # noqa: S105
    PASSWORD_RESET = "account:password:reset"  # noqa: S105
    PROGRESS_MARKED = "progress:completion:marked"
    REVIEW_RELEASED = "submission:review:released"
    REVIEW_SAVED = "submission:review:saved"
    ROSTER_IMPORTED = "course:roster:imported"
    ROSTER_UNDONE = "course:roster:undone"
    SCHOOL_UPDATED = "school:settings:updated"
    SECOND_FACTOR_DISABLED = "account:totp:disabled"
    SECOND_FACTOR_ENABLED = "account:totp:enabled"
    SECOND_FACTOR_FAILED = "login:totp:failed"
    SECOND_FACTOR_RECOVERED = "login:recovery:used"
    SECTION_CHANGED = "course:section:changed"
    SESSION_REVOKED = "login:session:revoked"
    SUBMISSION_CREATED = "submission:submission:created"
    SUBMISSION_REJUDGED = "submission:submission:rejudged"
    SUBMISSION_VIEWED = "submission:submission:viewed"


def record(  # noqa: PLR0913  who, what, where and the details are one sentence
    session: Session,
    tag: AuditTag,
    *,
    target: Base | None = None,
    course_id: int | None = None,
    actor_id: int | None = None,
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Add an entry to the audit log, in the open transaction.

    Args:
        session: the session of the act itself.
        tag: what was done.
        target: the row it was done to; it must have an id (flush first).
        course_id: the course in which it was done.
        actor_id: who did it; None takes the person of the request, and stays None for the product itself.
        details: names and values, kept in an erasable table; must be JSON-able, never a secret.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(PG_LOCK)))
    session.flush()
    last = AuditEntry.get_last(session)
    document = _document(details)
    entry = AuditEntry(
        at=clock.now(),
        tag=tag.value,
        actor_id=actor_id if actor_id is not None else _actor(),
        course_id=course_id,
        target_type=target.__tablename__ if target is not None else "",
        target_id=getattr(target, "id", None),
        fields=sorted(details or {}),
        request_id=getattr(g, "request_id", "") if has_request_context() else "",
        detail_digest="",
        previous_digest=last.digest if last else GENESIS,
        digest="",
    )
    detail = AuditDetail(salt=secrets.token_hex(16), document=document) if document else None
    if detail is not None:
        entry.detail_digest = detail.digest()
        entry.detail = detail
    entry.digest = entry.compute_digest()
    session.add(entry)
    session.flush()
    _log.info("audit", tag=entry.tag, entry_id=entry.id, target=f"{entry.target_type}:{entry.target_id}")
    return entry


def _actor() -> int | None:
    if has_request_context() and current_user.is_authenticated:
        actor_id: int = sa.inspect(current_user._get_current_object()).identity[0]  # noqa: SLF001  no SELECT
        return actor_id
    return None


def _document(details: Mapping[str, object] | None) -> dict[str, Any]:
    document: dict[str, Any] = dict(details or {})
    if has_request_context() and (address := getattr(g, "address", "")):
        document["address"] = address
    return document

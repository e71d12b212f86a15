"""The audit log's writing side: `record()` in the same transaction as the act it tells of.

Entries are chained when the transaction is about to be committed, one transaction after the other: where many write at
once (PostgreSQL), an act never waits for another's, only its last step does, and no lock is taken after the chain's.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import g, has_request_context
from flask_login import current_user
from sqlalchemy import event

from etude.core import clock, logging
from etude.core.db import UnitOfWorkSession
from etude.models import AuditDetail, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session, SessionTransaction

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
    ACCOUNT_ERASED = "account:data:erased"
    ACCOUNT_EXPORTED = "account:data:exported"
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
    AUDIT_EXPORTED = "school:audit:exported"
    AUDIT_RETIRED = "school:audit:retired"
    BACKUP_CREATED = "school:backup:created"
    BACKUP_DOWNLOADED = "school:backup:downloaded"
    BACKUP_DROPPED = "school:backup:dropped"
    BACKUP_FAILED = "school:backup:failed"
    BACKUP_KEY_MADE = "school:backup:key_made"
    BACKUP_RESTORED = "school:backup:restored"
    BACKUP_SENT = "school:backup:sent"
    BACKUP_UNSENT = "school:backup:unsent"
    BACKUP_VERIFIED = "school:backup:verified"
    CONSOLE_DEMO_BEGUN = "console:demo:began"
    CONSOLE_DEMO_ENDED = "console:demo:ended"
    CONSOLE_HINTED = "console:hint:sent"
    CONSOLE_LOOKED = "console:look:began"
    CONSOLE_LOOK_ENDED = "console:look:ended"
    CONSOLE_STOPPED = "console:program:stopped"
    COURSE_ARCHIVED = "course:course:archived"
    COURSE_CREATED = "course:course:created"
    COURSE_DELETED = "course:course:deleted"
    COURSE_EXPORTED = "course:course:exported"
    COURSE_RESTORED = "course:course:restored"
    COURSE_SOURCE_CHOSEN = "course:source:chosen"
    COURSE_SOURCE_LEFT = "course:source:left"
    COURSE_SOURCE_SET = "course:source:set"
    COURSE_SOURCE_TAKEN = "course:source:taken"
    COURSE_UPDATED = "course:course:updated"
    DATABASE_MOVED = "school:database:moved"
    DATA_PURGED = "school:data:purged"
    ENROLMENT_CHANGED = "course:enrolment:changed"
    ENROLMENT_CREATED = "course:enrolment:created"
    ENROLMENT_DELETED = "course:enrolment:deleted"
    ENROLMENT_RESTORED = "course:enrolment:restored"
    GRADES_EXPORTED = "progress:grades:exported"
    HISTORY_PUSHED = "school:history:pushed"
    HISTORY_UNPUSHED = "school:history:unpushed"
    KEY_ROTATED = "school:key:rotated"
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


NOTED = "etude_noted_acts"
"""Where a session keeps the acts of its open transaction, until they are chained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """What an entry says, before it has a place in the chain."""

    at: datetime
    tag: str
    actor_id: int | None
    course_id: int | None
    target_type: str
    target_id: int | None
    request_id: str
    document: dict[str, Any]
    fields: list[str]


def record(  # noqa: PLR0913  who, what, where and the details are one sentence
    session: Session,
    tag: AuditTag,
    *,
    target: Base | None = None,
    course_id: int | None = None,
    actor_id: int | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Add an entry to the audit log, in the open transaction: it is written when that is committed, or never.

    Args:
        session: the session of the act itself.
        tag: what was done.
        target: the row it was done to.
        course_id: the course in which it was done.
        actor_id: who did it; None takes the person of the request, and stays None for the product itself.
        details: names and values, kept in an erasable table; must be JSON-able, never a secret.

    Raises:
        sqlalchemy.exc.InvalidRequestError: no `with db.session.begin():` block is open, or only a savepoint's end would
            write it.
    """
    noted = session.info.get(NOTED)
    if noted is None or session.in_nested_transaction():
        raise sa.exc.InvalidRequestError("an act is recorded in the transaction that does it, outside savepoints")
    session.flush()  # the target gets its id
    noted.append(
        _Act(
            at=clock.now(),
            tag=tag.value,
            actor_id=actor_id if actor_id is not None else _actor(),
            course_id=course_id,
            target_type=target.__tablename__ if target is not None else "",
            target_id=getattr(target, "id", None),
            request_id=getattr(g, "request_id", "") if has_request_context() else "",
            document=_document(details),
            fields=sorted(details or {}),
        )
    )


@event.listens_for(UnitOfWorkSession, "after_transaction_create")
def _begin(session: UnitOfWorkSession, transaction: SessionTransaction) -> None:
    """Begin each transaction without acts: those of one that failed are never written."""
    if transaction.parent is None:
        session.info[NOTED] = [] if session.is_writing() else None


@event.listens_for(UnitOfWorkSession, "before_commit")
def _chain(session: UnitOfWorkSession) -> None:
    """Write the acts of the transaction, each chained to the one before."""
    acts: list[_Act] = session.info.get(NOTED) or []
    if not acts or session.in_nested_transaction():
        return
    session.info[NOTED] = []
    session.flush()  # what the act itself still has to wait for comes before the lock
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(PG_LOCK)))
    previous = AuditEntry.get_head(session)
    entries = []
    for act in acts:
        entries.append(_entry(act, previous))
        previous = entries[-1].digest
    session.add_all(entries)
    session.flush()
    for entry in entries:
        _log.info("audit", tag=entry.tag, entry_id=entry.id, target=f"{entry.target_type}:{entry.target_id}")


def _entry(act: _Act, previous: str) -> AuditEntry:
    entry = AuditEntry(
        at=act.at,
        tag=act.tag,
        actor_id=act.actor_id,
        course_id=act.course_id,
        target_type=act.target_type,
        target_id=act.target_id,
        fields=act.fields,
        request_id=act.request_id,
        detail_digest="",
        previous_digest=previous,
        digest="",
    )
    if act.document:
        entry.detail = AuditDetail(salt=secrets.token_hex(16), document=act.document)
        entry.detail_digest = entry.detail.digest()
    entry.digest = entry.compute_digest()
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

"""Erasing names from the audit log: the entries and their chain stay, what they said of a person goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core.db import Base
from etude.models.audit_entry.entry import AuditDetail, AuditEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def erase_people(session: Session, user_ids: Sequence[int]) -> None:
    """Erase the details, salts included, of every entry about these accounts and about their places in courses.

    Names, addresses and values before and after are gone for good; what was done stays, with ids and time, and the
    chain holds.
    """
    enrolment = Base.metadata.tables["enrolment"]
    places = sa.select(enrolment.c.id).where(enrolment.c.user_id.in_(user_ids))
    about = sa.or_(
        sa.and_(AuditEntry.target_type == "user", AuditEntry.target_id.in_(user_ids)),
        sa.and_(AuditEntry.target_type == "enrolment", AuditEntry.target_id.in_(places)),
    )
    session.execute(
        sa.delete(AuditDetail)
        .where(AuditDetail.entry_id.in_(sa.select(AuditEntry.id).where(about)))
        .execution_options(synchronize_session=False)
    )

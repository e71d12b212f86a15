"""Erasing a person: on the pages, by the command, and again after a restore."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.core import erasure_list
from etude.core.erasure_list import Erased
from etude.models import Erasure, User
from etude.models.register.owning import erase_rows
from etude.models.user.operations import end_sessions

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from etude.config import Config

PAGE = 500


def erase_person(session: Session, user: User, *, at: datetime, kept_until: datetime) -> None:
    """Erase a person in the open transaction: the account goes to the bin without a name, its marks stay for a time."""
    account_made_at = user.created_at
    end_sessions(session, user, at)
    user.delete(at, None)
    erase_rows(session, user)
    session.add(Erasure(user_id=user.id, account_made_at=account_made_at, erased_at=at, kept_until=kept_until))
    until = f"{kept_until:%Y-%m-%d}"
    audit.record(session, AuditTag.ACCOUNT_ERASED, target=user, details={"until": until})


def kept_until(config: Config, at: datetime) -> datetime:
    """Return until when the marks of somebody who is erased now are kept."""
    return at + timedelta(days=config.marks_kept_days)


def write_list(session: Session, config: Config) -> None:
    """Bring the lists of erased accounts up to date, in the data folder and beside the backups."""
    known, after_id = [], 0
    while page := Erasure.get_page(session, after_id, limit=PAGE):
        known += [Erased(one.user_id, one.account_made_at, one.erased_at, one.kept_until) for one in page]
        after_id = page[-1].id
    if known:
        for folder in (config.data, config.backups):
            erasure_list.write(folder, known)


def erase_again(session: Session, config: Config, *folders: Path, at: datetime) -> int:
    """Erase again in a restored school who is on the lists of these folders; return how many came back with a name.

    An account of the same number that was made at another time is somebody else's.
    """
    count = 0
    for one in erasure_list.read(config.data, *folders):
        with session.begin():
            user = User.get_any_for_update(session, one.user_id)
            is_same = user is not None and user.created_at == one.account_made_at
            if user is None or not is_same or Erasure.get_for(session, one.user_id) is not None:
                continue
            erase_person(session, user, at=at, kept_until=one.kept_until)
            count += 1
    write_list(session, config)
    return count

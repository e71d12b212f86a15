"""Telling a person what needs one: each trouble of the Health page, and each error that is new, once a day."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import force_locale

from etude.core.errors import Notice, _
from etude.extensions import db
from etude.features.health import page
from etude.models import Alarm, ErrorGroup, School, User
from etude.models.user import SchoolRole
from etude.notify import channels
from etude.queue import SEND_MAIL, SEND_WEBHOOK, enqueue
from etude.web.health import Trouble
from etude.web.i18n import translate
from etude.web.mails import Mail, compose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from etude.config import Config

PATIENCE = timedelta(minutes=10)
"""What is over by itself sooner is told to nobody."""
AGAIN = timedelta(days=1)
MOST_ADMINS = 20
NEW_ERROR = _("An error that was not seen before: %(kind)s (%(place)s). Its id in the log is %(id)s.")
SUBJECT = _("something needs you")
WHAT_HELPS = _("What helps: %(fix)s")
WHERE = _("School → Health shows what is wrong at the moment.")


def tell(config: Config, at: datetime) -> int:
    """Send what is to be told now, by e-mail and to the webhook, whichever are set; return how many things it is."""
    troubles = _troubles(config, at)
    with db.session.begin():
        rows = Alarm.see(db.session, list(troubles), at)
        due = [row for row in rows if _is_due(row, at)]
        if due and (mails := _mails(config, [troubles[row.name] for row in due])):
            for row in due:
                row.told_at = at
            for mail in mails:
                _send(mail)
            return len(due)
    return 0


def _is_due(row: Alarm, at: datetime) -> bool:
    return at - row.first_at >= PATIENCE and (row.told_at is None or at - row.told_at >= AGAIN)


def _troubles(config: Config, at: datetime) -> dict[str, Trouble]:
    """Return what is wrong, by a name that stays while its numbers change."""
    found = {_name(trouble): trouble for trouble in page.examine(config, at).troubles}
    for group in ErrorGroup.get_latest(db.session):
        if at - group.first_at < AGAIN:
            values = {"kind": group.kind, "place": group.place or "–", "id": group.log_id}
            found[f"error:{group.fingerprint}"] = Trouble(Notice(NEW_ERROR, values))
    return found


def _name(trouble: Trouble) -> str:
    subject = trouble.found.values.get("name", trouble.found.values.get("languages", ""))
    return hashlib.sha256(f"{trouble.found.sentence}\n{subject}".encode()).hexdigest()[:32]


def _mails(config: Config, troubles: Sequence[Trouble]) -> list[Mail]:
    """Return what is sent, each in its reader's language; the mail without an address is the webhook's."""
    ready = {name for name, channel in channels.load().items() if channel.is_ready(config)}
    mails: list[Mail] = []
    school = School.get(db.session)
    locale, name = (school.locale, school.name) if school is not None else ("en", "Étude")
    if "email" in ready and config.alert_mail:
        mails.append(_written(config.alert_mail, troubles, locale, name))
    elif "email" in ready:
        admins = User.get_page(db.session, offset=0, limit=MOST_ADMINS, role=SchoolRole.ADMIN)
        mails += [_to(admin, troubles, locale) for admin in admins if admin.email]
    if "webhook" in ready:
        mails.append(_written("", troubles, locale, name))
    return mails


def _to(admin: User, troubles: Sequence[Trouble], locale: str) -> Mail:
    with force_locale(admin.locale or locale):
        return compose(admin, subject=translate(SUBJECT), paragraphs=_paragraphs(troubles))


def _written(address: str, troubles: Sequence[Trouble], locale: str, name: str) -> Mail:
    with force_locale(locale):
        return Mail(address, f"{name}: {translate(SUBJECT)}", "\n\n".join(_paragraphs(troubles)) + "\n")


def _paragraphs(troubles: Sequence[Trouble]) -> tuple[str, ...]:
    found = []
    for trouble in troubles:
        fix = trouble.fix if isinstance(trouble.fix, str) else translate(trouble.fix.sentence, trouble.fix.values)
        helps = [translate(WHAT_HELPS, {"fix": fix})] if fix else []
        found.append("\n".join([translate(trouble.found.sentence, trouble.found.values), *helps]))
    return (*found, translate(WHERE))


def _send(mail: Mail) -> None:
    if mail.to:
        enqueue(db.session, SEND_MAIL, mail.to, mail.subject, mail.text)
    else:
        enqueue(db.session, SEND_WEBHOOK, mail.subject, mail.text)

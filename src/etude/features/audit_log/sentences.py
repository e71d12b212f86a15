"""The audit log in sentences: one per tag, with the names of who did it and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from etude.audit import AuditTag

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: dict[AuditTag, Any] = {
    AuditTag.ACCOUNT_ADMIN_CREATED: _("%(actor)s created the first admin’s account"),
    AuditTag.ACCOUNT_CLAIMED: _("%(target)s claimed the name with the class code"),
    AuditTag.ACCOUNT_CLAIM_UNDONE: _("%(actor)s undid the claim of %(target)s"),
    AuditTag.ACCOUNT_CREATED: _("%(actor)s made the account of %(target)s"),
    AuditTag.ACCOUNT_DELETED: _("%(actor)s put the account of %(target)s in the bin"),
    AuditTag.ACCOUNT_ERASED: _("%(actor)s erased the data of %(target)s"),
    AuditTag.ACCOUNT_EXPORTED: _("%(actor)s exported the data of %(target)s"),
    AuditTag.ACCOUNT_INVITED: _("%(actor)s invited %(target)s"),
    AuditTag.ACCOUNT_RESTORED: _("%(actor)s restored the account of %(target)s"),
    AuditTag.ACCOUNT_ROLE_CHANGED: _("%(actor)s changed the role of %(target)s in the school"),
    AuditTag.ACCOUNT_UNLOCKED: _("%(actor)s unlocked the account of %(target)s"),
    AuditTag.ACCOUNT_UPDATED: _("%(actor)s changed the account of %(target)s"),
    AuditTag.ACTIVITY_CREATED: _("%(actor)s created an activity: %(target)s"),
    AuditTag.ACTIVITY_DELETED: _("%(actor)s put an activity in the bin: %(target)s"),
    AuditTag.ACTIVITY_EXPORTED: _("%(actor)s exported an activity: %(target)s"),
    AuditTag.ACTIVITY_IMPORTED: _("%(actor)s imported an activity: %(target)s"),
    AuditTag.ACTIVITY_RESTORED: _("%(actor)s restored an activity: %(target)s"),
    AuditTag.ACTIVITY_UPDATED: _("%(actor)s changed an activity: %(target)s"),
    AuditTag.ASSIGNMENT_CREATED: _("%(actor)s added an activity to the course: %(target)s"),
    AuditTag.ASSIGNMENT_DELETED: _("%(actor)s took an activity out of the course: %(target)s"),
    AuditTag.ASSIGNMENT_RESTORED: _("%(actor)s put an activity back into the course: %(target)s"),
    AuditTag.ASSIGNMENT_REJUDGED: _("%(actor)s had answers to an activity judged again: %(target)s"),
    AuditTag.ASSIGNMENT_UPDATED: _("%(actor)s changed dates or rules of an activity: %(target)s"),
    AuditTag.AUDIT_EXPORTED: _("%(actor)s exported the audit log"),
    AuditTag.AUDIT_RETIRED: _("%(actor)s retired the old beginning of the audit log"),
    AuditTag.BACKUP_CREATED: _("%(actor)s made a backup"),
    AuditTag.BACKUP_DOWNLOADED: _("%(actor)s downloaded a backup"),
    AuditTag.BACKUP_DROPPED: _("Backups that need not be kept any more were dropped"),
    AuditTag.BACKUP_FAILED: _("A backup could not be made"),
    AuditTag.BACKUP_KEY_MADE: _("%(actor)s made the key that encrypts the backups"),
    AuditTag.BACKUP_RESTORED: _("%(actor)s restored a backup"),
    AuditTag.BACKUP_SENT: _("A backup was sent to another place"),
    AuditTag.BACKUP_UNSENT: _("A backup could not be sent"),
    AuditTag.BACKUP_VERIFIED: _("%(actor)s verified a backup"),
    AuditTag.CONSOLE_DEMO_BEGUN: _("%(actor)s began to show a console to the class: %(target)s"),
    AuditTag.CONSOLE_DEMO_ENDED: _("The demonstration of a console to the class ended: %(target)s"),
    AuditTag.CONSOLE_HINTED: _("%(actor)s sent a hint into the page of %(target)s"),
    AuditTag.CONSOLE_LOOKED: _("%(actor)s looked at the live console of %(target)s"),
    AuditTag.CONSOLE_LOOK_ENDED: _("%(actor)s stopped looking at the live console of %(target)s"),
    AuditTag.CONSOLE_STOPPED: _("%(actor)s stopped a running program of %(target)s"),
    AuditTag.COURSE_ARCHIVED: _("%(actor)s archived the course or opened it again"),
    AuditTag.COURSE_CREATED: _("%(actor)s created the course"),
    AuditTag.COURSE_DELETED: _("%(actor)s put the course in the bin"),
    AuditTag.COURSE_EXPORTED: _("%(actor)s downloaded the archive of the course"),
    AuditTag.COURSE_RESTORED: _("%(actor)s restored the course"),
    AuditTag.COURSE_SOURCE_CHOSEN: _(
        "%(actor)s chose what stands where a repository and the school differ: %(target)s"
    ),
    AuditTag.COURSE_SOURCE_LEFT: _("%(actor)s let a course follow its repository no more: %(target)s"),
    AuditTag.COURSE_SOURCE_SET: _("%(actor)s set the repository that a course follows: %(target)s"),
    AuditTag.COURSE_SOURCE_TAKEN: _("What is new in its repository was taken into a course: %(target)s"),
    AuditTag.COURSE_UPDATED: _("%(actor)s changed the settings of the course"),
    AuditTag.DATABASE_MOVED: _("The school was moved to another database"),
    AuditTag.DATA_PURGED: _("What was past its time was removed for good"),
    AuditTag.ENROLMENT_CHANGED: _("%(actor)s changed role or section of %(target)s in the course"),
    AuditTag.ENROLMENT_CREATED: _("%(actor)s added %(target)s to the course"),
    AuditTag.ENROLMENT_DELETED: _("%(actor)s took %(target)s out of the course"),
    AuditTag.ENROLMENT_RESTORED: _("%(actor)s put %(target)s back into the course"),
    AuditTag.GRADES_EXPORTED: _("%(actor)s exported the marks of the course"),
    AuditTag.HISTORY_PUSHED: _("The history of the content was brought to its repository"),
    AuditTag.HISTORY_UNPUSHED: _("The history of the content could not be brought to its repository"),
    AuditTag.KEY_ROTATED: _("The school’s key was changed"),
    AuditTag.LINK_CREATED: _("A link to choose a password was asked for: %(target)s"),
    AuditTag.LINK_USED: _("%(target)s chose a password with a link"),
    AuditTag.LOGIN_FAILED: _("A sign-in was refused: %(target)s"),
    AuditTag.LOGIN_LOCKED: _("The account of %(target)s was locked after wrong passwords"),
    AuditTag.LOGIN_SUCCEEDED: _("%(target)s signed in"),
    AuditTag.LOGOUT: _("%(target)s signed out"),
    AuditTag.OVERRIDE_CHANGED: _("%(actor)s changed an exception to dates or attempts"),
    AuditTag.PASSWORD_CHANGED: _("%(target)s changed the own password"),
    AuditTag.PASSWORD_RESET: _("%(actor)s gave %(target)s a new one-time password"),
    AuditTag.PROGRESS_MARKED: _("%(actor)s marked work as completed by hand"),
    AuditTag.REVIEW_RELEASED: _("%(actor)s released a review"),
    AuditTag.REVIEW_SAVED: _("%(actor)s wrote a review"),
    AuditTag.ROSTER_IMPORTED: _("%(actor)s imported names into the course"),
    AuditTag.ROSTER_UNDONE: _("%(actor)s undid an import of names"),
    AuditTag.SCHOOL_UPDATED: _("%(actor)s changed the settings of the school"),
    AuditTag.SECOND_FACTOR_DISABLED: _("%(actor)s removed the second step of %(target)s"),
    AuditTag.SECOND_FACTOR_ENABLED: _("%(actor)s set up the second step or new recovery codes"),
    AuditTag.SECOND_FACTOR_FAILED: _("A wrong code was typed for %(target)s"),
    AuditTag.SECOND_FACTOR_RECOVERED: _("%(target)s signed in with a recovery code"),
    AuditTag.SECTION_CHANGED: _("%(actor)s changed a section of the course"),
    AuditTag.SESSION_REVOKED: _("%(actor)s ended sign-ins of %(target)s"),
    AuditTag.SUBMISSION_CREATED: _("%(actor)s handed in an answer"),
    AuditTag.SUBMISSION_REJUDGED: _("%(actor)s had an answer judged again"),
    AuditTag.SUBMISSION_VIEWED: _("%(actor)s looked at work of %(target)s"),
}
"""What each tag says; a test finds the tags that have no sentence."""


KINDS = {
    "activity": _("Activity"),
    "assignment": _("Activity in a course"),
    "course": _("Course"),
    "enrolment": _("Place in a course"),
    "override": _("Exception"),
    "progress": _("Progress"),
    "review": _("Review"),
    "roster_import": _("Import of names"),
    "school": _("School"),
    "section": _("Section"),
    "submission": _("Handed-in answer"),
    "user": _("Account"),
}
"""What an act can be done to, by the name of its table."""


def sentence(tag: str, values: Mapping[str, str]) -> str:
    """Return the sentence of a tag; an unknown one, of a newer version, is shown as it is."""
    try:
        template = SENTENCES[AuditTag(tag)]
    except (KeyError, ValueError):
        return tag
    return str(template) % values


def label(tag: AuditTag) -> str:
    """Return a tag's sentence without names, for the filter."""
    return str(SENTENCES[tag]) % {"actor": "…", "target": "…"}


def target_label(kind: str, number: int | None) -> str:
    """Return what was acted on as people name it, with its number; "" for nothing."""
    label = str(KINDS.get(kind, kind))
    return f"{label} {number}" if number else label


def detail_label(key: str) -> str:
    """Return the name of a detail for people; one without a translation is shown as it is."""
    labels = {
        "accounts": gettext("new accounts"),
        "address": gettext("from the address"),
        "browser": gettext("browser"),
        "claims_open_until": gettext("open for claims until"),
        "class_code": gettext("class code"),
        "confirmed": gettext("confirmed as an own student"),
        "contact": gettext("responsible for the data"),
        "count": gettext("how many"),
        "email": gettext("e-mail address"),
        "enrolments": gettext("people"),
        "before_id": gettext("older than entry"),
        "course_id": gettext("course"),
        "digest": gettext("digest"),
        "entries": gettext("entries"),
        "entry_id": gettext("up to entry"),
        "faults": gettext("faults"),
        "failures": gettext("wrong tries in a row"),
        "family_name": gettext("family name"),
        "format": gettext("format"),
        "given_name": gettext("first name"),
        "kept": gettext("left as they were"),
        "keeps_console_output": gettext("what programs show is kept"),
        "left": gettext("recovery codes left"),
        "locale": gettext("language"),
        "locked": gettext("while locked"),
        "login": gettext("user name"),
        "name": gettext("name"),
        "purpose": gettext("link for"),
        "recovery_codes": gettext("new recovery codes"),
        "replaced_by": gettext("next on this browser"),
        "late_days": gettext("days late"),
        "rescored": gettext("answers counted anew"),
        "role": gettext("role"),
        "person_id": gettext("person"),
        "reason": gettext("reason"),
        "score": gettext("points"),
        "seconds": gettext("seconds"),
        "section_id": gettext("section"),
        "sections": gettext("new sections"),
        "sent": gettext("sent by e-mail"),
        "since": gettext("since"),
        "slug": gettext("short name"),
        "tag": gettext("tag"),
        "target_id": gettext("its number"),
        "target_type": gettext("done to"),
        "text": gettext("text"),
        "until": gettext("until"),
        "zone": gettext("time zone"),
    }
    return str(labels.get(key, key))


def detail_text(value: object) -> str:
    """Return a detail's value for people: a pair is before and after."""
    if isinstance(value, dict):
        return "; ".join(f"{detail_label(key)} {detail_text(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, list) and len(value) == 2:
        return f"{_plain(value[0])} → {_plain(value[1])}"
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    return _plain(value)


def _plain(value: object) -> str:
    return "–" if value in (None, "") else str(value)[:200]

"""Writes on activities: create, change, copy, delete, files, check, export. One function, one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from etude import audit
from etude.audit import AuditTag
from etude.content import ContentError, activity_tree, from_document, parse_activity
from etude.content.model import BOTH, COURSE_LANGUAGES
from etude.core.errors import Conflict, NotFound, Refused
from etude.extensions import db
from etude.features.authoring.differences import changed_paths
from etude.features.authoring.rights import get_activity
from etude.models import Activity, ActivityVersion
from etude.models.activity.publishing import ask_for_check
from etude.models.activity.storing import store_content
from etude.models.activity.using import get_courses_using

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from etude.content import ActivityContent

MAX_AUDITED_PATHS = 30
MAX_ACTIVITY_BYTES = 50_000_000


def _(sentence: str) -> str:
    """Mark a sentence for the catalogue; it is translated where it is shown."""
    return sentence


class SlugTaken(Conflict):
    """Another living activity has this short name."""

    default = _("Another activity of the school has this short name.")


class ChangedMeanwhile(Conflict):
    """Somebody saved the activity since the form was opened.

    Attributes:
        latest: the number of the version that stands now.
    """

    def __init__(self, latest: int) -> None:
        super().__init__(_("Somebody saved this activity while you were changing it. Nothing of yours was saved yet."))
        self.latest = latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who saves, when, and why: a note for the history, the number of the version that is brought back."""

    user_id: int
    at: datetime
    note: str = ""
    restored_number: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did: the version that stands now, and whether it is another one than before."""

    number: int
    is_changed: bool


def create(content: ActivityContent, *, user_id: int, at: datetime) -> int:
    """Store a new activity of this person; return its id.

    Raises:
        SlugTaken: another living activity has the short name.
    """
    with db.session.begin():
        if Activity.get_by_slug(db.session, content.slug) is not None:
            raise SlugTaken
        return _create(content, user_id=user_id, at=at, details={})


def _create(content: ActivityContent, *, user_id: int, at: datetime, details: Mapping[str, object]) -> int:
    activity = store_content(db.session, content, made_by_id=user_id, at=at).activity
    audit.record(
        db.session, AuditTag.ACTIVITY_CREATED, target=activity, details={"slug": activity.slug, "version": 1, **details}
    )
    return activity.id


def save(activity_id: int, content: ActivityContent, *, started_from: int, by: Act) -> Saved:
    """Store a content as the newest version of an activity; no mark moves, each submission keeps its version.

    Raises:
        NotFound: the activity is gone.
        ChangedMeanwhile: its latest version is not the one that the form began from.
        SlugTaken: another living activity has the short name.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        latest = _latest(activity)
        if latest.number != started_from:
            raise ChangedMeanwhile(latest.number)
        other = Activity.get_by_slug(db.session, content.slug)
        if other is not None and other.id != activity.id:
            raise SlugTaken
        return _save(activity, latest, content, by)


def restore(activity_id: int, number: int, *, started_from: int, by: Act) -> Saved:
    """Bring back what an activity said in one of its versions, as its newest version.

    It is read and checked as an import is, and its solutions are judged again. It keeps the short name that the
    activity has today: that is how courses, folders and repositories know it.

    Raises:
        NotFound: the activity or the version is gone.
        ChangedMeanwhile: its latest version is not the one that the person saw.
        ContentError: the version was written by rules that no longer hold.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        latest = _latest(activity)
        if latest.number != started_from:
            raise ChangedMeanwhile(latest.number)
        version = ActivityVersion.get_by_number(db.session, activity.id, number)
        if version is None:
            raise NotFound
        content = replace(from_document(version.document), slug=activity.slug)
        checked = parse_activity(activity_tree(content))
        return _save(activity, latest, checked, replace(by, restored_number=number))


def _latest(activity: Activity) -> ActivityVersion:
    version_id = activity.latest_version_id
    version = db.session.get(ActivityVersion, version_id) if version_id is not None else None
    if version is None:
        raise NotFound
    return version


def _save(activity: Activity, before: ActivityVersion, content: ActivityContent, by: Act) -> Saved:
    stored = store_content(db.session, content, made_by_id=by.user_id, at=by.at, activity=activity)
    version = stored.version
    if stored.is_changed:
        version.note, version.restored_number = by.note, by.restored_number
        paths = changed_paths(from_document(before.document), content)[:MAX_AUDITED_PATHS]
        details = {"slug": activity.slug, "version": version.number, "before": before.number, "changed": paths}
        if by.restored_number is not None:
            details["restored"] = by.restored_number
        audit.record(db.session, AuditTag.ACTIVITY_UPDATED, target=activity, details=details)
    return Saved(version.number, stored.is_changed)


def duplicate(activity_id: int, *, user_id: int, at: datetime) -> int:
    """Copy an activity as one of this person's own; return the copy's id."""
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        content = from_document(_latest(activity).document)
        copy = replace(content, slug=_free_slug(content.slug), title=_copied_title(content.title))
        return _create(copy, user_id=user_id, at=at, details={"copied_from": activity.id})


def _free_slug(slug: str) -> str:
    """Return a short name that no living activity has: `say-hello-2` for `say-hello`."""
    stem = slug[:58].rstrip("-")
    names = [f"{stem}-{number}" for number in range(2, 100)]
    taken = Activity.get_taken_slugs(db.session, names)
    free = next((name for name in names if name not in taken), None)
    if free is None:
        raise Refused(_("There are too many copies of this activity. Rename some of them first."))
    return free


def _copied_title(title: Mapping[str, str]) -> dict[str, str]:
    marks = {"fr": "%s (copie)", "en": "%s (copy)", BOTH: "%s (2)"}
    return {language: marks[language] % text for language, text in title.items()}


def delete(activity_id: int, *, user_id: int, at: datetime) -> None:
    """Put an activity in the bin.

    Raises:
        NotFound: it is gone already.
        Refused: a living course uses it; the sentence names the courses.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        used_in = [course.code for course in get_courses_using(db.session, [activity.id]).get(activity.id, [])]
        if used_in:
            raise Refused(
                _("This activity is used in: %(courses)s. Take it out of these courses first."),
                courses=", ".join(used_in),
            )
        activity.delete(at, user_id)
        audit.record(db.session, AuditTag.ACTIVITY_DELETED, target=activity, details={"slug": activity.slug})


def ask_again(activity_id: int, *, at: datetime) -> None:
    """Have the solutions of an activity's latest version judged, again if they were before.

    Raises:
        NotFound: the activity is gone.
    """
    with db.session.begin():
        ask_for_check(db.session, _latest(get_activity(db.session, activity_id)), at)


def take_out(activity_id: int) -> ActivityContent:
    """Return the whole content of an activity for an export; audited, since tests and solutions leave the school.

    Raises:
        NotFound: the activity is gone.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        version = _latest(activity)
        content = from_document(version.document)
        details = {"slug": activity.slug, "version": version.number}
        audit.record(db.session, AuditTag.ACTIVITY_EXPORTED, target=activity, details=details)
    return content


def add_files(activity_id: int, files: Mapping[str, bytes], *, beside: bool, user_id: int, at: datetime) -> Saved:
    """Put files into an activity's newest version, in place of those of the same name.

    beside: every program finds them in its folder, in both course languages (code activities only).

    Raises:
        NotFound: the activity is gone.
        ContentError: a file's name or size is not taken.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        before = _latest(activity)
        content = from_document(before.document)
        changed = replace(content, files={**content.files, **files})
        if beside and content.kind == "code":
            changed = replace(changed, program_files=_with_beside(content, list(files)))
        total = sum(len(data) for data in activity_tree(changed).values())
        if total > MAX_ACTIVITY_BYTES:
            sentence = _("The files of an activity may have %(maximum)s MB together at most.")
            raise ContentError("files", "", sentence, {"maximum": MAX_ACTIVITY_BYTES // 1_000_000})
        return _save(activity, before, parse_activity(activity_tree(changed)), Act(user_id=user_id, at=at))


def _with_beside(content: ActivityContent, names: list[str]) -> Mapping[str, tuple[str, ...]]:
    if set(content.program_files) <= {BOTH}:
        return {BOTH: tuple(dict.fromkeys((*content.program_files.get(BOTH, ()), *names)))}
    return {
        language: tuple(dict.fromkeys((*content.program_files.get(language, ()), *names)))
        for language in COURSE_LANGUAGES
    }


def remove_file(activity_id: int, name: str, *, user_id: int, at: datetime) -> Saved:
    """Take a file out of an activity, in a new version.

    Raises:
        NotFound: the activity or the file is gone.
    """
    with db.session.begin():
        activity = get_activity(db.session, activity_id)
        before = _latest(activity)
        content = from_document(before.document)
        if name not in content.files:
            raise NotFound
        beside = {
            language: tuple(one for one in names if one != name) for language, names in content.program_files.items()
        }
        files = {path: data for path, data in content.files.items() if path != name}
        changed = replace(content, files=files, program_files=beside if any(beside.values()) else {})
        return _save(activity, before, parse_activity(activity_tree(changed)), Act(user_id=user_id, at=at))

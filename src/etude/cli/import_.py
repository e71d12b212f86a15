"""`etude import`: activities and courses from folders into the school."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say
from etude.content import ContentError, is_course, read_activity, read_activity_zip, read_course
from etude.core import clock
from etude.extensions import db
from etude.features.authoring.importing import Imported, import_activities, import_course
from etude.models import Course, School

if TYPE_CHECKING:
    from etude.content import ActivityContent, ContentWarning, CourseContent


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--course", "course_code", default="", help="The code of the course to place the activities in.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (default: ./data).")
def command(path: Path, course_code: str, dry_run: bool, as_json: bool, data: str | None) -> None:  # noqa: FBT001
    """Import an activity's folder or archive, or a course's folder; says what was taken, changed and left out."""
    try:
        course = read_course(path) if path.is_dir() and is_course(path) else None
        contents = list(course.activities) if course else [_read_one(path)]
    except ContentError as error:
        raise CommandError(str(error), code=Exit.WRONG_USE) from error
    warnings = [*(course.warnings if course else ()), *(w for content in contents for w in content.warnings)]
    with create_app(read_config(data)).app_context():
        done = [] if dry_run else _store(contents, course, course_code)
    _report(contents, done, warnings, as_json=as_json)


def _read_one(path: Path) -> ActivityContent:
    return read_activity(path) if path.is_dir() else read_activity_zip(path.read_bytes())


def _store(contents: list[ActivityContent], course: CourseContent | None, course_code: str) -> list[Imported]:
    at = clock.now()
    if course is not None and not course_code and Course.get_by_code(db.session, course.code) is None:
        school = School.get(db.session)
        if school is None:
            raise CommandError(_("This data folder has no school yet. Start “etude serve” once."), code=Exit.WRONG_USE)
        import_course(course, locale=school.locale, zone=school.zone, made_by_id=None, at=at)
        return import_activities(contents, course_code=course.code, made_by_id=None, at=at)
    target = course_code or (course.code if course else "")
    try:
        return import_activities(contents, course_code=target, made_by_id=None, at=at)
    except LookupError as error:
        raise CommandError(
            _("There is no course with the code “%(code)s”.", code=target), code=Exit.WRONG_USE
        ) from error


def _report(
    contents: list[ActivityContent], done: list[Imported], warnings: list[ContentWarning], *, as_json: bool
) -> None:
    changes = {imported.slug: imported.change for imported in done}
    if as_json:
        rows = [{"slug": c.slug, "kind": c.kind, "change": changes.get(c.slug, "dry-run")} for c in contents]
        say(json.dumps({"activities": rows, "warnings": [str(w) for w in warnings]}, ensure_ascii=False))
        return
    words = {"new": _("new"), "changed": _("changed"), "same": _("unchanged")}
    for content in contents:
        say(f"{content.slug}  {content.kind}  {words.get(changes.get(content.slug, ''), _('would be taken'))}")
    for warning in warnings:
        say(_("Note: %(warning)s", warning=warning))

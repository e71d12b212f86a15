"""`etude import`: activities and courses from folders and archives into the school."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.checked import Checks, check_now
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _, say, tell
from etude.content import ContentError
from etude.core import clock
from etude.extensions import db
from etude.features.authoring.importing import Imported, import_activities, import_course, plan
from etude.features.authoring.packages import read_path
from etude.grading.errors import JobError
from etude.importers.bench import Bench
from etude.jail import JailError
from etude.models import Course, School
from etude.system_errors import reason

if TYPE_CHECKING:
    from etude.config import Config
    from etude.features.authoring.packages import Package


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--course", "course_code", default="", help="The code of the course to place the activities in.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@data_option
def command(path: Path, course_code: str, dry_run: bool, as_json: bool, data: str | None) -> None:  # noqa: FBT001
    """Import a folder or an archive: an activity, several, or a course; says what was taken, changed and left out.

    The solutions that came with it are judged; where this machine cannot isolate programs, a worker does it later.
    With a mistake in one activity nothing is taken, exit code 2.
    """
    package = _read(path, read_config(data))
    if package.errors:
        _report(package, [], Checks(), as_json=as_json, dry_run=dry_run)
        raise click.exceptions.Exit(Exit.WRONG_USE)
    config = read_config(data)
    with create_app(config).app_context():
        _check_course(course_code)
        done = plan(package.contents, user=None) if dry_run else _store(package, course_code)
        checks = Checks() if dry_run else check_now(config, [one.slug for one in done])
    _report(package, done, checks, as_json=as_json, dry_run=dry_run)


def _read(path: Path, config: Config) -> Package:
    if not path.exists():
        raise CommandError(_("There is nothing at %(path)s.", path=path), code=Exit.WRONG_USE)
    try:
        with Bench(uid=config.jail_uid, tier=config.sandbox) as bench:
            return read_path(path, bench)
    except ContentError as error:
        raise CommandError(tell(error), code=Exit.WRONG_USE) from error
    except JobError as error:
        sentence = _("The engine does not take this activity: %(reason)s", reason=error)
        raise CommandError(sentence, code=Exit.WRONG_USE) from error
    except JailError as error:
        sentence = _("This machine cannot judge programs: %(reason)s", reason=error)
        raise CommandError(sentence, code=Exit.CANNOT) from error
    except OSError as error:
        sentence = _("%(path)s cannot be read: %(reason)s.", path=path, reason=reason(error))
        raise CommandError(sentence, code=Exit.WRONG_USE) from error


def _check_course(code: str) -> None:
    if code and Course.get_by_code(db.session, code) is None:
        raise CommandError(_("There is no course with the code “%(code)s”.", code=code), code=Exit.WRONG_USE)


def _store(package: Package, course_code: str) -> list[Imported]:
    """Store the activities: in the course that was named, else in the package's own, which is made if need be."""
    at, course = clock.now(), package.course
    code = course_code or (course.code if course is not None else "")
    if course is None or course_code or Course.get_by_code(db.session, code) is not None:
        return import_activities(package.contents, course_code=code, made_by_id=None, at=at)
    school = School.get(db.session)
    if school is None:
        raise CommandError(_("This data folder has no school yet. Start “etude serve” once."), code=Exit.WRONG_USE)
    done = plan(package.contents, user=None)
    import_course(course, locale=school.locale, zone=school.zone, made_by_id=None, at=at)
    return done


def _report(package: Package, done: list[Imported], checks: Checks, *, as_json: bool, dry_run: bool) -> None:
    changes = {imported.slug: imported.change for imported in done}
    errors, warnings = [tell(error) for error in package.errors], [tell(note) for note in package.warnings]
    if as_json:
        rows = [
            {"slug": one.slug, "kind": one.kind, "change": changes.get(one.slug, "none"), **checks.document(one.slug)}
            for one in package.contents
        ]
        report = {"dry_run": dry_run, "activities": rows, "errors": errors, "warnings": warnings}
        say(json.dumps(report, ensure_ascii=False))
        return
    words = {"new": _("new"), "changed": _("changed"), "same": _("unchanged"), "none": _("not taken")}
    for content in package.contents:
        said = checks.sentence(content.slug)
        say(f"{content.slug}  {content.kind}  {words[changes.get(content.slug, 'none')]}{f'  {said}' if said else ''}")
    if checks.hindrance:
        say(checks.hindrance)
    for warning in warnings:
        say(_("Note: %(warning)s", warning=warning))
    for error in errors:
        click.echo(error, err=True)
    if dry_run:
        say(_("This was a dry run: nothing was changed."))

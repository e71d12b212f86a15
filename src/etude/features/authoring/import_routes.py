"""Activities from a zip: first what it holds and what would change, then, on a second press, storing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from etude.content import ContentError
from etude.core import clock
from etude.extensions import db
from etude.features.authoring import importing, incoming, packages
from etude.features.authoring.forms import ConfirmImportForm, ImportForm
from etude.models import Course
from etude.permissions import Permission, can, requires
from etude.web.i18n import school_values, translate
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.content import ContentWarning
    from etude.features.authoring.packages import Package

blueprint = Blueprint("activity_import", __name__, template_folder="templates")


@blueprint.route("/activities/import", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_WRITE)
def upload() -> ResponseReturnValue:
    """Take an archive and look into it; nothing is stored yet."""
    form = ImportForm()
    if form.validate_on_submit():
        archive = form.archive.data.read()
        try:
            packages.read_archive(archive)
        except ContentError as error:
            form.archive.errors = [_say(error)]
        else:
            token = incoming.keep(settings(), archive, user_id=current_user.id, at=clock.now())
            return redirect(url_for(".review", token=token))
    return render_template("authoring/import.html", form=form), 422 if form.errors else 200


@blueprint.get("/activities/import/<token>")
@requires(Permission.ACTIVITY_WRITE)
def review(token: str) -> ResponseReturnValue:
    """Show what an archive holds: new, changed, the same, and the mistakes with their file and field."""
    package = packages.read_archive(incoming.read(settings(), token, user_id=current_user.id))
    contents = package.contents
    planned = importing.plan(contents, user=current_user)
    return render_template(
        "authoring/import_review.html",
        rows=list(zip(contents, planned, strict=True)),
        errors=[_say(error) for error in package.errors],
        warnings=[_say(warning) for warning in package.warnings],
        course=package.course if _may_make_course(package, planned) else None,
        count=sum(one.change in {importing.NEW, importing.CHANGED} for one in planned),
        form=ConfirmImportForm(),
        token=token,
    )


@blueprint.post("/activities/import/<token>")
@requires(Permission.ACTIVITY_WRITE)
def confirm(token: str) -> ResponseReturnValue:
    """Store what an archive holds, as far as this person may."""
    form = ConfirmImportForm()
    if not form.validate_on_submit():
        return redirect(url_for(".review", token=token))
    config, user_id = settings(), current_user.id
    package = packages.read_archive(incoming.read(config, token, user_id=user_id))
    if form.make_course.data and package.course is not None and can(Permission.COURSE_CREATE):
        return _make_course(package, token)
    done = importing.import_planned(package.contents, user=current_user, at=clock.now())
    incoming.forget(config, token, user_id=user_id)
    count = sum(one.change in {importing.NEW, importing.CHANGED} for one in done)
    flash(ngettext("%(num)s activity was imported.", "%(num)s activities were imported.", count), "success")
    return redirect(url_for("authoring.list_activities"))


def _make_course(package: Package, token: str) -> ResponseReturnValue:
    school, user_id = school_values(), current_user.id
    assert package.course is not None
    course_id = importing.import_course_with_plan(
        package.course,
        locale=school.get("locale", "en"),
        zone=school.get("zone", "UTC"),
        user=current_user,
        at=clock.now(),
    )
    if course_id is None:
        flash(_("The course could not be made: look at this page once more."), "error")
        return redirect(url_for(".review", token=token))
    incoming.forget(settings(), token, user_id=user_id)
    flash(_("The course was made with its activities. Nobody but you is in it yet."), "success")
    return redirect(url_for("courses.show_course", course_id=course_id))


def _may_make_course(package: Package, planned: list[importing.Imported]) -> bool:
    """Tell whether the course of an archive can be made: the code is free, and no activity is somebody else's."""
    if package.course is None or not can(Permission.COURSE_CREATE):
        return False
    refused = any(one.change == importing.REFUSED for one in planned)
    return not refused and Course.get_by_code(db.session, package.course.code) is None


def _say(fault: ContentError | ContentWarning) -> str:
    """Return a mistake or a warning in the page's language, with its file and field."""
    place = ", ".join(part for part in (fault.path, fault.field) if part)
    text = translate(fault.sentence, dict(fault.values))
    return str(_("%(place)s: %(text)s", place=place, text=text)) if place else text

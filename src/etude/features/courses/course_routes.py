"""Courses: the list, the course page, and what its teacher does with the course as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotAllowed
from etude.features.courses import course_list, course_page, course_services, staff_page
from etude.features.courses.forms import ConfirmForm, CourseForm, DuplicateForm
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import school_values, translate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.core.errors import EtudeError
    from etude.forms import BaseForm

blueprint = Blueprint("courses", __name__, template_folder="templates")


def _invalid(template: str, form: BaseForm, **values: object) -> ResponseReturnValue:
    """Show a form: for the first time (200), or again with its errors (422)."""
    return render_template(template, form=form, **values), 422 if form.is_submitted() else 200


def _put_error(form: CourseForm | DuplicateForm, error: EtudeError) -> None:
    form.code.errors = [translate(error.sentence, error.values)]


@blueprint.get("/courses")
@requires(Permission.ACCOUNT_SELF)
def list_courses() -> ResponseReturnValue:
    """List the courses of the signed-in person, or all of them for an admin."""
    listed = course_list.get_course_list(current_user, request.args.get("page", 1, int))
    return render_template("courses/list.html", listed=listed)


@blueprint.route("/courses/new", methods=["GET", "POST"])
@requires(Permission.COURSE_CREATE)
def create_course() -> ResponseReturnValue:
    """Create a course; language and zone are the school's unless others are chosen."""
    school = school_values()
    form = CourseForm(locale=school.get("locale", "en"), zone=school.get("zone", "UTC"))
    if not form.validate_on_submit():
        return _invalid("courses/create.html", form)
    try:
        course_id = course_services.create_course(form.values(), teacher_id=current_user.id)
    except course_services.CodeTaken as error:
        _put_error(form, error)
        return _invalid("courses/create.html", form)
    return redirect(url_for(".show_course", course_id=course_id))


@blueprint.get("/courses/<int:course_id>")
@requires(Permission.COURSE_VIEW)
def show_course(course_id: int) -> ResponseReturnValue:
    """Show the series to a student, or to staff who ask for it (`?view=student`); else the staff's table."""
    found, at = scope(), clock.now()
    if found.is_staff and request.args.get("view") != "student":
        page = staff_page.get_staff_page(found.course, found.section_id, at)
        return render_template("courses/staff.html", course=found.course, page=page, tabs=course_tabs(course_id))
    section_id = found.enrolment.section_id if found.enrolment else None
    student_page = course_page.get_course_page(found.course, current_user.id, section_id, at)
    return render_template("courses/show.html", course=found.course, page=student_page, is_preview=found.is_staff)


@blueprint.route("/courses/<int:course_id>/settings", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def edit_course(course_id: int) -> ResponseReturnValue:
    """Change what the course says of itself; archive, copy and delete it from the same page."""
    course = scope().course
    form = CourseForm(obj=course)
    if not form.validate_on_submit():
        return _invalid("courses/edit.html", form, course=course, tabs=course_tabs(course_id))
    try:
        course_services.update_course(course_id, form.values())
    except course_services.CodeTaken as error:
        _put_error(form, error)
        return _invalid("courses/edit.html", form, course=course, tabs=course_tabs(course_id))
    flash(_("The course was saved."), "success")
    return redirect(url_for(".edit_course", course_id=course_id))


@blueprint.post("/courses/<int:course_id>/archive")
@requires(Permission.COURSE_MANAGE)
def archive(course_id: int) -> ResponseReturnValue:
    """End the course: it can be read, nothing can be handed in."""
    if ConfirmForm().validate_on_submit():
        course_services.set_archived(course_id, is_archived=True, at=clock.now())
    return redirect(url_for(".show_course", course_id=course_id))


@blueprint.post("/courses/<int:course_id>/unarchive")
@requires(Permission.COURSE_MANAGE)
def unarchive(course_id: int) -> ResponseReturnValue:
    """Open an archived course again."""
    if ConfirmForm().validate_on_submit():
        course_services.set_archived(course_id, is_archived=False, at=clock.now())
    return redirect(url_for(".show_course", course_id=course_id))


@blueprint.post("/courses/<int:course_id>/delete")
@requires(Permission.COURSE_MANAGE)
def delete_course(course_id: int) -> ResponseReturnValue:
    """Put the course in the bin."""
    if ConfirmForm().validate_on_submit():
        course_services.delete_course(course_id, by_id=current_user.id, at=clock.now())
        flash(_("The course is in the bin. It can be restored from there."), "success")
    return redirect(url_for(".list_courses"))


@blueprint.route("/courses/<int:course_id>/copy", methods=["GET", "POST"])
@requires(Permission.COURSE_CREATE)
def duplicate(course_id: int) -> ResponseReturnValue:
    """Copy the course with its assignments, without its people."""
    course = scope().course
    if not scope().may(Permission.COURSE_MANAGE):
        raise NotAllowed
    form = DuplicateForm(title=course.title)
    first = course_services.get_first_date(course_id)
    if not form.validate_on_submit():
        return _invalid("courses/duplicate.html", form, course=course, first=first, tabs=course_tabs(course_id))
    try:
        copy_id = course_services.duplicate_course(course_id, form.values(), teacher_id=current_user.id)
    except course_services.CodeTaken as error:
        _put_error(form, error)
        return _invalid("courses/duplicate.html", form, course=course, first=first, tabs=course_tabs(course_id))
    flash(_("The course was copied. Nobody but you is in it yet."), "success")
    return redirect(url_for(".show_course", course_id=copy_id))

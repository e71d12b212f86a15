"""The class list: who is in the course, and everything a teacher does for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import EtudeError, NotFound
from etude.extensions import db
from etude.features.roster import class_list, member_services, services
from etude.features.roster.class_list import PAGE_SIZE
from etude.features.roster.forms import AddMemberForm, AddStudentForm, EpochForm, MemberForm
from etude.features.roster.member_services import NewMember
from etude.models import Enrolment, Section
from etude.models.course import CourseRole, roster
from etude.permissions import Permission, requires, scope
from etude.web.course_tabs import course_tabs
from etude.web.i18n import translate
from etude.web.school_fields import public_address
from etude.web.told import tell_rescored

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("roster", __name__, template_folder="templates")
PAGE = "/courses/<int:course_id>/people"
MEMBER = "/enrolments/<int:enrolment_id>"


@blueprint.get(PAGE)
@requires(Permission.ENROLMENT_MANAGE)
def show_roster(course_id: int) -> ResponseReturnValue:
    """Show who is in the course, with the state of each account."""
    page = class_list.get_class_page(
        scope().course,
        section_id=request.args.get("section", type=int),
        page=request.args.get("page", 1, type=int),
        at=clock.now(),
    )
    return render_template("roster/people.html", page=page, course=scope().course, tabs=course_tabs(course_id))


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def add_student(course_id: int) -> ResponseReturnValue:
    """Add one new student."""
    form = AddStudentForm(sections=Section.get_for_course(db.session, course_id))
    if not form.validate_on_submit():
        return _form_page("roster/add_student.html", form, course_id)
    member = member_services.add_student(
        course_id, form.given_name.data, form.family_name.data, section_id=form.section_id(), at=clock.now()
    )
    flash(_("The student is in the course. The name can be claimed, or give three words for it here."), "success")
    return redirect(url_for(".show_member", enrolment_id=member.id))


@blueprint.route(f"{PAGE}/add", methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def add_member(course_id: int) -> ResponseReturnValue:
    """Add somebody who has an account: another teacher, an assistant, an observer, a student of another course."""
    form = AddMemberForm(sections=Section.get_for_course(db.session, course_id))
    if not form.validate_on_submit():
        return _form_page("roster/add_member.html", form, course_id)
    asked = NewMember(form.login.data, CourseRole(form.role.data), form.section_id())
    try:
        member = member_services.add_member(course_id, asked, actor_id=current_user.id, at=clock.now())
    except EtudeError as refusal:
        form.login.errors = [translate(refusal.sentence, refusal.values)]
        return _form_page("roster/add_member.html", form, course_id)
    flash(_("%(login)s is in the course.", login=form.login.data), "success")
    return redirect(url_for(".show_member", enrolment_id=member.id))


def _form_page(template: str, form: AddStudentForm | AddMemberForm, course_id: int) -> ResponseReturnValue:
    page = render_template(template, form=form, course=scope().course, tabs=course_tabs(course_id))
    return page, 422 if form.is_submitted() else 200


def _member(enrolment_id: int) -> Enrolment:
    member = roster.get_member(db.session, enrolment_id)
    if member is None:
        raise NotFound
    return member


@blueprint.route(MEMBER, methods=["GET", "POST"])
@requires(Permission.ENROLMENT_MANAGE)
def show_member(enrolment_id: int) -> ResponseReturnValue:
    """Show one member with everything that can be done; change role and section."""
    member = _member(enrolment_id)
    form = MemberForm(
        sections=Section.get_for_course(db.session, member.course_id),
        data={"role": member.role.value, "section": str(member.section_id or 0)},
    )
    if not form.validate_on_submit():
        return _member_page(member, form)
    try:
        rescored = member_services.change_member(
            enrolment_id, CourseRole(form.role.data), form.section_id(), at=clock.now()
        )
    except EtudeError as refusal:
        form.role.errors = [translate(refusal.sentence, refusal.values)]
        return _member_page(_member(enrolment_id), form)
    flash(_("The change is saved."), "success")
    tell_rescored(rescored)
    return redirect(url_for(".show_member", enrolment_id=enrolment_id))


def _member_page(member: Enrolment, form: MemberForm) -> ResponseReturnValue:
    row = class_list.row_of(member, clock.now())
    tabs = course_tabs(member.course_id)
    page = render_template("roster/member.html", form=form, member=member, row=row, course=scope().course, tabs=tabs)
    return page, 422 if form.is_submitted() else 200


@blueprint.post(f"{MEMBER}/password")
@requires(Permission.ENROLMENT_MANAGE)
def make_password(enrolment_id: int) -> ResponseReturnValue:
    """Give a student three words that open the account once; they are shown on this page and nowhere else."""
    form = EpochForm()
    if not form.validate_on_submit():
        raise NotFound
    course = scope().course
    card = services.make_one_time_password(enrolment_id, form.epoch.data, course.locale, at=clock.now())
    address = public_address() + url_for("auth.sign_in")
    return render_template("roster/new_password.html", card=card, course_id=course.id, address=address)


@blueprint.post(f"{MEMBER}/confirm")
@requires(Permission.ACCOUNT_SELF)
def confirm(enrolment_id: int) -> ResponseReturnValue:
    """Say that this is a class of one's own (the student), or of this student (the admin)."""
    name = member_services.confirm(enrolment_id, current_user.id, at=clock.now())
    if scope().enrolment is None:
        flash(_("%(name)s is confirmed as a student of this course.", name=name), "success")
        return redirect(url_for(".show_member", enrolment_id=enrolment_id))
    flash(_("Thank you. This is one of your classes now."), "success")
    return redirect(url_for("courses.show_course", course_id=scope().course.id))


@blueprint.post(f"{MEMBER}/undo-claim")
@requires(Permission.ENROLMENT_MANAGE)
def undo_claim(enrolment_id: int) -> ResponseReturnValue:
    """Make a claimed name free again."""
    name = services.undo_claim(enrolment_id, at=clock.now())
    flash(_("The name %(name)s is free again. Whoever took it is signed out.", name=name), "success")
    return redirect(url_for(".show_roster", course_id=scope().course.id))


@blueprint.post(f"{MEMBER}/unlock")
@requires(Permission.ENROLMENT_MANAGE)
def unlock(enrolment_id: int) -> ResponseReturnValue:
    """Lift a lock."""
    name = services.unlock_student(enrolment_id)
    flash(_("%(name)s can sign in again.", name=name), "success")
    return redirect(url_for(".show_member", enrolment_id=enrolment_id))


@blueprint.post(f"{MEMBER}/sign-out")
@requires(Permission.ENROLMENT_MANAGE)
def sign_out(enrolment_id: int) -> ResponseReturnValue:
    """Sign a student out everywhere."""
    name = services.end_student_sessions(enrolment_id, at=clock.now())
    flash(_("%(name)s is signed out everywhere.", name=name), "success")
    return redirect(url_for(".show_member", enrolment_id=enrolment_id))


@blueprint.post(f"{MEMBER}/remove")
@requires(Permission.ENROLMENT_MANAGE)
def remove(enrolment_id: int) -> ResponseReturnValue:
    """Take somebody out of the course."""
    name = member_services.remove_member(enrolment_id, current_user.id, at=clock.now())
    flash(_("%(name)s is no longer in the course. Work and marks stay, and can be brought back.", name=name), "success")
    return redirect(url_for(".show_roster", course_id=scope().course.id))


@blueprint.get(f"{PAGE}/removed")
@requires(Permission.ENROLMENT_MANAGE)
def show_removed(course_id: int) -> ResponseReturnValue:
    """Show who was taken out of the course, the last one first."""
    page = max(1, request.args.get("page", 1, type=int))
    found = Enrolment.get_deleted_page(db.session, course_id, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1)
    return render_template(
        "roster/removed.html",
        members=found[:PAGE_SIZE],
        page=page,
        page_count=page + (len(found) > PAGE_SIZE),
        course=scope().course,
        tabs=course_tabs(course_id),
    )


@blueprint.post(f"{PAGE}/removed/<int:member_id>/restore")
@requires(Permission.ENROLMENT_MANAGE)
def restore(course_id: int, member_id: int) -> ResponseReturnValue:
    """Put somebody back."""
    name = member_services.restore_member(course_id, member_id, at=clock.now())
    flash(_("%(name)s is in the course again.", name=name), "success")
    return redirect(url_for(".show_roster", course_id=course_id))

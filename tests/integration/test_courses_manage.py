from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude.extensions import db
from etude.models import Assignment, AuditEntry, Course, Enrolment
from etude.models.course import CourseRole
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


FORM = {"code": "ICS4U", "title": "Further", "description": "", "locale": "fr", "zone": "America/Toronto"}


def tags(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditEntry.tag).order_by(AuditEntry.id)))


def course_of(app: Flask, code: str) -> Course:
    with app.app_context():
        found = db.session.scalar(sa.select(Course).where(Course.code == code))
        assert found is not None
        return found


def test_a_teacher_creates_a_course_with_the_schools_language_and_zone(app: Flask, as_teacher: FlaskClient) -> None:
    page = as_teacher.get("/courses/new").text

    answer = factories.post(as_teacher, "/courses/new", FORM)

    assert '<option selected value="America/Toronto">' in page
    assert '<option selected value="en">' in page
    course = course_of(app, "ICS4U")
    assert answer.location == f"/courses/{course.id}"
    assert "The course has no activity yet" in as_teacher.get(answer.location).text
    assert tags(app) == ["course:course:created"]


def test_a_code_that_is_taken_is_told_at_its_field_and_the_form_is_kept(as_teacher: FlaskClient) -> None:
    answer = factories.post(as_teacher, "/courses/new", {**FORM, "code": "ICS3U"})

    assert answer.status_code == 422
    assert "Another course has this code already." in answer.text
    assert 'value="Further"' in answer.text


def test_a_student_creates_no_course(as_student: FlaskClient) -> None:
    assert as_student.get("/courses/new").status_code == 403
    assert "New course" not in as_student.get("/courses").text


def test_a_teacher_changes_the_settings_of_the_course(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    answer = factories.post(as_teacher, f"/courses/{people.course}/settings", {**FORM, "zone": "America/Winnipeg"})

    assert answer.status_code == 302
    course = course_of(app, "ICS4U")
    assert (course.title, course.locale, course.zone) == ("Further", "fr", "America/Winnipeg")
    assert tags(app) == ["course:course:updated"]


def test_settings_that_did_not_change_leave_no_trace(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    same = {**FORM, "code": "ICS3U", "title": "Computer Science", "locale": "en"}

    factories.post(as_teacher, f"/courses/{people.course}/settings", same)

    assert tags(app) == []


@pytest.mark.parametrize("path", ["settings", "copy", "bin", "assignments/new", "progress", "progress.csv"])
def test_a_student_sees_none_of_the_staffs_pages(
    as_student: FlaskClient, as_outsider: FlaskClient, people: factories.People, path: str
) -> None:
    assert as_student.get(f"/courses/{people.course}/{path}").status_code == 403
    assert as_outsider.get(f"/courses/{people.course}/{path}").status_code == 404


def test_an_outsider_is_not_told_that_a_course_exists(as_outsider: FlaskClient, people: factories.People) -> None:
    assert as_outsider.get(f"/courses/{people.course}").status_code == 404
    assert as_outsider.get("/courses/999").status_code == 404
    assert "You are in no course yet" in as_outsider.get("/courses").text


def test_an_archived_course_says_so_and_can_be_opened_again(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        factories.assignment(people.course, factories.activity().id)
    factories.post(as_teacher, f"/courses/{people.course}/archive")
    factories.post(as_teacher, f"/courses/{people.course}/archive")

    page = as_student.get(f"/courses/{people.course}").text

    assert "This course is archived" in page
    assert ">closed<" in page
    assert "Go on" not in page
    assert ">archived<" in as_student.get("/courses").text

    factories.post(as_teacher, f"/courses/{people.course}/unarchive")
    assert "archived" not in as_student.get(f"/courses/{people.course}").text
    assert tags(app) == ["course:course:archived"] * 2


def test_a_deleted_course_is_gone_for_all_and_comes_back_from_the_bin(
    app: Flask, as_teacher: FlaskClient, as_student: FlaskClient, people: factories.People
) -> None:
    factories.post(as_teacher, f"/courses/{people.course}/delete")

    assert as_student.get(f"/courses/{people.course}").status_code == 404
    assert as_teacher.get(f"/courses/{people.course}").status_code == 404
    page = as_teacher.get("/bin/courses").text
    assert "ICS3U – Computer Science" in page
    assert "Ada Teacher" in page

    answer = factories.post(as_teacher, f"/bin/courses/{people.course}/restore")

    assert answer.status_code == 302
    assert as_student.get(f"/courses/{people.course}").status_code == 200
    assert tags(app) == ["course:course:deleted", "course:course:restored"]


def test_a_course_whose_code_was_taken_meanwhile_stays_in_the_bin(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    factories.post(as_teacher, f"/courses/{people.course}/delete")
    factories.post(as_teacher, "/courses/new", {**FORM, "code": "ICS3U"})

    answer = factories.post(as_teacher, f"/bin/courses/{people.course}/restore", follow_redirects=True)

    assert "Another course has this code now." in answer.text
    assert "ICS3U – Computer Science" in answer.text


def test_another_teacher_neither_sees_nor_restores_my_deleted_course(
    app: Flask, as_teacher: FlaskClient, as_admin: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        other_id = factories.user("Eve", "Other", school_role="teacher").id
    other = factories.sign_in(app, other_id)
    factories.post(as_teacher, f"/courses/{people.course}/delete")

    assert "ICS3U" not in other.get("/bin/courses").text
    assert factories.post(other, f"/bin/courses/{people.course}/restore").status_code == 404
    assert "ICS3U" in as_admin.get("/bin/courses").text
    assert factories.post(as_admin, f"/bin/courses/{people.course}/restore").status_code == 302


@pytest.mark.parametrize("path", ["/bin/users", "/bin/courses/999"])
def test_a_bin_that_does_not_exist_is_not_found(as_teacher: FlaskClient, path: str) -> None:
    assert as_teacher.get(path).status_code == 404


def test_a_copy_moves_every_date_by_the_same_days_on_the_clock_of_the_course(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    opens = datetime(2026, 10, 30, 13, 0, tzinfo=UTC)  # 9:00 in Toronto, summer time
    with app.app_context():
        factories.assignment(
            people.course, factories.activity().id, opens_at=opens, due_at=opens + timedelta(days=1), attempts=3
        )
    form = {"code": "COPY", "title": "Copy", "dates": "shift", "first_day": "2027-02-01"}

    factories.post(as_teacher, f"/courses/{people.course}/copy", form)

    copy = course_of(app, "COPY")
    with app.app_context():
        (assignment,) = Assignment.get_for_course(db.session, copy.id)
        roles = [one.role for one in Enrolment.get_members(db.session, copy.id)]
    assert assignment.opens_at == datetime(2027, 2, 1, 14, 0, tzinfo=UTC)
    assert assignment.due_at == datetime(2027, 2, 2, 14, 0, tzinfo=UTC)
    assert assignment.attempts == 3
    assert roles == [CourseRole.TEACHER]


def test_a_copy_can_leave_all_dates_empty(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    with app.app_context():
        factories.assignment(people.course, factories.activity().id, due_at=datetime(2026, 10, 30, tzinfo=UTC))

    factories.post(as_teacher, f"/courses/{people.course}/copy", {"code": "COPY", "title": "Copy", "dates": "clear"})

    with app.app_context():
        (assignment,) = Assignment.get_for_course(db.session, course_of(app, "COPY").id)
    assert assignment.due_at is None


def test_a_copy_needs_a_code_of_its_own(as_teacher: FlaskClient, people: factories.People) -> None:
    answer = factories.post(
        as_teacher, f"/courses/{people.course}/copy", {"code": "ICS3U", "title": "Copy", "dates": "clear"}
    )

    assert answer.status_code == 422
    assert "Another course has this code already." in answer.text


def test_a_teacher_who_is_only_a_student_here_copies_nothing(app: Flask, people: factories.People) -> None:
    with app.app_context():
        learner = factories.user("Lea", "Learner", school_role="teacher").id
        factories.enrolment(people.course, learner)

    assert factories.sign_in(app, learner).get(f"/courses/{people.course}/copy").status_code == 403


def test_what_was_deleted_in_a_course_comes_back_from_its_bin(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        section = factories.section(people.course, "Morning")
        with db.session.begin():
            enrolment = Enrolment.get_for(db.session, people.course, people.ben)
            enrolment.delete(START, people.ada)
            db.session.merge(section).delete(START, people.ada)
        enrolment_id, section_id = enrolment.id, section.id
    bin_path = f"/courses/{people.course}/bin"

    assert "Ben Student" in as_teacher.get(f"{bin_path}/people").text
    assert "Morning" in as_teacher.get(f"{bin_path}/sections").text
    factories.post(as_teacher, f"{bin_path}/people/{enrolment_id}/restore")
    factories.post(as_teacher, f"{bin_path}/sections/{section_id}/restore")

    assert "This bin is empty" in as_teacher.get(f"{bin_path}/people").text
    assert "This bin is empty" in as_teacher.get(f"{bin_path}/sections").text
    assert tags(app) == ["course:enrolment:restored", "course:section:changed"]


def test_a_student_who_is_enrolled_again_cannot_be_restored_twice(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        with db.session.begin():
            old = Enrolment.get_for(db.session, people.course, people.ben)
            old.delete(START, people.ada)
        old_id = old.id
        factories.enrolment(people.course, people.ben)

    answer = factories.post(as_teacher, f"/courses/{people.course}/bin/people/{old_id}/restore", follow_redirects=True)

    assert "This person is in the course again" in answer.text


def test_the_bin_of_one_course_restores_nothing_of_another(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    with app.app_context():
        other = factories.course()
        section = factories.section(other.id)
        with db.session.begin():
            db.session.merge(section).delete(START, None)

    answer = factories.post(as_teacher, f"/courses/{people.course}/bin/sections/{section.id}/restore")

    assert answer.status_code == 404

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.models import Course, Enrolment, RosterImport, User
from etude.models.course import CourseRole, roster
from etude.models.user import SchoolRole, sort_key
from tests import factories
from tests.conftest import START

if TYPE_CHECKING:
    from etude.core.db import UnitOfWorkSession
    from etude.models.mixins import SoftDeleteMixin


@pytest.fixture
def course_id(session: UnitOfWorkSession) -> int:
    return factories.course().id


def enrol(
    course_id: int, given: str, family: str, role: CourseRole = CourseRole.STUDENT, **values: object
) -> Enrolment:
    own = {name: values.pop(name) for name in ("section_id", "confirmed_at") if name in values}
    user = factories.user(given, family, **values)
    return factories.enrolment(course_id, user.id, role, **own)


def put_in_bin(session: UnitOfWorkSession, model: type[SoftDeleteMixin], row_id: int) -> None:
    with session.begin():
        session.get(model, row_id).delete(START, None)


def names(enrolments: object) -> list[str]:
    return [one.user.family_name for one in enrolments]


def test_class_list_is_by_family_name_as_french_sorts_it(session: UnitOfWorkSession, course_id: int) -> None:
    for family in ("Zola", "Émond", "Evans", "de Vries", "Eco"):
        enrol(course_id, "X", family)

    assert names(roster.get_class_page(session, course_id)) == ["de Vries", "Eco", "Émond", "Evans", "Zola"]


def test_class_list_has_pages_and_can_be_of_one_section(session: UnitOfWorkSession, course_id: int) -> None:
    section = factories.section(course_id)
    for number in range(3):
        enrol(course_id, "X", f"A{number}")
        enrol(course_id, "X", f"B{number}", section_id=section.id)

    assert names(roster.get_class_page(session, course_id, offset=2, limit=2)) == ["A2", "B0"]
    assert names(roster.get_class_page(session, course_id, section_id=section.id)) == ["B0", "B1", "B2"]
    assert roster.count_class(session, course_id) == 6
    assert roster.count_class(session, course_id, section_id=section.id) == 3


def test_who_left_or_whose_account_is_gone_is_not_in_the_class(session: UnitOfWorkSession, course_id: int) -> None:
    left, gone, here = (enrol(course_id, "X", family) for family in ("Left", "Gone", "Here"))
    put_in_bin(session, Enrolment, left.id)
    put_in_bin(session, User, gone.user_id)

    assert names(roster.get_class_page(session, course_id)) == ["Here"]
    assert roster.count_class(session, course_id) == roster.count_students(session, course_id).students == 1
    assert names(Enrolment.get_deleted_page(session, course_id, offset=0, limit=9)) == ["Left"]
    assert roster.get_member(session, left.id) is None
    assert roster.get_member(session, left.id, deleted=True).user.family_name == "Left"
    assert roster.get_member(session, here.id).user.family_name == "Here"


def test_students_without_a_password_are_counted_and_can_be_claimed(session: UnitOfWorkSession, course_id: int) -> None:
    enrol(course_id, "X", "Claimed")
    enrol(course_id, "X", "Free", password_hash=None)
    enrol(course_id, "X", "Teacher", CourseRole.TEACHER, password_hash=None, school_role=SchoolRole.TEACHER)
    # A colleague who tries the course as a student is no name that anybody may claim.
    enrol(course_id, "X", "Colleague", password_hash=None, school_role=SchoolRole.TEACHER)

    count = roster.count_students(session, course_id)

    assert (count.students, count.unclaimed, count.claimed) == (3, 2, 1)
    assert names(roster.get_unclaimed(session, course_id)) == ["Free"]


def test_empty_class_counts_nobody(session: UnitOfWorkSession, course_id: int) -> None:
    assert roster.count_students(session, course_id) == roster.ClassCount(0, 0)


def test_students_chosen_on_a_page_must_be_this_courses(session: UnitOfWorkSession, course_id: int) -> None:
    here, elsewhere = enrol(course_id, "X", "Here"), enrol(factories.course().id, "X", "Elsewhere")
    teacher = enrol(course_id, "X", "Teacher", CourseRole.TEACHER)

    found = roster.get_students(session, course_id, [here.id, elsewhere.id, teacher.id])

    assert names(found) == ["Here"]


def test_all_students_can_be_of_one_section(session: UnitOfWorkSession, course_id: int) -> None:
    section = factories.section(course_id)
    enrol(course_id, "X", "A")
    enrol(course_id, "X", "B", section_id=section.id)

    assert names(roster.get_all_students(session, course_id)) == ["A", "B"]
    assert names(roster.get_all_students(session, course_id, section_id=section.id)) == ["B"]


def test_accounts_are_found_by_name_students_only_however_many_names(session: UnitOfWorkSession) -> None:
    emma = factories.user("Emma", "Tremblay")
    factories.user("Ada", "Lovelace", school_role=SchoolRole.TEACHER)
    many = [sort_key(f"family{number}", "x") for number in range(900)]

    found = roster.get_by_sort_keys(session, [*many, sort_key("TREMBLAY", "emma"), sort_key("Lovelace", "Ada")])

    assert [user.id for user in found] == [emma.id]


def test_members_teachers_and_enrolments_of_an_import_are_found(session: UnitOfWorkSession, course_id: int) -> None:
    teacher = enrol(course_id, "X", "Teacher", CourseRole.TEACHER)
    made = factories.add(RosterImport(course_id=course_id, made_at=START))
    student = factories.enrolment(course_id, factories.user().id, import_id=made.id)

    assert roster.get_member_ids(session, course_id) == {teacher.user_id, student.user_id}
    assert roster.count_teachers(session, course_id) == 1
    assert [one.id for one in roster.get_imported(session, made.id)] == [student.id]
    assert roster.is_enrolled_anywhere(session, student.user_id)
    assert not roster.is_enrolled_anywhere(session, factories.user().id)


def test_lists_of_the_past_know_what_is_in_the_bin(session: UnitOfWorkSession, course_id: int) -> None:
    enrolment = enrol(course_id, "X", "Left")
    code = session.get(Course, course_id).code
    put_in_bin(session, Enrolment, enrolment.id)
    put_in_bin(session, Course, course_id)

    assert roster.get_course_codes(session, [course_id, 999]) == {course_id: code}
    assert roster.get_user_ids(session, [enrolment.id]) == {enrolment.id: enrolment.user_id}


def test_section_is_made_when_it_is_not_there(session: UnitOfWorkSession, course_id: int) -> None:
    with session.begin():
        first, is_new = roster.find_section(session, course_id, "A")
        second, is_new_again = roster.find_section(session, course_id, "A")

    assert (is_new, is_new_again) == (True, False)
    assert first.id == second.id
    assert roster.find_section(session, course_id, "") == (None, False)


def test_new_class_code_opens_the_course_and_the_old_one_no_more(session: UnitOfWorkSession, course_id: int) -> None:
    old = session.get(Course, course_id).class_code
    with session.begin():
        roster.renew_class_code(session, roster.lock_course(session, course_id))

    new = session.get(Course, course_id).class_code
    assert Course.get_by_class_code(session, old) is None
    assert Course.get_by_class_code(session, f" {new.lower()[:3]}-{new[3:]} ").id == course_id


def test_class_code_that_another_course_has_is_drawn_again(
    session: UnitOfWorkSession, course_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.course(class_code="TAKENA")
    drawn = iter(["TAKENA", "FREEAB"])
    monkeypatch.setattr(roster, "make_class_code", lambda: next(drawn))

    with session.begin():
        roster.renew_class_code(session, roster.lock_course(session, course_id))

    assert session.get(Course, course_id).class_code == "FREEAB"


def test_names_are_claimed_until_a_time_and_never_in_a_course_that_is_over() -> None:
    course, until = Course(), START + timedelta(hours=1)

    roster.open_claims(course, until)
    during = course.takes_claims(START), course.takes_claims(until)
    course.archived_at = START
    after = course.takes_claims(START)
    roster.open_claims(course, None)

    assert (during, after) == ((True, False), False)
    assert not course.takes_claims(START)


def test_only_courses_without_owner_and_teacher_are_adopted(session: UnitOfWorkSession) -> None:
    ada, eve = factories.user("Ada"), factories.user("Eve")
    sample = factories.course()
    factories.course(owner_id=eve.id)
    taught = factories.course()
    factories.enrolment(taught.id, eve.id, CourseRole.TEACHER)

    with session.begin():
        adopted = roster.adopt_courses(session, ada.id)

    assert adopted == 1
    assert session.get(Course, sample.id).owner_id == ada.id
    assert roster.get_member_ids(session, sample.id) == {ada.id}


def test_only_a_confirmed_place_makes_an_own_student(session: UnitOfWorkSession, course_id: int) -> None:
    own = enrol(course_id, "X", "Own", password_hash=None)
    enrol(course_id, "X", "Other", password_hash=None, confirmed_at=None)

    assert names(roster.get_unclaimed(session, course_id)) == ["Own"]
    assert names(roster.get_all_students(session, course_id)) == ["Own"]
    assert names(roster.get_students(session, course_id, range(1, 100))) == ["Own"]
    assert roster.count_class(session, course_id) == 2
    assert own.confirmed_at is not None


@pytest.mark.parametrize(
    ("role", "is_confirmed", "is_course_there", "is_own"),
    [
        (CourseRole.TEACHER, True, True, True),
        (CourseRole.TEACHER, False, True, False),
        (CourseRole.TEACHER, True, False, False),
        (CourseRole.ASSISTANT, True, True, False),
    ],
)
def test_own_students_are_those_confirmed_in_a_course_that_one_teaches(
    session: UnitOfWorkSession,
    course_id: int,
    role: CourseRole,
    is_confirmed: bool,
    is_course_there: bool,
    is_own: bool,
) -> None:
    ada = enrol(course_id, "Ada", "Teacher", role, school_role=SchoolRole.TEACHER)
    ben = enrol(course_id, "Ben", "Student", **({} if is_confirmed else {"confirmed_at": None}))
    if not is_course_there:
        put_in_bin(session, Course, course_id)

    assert roster.is_own_student(session, ben.user_id, ada.user_id) is is_own
    assert not roster.is_own_student(session, ada.user_id, ben.user_id)

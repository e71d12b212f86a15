"""What is recorded of a console, and what it showed where the course keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from etude.core import clock
from etude.extensions import db
from etude.models import Console, ConsoleRecord, Course
from etude.models.course import CourseRole
from tests import classroom, factories
from tests.audited import audited
from tests.integration.test_class_consoles import keeper as keeper
from tests.integration.test_class_consoles import member
from tests.integration.test_class_consoles import room as room
from tests.integration.test_consoles import open_console, wait_until_recorded

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from etude.worker.consoles import ConsoleKeeper

HOSTILE = "print('\\x1b[31m<b>hostile</b>\\x1b[0m')"


@pytest.fixture
def keeping(app: Flask, people: factories.People) -> None:
    """Ada's course keeps what programs show."""
    with app.app_context(), db.session.begin():
        db.session.get_one(Course, people.course).keeps_console_output = True


def ran(app: Flask, room: classroom.Room, user_id: int, **values: Any) -> int:
    with app.app_context():
        at = clock.now()
        values = {"key": f"key-{next(factories._numbers)}", "ended_at": at + timedelta(seconds=75), **values}
        row = Console(assignment_id=room.assignment, user_id=user_id, language="python", opened_at=at, **values)
        return int(factories.add(row).id)


def with_record(app: Flask, room: classroom.Room, user_id: int, output: bytes = b"shown") -> int:
    console = ran(app, room, user_id, ending="ended", is_kept=True)
    with app.app_context(), db.session.begin():
        ConsoleRecord.keep(db.session, console, output, is_whole=False, at=clock.now())
    return console


def test_what_a_program_showed_is_not_kept_unless_the_course_says_so(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    console = open_console(as_student, room, HOSTILE).json["id"]
    recorded = wait_until_recorded(app, console)

    assert (recorded.ending, recorded.is_kept) == ("ended", False)
    with app.app_context():
        assert db.session.get(ConsoleRecord, console) is None
    assert as_teacher.get(f"/consoles/{console}/record").status_code == 404
    assert "This course keeps" not in as_student.get(room.path).get_data(as_text=True)


@pytest.mark.usefixtures("keeping")
def test_course_that_keeps_it_tells_the_student_and_shows_it_to_those_allowed_as_plain_text(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_student: FlaskClient, as_teacher: FlaskClient
) -> None:
    told = as_student.get(room.path).get_data(as_text=True)
    console = open_console(as_student, room, HOSTILE).json["id"]
    wait_until_recorded(app, console)

    shown = as_teacher.get(f"/consoles/{console}/record").get_data(as_text=True)
    own = as_student.get(f"/consoles/{console}/record").get_data(as_text=True)

    assert "This course keeps for 30 days what your programs show" in told
    assert "&lt;b&gt;hostile&lt;/b&gt;" in shown
    assert "\x1b" not in shown
    assert "&lt;b&gt;hostile&lt;/b&gt;" in own
    assert "submission:submission:viewed" in audited(app)


@pytest.mark.usefixtures("keeping")
def test_try_of_the_staff_is_not_kept(
    app: Flask, room: classroom.Room, keeper: ConsoleKeeper, as_teacher: FlaskClient
) -> None:
    console = open_console(as_teacher, room, HOSTILE).json["id"]

    assert not wait_until_recorded(app, console).is_kept
    assert "This course keeps" not in as_teacher.get(room.path).get_data(as_text=True)


def test_record_is_for_its_student_and_the_staff_of_the_section_alone(
    app: Flask, room: classroom.Room, people: factories.People, as_outsider: FlaskClient
) -> None:
    console = with_record(app, room, people.ben)
    with app.app_context():
        section = factories.section(people.course).id
    assistant = member(app, people, CourseRole.ASSISTANT, section_id=section)
    strangers = (
        assistant,
        as_outsider,
        member(app, people, CourseRole.OBSERVER),
        member(app, people, CourseRole.STUDENT),
    )

    assert [one.get(f"/consoles/{console}/record").status_code for one in strangers] == [404] * 4
    listing = f"/courses/{people.course}/students/{people.ben}/consoles"
    assert [one.get(listing).status_code for one in strangers] == [404, 404, 403, 403]


def test_list_of_a_students_programs_says_in_what_how_long_and_which_limit(
    app: Flask, room: classroom.Room, people: factories.People, as_teacher: FlaskClient
) -> None:
    address = f"/courses/{people.course}/students/{people.ben}/consoles"
    empty = as_teacher.get(address).get_data(as_text=True)
    for limit in ("limit", "cpu", "memory", "output", "processes"):
        ran(app, room, people.ben, ending=limit, cpu_ms=30123)
    ran(app, room, people.ben, ending="", ended_at=None)
    kept = with_record(app, room, people.ben)

    shown = as_teacher.get(address).get_data(as_text=True)

    assert "No program was run on the server" in empty
    assert all(text in shown for text in ("Twice", "Python 3", "75", "30123", "reached a limit", "runs still"))
    assert all(f"limit of {one}" in shown for one in ("computing time", "memory", "output", "processes"))
    assert shown.count("/record") == 1
    assert "The beginning is missing" in as_teacher.get(f"/consoles/{kept}/record").get_data(as_text=True)
    assert as_teacher.get(f"/courses/{people.course}/students/{people.ada}/consoles").status_code == 404


def test_teacher_has_it_kept_in_the_settings_of_the_course_which_is_audited(
    app: Flask, people: factories.People, as_teacher: FlaskClient
) -> None:
    address = f"/courses/{people.course}/settings"
    data = {"code": "ICS3U", "title": "Computer Science", "locale": "en", "zone": "America/Toronto"}

    token = factories.csrf(as_teacher)
    as_teacher.post(address, data={**data, "csrf_token": token, "keeps_console_output": "y"})

    with app.app_context():
        assert db.session.get_one(Course, people.course).keeps_console_output
    assert "course:course:updated" in audited(app)

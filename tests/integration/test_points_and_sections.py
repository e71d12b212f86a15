"""Points of what was handed in before its author came to another section, which has dates of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from etude.extensions import db
from etude.models import Assignment, Enrolment, Override, Section
from tests import classroom, factories
from tests.integration import test_roster_import as roster
from tests.integration.test_points_and_dates import LATE, judged, last_details, marks

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time


@pytest.fixture
def late_room(app: Flask, people: factories.People, time: Time) -> classroom.Room:
    """Due thirty hours ago: what is handed in now is two days late."""
    with app.app_context():
        return classroom.open_room(people, due_at=time.at - timedelta(hours=30), **LATE)


def extended_section(app: Flask, room: classroom.Room, people: factories.People, time: Time) -> int:
    """A section that has until tomorrow."""
    with app.app_context():
        section_id = factories.section(people.course).id
        with db.session.begin():
            due_at = time.at + timedelta(days=1)
            db.session.add(Override(assignment_id=room.assignment, section_id=section_id, due_at=due_at))
    return section_id


def member_of(app: Flask, people: factories.People) -> int:
    with app.app_context():
        return Enrolment.get_for(db.session, people.course, people.ben).id


def move(client: FlaskClient, enrolment_id: int, section_id: int) -> Any:
    data = {"role": "student", "section": str(section_id)}
    return factories.post(client, f"/enrolments/{enrolment_id}", data, follow_redirects=True)


def test_a_move_to_a_section_with_more_time_counts_anew_says_so_and_moving_back_restores(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    section_id = extended_section(app, late_room, people, time)
    submission_id, enrolment_id = judged(app, late_room, people.ben), member_of(app, people)

    page = move(as_teacher, enrolment_id, section_id)
    with_section, noted = marks(app, submission_id, people.ben), last_details(app, "course:enrolment:changed")
    move(as_teacher, enrolment_id, 0)

    assert with_section == (0, "10.00", "10.00")
    assert "the lateness of 1 answer" in page.text
    assert noted["rescored"] == {str(submission_id): {"late_days": ["2", "0"], "score": ["8.00", "10.00"]}}
    assert marks(app, submission_id, people.ben) == (2, "8.00", "8.00")


def test_a_move_leaves_the_answers_of_others_alone(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    with app.app_context():
        dee = factories.user().id
        factories.enrolment(people.course, dee)
    section_id, dees = extended_section(app, late_room, people, time), judged(app, late_room, dee)

    page = move(as_teacher, member_of(app, people), section_id)

    assert marks(app, dees, dee) == (2, "8.00", "8.00")
    assert "lateness" not in page.text


@pytest.mark.parametrize("way", ["class list", "bin", "added again", "names pasted again"])
def test_who_comes_back_into_a_section_has_its_dates_for_earlier_answers_too(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time, way: str
) -> None:
    submission_id, enrolment_id = judged(app, late_room, people.ben), member_of(app, people)
    section_id = extended_section(app, late_room, people, time)
    with app.app_context(), db.session.begin():
        member = db.session.get(Enrolment, enrolment_id)
        member.section_id = section_id
        member.delete(time.at, people.ada)
        section = db.session.get(Section, section_id).name

    come_back(as_teacher, people, way, enrolment_id=enrolment_id, section=(section_id, section))

    assert marks(app, submission_id, people.ben) == (0, "10.00", "10.00")


def come_back(
    client: FlaskClient, people: factories.People, way: str, *, enrolment_id: int, section: tuple[int, str]
) -> None:
    course = f"/courses/{people.course}"
    if way == "class list":
        factories.post(client, f"{course}/people/removed/{enrolment_id}/restore")
    elif way == "bin":
        factories.post(client, f"{course}/bin/people/{enrolment_id}/restore")
    elif way == "added again":
        data = {"login": "ben", "role": "student", "section": str(section[0])}
        factories.post(client, f"{course}/people/add", data)
    else:
        page = roster.dry_run(client, people, "Ben Student", section=section[1]).text
        roster.confirm(client, people, page, choice_1=str(people.ben))


def test_an_assignment_from_the_bin_has_the_lateness_of_the_sections_of_today(
    app: Flask, late_room: classroom.Room, as_teacher: FlaskClient, people: factories.People, time: Time
) -> None:
    section_id = extended_section(app, late_room, people, time)
    submission_id, enrolment_id = judged(app, late_room, people.ben), member_of(app, people)
    with app.app_context(), db.session.begin():
        db.session.get(Assignment, late_room.assignment).delete(time.at, people.ada)
    move(as_teacher, enrolment_id, section_id)

    factories.post(as_teacher, f"/courses/{people.course}/bin/assignments/{late_room.assignment}/restore")

    assert marks(app, submission_id, people.ben) == (0, "10.00", "10.00")

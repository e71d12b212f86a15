from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from etude.extensions import db
from etude.features.roster import forms
from etude.models import AuditEntry, Enrolment, RosterImport, Section, User
from tests import factories
from tests.audited import audited
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.conftest import Time

TEXT = "Prénom;Nom;Groupe\nEmma;Tremblay;A\nEmma;Tremblay;B\nNoah;Roy;A\n12;34;A"


def path(people: factories.People, tail: str = "") -> str:
    return f"/courses/{people.course}/people/import{tail}"


def dry_run(client: FlaskClient, people: factories.People, text: str = TEXT, **more: object) -> object:
    return factories.post(client, path(people), {"text": text, "order": "given", **more})


def hidden(page: str) -> dict[str, str]:
    """What the browser would send back of a dry run's form: hidden fields and checked choices."""
    form = page[page.index("/people/import/confirm") :]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and (' type="hidden"' in tag or " checked" in tag):
            fields[name.group(1)] = unescape(value.group(1))
    fields.pop("csrf_token", None)
    return fields


def confirm(client: FlaskClient, people: factories.People, page: str, **more: str) -> object:
    return factories.post(client, path(people, "/confirm"), {**hidden(page), **more})


def logins(app: Flask, course_id: int) -> list[str]:
    with app.app_context():
        return [m.user.login for m in Enrolment.get_members(db.session, course_id, students_only=True)]


def test_the_dry_run_shows_everything_and_makes_nothing(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people).text

    assert "3 new accounts" in page
    assert "emma.tremblay2" in page
    assert "same name" in page
    assert "New sections: A, B" in page
    assert "1 line was not understood" in page
    assert "digits or @" in page
    assert logins(app, people.course) == ["ben"]


def test_confirming_makes_exactly_what_was_shown(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    page = dry_run(as_teacher, people).text

    answer = confirm(as_teacher, people, page)

    assert answer.status_code == 302
    assert logins(app, people.course) == ["noah.roy", "ben", "emma.tremblay", "emma.tremblay2"]
    with app.app_context():
        assert sorted(s.name for s in Section.get_for_course(db.session, people.course)) == ["A", "B"]
        assert db.session.query(User).filter_by(login="noah.roy").one().is_claimable
        assert AuditEntry.get_last(db.session).tag == "course:roster:imported"


def test_a_double_click_makes_it_once(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    page = dry_run(as_teacher, people).text
    confirm(as_teacher, people, page)

    second = confirm(as_teacher, people, page)

    assert second.status_code == 409
    assert "Nothing was made" in second.text
    assert len(logins(app, people.course)) == 4


def test_a_plan_that_was_changed_on_the_way_is_not_carried_out(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people).text

    answer = confirm(as_teacher, people, page, text="Mallory Eve")

    assert answer.status_code == 409
    assert logins(app, people.course) == ["ben"]


@pytest.mark.parametrize("choice", ["same", "new"])
def test_a_name_the_school_knows_is_who_the_teacher_says(
    choice: str, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people, "Cy Outsider").text
    value = str(people.cy) if choice == "same" else "new"

    confirm(as_teacher, people, page, choice_1=value)

    assert "Who is Cy Outsider?" in page
    assert logins(app, people.course) == (["cy", "ben"] if choice == "same" else ["cy.outsider", "ben"])


def test_an_account_that_was_not_offered_cannot_be_chosen(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people, "Cy Outsider").text

    answer = confirm(as_teacher, people, page, choice_1=str(people.admin))

    assert answer.status_code == 409
    assert logins(app, people.course) == ["ben"]


def test_a_file_of_the_spreadsheet_is_read(as_teacher: FlaskClient, people: factories.People) -> None:
    data = "Nom;Prénom\r\nLévesque;Zoé\r\n".encode("cp1252")

    page = dry_run(as_teacher, people, "", file=(io.BytesIO(data), "élèves.csv")).text

    assert "Lévesque" in page
    assert "zoe.levesque" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 an xlsx", "Save it as CSV"),
        (b"Emma Tremblay\n" * 100, "larger than 1 MB"),
        (b"", "Paste at least one name"),
    ],
)
def test_a_file_that_is_no_list_is_told_so(
    data: bytes,
    sentence: str,
    as_teacher: FlaskClient,
    people: factories.People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "MAX_FILE_BYTES", 1000)

    answer = dry_run(as_teacher, people, "", file=(io.BytesIO(data), "names.csv"))

    assert answer.status_code == 422
    assert sentence in answer.text


def test_names_without_a_section_go_to_the_one_of_the_form(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people, "Noah Roy", section="Period 3").text
    confirm(as_teacher, people, page)

    with app.app_context():
        (section,) = Section.get_for_course(db.session, people.course)
        assert section.name == "Period 3"


def import_id(app: Flask) -> int:
    with app.app_context():
        return db.session.query(RosterImport).one().id


def test_undoing_takes_back_accounts_sections_and_enrolments(
    app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    confirm(as_teacher, people, dry_run(as_teacher, people).text)

    answer = factories.post(as_teacher, path(people, f"/{import_id(app)}/undo"), follow_redirects=True)

    assert "3 students were taken out again." in answer.text
    assert logins(app, people.course) == ["ben"]
    with app.app_context():
        assert User.get_by_login(db.session, "noah.roy") is None
        assert Section.get_for_course(db.session, people.course) == []
    assert "course:roster:undone" in audited(app)


def test_undoing_leaves_who_has_used_the_account_and_who_was_known_before(
    time: Time, app: Flask, as_teacher: FlaskClient, people: factories.People
) -> None:
    page = dry_run(as_teacher, people, "Noah Roy\nCy Outsider").text
    confirm(as_teacher, people, page)
    with app.app_context(), db.session.begin():
        User.get_by_login(db.session, "noah.roy").claimed_at = time.at

    answer = factories.post(as_teacher, path(people, f"/{import_id(app)}/undo"), follow_redirects=True)

    assert "1 stay" in answer.text
    assert logins(app, people.course) == ["noah.roy", "ben"]
    with app.app_context():
        assert User.get_by_login(db.session, "cy") is not None


def test_an_import_is_undone_once(app: Flask, as_teacher: FlaskClient, people: factories.People) -> None:
    confirm(as_teacher, people, dry_run(as_teacher, people).text)
    undo = path(people, f"/{import_id(app)}/undo")
    factories.post(as_teacher, undo)

    assert factories.post(as_teacher, undo).status_code == 409


@pytest.mark.parametrize("who", ["as_student", "as_outsider"])
def test_only_teachers_see_the_page(who: str, request: pytest.FixtureRequest, people: factories.People) -> None:
    client = request.getfixturevalue(who)

    assert client.get(path(people)).status_code == (403 if who == "as_student" else 404)

"""Signing in and out, at the edges: nobody is signed in any more, the lock came meanwhile, the link is used."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.core import clock
from etude.core.errors import Gone
from etude.extensions import db
from etude.features.auth import services
from etude.features.auth.forms import NewPerson
from etude.models import AuditEntry, School, User, UserSession
from etude.models.school import SchoolValues
from etude.models.user import LinkPurpose
from etude.models.user.operations import Visitor, make_link
from tests import factories
from tests.hashing import cheap_hashes  # noqa: F401  every hash here is cheap

if TYPE_CHECKING:
    from flask import Flask

VISITOR = Visitor(device_secret="", browser="Firefox")

GRACE = NewPerson(given_name="Grace", family_name="Hopper", login="grace", email="", password="anchors aweigh 1")


@pytest.mark.usefixtures("session", "people")
def test_a_code_without_a_sign_in_is_wrong() -> None:
    outcome = services.check_code(999, "123456", visitor=VISITOR, at=clock.now())

    assert outcome.refusal is services.Refusal.WRONG


@pytest.mark.usefixtures("session")
def test_a_lock_that_came_meanwhile_ends_the_sign_in_that_waits_for_a_code(
    app: Flask, people: factories.People
) -> None:
    factories.sign_in(app, people.ada)
    at = clock.now()
    with db.session.begin():
        ada = db.session.get(User, people.ada)
        ada.locked_until = at + timedelta(minutes=5)
    row = UserSession.get_open_for(db.session, people.ada, seen_since=at - timedelta(hours=1))[0]

    outcome = services.check_code(row.id, "123456", visitor=VISITOR, at=at)

    assert outcome.refusal is services.Refusal.LOCKED
    assert db.session.get(UserSession, row.id).ended_at == at


@pytest.mark.usefixtures("session", "people")
def test_signing_out_with_an_unknown_cookie_changes_nothing() -> None:
    before = AuditEntry.get_last(db.session)

    services.sign_out("made up", at=clock.now())

    assert AuditEntry.get_last(db.session) == before


def describe(school: School) -> SchoolValues:
    """Return what the school says of itself already."""
    return SchoolValues(
        name=school.name, locale=school.locale, zone=school.zone, contact=school.contact, address=school.address
    )


@pytest.mark.usefixtures("session")
def test_the_first_admins_link_that_was_used_meanwhile_makes_nobody() -> None:
    values = describe(School.get(db.session))

    with pytest.raises(Gone):
        services.create_admin("made up", GRACE, values, visitor=VISITOR, at=clock.now())

    assert User.get_by_login(db.session, "grace") is None


@pytest.mark.usefixtures("session")
def test_a_school_that_was_described_before_is_not_noted_as_changed() -> None:
    with db.session.begin():
        token = make_link(db.session, LinkPurpose.CREATE_ADMIN, at=clock.now(), lifetime=timedelta(hours=1))
    values = describe(School.get(db.session))

    services.create_admin(token, GRACE, values, visitor=VISITOR, at=clock.now())

    tags = {entry.tag for entry in db.session.query(AuditEntry)}
    assert "account:admin:created" in tags
    assert not [tag for tag in tags if tag.startswith("school:")]

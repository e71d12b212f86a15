from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from etude import audit
from etude.audit import AuditTag
from etude.extensions import db
from etude.models import AuditEntry, AuditSeal
from tests import factories
from tests.audited import unguard
from tests.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from etude.config import Config
    from tests.conftest import Time
    from tests.unit.cli.conftest import Done


@pytest.fixture
def entries(app: Flask) -> None:
    with app.app_context(), db.session.begin():
        for number in range(3):
            audit.record(db.session, AuditTag.SCHOOL_UPDATED, details={"name": str(number)})


@pytest.mark.usefixtures("entries")
def test_whole_log_is_told_so(run: Callable[..., Done], config: Config, app: Flask) -> None:
    done = run("audit", "verify", "--data", config.data)

    with app.app_context():
        head = AuditEntry.get_head(db.session)
    assert (done.code, done.out) == (0, f"The audit log is whole. Entries: 3. Head: {head}\n")


@pytest.mark.usefixtures("entries")
def test_changed_entry_is_named(run: Callable[..., Done], config: Config, app: Flask) -> None:
    with app.app_context(), db.session.begin():
        unguard(db.session)
        db.session.execute(sa.update(AuditEntry).where(AuditEntry.id == 2).values(tag="nothing:to:see"))

    done = run("audit", "verify", "--data", config.data)

    assert (done.code, done.out) == (1, "")
    assert done.err == "The chain of the audit log breaks at entry 2: it was changed after it was written.\n"


@pytest.mark.usefixtures("entries")
def test_log_that_lacks_the_head_of_a_backup_is_refused(run: Callable[..., Done], config: Config) -> None:
    done = run("audit", "verify", "--data", config.data, "--head", "f" * 64)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("The audit log does not contain this head")


def test_old_beginning_is_kept_in_a_file_and_the_rest_still_verifies(
    run: Callable[..., Done], config: Config, app: Flask, time: Time, tmp_path: Path
) -> None:
    with app.app_context():
        for years in range(3):
            time.at = START - timedelta(days=365 * (5 - years))
            with db.session.begin():
                audit.record(db.session, AuditTag.SCHOOL_UPDATED, details={"name": "Élan"})
    time.at = START

    done = run("audit", "retire", "--data", config.data, "--to", tmp_path / "old.jsonl")
    again = run("audit", "retire", "--data", config.data, "--to", tmp_path / "older.jsonl")
    proved = run("audit", "verify", "--data", config.data)

    assert (done.code, again.code, proved.code) == (0, 0, 0)
    assert done.out.startswith("Retired: 2 entries, up to entry 2.")
    assert again.out == "Nothing in the audit log is old enough.\n"
    lines = [json.loads(line) for line in (tmp_path / "old.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["details"]["name"] for line in lines] == ["Élan", "Élan"]
    assert (tmp_path / "old.jsonl").stat().st_mode & 0o777 == 0o600
    with app.app_context():
        tags = db.session.scalars(sa.select(AuditEntry.tag).order_by(AuditEntry.id)).all()
        assert tags == ["school:settings:updated", "school:audit:retired"]
        assert AuditSeal.get_newest(db.session).digest == lines[-1]["digest"]


@pytest.mark.usefixtures("entries")
def test_broken_chain_is_not_retired(run: Callable[..., Done], config: Config, app: Flask, tmp_path: Path) -> None:
    with app.app_context(), db.session.begin():
        unguard(db.session)
        db.session.execute(sa.update(AuditEntry).where(AuditEntry.id == 2).values(tag="nothing:to:see"))

    done = run("audit", "retire", "--data", config.data, "--to", tmp_path / "old.jsonl")

    assert done.code != 0
    assert "is broken" in done.err
    assert not (tmp_path / "old.jsonl").exists()


def test_exposure_of_an_account_is_told(
    run: Callable[..., Done], config: Config, app: Flask, people: factories.People
) -> None:
    with app.app_context():
        factories.sign_in(app, people.ada)
        with db.session.begin():
            audit.record(db.session, AuditTag.GRADES_EXPORTED, actor_id=people.ada)

    done = run("audit", "exposure", "ada", "--data", config.data)
    as_json = json.loads(run("audit", "exposure", "ada", "--data", config.data, "--json").out)

    assert "Course ICS3U (teacher): students: 1, answers: 0, drafts: 0" in done.out
    assert "signed in " in done.out
    assert "progress:grades:exported  1" in done.out
    assert as_json["courses"][0]["students"] == 1
    assert as_json["done"] == {"progress:grades:exported": 1}


def test_exposure_of_an_account_that_did_nothing_says_so(
    run: Callable[..., Done], config: Config, people: factories.People
) -> None:
    done = run("audit", "exposure", "root", "--data", config.data)

    assert "All 4 accounts of the school" in done.out
    assert "nothing was opened" in done.out
    assert run("audit", "exposure", "nobody", "--data", config.data).code != 0

"""A course follows a Git repository: what is new is judged, then taken whole; nothing is overwritten unasked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from etude.content import digest, from_document
from etude.content.writer import activity_tree
from etude.core import clock
from etude.core.git_addresses import GitFault
from etude.core.git_fetch import Fetched
from etude.extensions import db
from etude.features.authoring import following
from etude.models import Activity, ActivityVersion, Assignment, AuditEntry, CourseSource
from etude.models.activity.storing import store_content
from etude.queue import TaskMessage
from etude.scheduler import fetch_sources
from tests import factories, git_servers
from tests.authoring import sample, stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from flask.testing import FlaskClient

    from etude.config import Config
    from etude.content import ActivityContent
    from tests.factories import People
    from tests.git_servers import GitServer

URL = "https://forge.example/school.git"
QUIZ = sample("quiz-basics")
SETTINGS = {"url": URL, "branch": "main", "folder": "", "every_minutes": "15", "user": "", "token": "s3cr3t-t0ken"}


class Forge:
    """What the repository holds at the moment; a look at it costs no network."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.commit = ""
        self.fault: Exception | None = None
        self.asked: list[Any] = []

    def put(self, *contents: ActivityContent, commit: str = "c0ffee", also: Mapping[str, bytes] | None = None) -> None:
        self.files = {
            f"{one.slug}/{path}": data for one in contents for path, data in activity_tree(one).items()
        } | dict(also or {})
        self.commit = commit * 7

    def fetch(self, remote: Any, wanted: Any, _scratch: Any) -> Fetched:
        self.asked.append(remote)
        if self.fault is not None:
            raise self.fault
        is_known = wanted.known == self.commit
        return Fetched(commit=self.commit, subject="Better words", files=None if is_known else self.files)


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Forge:
    made = Forge()
    monkeypatch.setattr(following, "fetch_apart", made.fetch)
    return made


@pytest.fixture
def path(people: People) -> str:
    return f"/courses/{people.course}/repository"


@pytest.fixture
def followed(as_teacher: FlaskClient, path: str, forge: Forge) -> Forge:
    """The course follows the repository, which holds a quiz that was taken."""
    forge.put(QUIZ)
    assert factories.post(as_teacher, path, SETTINGS).status_code == 302
    return forge


def look(app: Flask, config: Config, people: People) -> CourseSource:
    """Look at the repository, have what it brings judged, and return what is known then."""
    fetch_sources(app, config)
    with app.app_context():
        source = db.session.get_one(CourseSource, people.course)
        following.check_and_take(people.course, source.commit, refuse, clock.now())
        db.session.expire_all()
        return db.session.get_one(CourseSource, people.course)


def refuse(_job: object) -> Any:
    raise LookupError("no program is run here")


def ask(app: Flask, as_teacher: FlaskClient, path: str) -> None:
    factories.post(as_teacher, f"{path}/fetch")


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def versions_of(slug: str) -> list[ActivityVersion]:
    activity = Activity.get_by_slug(db.session, slug)
    assert activity is not None
    return list(reversed(ActivityVersion.get_page(db.session, activity.id, offset=0, limit=9)))


def change(content: ActivityContent, title: str) -> ActivityContent:
    return replace(content, title={"en": title})


def test_a_new_activity_is_taken_as_the_teachers_and_placed_hidden(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    source = look(app, config, people)

    assert (source.state, source.taken_commit) == ("taken", followed.commit)
    with app.app_context():
        [version] = versions_of(QUIZ.slug)
        assert (version.made_by_id, version.note) == (people.ada, "c0ffeec0ff Better words")
        activity = Activity.get_by_slug(db.session, QUIZ.slug)
        [placed] = [
            one for one in Assignment.get_for_course(db.session, people.course) if one.activity_id == activity.id
        ]
        assert not placed.is_visible
        tags = {entry.tag for entry in db.session.query(AuditEntry)}
    assert tags >= {"course:source:set", "course:source:taken", "content:activity:imported"}
    assert "All of it is taken" in text_of(as_teacher, path)


def test_a_change_becomes_a_version_and_a_known_commit_changes_nothing(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    followed.put(change(QUIZ, "Better"), commit="bada55")
    ask(app, as_teacher, path)
    look(app, config, people)
    ask(app, as_teacher, path)
    look(app, config, people)

    with app.app_context():
        assert [version.number for version in versions_of(QUIZ.slug)] == [1, 2]


def test_the_next_look_comes_by_itself_after_its_time(
    app: Flask, config: Config, people: People, followed: Forge, time: Any
) -> None:
    look(app, config, people)
    fetch_sources(app, config)
    time.forward(seconds=15 * 60 + 1)
    fetch_sources(app, config)

    assert len(followed.asked) == 2


def test_a_mistake_is_told_at_file_and_line_with_the_commit_and_nothing_is_taken(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    toml = b'format = 1\nslug = "broken"\nkind = "quiz"\ntitle = "B"\npoints = "x"\n'
    followed.put(change(QUIZ, "Better"), also={"broken/activity.toml": toml, "broken/statement.md": b"?"})

    source = look(app, config, people)

    html = text_of(as_teacher, path)
    assert source.state == "refused"
    assert "broken/activity.toml:5" in html
    assert "c0ffeec0ff" in html
    with app.app_context():
        assert Activity.get_by_slug(db.session, QUIZ.slug) is None


def test_a_solution_that_disagrees_keeps_the_whole_commit_out(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    wrong = replace(QUIZ, solutions=(replace(QUIZ.solutions[0], verdict="wrong_answer"),))
    followed.put(wrong, replace(sample("quiz-collections"), title={"en": "Sound"}))

    source = look(app, config, people)

    html = text_of(as_teacher, path)
    assert source.state == "refused"
    assert f"{QUIZ.slug}/solutions/wrong_answer" in html
    assert "This solution gets" in html
    with app.app_context():
        assert Activity.get_by_slug(db.session, "quiz-collections") is None


def test_a_program_that_cannot_be_judged_keeps_its_commit_out(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    followed.put(sample("hello"))

    source = look(app, config, people)

    assert source.state == "refused"
    assert "could not be judged" in text_of(as_teacher, path)


def test_what_was_changed_here_meanwhile_is_not_overwritten_until_somebody_chooses(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    with app.app_context():
        stored(change(QUIZ, "Ours"), people.ada)
    followed.put(change(QUIZ, "Theirs"), commit="bada55")
    ask(app, as_teacher, path)

    differs = look(app, config, people).state
    html = text_of(as_teacher, path)
    factories.post(as_teacher, f"{path}/ours")
    kept = look(app, config, people).state
    with app.app_context():
        titles = [from_document(version.document).title["en"] for version in versions_of(QUIZ.slug)][1:]
    factories.post(as_teacher, f"{path}/fetch")

    assert (differs, kept, titles) == ("differs", "taken", ["Ours"])
    assert "was changed here since it was last taken" in html
    followed.put(change(QUIZ, "Theirs again"), commit="deface")
    assert look(app, config, people).state == "differs"
    factories.post(as_teacher, f"{path}/theirs")
    assert look(app, config, people).state == "taken"
    with app.app_context():
        assert from_document(versions_of(QUIZ.slug)[-1].document).title == {"en": "Theirs again"}
        assert "course:source:chosen" in {entry.tag for entry in db.session.query(AuditEntry)}


def test_what_is_saved_while_solutions_are_judged_is_not_overwritten(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    followed.put(change(QUIZ, "Theirs"), commit="bada55")
    ask(app, as_teacher, path)
    fetch_sources(app, config)
    with app.app_context():
        stored(change(QUIZ, "Ours"), people.ada)
        following.check_and_take(people.course, followed.commit, refuse, clock.now())

    source = look(app, config, people)

    assert source.state == "differs"
    with app.app_context():
        assert from_document(versions_of(QUIZ.slug)[-1].document).title == {"en": "Ours"}


def test_an_activity_of_somebody_else_is_not_taken_over(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    with app.app_context(), db.session.begin():
        activity = store_content(db.session, change(QUIZ, "The school’s"), made_by_id=None, at=clock.now()).activity
        before = activity.latest_version_id

    source = look(app, config, people)

    assert source.state == "refused"
    assert "An activity of somebody else" in text_of(as_teacher, path)
    with app.app_context():
        assert Activity.get_by_slug(db.session, QUIZ.slug).latest_version_id == before


def test_a_dead_server_is_told_and_what_was_taken_stays(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    followed.fault = GitFault(
        "%(host)s does not answer. Is the network up, and the address right?", host="forge.example"
    )
    ask(app, as_teacher, path)

    source = look(app, config, people)

    assert (source.state, source.taken_commit) == ("refused", followed.commit)
    assert "forge.example does not answer." in text_of(as_teacher, path)


def test_a_secret_is_sealed_never_shown_and_goes_with_another_server(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    html = text_of(as_teacher, path)
    with app.app_context():
        kept = db.session.get_one(CourseSource, people.course).secret
        said = " ".join(str(entry.fields) for entry in db.session.query(AuditEntry))
    other = {**SETTINGS, "token": "", "url": "https://eve.example/school.git"}
    same = {**SETTINGS, "token": "", "folder": "activities"}
    factories.post(as_teacher, path, same)
    look(app, config, people)
    factories.post(as_teacher, path, other)
    look(app, config, people)

    assert kept.startswith("sealed1:")
    assert "s3cr3t" not in html + said
    assert [remote.secret for remote in followed.asked] == ["s3cr3t-t0ken", "s3cr3t-t0ken", ""]


@pytest.mark.parametrize("url", ["http://forge.example/a.git", "file:///etc", "https://u:p@forge.example/a.git", "x"])
def test_an_address_that_is_none_is_refused_in_the_form(as_teacher: FlaskClient, path: str, url: str) -> None:
    answer = factories.post(as_teacher, path, {**SETTINGS, "url": url})

    assert answer.status_code == 422
    assert "Type an address of the form" in answer.get_data(as_text=True)


def test_a_course_that_follows_no_more_keeps_what_was_taken(
    app: Flask, config: Config, people: People, as_teacher: FlaskClient, followed: Forge, path: str
) -> None:
    look(app, config, people)
    factories.post(as_teacher, f"{path}/leave")

    with app.app_context():
        assert db.session.get(CourseSource, people.course) is None
        assert "course:source:left" in {entry.tag for entry in db.session.query(AuditEntry)}
        assert Activity.get_by_slug(db.session, QUIZ.slug) is not None
    assert factories.post(as_teacher, f"{path}/fetch").status_code == 404


def test_strangers_and_students_reach_none_of_it(
    as_student: FlaskClient, as_outsider: FlaskClient, followed: Forge, path: str
) -> None:
    asked = ("", "/fetch", "/theirs", "/ours", "/leave")

    statuses = {
        (name, client.get(path).status_code, *(factories.post(client, path + one).status_code for one in asked))
        for name, client in (("student", as_student), ("outsider", as_outsider))
    }

    assert statuses == {("student", *[403] * 6), ("outsider", *[404] * 6)}


def test_the_worker_is_asked_once_for_what_is_new(app: Flask, config: Config, people: People, followed: Forge) -> None:
    fetch_sources(app, config)

    with app.app_context():
        tasks = [task.subject for task in db.session.query(TaskMessage) if task.subject.startswith("check_source")]
        assert tasks == [f"check_source:{people.course}"]
        assert digest(from_document(db.session.get_one(CourseSource, people.course).pending[0]["document"])) == digest(
            QUIZ
        )


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_servers.https(tmp_path_factory.mktemp("https") / "git") as server:
        yield server


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_servers.ssh(tmp_path_factory.mktemp("ssh") / "git") as server:
        yield server


@pytest.mark.long
@pytest.mark.parametrize("name", ["https", "ssh"])
def test_real_servers_are_followed_and_private_ones_only_where_a_setting_names_them(
    request: pytest.FixtureRequest,
    app: Flask,
    config: Config,
    people: People,
    as_teacher: FlaskClient,
    path: str,
    name: str,
) -> None:
    from etude.features.backups import repository

    path = f"/courses/{people.course}/repository"
    server: GitServer = request.getfixturevalue(name)
    with repository.opened(server.empty()) as git:
        git.commit({"activities/quiz-basics": activity_tree(QUIZ)}, "First", at=clock.now())
    typed = {
        **SETTINGS, "url": server.url, "folder": "activities", "user": git_servers.USER,
        "token": git_servers.TOKEN, "ssh_key": server.ssh_key, "known_hosts": server.known_hosts,
    }  # fmt: skip
    factories.post(as_teacher, path, typed)

    refused = look(app, config, people)
    said = text_of(as_teacher, path)
    ask(app, as_teacher, path)
    allowed = replace(config, git_private_hosts="localhost 127.0.0.1", git_ca=server.authority)
    taken = look(app, allowed, people)

    assert (refused.state, "ETUDE_GIT_PRIVATE_HOSTS" in said) == ("refused", True)
    assert (taken.state, taken.subject) == ("taken", "First")

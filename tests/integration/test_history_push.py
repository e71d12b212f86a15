"""The history of the content is brought to real Git servers, whose certificates and host keys are checked."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from dulwich.repo import Repo

from etude.core import clock
from etude.core.git_addresses import GitFault
from etude.extensions import db
from etude.features.backups import history, pushing, repository
from etude.features.health import page as health
from etude.models import AuditEntry
from etude.models.activity.storing import store_content
from etude.scheduler import push_history
from tests import git_servers
from tests.authoring import sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from etude.config import Config
    from etude.core.db import UnitOfWorkSession
    from tests.conftest import Time
    from tests.git_servers import GitServer

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_servers.https(tmp_path_factory.mktemp("https") / "git") as server:
        yield server


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with git_servers.ssh(tmp_path_factory.mktemp("ssh") / "git") as server:
        yield server


@pytest.fixture
def over_https(https: GitServer, config: Config) -> Config:
    https.empty()
    return replace(
        config,
        history_remote=https.url,
        history_user=git_servers.USER,
        history_token=git_servers.TOKEN,
        history_ca=https.authority,
    )


@pytest.fixture
def over_ssh(ssh: GitServer, config: Config, tmp_path: Path) -> Config:
    ssh.empty()
    (tmp_path / "key").write_text(ssh.ssh_key)
    (tmp_path / "hosts").write_text(ssh.known_hosts)
    return replace(
        config,
        history_remote=ssh.url,
        history_ssh_key=tmp_path / "key",
        history_ssh_hosts=tmp_path / "hosts",
    )


@pytest.fixture(params=["over_https", "over_ssh"])
def remote_config(request: pytest.FixtureRequest) -> Config:
    found: Config = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def school(app: Flask, session: UnitOfWorkSession, time: Time) -> None:
    """A school with an activity."""
    save("Un")


def save(title: str) -> None:
    with db.session.begin():
        store_content(db.session, replace(sample(), title={"fr": title}), made_by_id=None, at=clock.now())


def head_of(folder: Path) -> str:
    with Repo(str(folder)) as repo:
        found = repo.refs.read_ref(repository.BRANCH)
    return found.decode() if found else ""


def arrived(*servers: GitServer) -> set[str]:
    return {head for server in servers if (server.folder / git_servers.NAME).is_dir()
            if (head := head_of(server.folder / git_servers.NAME))}  # fmt: skip


def tags() -> list[str]:
    return [entry.tag for entry in db.session.query(AuditEntry) if "history" in entry.tag]


def test_what_is_new_arrives_and_is_audited_once(
    remote_config: Config, https: GitServer, ssh: GitServer, time: Time
) -> None:
    first = pushing.push_if_due(remote_config, clock.now())
    save("Deux")
    too_soon = pushing.push_if_due(remote_config, clock.now())
    time.forward(seconds=600)
    second = pushing.push_if_due(remote_config, clock.now())
    time.forward(seconds=600)
    third = pushing.push_if_due(remote_config, clock.now())

    assert (first, too_soon, second, third) == (True, False, True, False)
    assert head_of(remote_config.data / history.FOLDER) in arrived(https, ssh)
    assert tags() == ["school:history:pushed"] * 2


def test_a_branch_with_commits_of_others_is_left_alone(remote_config: Config, https: GitServer, ssh: GitServer) -> None:
    for server in (https, ssh):
        with repository.opened(server.empty()) as git:
            git.commit({"theirs.txt": b"theirs"}, "Theirs", at=clock.now())
    before = arrived(https, ssh)

    with pytest.raises(GitFault, match="commits that are not ours"):
        pushing.push_if_due(remote_config, clock.now())

    assert arrived(https, ssh) == before


def test_a_server_of_another_authority_is_told_nothing(over_https: Config, https: GitServer) -> None:
    https.asked.clear()

    with pytest.raises(GitFault, match="certificate of localhost cannot be verified"):
        pushing.push_if_due(replace(over_https, history_ca=None), clock.now())

    assert https.asked == []


def test_a_server_with_another_host_key_is_told_nothing(over_ssh: Config, ssh: GitServer, tmp_path: Path) -> None:
    place, kind, key = ssh.known_hosts.split()[:3]
    other = "A" if key[-5] != "A" else "B"
    (tmp_path / "hosts").write_text(f"{place} {kind} {key[:-5]}{other}{key[-4:]}")

    with pytest.raises(GitFault, match=r"host key of 127\.0\.0\.1 is not the one"):
        pushing.push_if_due(over_ssh, clock.now())

    assert not arrived(ssh)


def test_a_wrong_token_is_told_and_stands_nowhere(over_https: Config) -> None:
    config = replace(over_https, history_token="wr0ng")

    with pytest.raises(GitFault, match="does not let us in"):
        pushing.push_if_due(config, clock.now())

    assert "wr0ng" not in config.history_note.read_text()
    assert "wr0ng" not in repr(config)


def test_a_redirect_is_not_followed(over_https: Config, https: GitServer) -> None:
    config = replace(over_https, history_remote=https.url.replace("/school.git", "/elsewhere/school.git"))

    with pytest.raises(GitFault, match="did not answer as a Git server does"):
        pushing.push_if_due(config, clock.now())

    assert not arrived(https)


def test_a_dead_network_is_told_on_health_once_in_the_audit_log_and_tried_again(
    app: Flask, over_https: Config, https: GitServer, time: Time
) -> None:
    dead = replace(over_https, history_remote="https://localhost:9/school.git")

    push_history(app, dead)
    time.forward(seconds=60)
    push_history(app, dead)
    time.forward(seconds=1800)
    push_history(app, dead)

    found = [str(trouble.found) for trouble in health._of_sending(dead)]
    assert found == ["localhost does not answer. Is the network up, and the address right?"]
    assert tags() == ["school:history:unpushed"]
    tried_at = json.loads(dead.history_note.read_text())["tried_at"]
    assert tried_at == clock.now().isoformat()
    time.forward(seconds=1800)
    push_history(app, over_https)
    assert not list(health._of_sending(over_https))
    assert arrived(https)


def test_settings_that_do_not_do_are_told_on_health(app: Flask, over_ssh: Config) -> None:
    for config in (
        replace(over_ssh, history_ssh_hosts=None),
        replace(over_ssh, history_remote="https://u:p@host/a.git"),
    ):
        push_history(app, config)

        [trouble] = health._of_sending(config)
        assert "ETUDE_HISTORY_" in str(trouble.found)


def test_nothing_is_done_where_no_remote_is_set(config: Config) -> None:
    assert pushing.push_if_due(config, clock.now() + timedelta(days=1)) is False
    assert not config.history_note.exists()

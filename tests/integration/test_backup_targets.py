"""Backups that go elsewhere over WebDAV and over SSH: to real servers, whose certificates and host keys are checked."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from etude.config import Config, ConfigError
from etude.core import clock, erasure_list
from etude.extensions import db
from etude.features.backups import archive, notes, sending
from etude.features.backups.targets import open_target, targets
from etude.models.user import SchoolRole
from etude.queue import SEND_MAIL, TaskMessage
from etude.serving import doctor
from tests import backup_servers, factories
from tests.backup_servers import Line
from tests.installation import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from etude.core.db import UnitOfWorkSession
    from tests.backup_servers import Ssh, WebDav
    from tests.conftest import Time

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def webdav_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDav]:
    with backup_servers.webdav(tmp_path_factory.mktemp("webdav")) as server:
        yield server


@pytest.fixture
def webdav(webdav_server: WebDav) -> WebDav:
    """The server, as it answers when all is well."""
    webdav_server.answers.clear()
    webdav_server.cuts = 0
    return webdav_server


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ssh]:
    with backup_servers.ssh(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture
def over_https(webdav: WebDav, config: Config, tmp_path: Path) -> Config:
    """Settings that send to a new folder of the WebDAV server."""
    return replace(config, backup_target=f"{webdav.address}/{tmp_path.name}/etude", backup_ca=webdav.authority)


@pytest.fixture
def over_ssh(ssh: Ssh, config: Config, tmp_path: Path) -> Config:
    """Settings that send to a new folder of the SSH server."""
    return replace(
        config,
        backup_target=f"{ssh.address}/{tmp_path.name}/etude",
        backup_secret_key=backup_servers.PASSWORD,
        backup_ssh_hosts=ssh.hosts,
    )


@pytest.fixture(params=["over_https", "over_ssh"])
def target_config(request: pytest.FixtureRequest) -> Config:
    """Settings that send to each kind of target in turn."""
    found: Config = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def proved(app: Flask, config: Config, session: UnitOfWorkSession, time: Time) -> Path:
    """A file of 3 MB that counts as proved, made on the day of the tests."""
    return proved_at(config, f"{clock.now():%Y%m%dT%H%M%SZ}", os.urandom(3 * MEGABYTE))


def proved_at(config: Config, at: str, data: bytes) -> Path:
    path = config.backups / f"etude-{at}.tar.age"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    notes.change_note(path, faults=[], size_bytes=len(data), sha256=archive.hash_file(path))
    return path


def folder_of(config: Config, *servers: Any) -> Path:
    """The folder in which the files of a target lie."""
    below = config.backup_target.split("/", 3)[3]
    return next(server.folder / below for server in servers if server.address in config.backup_target)


def test_backup_arrives_whole_in_a_folder_that_is_made_for_it(
    target_config: Config, proved: Path, webdav: WebDav, ssh: Ssh
) -> None:
    sent = sending.send_backup(target_config, at=clock.now())

    [arrived] = folder_of(target_config, webdav, ssh).iterdir()
    assert (arrived.name, arrived.read_bytes()) == (proved.name, proved.read_bytes())
    assert sent.sent_to == target_config.backup_target


def test_what_the_settings_do_not_keep_goes_from_the_target_once_a_newer_one_is_there(
    target_config: Config, proved: Path, webdav: WebDav, ssh: Ssh
) -> None:
    config = replace(target_config, backup_target_kept=2)
    older = [proved_at(config, f"{clock.now() - timedelta(days=days):%Y%m%dT%H%M%SZ}", b"old") for days in (3, 2, 1)]
    for path in older:
        sending.send_backup(target_config, path.name, at=clock.now())
    (folder_of(config, webdav, ssh) / "notes.txt").write_text("of somebody else")

    sending.send_backup(config, proved.name, at=clock.now())

    there = {path.name for path in folder_of(config, webdav, ssh).iterdir()}
    assert there == {proved.name, older[-1].name, "notes.txt"}


def test_what_arrives_other_than_it_was_proved_does_not_stay(
    target_config: Config, proved: Path, webdav: WebDav, ssh: Ssh
) -> None:
    notes.change_note(proved, sha256="0" * 64)

    with pytest.raises(sending.NotSent, match="differs from the backup"):
        sending.send_backup(target_config, at=clock.now())

    assert list(folder_of(target_config, webdav, ssh).iterdir()) == []


def test_server_whose_certificate_is_of_another_authority_gets_nothing(over_https: Config, proved: Path) -> None:
    with pytest.raises(sending.NotSent, match=r"certificate of .* cannot be verified: nothing was sent"):
        sending.send_backup(replace(over_https, backup_ca=None), at=clock.now())


def test_machine_whose_host_key_is_another_gets_nothing(
    over_ssh: Config, ssh: Ssh, proved: Path, tmp_path: Path
) -> None:
    import asyncssh

    changed, unknown = tmp_path / "changed", tmp_path / "unknown"
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    changed.write_text(ssh.hosts.read_text().split(" ")[0] + " " + other)
    unknown.write_text("")

    for hosts in (changed, unknown):
        with pytest.raises(sending.NotSent, match=r"host key of .* nothing was sent"):
            sending.send_backup(replace(over_ssh, backup_ssh_hosts=hosts), at=clock.now())


def test_wrong_password_is_told(over_ssh: Config, proved: Path) -> None:
    with pytest.raises(sending.NotSent, match="refused the backup"):
        sending.send_backup(replace(over_ssh, backup_secret_key="guessed"), at=clock.now())


@pytest.mark.parametrize(("status", "sentence"), [(507, "is full: the backup"), (403, r"refused the backup .* 403")])
def test_full_server_and_one_that_refuses_are_told(
    over_https: Config, webdav: WebDav, proved: Path, status: int, sentence: str
) -> None:
    webdav.answers["PUT"] = status

    with pytest.raises(sending.NotSent, match=sentence):
        sending.send_backup(over_https, at=clock.now())


def test_full_disk_behind_ssh_is_told(over_ssh: Config, proved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncssh

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(asyncssh.SFTPServer, "write", full)

    with pytest.raises(sending.NotSent, match="is full: the backup"):
        sending.send_backup(over_ssh, at=clock.now())


def test_dead_network_is_told(target_config: Config, proved: Path) -> None:
    import socket

    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    scheme, rest = target_config.backup_target.split("://")
    away = f"{scheme}://{rest.split(':')[0]}:{port}/etude"

    with pytest.raises(sending.NotSent, match="does not answer: the backup"):
        sending.send_backup(replace(target_config, backup_target=away), at=clock.now())


def test_reading_back_goes_on_where_the_connection_was_cut(over_https: Config, webdav: WebDav, proved: Path) -> None:
    webdav.cuts = 2

    sent = sending.send_backup(over_https, at=clock.now())

    assert (sent.sent_to, webdav.cuts) == (over_https.backup_target, 0)


def test_upload_that_was_cut_off_is_not_there_under_its_name(
    over_https: Config, webdav: WebDav, ssh: Ssh, proved: Path
) -> None:
    line = Line(webdav.server_port, cut_after_bytes=MEGABYTE // 2)
    config = replace(
        over_https, backup_target=over_https.backup_target.replace(str(webdav.server_port), str(line.port))
    )
    folder = folder_of(over_https, webdav, ssh)
    folder.mkdir(parents=True)
    part = folder / f".{proved.name}.part"

    with pytest.raises(sending.NotSent, match="does not answer"):
        sending.send_backup(config, at=clock.now())
    wait_for(part.exists, "the server to keep what had arrived")
    there = {path.name for path in folder.iterdir()}
    line.mend()
    sending.send_backup(config, at=clock.now())
    line.close()

    assert there == {part.name}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {proved.name: proved.read_bytes()}


def test_list_of_erased_accounts_goes_with_the_backup(
    target_config: Config, webdav: WebDav, ssh: Ssh, proved: Path
) -> None:
    erased = target_config.backups / erasure_list.NAME
    for text in ("[1]\n", "[1]\n[2]\n"):
        erased.write_text(text)

        sending.send_backup(target_config, at=clock.now())

        assert (folder_of(target_config, webdav, ssh) / erased.name).read_text() == text


def test_sending_over_ssh_goes_on_behind_what_had_arrived(over_ssh: Config, ssh: Ssh, proved: Path) -> None:
    folder = folder_of(over_ssh, ssh)
    folder.mkdir(parents=True)
    part = folder / f".{proved.name}.{archive.hash_file(proved)[:16]}.part"
    part.write_bytes(proved.read_bytes()[:MEGABYTE])
    inode = part.stat().st_ino

    sending.send_backup(over_ssh, at=clock.now())

    assert (folder / proved.name).stat().st_ino == inode
    assert (folder / proved.name).read_bytes() == proved.read_bytes()
    assert not part.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"backup_target": "ftp://host/folder"}, "s3://bucket/folder, sftp://user@host/folder"),
        ({"backup_target": "https://user:secret@host/folder"}, "https://host/folder"),
        ({"backup_target": "https://host"}, "https://host/folder"),
        ({"backup_target": "http://host.example/folder"}, r"in the clear.*ETUDE_BACKUP_PLAIN_HOST=host\.example"),
        ({"backup_target": "sftp://host/folder"}, "sftp://user@host/folder"),
        ({"backup_target": "sftp://user@host/folder"}, "ETUDE_BACKUP_SSH_KEY"),
        ({"backup_target": "sftp://user@host/folder", "backup_secret_key": "x"}, "ETUDE_BACKUP_SSH_HOSTS"),
    ],
)
def test_setting_that_does_not_do_is_refused(config: Config, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        open_target(replace(config, **changes))


def test_every_way_to_send_is_found_by_itself() -> None:
    assert list(targets.load()) == ["https", "s3", "sftp"]


def test_admins_are_told_by_email_once_in_their_language_until_it_succeeds(over_ssh: Config, proved: Path) -> None:
    factories.user("Ada", "L", school_role=SchoolRole.ADMIN, email="ada@school.example", locale="fr")
    factories.user("Bo", "M", school_role=SchoolRole.TEACHER, email="bo@school.example")
    config = replace(
        over_ssh, backup_secret_key="guessed", smtp_url="smtp://localhost", mail_from="etude@school.example"
    )

    for _try in range(2):
        with pytest.raises(sending.NotSent):
            sending.send_backup(config, at=clock.now())

    waiting = db.session.scalars(sa.select(TaskMessage).where(TaskMessage.queue == SEND_MAIL.queue)).all()
    [(to, subject, text)] = [json.loads(task.body)["args"] for task in waiting]
    assert (to, "une sauvegarde n’a pas été envoyée" in subject) == ("ada@school.example", True)
    assert proved.name in text


def test_doctor_tells_of_the_newest_backup_and_why_it_was_not_sent(over_ssh: Config, proved: Path) -> None:
    before = doctor._backups(over_ssh)
    with pytest.raises(sending.NotSent):
        sending.send_backup(replace(over_ssh, backup_secret_key="guessed"), at=clock.now())

    after = doctor._backups(over_ssh)

    assert (before.state, str(before.found)) == ("ok", "the newest proved backup is of 2026-11-24 13:15 UTC")
    assert (after.state, after.fix) == ("fault", "etude backup send")
    assert "refused the backup" in str(after.found)
    assert doctor._backups(replace(over_ssh, data=over_ssh.data / "empty")).state == "warning"
    assert doctor._backups(replace(over_ssh, backup_target="ftp://x")).state == "fault"

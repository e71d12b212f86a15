from __future__ import annotations

import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from etude.core.errors import Conflict, Refused, Unavailable
from etude.serving import service as module
from etude.serving.service import Service, check_account, install, remove, write_unit


class Systemd:
    """Notes what it is asked to do; `refuses` is the first word of a command that fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = ""

    def run(self, command: list[str], **_options: object) -> SimpleNamespace:
        name = Path(command[0]).name
        self.asked.append(" ".join([name, *command[1:]]))
        return SimpleNamespace(returncode=int(name == self.refuses), stderr="no such thing")


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemd:
    found = Systemd()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(module, "SYSTEM_FOLDER", tmp_path / "system")
    monkeypatch.setattr(module, "RUNNING", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", found.run)
    return found


def parts(service: Service) -> RawConfigParser:
    found = RawConfigParser(strict=False)
    found.optionxform = str
    found.read_string(write_unit(service))
    return found


def test_unit_of_the_machine_runs_as_its_account_and_writes_into_its_data_alone() -> None:
    unit = parts(Service(data=Path("/srv/etude/data"), account="etude", options=("--host", "127.0.0.1")))

    own = unit["Service"]
    assert own["User"] == "etude"
    assert own["ExecStart"].endswith('"-m" "etude" "--data" "/srv/etude/data" "serve" "--host" "127.0.0.1"')
    assert (own["ProtectSystem"], own["ReadWritePaths"]) == ("strict", '"/srv/etude/data"')
    assert (own["NoNewPrivileges"], own["CapabilityBoundingSet"], own["UMask"]) == ("yes", "", "0077")
    assert own["EnvironmentFile"] == "-/etc/etude/environment"
    assert unit["Install"]["WantedBy"] == "multi-user.target"


def test_unit_of_a_person_asks_for_what_their_manager_can_do() -> None:
    unit = parts(Service(data=Path("/home/ada/data"), is_worker=True))

    own = unit["Service"]
    assert own["ExecStart"].endswith('"worker"')
    assert own["NoNewPrivileges"] == "yes"
    assert not {"User", "ProtectSystem", "CapabilityBoundingSet"} & set(own)
    assert unit["Install"]["WantedBy"] == "default.target"


@pytest.mark.parametrize("account", ["", "etude"])
def test_nothing_is_taken_from_the_service_that_the_jail_needs(account: str) -> None:
    unit = write_unit(Service(data=Path("/srv/etude"), account=account))

    for name in ("PrivateUsers", "RestrictNamespaces", "ProtectProc", "ProtectKernelTunables", "ProtectHostname",
                 "MemoryDenyWriteExecute", "SystemCallFilter"):  # fmt: skip
        assert f"{name}=" not in unit


def test_whatever_is_in_a_path_stays_one_word() -> None:
    unit = parts(Service(data=Path('/srv/my "school" 100%/$HOME'), account="etude"))

    assert '"/srv/my \\"school\\" 100%%/$$HOME"' in unit["Service"]["ExecStart"]


def test_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(Refused):
        write_unit(Service(data=Path("/srv/x\nExecStart=/bin/sh"), account="etude"))


def test_service_of_a_person_survives_the_logout(systemd: Systemd, tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data")

    ran = install(service)

    assert service.path == tmp_path / "config" / "systemd" / "user" / "etude.service"
    assert service.path.read_text(encoding="utf-8") == write_unit(service)
    assert ran == [
        "systemctl --user daemon-reload",
        "systemctl --user enable --now etude.service",
        "loginctl enable-linger",
    ]


def test_service_of_the_machine_is_verified_before_it_is_put_in_place(systemd: Systemd, tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data", account="etude")

    assert install(service) == ["systemctl daemon-reload", "systemctl enable --now etude.service"]

    assert systemd.asked[0].startswith("systemd-analyze --system verify")
    assert [path.name for path in service.path.parent.iterdir()] == ["etude.service"]
    assert service.path.stat().st_mode & 0o777 == 0o644


def test_unit_that_systemd_does_not_accept_leaves_the_old_one(systemd: Systemd, tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data", account="etude")
    service.path.parent.mkdir(parents=True)
    service.path.write_text("old")
    systemd.refuses = "systemd-analyze"

    with pytest.raises(Refused, match="no such thing"):
        install(service)

    assert service.path.read_text() == "old"
    assert [path.name for path in service.path.parent.iterdir()] == ["etude.service"]


def test_failure_of_systemd_is_told(systemd: Systemd, tmp_path: Path) -> None:
    systemd.refuses = "systemctl"

    with pytest.raises(Unavailable, match="systemctl daemon-reload failed: no such thing"):
        install(Service(data=tmp_path / "data", account="etude"))


def test_removing_stops_it_and_takes_the_unit_away(systemd: Systemd, tmp_path: Path) -> None:
    service = Service(data=tmp_path / "data", is_worker=True)
    install(service)
    systemd.asked.clear()

    remove(service)

    assert systemd.asked == ["systemctl --user disable --now etude-worker.service", "systemctl --user daemon-reload"]
    assert not service.path.exists()
    with pytest.raises(Conflict):
        remove(service)


def test_machine_without_systemd_is_told_in_one_sentence(systemd: Systemd, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "RUNNING", tmp_path / "none")

    with pytest.raises(Unavailable, match="systemd"):
        install(Service(data=tmp_path / "data"))

    assert systemd.asked == []


@pytest.mark.parametrize(("name", "sentence"), [("root", "not run as root"), ("nobody-of-that-name", "useradd")])
def test_account_that_cannot_run_it_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        check_account(name)

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from etude.cli import main
from etude.serving import service

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> None:
    main(list(arguments))


def test_show_prints_the_unit_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(service, "install", lambda _service: pytest.fail("nothing is installed"))

    with pytest.raises(SystemExit) as ended:
        run("--data", str(tmp_path / "data"), "service", "install", "--show", "--port", "8100")

    printed = capsys.readouterr().out
    assert not ended.value.code
    assert f'"--data" "{tmp_path / "data"}" "serve" "--port" "8100"' in printed


def test_root_installs_it_for_the_machine_and_must_name_an_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(SystemExit) as ended:
        run("--data", str(tmp_path), "service", "install", "--account", "root")

    assert ended.value.code
    assert "not run as root" in capsys.readouterr().err


def test_what_was_done_is_said_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(service, "install", lambda _service: ["systemctl --user daemon-reload"])
    monkeypatch.setattr(service, "remove", lambda _service: ["systemctl --user disable"])

    for action in ("install", "remove"):
        with pytest.raises(SystemExit):
            run("--data", str(tmp_path), "service", action, "--worker")

    printed = capsys.readouterr().out
    assert "  systemctl --user daemon-reload" in printed
    assert f"Installed: {tmp_path}/systemd/user/etude-worker.service" in printed
    assert "  systemctl --user disable" in printed


def test_without_systemd_it_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(SystemExit) as ended:
        run("--data", str(tmp_path), "service", "install")

    assert ended.value.code == 3
    assert capsys.readouterr().err.count("\n") == 1

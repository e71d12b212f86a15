from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from etude.jail import Isolation
from etude.jail.errors import Reason
from etude.serving import doctor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done

ISOLATED = Isolation(tier="full", reason="Programs run in a jail of their own.", fix="", as_root=False)
NOT_ISOLATED = Isolation(
    tier="none", reason="The kernel refuses user namespaces.", fix="sudo sysctl -w user.max_user_namespaces=1000",
    as_root=False,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "probe", lambda **_uid: ISOLATED)


def test_well_machine_is_told_so_with_exit_code_zero(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run("doctor", "--data", tmp_path)

    assert done.code == 0
    assert "✓ isolation: Programs run in a jail of their own.\n" in done.out
    assert "✗" not in done.out


def test_machine_without_isolation_is_a_fault_with_the_one_command_that_helps(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "probe", lambda **_uid: NOT_ISOLATED)

    done = run("doctor", "--data", tmp_path)

    assert done.code == 3
    assert "✗ isolation: The kernel refuses user namespaces.\n" in done.out
    assert "    → sudo sysctl -w user.max_user_namespaces=1000\n" in done.out


def test_reduced_isolation_is_a_warning_that_is_asked_for(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    reduced = Isolation(tier="reduced", reason="Programs run with REDUCED isolation.", fix="Remove ETUDE_SANDBOX.")
    monkeypatch.setattr(doctor, "probe", lambda **options: asked.append(options) or reduced)
    monkeypatch.setenv("ETUDE_SANDBOX", "reduced")

    done = run("doctor", "--data", tmp_path)

    assert (done.code, asked) == (0, [{"uid": None, "tier": "reduced"}])
    assert "! isolation: Programs run with REDUCED isolation.\n    → Remove ETUDE_SANDBOX.\n" in done.out


@pytest.mark.parametrize(("isolation", "code"), [(ISOLATED, 0), (NOT_ISOLATED, 3)], ids=["well", "faulty"])
def test_json_is_for_scripts(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, isolation: Isolation, code: int
) -> None:
    monkeypatch.setattr(doctor, "probe", lambda **_uid: isolation)

    done = run("doctor", "--json", "--data", tmp_path)

    told = json.loads(done.out)
    assert done.code == code
    assert told["ok"] is (code == 0)
    assert [sorted(finding) for finding in told["findings"]] == [["fix", "found", "name", "state"]] * len(
        told["findings"]
    )
    assert {finding["state"] for finding in told["findings"]} <= {"ok", "warning", "fault"}
    names = [finding["name"] for finding in told["findings"]]
    assert names[:2] == ["etude", "isolation"]
    assert {"disk", "clock", "database", "language:python"} <= set(names)


def test_folder_without_data_is_a_warning_that_says_how_to_begin(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run("doctor", "--data", tmp_path / "none")

    assert f"! database: no data yet in {tmp_path / 'none'}\n    → Start it: etude serve\n" in done.out
    assert not (tmp_path / "none").exists()


def test_findings_and_fixes_are_in_the_readers_language(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = Reason("Programs cannot be isolated on this kind of processor (%(machine)s) yet.", machine="riscv64")
    monkeypatch.setattr(doctor, "probe", lambda **_uid: Isolation(tier="none", reason=reason))
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    done = run("doctor", "--data", tmp_path)

    assert (
        "✗ isolation\u00a0: Les programmes ne peuvent pas encore être isolés sur ce type de processeur (riscv64)."
        in done.out
    )
    assert f"! base de données\u00a0: pas encore de données dans {tmp_path}\n" in done.out
    assert "    → Démarrez Étude\u00a0: etude serve\n" in done.out

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etude.jail import Isolation, Jail, __main__, enclosure, probe, probing, refusal
from etude.jail import jail as jail_module
from etude.jail.errors import IsolationUnavailable, JailError, LaunchFailed, Reason

DROP = Path(__file__).parents[2] / "hostile" / "drop_rights.py"


@pytest.fixture
def refused(monkeypatch):
    """A kernel that refuses a step of the set-up, on a machine with these settings."""

    def refuse(stage, number, *, settings=None, container=False, root=False):
        def fail(_config):
            raise LaunchFailed(stage, number, os.strerror(number))

        monkeypatch.setattr(jail_module, "ZygoteProcess", fail)
        monkeypatch.setattr(jail_module, "bubblewrap_command", tuple)
        monkeypatch.setattr(refusal, "_setting", (settings or {}).get)
        monkeypatch.setattr(refusal, "_is_in_container", lambda: container)
        monkeypatch.setattr(refusal, "is_root", lambda: root)
        monkeypatch.setattr(probing, "is_root", lambda: root)
        return probe()

    return refuse


def test_this_machine_isolates_programs():
    found = probe()

    assert found.tier == "full", found
    assert found.fix == ""
    assert found.as_root == (os.geteuid() == 0)


def test_no_user_namespaces_at_all(refused):
    found = refused("unshare", errno.ENOSPC)

    assert found.tier == "none"
    assert "user.max_user_namespaces" in found.reason
    assert found.fix.startswith("echo user.max_user_namespaces=")


def test_apparmor_of_ubuntu(refused):
    found = refused("mount", errno.EACCES, settings={"kernel/apparmor_restrict_unprivileged_userns": "1"})

    assert "AppArmor" in found.reason
    assert "apparmor_parser" in found.fix
    assert "\n" not in found.fix


def test_old_debian_setting(refused):
    found = refused("unshare", errno.EPERM, settings={"kernel/unprivileged_userns_clone": "0"})

    assert "unprivileged_userns_clone=1" in found.fix


def test_container(refused):
    found = refused("unshare", errno.EPERM, container=True, root=True)

    assert "container" in found.reason
    assert "SYS_ADMIN" in found.fix


def test_root_without_its_rights(refused):
    found = refused("unshare", errno.EPERM, root=True)

    assert found == Isolation(tier="none", reason=found.reason, fix="", as_root=True)
    assert "CAP_SYS_ADMIN" in found.reason


def test_unknown_refusals_are_said_as_they_are(refused):
    assert "Operation not permitted" in refused("unshare", errno.EPERM).reason
    assert "No such device" in refused("mount", errno.ENODEV).reason


def test_refused_jail_says_so_at_its_first_run(refused):
    refused("unshare", errno.ENOSPC)

    with pytest.raises(IsolationUnavailable) as caught:
        Jail().open()

    assert "sysctl" in caught.value.fix


def test_passing_shortage_is_no_verdict_on_the_machine(refused):
    refused("unshare", errno.EAGAIN)

    with pytest.raises(JailError) as caught:
        Jail().open()

    assert not isinstance(caught.value, IsolationUnavailable)


def test_other_systems_are_told_in_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    found = probe()

    assert (found.tier, found.fix) == ("none", "")
    assert "only on Linux" in found.reason


def test_unknown_processor_is_told(monkeypatch):
    monkeypatch.setattr(refusal.kernel, "MACHINE", "riscv64")

    assert "riscv64" in probe().reason


def test_jail_that_does_not_hold_is_no_jail(monkeypatch):
    monkeypatch.setattr(probing, "_QUESTION", b"raise SystemExit('allowed: fork')")

    found = probe()

    assert (found.tier, found.reason) == ("none", "The jail does not hold: allowed: fork")


def test_other_faults_are_reported_not_raised(monkeypatch):
    def fail(**_):
        raise JailError("The %(part)s is out of order.", part="zygote")

    monkeypatch.setattr(probing, "Jail", fail)

    assert probe().reason == "The jail does not work: The zygote is out of order."


def test_reason_can_still_be_translated_when_it_is_shown(refused):
    found = refused("mount", errno.ENODEV)

    assert found.reason.sentence == "The kernel refused to build a jail. %(error)s"
    assert found.reason.values["error"].sentence == "The jail could not be built (%(stage)s): %(text)s."


@pytest.mark.parametrize(("tier", "code"), [("full", 0), ("none", 3)])
def test_command_says_it_in_words(tier, code, monkeypatch, capsys):
    monkeypatch.setenv("ETUDE_LANGUAGE", "en")
    monkeypatch.setattr(__main__, "probe", lambda **_tier: Isolation(tier=tier, reason="Because.", fix="do this"))

    assert __main__.main() == code
    assert capsys.readouterr().out == f"Isolation: {tier}\nBecause.\nTo allow it, an administrator runs:\n  do this\n"


def test_command_says_it_in_the_language_of_the_terminal(monkeypatch, capsys):
    found = Isolation(tier="none", reason=Reason("Operation not permitted"), fix="do this")
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")
    monkeypatch.setattr(__main__, "probe", lambda **_options: found)

    __main__.main()

    assert capsys.readouterr().out == (
        "Isolement\u00a0: none\nopération non permise\nPour le permettre, l’administrateur lance\u00a0:\n  do this\n"
    )


@pytest.mark.root
@pytest.mark.parametrize(
    ("mode", "reason"), [("incapable", "may not make namespaces"), ("namespaces", "user.max_user_namespaces")]
)
def test_real_refusals_of_the_kernel_are_explained(mode, reason):
    script = Path(__file__).with_name("crippled_probe.py")

    done = subprocess.run([sys.executable, script, mode], capture_output=True, text=True, check=False)

    assert reason in done.stdout, done.stderr


@pytest.mark.root
def test_root_whose_system_has_no_user_namespaces_still_isolates():
    script = Path(__file__).with_name("crippled_probe.py")

    done = subprocess.run([sys.executable, script, "root-only"], capture_output=True, text=True, check=False)

    assert done.stdout.startswith("Isolation: full"), done.stdout + done.stderr


@pytest.mark.root
def test_bubblewrap_helps_where_plain_user_namespaces_are_refused():
    script = Path(__file__).with_name("enclosed_probe.py")

    done = subprocess.run([sys.executable, DROP, "64321", script], capture_output=True, text=True, check=False)

    assert done.stdout.startswith("Isolation: full"), done.stdout + done.stderr
    assert done.stdout.endswith("executed\ngone: True\n")


def test_refusal_stays_the_one_without_bubblewrap_if_that_does_not_help_either(monkeypatch):
    def fail(config):
        raise LaunchFailed("unshare" if not config.outer else "mount", errno.ENOSPC, "no")

    monkeypatch.setattr(jail_module, "ZygoteProcess", fail)
    monkeypatch.setattr(jail_module, "uid_for_jails", lambda _: None)
    monkeypatch.setattr(jail_module, "bubblewrap_command", lambda: ("/usr/bin/bwrap", "--"))

    with pytest.raises(IsolationUnavailable, match="max_user_namespaces"):
        Jail().open()


def test_bubblewrap_is_looked_for_where_the_system_keeps_programs(monkeypatch):
    monkeypatch.setattr(enclosure.shutil, "which", lambda name, path: f"{path.split(':')[1]}/{name}")
    found = enclosure.bubblewrap_command()
    monkeypatch.setattr(enclosure.shutil, "which", lambda *_, **__: None)

    assert found[0] == "/usr/bin/bwrap"
    assert enclosure.bubblewrap_command() == ()

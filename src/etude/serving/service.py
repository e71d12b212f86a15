"""Units by which systemd starts Étude at boot, keeps it up, and takes from it what it does not need.

What the jail needs stays: namespaces of its own, and a /proc that nothing is mounted over. So there is no
`PrivateUsers=`, `RestrictNamespaces=`, `ProtectHostname=`, `ProtectProc=`, `ProtectKernelTunables=` or
`ProtectKernelLogs=`; and no `MemoryDenyWriteExecute=`, which Java and JavaScript could not live with.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from etude.core.errors import Conflict, Refused, Unavailable, _

if TYPE_CHECKING:
    from collections.abc import Sequence

SYSTEM_FOLDER = Path("/etc/systemd/system")
RUNNING = Path("/run/systemd/system")
"""There is such a folder where systemd is what started the machine."""
VERIFY_S = 60
CONTROL_S = 90
ALWAYS = (
    "NoNewPrivileges=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
)
OF_THE_SYSTEM = (
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "ProtectSystem=strict",
    "ProtectHome=read-only",
    "PrivateTmp=yes",
    "ProtectKernelModules=yes",
    "ProtectClock=yes",
    "RemoveIPC=yes",
)
"""What only the manager of the whole system can take away."""
NO_SYSTEMD = _(
    "This machine was not started by systemd, or systemctl is missing. Use its own way of starting services."
)
NO_ACCOUNT = _("There is no account %(name)s on this machine. Make it: useradd --system --create-home %(name)s")
AS_ROOT = _("Étude is not run as root. Name the account it runs as: --account NAME")
UNUSABLE = _("This path cannot stand in a unit of systemd: %(path)s")
WRONG_UNIT = _("systemd does not accept the unit: %(reason)s")
FAILED = _("%(command)s failed: %(reason)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: what it runs, on which data, as whom. `account` is "" for the manager of the person who installs."""

    data: Path
    account: str = ""
    is_worker: bool = False
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its unit."""
        return "etude-worker.service" if self.is_worker else "etude.service"

    @property
    def is_system(self) -> bool:
        """Tell whether it is the whole machine's."""
        return bool(self.account)

    @property
    def path(self) -> Path:
        """Where its unit is written."""
        return (SYSTEM_FOLDER if self.is_system else user_folder()) / self.name

    @property
    def environment_file(self) -> Path:
        """Where its settings are, one `ETUDE_…=value` a line; it may be missing."""
        return (Path("/etc/etude") if self.is_system else _config_home() / "etude") / "environment"


def _config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def user_folder() -> Path:
    """Return where a person's own units are."""
    return _config_home() / "systemd" / "user"


def write_unit(service: Service) -> str:
    """Return the unit's text.

    Raises:
        Refused: a path has a line break in it.
    """
    command = [sys.executable, "-m", "etude", "--data", str(service.data), "worker" if service.is_worker else "serve"]
    lines = [
        "# Written by `etude service install`; changes belong into a drop-in (systemctl edit).",
        "[Unit]",
        "Description=Étude, " + ("a worker that judges programs" if service.is_worker else "the classroom"),
        "Wants=network-online.target",
        "After=network-online.target",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        *([f"User={service.account}"] if service.is_system else []),
        "EnvironmentFile=-" + _escaped(str(service.environment_file)),
        "ExecStart=" + " ".join(_quoted(word) for word in (*command, *service.options)),
        "Restart=always",
        "RestartSec=2",
        "KillMode=mixed",
        "TimeoutStopSec=20",
        "UMask=0077",
        *ALWAYS,
        *((*OF_THE_SYSTEM, "ReadWritePaths=" + _quoted(str(service.data))) if service.is_system else ()),
        "",
        "[Install]",
        "WantedBy=" + ("multi-user.target" if service.is_system else "default.target"),
        "",
    ]
    return "\n".join(lines)


def _escaped(word: str) -> str:
    if any(not letter.isprintable() for letter in word):
        raise Refused(UNUSABLE, path=repr(word))
    return word.replace("%", "%%")


def _quoted(word: str) -> str:
    """Return a word as systemd reads it back: see systemd.service(5), “Command lines”."""
    return '"' + _escaped(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'


def check_account(name: str) -> None:
    """Refuse an account that cannot run Étude.

    Raises:
        Refused: there is none of that name, or it is root.
    """
    try:
        uid = pwd.getpwnam(name).pw_uid
    except KeyError as error:
        raise Refused(NO_ACCOUNT, name=name) from error
    if uid == 0:
        raise Refused(AS_ROOT)


def verify(path: Path, *, is_system: bool) -> None:
    """Have systemd read a unit, where its tool is there.

    Raises:
        Refused: it found a mistake.
    """
    tool = shutil.which("systemd-analyze")
    if tool is None:
        return
    command = [tool, "--system" if is_system else "--user", "verify", "--man=no", "--recursive-errors=no", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=VERIFY_S)  # noqa: S603
    if done.returncode:
        raise Refused(WRONG_UNIT, reason=done.stderr.strip()[-500:])


def install(service: Service) -> list[str]:
    """Write the unit and have systemd start it now and at each boot; return the commands that were run.

    Raises:
        Refused: the unit cannot be written so, or systemd does not accept it.
        Unavailable: there is no systemd here, or it failed.
    """
    _require_systemd()
    text = write_unit(service)
    service.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=service.path.parent, prefix=".etude-") as folder:
        waiting = Path(folder, service.name)
        waiting.write_text(text, encoding="utf-8")
        waiting.chmod(0o644)
        verify(waiting, is_system=service.is_system)
        waiting.replace(service.path)
    commands = [[*_control(service), "daemon-reload"], [*_control(service), "enable", "--now", service.name]]
    if not service.is_system:  # else it would end with the person's last session, and begin with the first
        commands.append(["loginctl", "enable-linger"])
    return [_run(command) for command in commands]


def remove(service: Service) -> list[str]:
    """Stop a service and take its unit away; the data stays. Return the commands that were run.

    Raises:
        Conflict: it is not installed.
        Unavailable: there is no systemd here, or it failed.
    """
    if not service.path.exists():
        raise Conflict(_("%(path)s does not exist: the service is not installed."), path=service.path)
    _require_systemd()
    ran = [_run([*_control(service), "disable", "--now", service.name])]
    service.path.unlink()
    return [*ran, _run([*_control(service), "daemon-reload"])]


def _require_systemd() -> None:
    if shutil.which("systemctl") is None or not RUNNING.is_dir():
        raise Unavailable(NO_SYSTEMD)


def _control(service: Service) -> list[str]:
    return ["systemctl"] if service.is_system else ["systemctl", "--user"]


def _run(command: Sequence[str]) -> str:
    said = " ".join(command)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=CONTROL_S)  # noqa: S603
    if done.returncode:
        raise Unavailable(FAILED, command=said, reason=done.stderr.strip()[-300:])
    return said

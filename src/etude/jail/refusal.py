"""Why a machine refuses to isolate programs, and what helps.

Settings are read only after it failed, never to decide whether it will. Tried: user.max_user_namespaces=0 and root
without the right to mount. Ubuntu's AppArmor and Docker are recognised from their documentation and could not be tried.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from .errors import IsolationUnavailable, JailError, LaunchFailed, _
from .inside import kernel
from .view import base_python

_SYSCTL = "/etc/sysctl.d/90-etude.conf && sudo sysctl --system"
# 0: no answer of the kernel at all, such as a module that cannot be imported.
_PASSING = {0, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EINTR}


def require_support() -> None:
    """Raise IsolationUnavailable on systems and processors that no jail was written for."""
    if sys.platform != "linux":
        raise IsolationUnavailable(_("Programs can be isolated only on Linux; everything else works here."))
    if not kernel.is_supported():
        sentence = _("Programs cannot be isolated on this kind of processor (%(machine)s) yet.")
        raise IsolationUnavailable(sentence, machine=kernel.MACHINE)


def is_root() -> bool:
    """Whether this process may do more than an ordinary one."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def explain(error: LaunchFailed) -> JailError:
    """IsolationUnavailable with the reason and the fix, or the error itself if trying again may help."""
    if error.errno in _PASSING:
        return error
    if error.stage in {"unshare", "clone", "identity"} and error.errno == errno.ENOSPC:
        return IsolationUnavailable(
            _("This system allows no user namespaces (user.max_user_namespaces is 0 or used up)."),
            f"echo user.max_user_namespaces=15000 | sudo tee {_SYSCTL}",
        )
    if error.errno in {errno.EPERM, errno.EACCES}:
        return _explain_forbidden(error)
    sentence = _("The kernel refused to build a jail. %(error)s")
    return IsolationUnavailable(sentence, error=error)


def _explain_forbidden(error: LaunchFailed) -> IsolationUnavailable:
    if _is_in_container():
        return IsolationUnavailable(
            _("This container may not make namespaces; it must be started with more rights."),
            "docker run --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined …",
        )
    if is_root():
        return IsolationUnavailable(_("This root user may not make namespaces (it lacks CAP_SYS_ADMIN)."))
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return IsolationUnavailable(
            _("AppArmor keeps ordinary programs from using user namespaces (as Ubuntu does since 23.10)."),
            _apparmor_fix(),
        )
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return IsolationUnavailable(
            _("This system keeps user namespaces for root (kernel.unprivileged_userns_clone is 0)."),
            f"echo kernel.unprivileged_userns_clone=1 | sudo tee {_SYSCTL}",
        )
    return IsolationUnavailable(_("This system does not allow user namespaces. %(error)s"), error=error)


def _is_in_container() -> bool:
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _apparmor_fix() -> str:
    """A profile for this one interpreter, as Ubuntu ships for bubblewrap; nothing else is loosened."""
    rule = f"profile etude {base_python()} flags=(unconfined) {{\\n  userns,\\n}}"
    profile = f"abi <abi/4.0>,\\ninclude <tunables/global>\\n{rule}\\n"
    return f"printf '{profile}' | sudo tee /etc/apparmor.d/etude && sudo apparmor_parser -r /etc/apparmor.d/etude"

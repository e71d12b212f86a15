"""What can go wrong with the jail itself; none of it is ever the fault of a program in it."""

from __future__ import annotations


class JailError(Exception):
    """The jail failed: no report came back, a program could not be started, the zygote died."""


class IsolationUnavailable(JailError):
    """The machine does not allow programs to be isolated.

    `reason` is one plain English sentence, `fix` one command for an administrator, or "".
    """

    def __init__(self, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


class LaunchFailed(JailError):
    """The kernel refused a step of the set-up: `stage`, `errno` (0 if none)."""

    def __init__(self, stage: str, errno: int, text: str) -> None:
        super().__init__(f"the jail could not be built ({stage}): {text}")
        self.stage = stage
        self.errno = errno

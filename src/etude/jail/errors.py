"""What can go wrong with the jail itself; none of it is ever the fault of a program in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; whoever shows it translates it."""
    return sentence


class Reason(str):
    """An English sentence that knows how it was made: the marked `sentence`, and the `values` of its places."""

    __slots__ = ("sentence", "values")

    sentence: str
    values: dict[str, object]

    def __new__(cls, sentence: str, **values: object) -> Self:
        """Fill the places."""
        made = super().__new__(cls, sentence % values if values else sentence)
        made.sentence, made.values = sentence, values
        return made


class JailError(Exception):
    """The jail failed: no report came back, a program could not be started, the zygote died."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.reason = Reason(sentence, **values)
        super().__init__(self.reason)

    @property
    def sentence(self) -> str:
        """The marked English sentence."""
        return self.reason.sentence

    @property
    def values(self) -> dict[str, object]:
        """What fills its places."""
        return self.reason.values


class IsolationUnavailable(JailError):
    """The machine does not allow programs to be isolated.

    `reason` is one plain sentence, `fix` one command for an administrator, or "".
    """

    def __init__(self, sentence: str, fix: str = "", **values: object) -> None:
        super().__init__(sentence, **values)
        self.fix = fix


class UserIdError(IsolationUnavailable, ValueError):
    """The user id that jails should get is not one that they may have."""


class LaunchFailed(JailError):
    """The kernel refused a step of the set-up: `stage`, `errno` (0 if none)."""

    def __init__(self, stage: str, errno: int, text: str) -> None:
        super().__init__(_("The jail could not be built (%(stage)s): %(text)s."), stage=stage, text=text)
        self.stage = stage
        self.errno = errno

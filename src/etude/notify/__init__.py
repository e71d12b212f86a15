"""How people are told: one channel, one module, found by itself; entries never import each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from etude.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told to one person: `to` is an address of the channel, `text` is plain text."""

    to: str
    subject: str
    text: str


class NotSent(RuntimeError):
    """A message could not be handed over.

    Attributes:
        is_final: trying again is of no use (the address does not exist, the settings are wrong).
    """

    def __init__(self, reason: str, *, is_final: bool) -> None:
        self.is_final = is_final
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to tell people something. `send` raises NotSent."""

    name: str
    is_ready: Callable[[Config], bool]
    send: Callable[[Config, Message], None]


channels: Registry[Channel] = Registry("etude.notify", group="etude.notify")
"""Every channel, by name."""

"""What the staff has to do with the consoles of a class: who looked at which, what was sent into a page."""

from __future__ import annotations

from etude.models.watching.hint import ConsoleHint
from etude.models.watching.look import ConsoleLook

__all__ = ["ConsoleHint", "ConsoleLook"]

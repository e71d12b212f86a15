"""What the staff has to do with the consoles of a class: who looked at which, what was sent or shown."""

from __future__ import annotations

from etude.models.watching.demo import ConsoleDemo
from etude.models.watching.hint import ConsoleHint
from etude.models.watching.look import ConsoleLook
from etude.models.watching.record import ConsoleRecord

__all__ = ["ConsoleDemo", "ConsoleHint", "ConsoleLook", "ConsoleRecord"]

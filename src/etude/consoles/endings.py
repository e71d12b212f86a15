"""How a console ended: why, in numbers, and the sentence that the page translates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from etude.grading.messages import Message, _

if TYPE_CHECKING:
    from etude.grading.live import LiveEnding
    from etude.jail import RunRecord

_REASONS = {
    "stopped": _("The program was stopped."),
    "staff": _("%(name)s stopped your program."),
    "staff_why": _("%(name)s stopped your program: %(reason)s"),
    "idle": _("The program was stopped: nothing had happened in its console for %(minutes)s minutes."),
    "left": _("The program was stopped: nobody had looked at its console for %(minutes)s minutes."),
    "wall": _("The program was stopped: it had been running for %(minutes)s minutes."),
    "fault": _("The program could not be run because of a fault on our side. Try again."),
}


def numbers(record: RunRecord, ending: LiveEnding, why: str) -> dict[str, Any]:
    """Return why a program ended and what it used; `why`: empty where nobody stopped it."""
    return {
        "why": why or ending.limit or ("wall" if record.wall_exceeded else "ended"),
        "message": ending.message,
        "exit_code": record.exit_code,
        "signal": record.signal,
        "cpu_ms": round(record.cpu_us / 1000, 1),
        "wall_ms": round(record.wall_us / 1000),
    }


def sentence(why: str, message: Message | None, *, minutes: int, said: dict[str, str]) -> Message | None:
    """Return what the page says of an end: our own words where it was stopped, else those of the engine.

    minutes: for how long it ran, or nothing happened. said: who stopped it, and for what reason.
    """
    if why not in _REASONS or (why == "fault" and message):
        return message
    return Message(_REASONS["staff_why" if said.get("reason") else why], {"minutes": minutes, **said})

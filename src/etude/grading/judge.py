"""How a run ended, by the order of precedence: output limit, memory, time, run-time error; comparing comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from etude import jail as wall
from etude.grading.messages import Message, _
from etude.grading.verdict import Status

if TYPE_CHECKING:
    from etude.grading.languages import Language, Source
    from etude.grading.limits import Limits
    from etude.jail import RunRecord

# A program that ended badly this near to its memory limit was stopped by it, whatever it says.
MEMORY_SHARE = 0.95
THREADS = 64
FORKING_PROCESSES = 8
# Deep recursion is no fault; but each thread of a program gets address space for a stack of this size too.
MIN_STACK_BYTES, MAX_STACK_BYTES, STACK_SHARE = 8 << 20, 512 << 20, 4
STDERR_TAIL_BYTES = 16 * 1024
_SIGABRT, _SIGSYS = 6, 31
_SIGNALS: dict[int, str] = {
    4: _("The program tried to run an impossible instruction."),
    _SIGABRT: _("The program stopped itself (abort)."),
    7: _("The program touched memory that is not there (bus error)."),
    8: _("The program divided by zero, or made another forbidden calculation."),
    9: _("The program was killed."),
    11: _("The program touched memory that is not its own (segmentation fault)."),
    _SIGSYS: _("The program made a forbidden system call."),
}


class Ending(NamedTuple):
    """How a run ended; AC means by itself and well, so that its output may be compared."""

    status: Status
    message: Message | None = None


def jail_limits(limits: Limits, language: Language | None = None) -> wall.Limits:
    """Return the limits of one run as the jail wants them.

    The jail limits the memory of each process: an answer that may fork has few of them, and each gets its part. The
    runtime of a language that brings one has its memory on top.
    """
    may_fork = limits.may_fork or (language is not None and language.needs_processes)
    processes = FORKING_PROCESSES if may_fork else None
    deep = language is not None and language.has_deep_stack
    return wall.Limits(
        cpu_time_s=limits.cpu_time_s,
        wall_time_s=limits.effective_wall_time_s,
        memory_bytes=limits.memory_bytes // (processes or 1) + (language.runtime_bytes if language else 0),
        output_bytes=limits.output_bytes,
        threads=processes or THREADS,
        may_fork=may_fork,
        stack_bytes=max(MIN_STACK_BYTES, min(MAX_STACK_BYTES, limits.memory_bytes // STACK_SHARE)) if deep else None,
        address_space=language is None or language.limits_address_space,
    )


def judge_run(record: RunRecord, limits: Limits, language: Language, source: Source) -> Ending:
    """Say how a run ended (see grading.md 7)."""
    if record.output_exceeded:
        return Ending(Status.OLE, Message(_("The program printed more than is allowed.")))
    if _ran_out_of_memory(record, limits, language):
        values = {"limit": limits.memory_bytes >> 20}
        return Ending(Status.MLE, Message(_("The program needed more memory than the limit (%(limit)s MB)."), values))
    late = _late(record, limits)
    if late is not None:
        return Ending(Status.TLE, late)
    if record.signal is not None:
        said = language.explain(record.stderr, source) if record.signal == _SIGABRT else None
        return Ending(Status.RTE, said or signal_message(record.signal))
    if record.exit_code != 0:
        message = language.explain(record.stderr, source)
        return Ending(Status.RTE, message or exit_message(record.exit_code))
    return Ending(Status.AC)


def signal_message(signal: int) -> Message:
    """Return the sentence for a signal that ended a program."""
    if signal in _SIGNALS:
        return Message(_SIGNALS[signal])
    return Message(_("The program was ended by signal %(signal)s."), {"signal": signal})


def exit_message(exit_code: int | None) -> Message:
    """Return the sentence for an exit code that is not 0."""
    return Message(_("The program ended with exit code %(exit_code)s instead of 0."), {"exit_code": exit_code or 0})


def _ran_out_of_memory(record: RunRecord, limits: Limits, language: Language) -> bool:
    if record.memory_exceeded:
        return True
    if record.exit_code == 0 or record.cpu_exceeded or record.wall_exceeded:
        return False  # it never was refused memory, or something else ended it
    last_words = record.stderr[-STDERR_TAIL_BYTES:].rstrip().rpartition(b"\n")[2]
    is_near_limit = record.memory_kb * 1024 >= MEMORY_SHARE * (limits.memory_bytes + language.runtime_bytes)
    return is_near_limit or any(mark in last_words for mark in language.memory_marks)


def _late(record: RunRecord, limits: Limits) -> Message | None:
    if record.cpu_exceeded or record.cpu_us > limits.cpu_time_s * 1_000_000:
        values = {"limit": f"{limits.cpu_time_s:g}"}
        return Message(_("The program took longer than the limit (%(limit)s s)."), values)
    if record.wall_exceeded:
        values = {"limit": f"{limits.effective_wall_time_s:g}"}
        return Message(_("The program was still waiting or sleeping after %(limit)s s."), values)
    return None

"""Interactive problems: the answer and the judge's program talk, each in its own jail, through the supervisor's hands.

What each writes is handed to the other as fast as it reads: a slow reader holds the writer up and nobody else. Two that
wait for each other are ended by the answer's limit of time on the clock; the judge's is longer.

The verdict, as Kattis has it: the judge's own, if it ended first and does not accept (whatever the answer then does:
its pipe is broken); else the answer's end, if that was not by itself and well; else the judge's verdict.
"""

from __future__ import annotations

import os
import select
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etude.grading.judge import Ending, jail_limits, judge_run
from etude.grading.messages import Message, _
from etude.grading.verdict import HEAD_BYTES, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude import jail as wall
    from etude.grading.checkers import Outcome
    from etude.grading.jails import LiveProgram
    from etude.grading.languages import Language, Source
    from etude.grading.limits import Limits
    from etude.grading.validators import BuiltValidator
    from etude.jail import RunRecord

_READ_BYTES = 1 << 16
_BUFFER_BYTES = 1 << 16  # of what one wrote and the other has not read yet
_JUDGE_EXTRA_S = 10.0  # beyond the answer's time on the clock: it waits for the answer, then has to think
_JUDGE_FLOOD_BYTES = 64 << 20
_TRANSCRIPT_BYTES = HEAD_BYTES
_MAY_ACCEPT = frozenset({0, 7, 42})  # exit codes with which a judge of some protocol accepts
# A judge that computed for this share of the time in which the answer waited is what it waited for.
_JUDGE_BUSY_SHARE = 0.5


@dataclass(slots=True, eq=False)
class Player:
    """One of the two. may_say_bytes: beyond that it floods. mark: how its lines are marked in the transcript."""

    program: LiveProgram
    may_say_bytes: int
    mark: bytes
    error_bytes: int
    errors: bytearray = field(default_factory=bytearray)
    to_read: bytearray = field(default_factory=bytearray)
    said_bytes: int = 0
    has_flooded: bool = False
    is_silent: bool = False  # it has closed its standard output: it has ended, or says nothing any more
    is_mute: bool = False  # the same of standard error
    is_deaf: bool = False  # it reads no more


@dataclass(slots=True)
class Transcript:
    """What was said, in turns; the beginning of it."""

    data: bytearray = field(default_factory=bytearray)
    _last: bytes = b""

    def add(self, mark: bytes, said: bytes) -> None:
        """Note what one said: each line with its mark."""
        room = _TRANSCRIPT_BYTES - len(self.data)
        if room <= 0:
            return
        continues = self._last == mark and not self.data.endswith(b"\n")
        if self.data and not continues and not self.data.endswith(b"\n"):
            self.data += b"\n"
        lines = said[:room].split(b"\n")
        marked = (b"\n" + mark).join(lines)
        marked = marked.removesuffix(mark) if not lines[-1] else marked
        self.data += marked if continues else mark + marked
        self._last = mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """How it went. record: the answer's, its errors in it. judge: the judge's; judge_first: it ended before."""

    record: RunRecord
    judge: RunRecord
    judge_first: bool
    transcript: bytes


def judge_limits(judge: BuiltValidator, answer: Limits) -> wall.Limits:
    """Return the limits of a judge that talks with an answer: it may wait for as long as the answer may take."""
    own = jail_limits(judge.validator.limits, judge.language)
    wall_time_s = max(own.wall_time_s, answer.effective_wall_time_s) + _JUDGE_EXTRA_S
    return replace(own, wall_time_s=wall_time_s)


def interact(answer: LiveProgram, judge: LiveProgram, limits: Limits, judge_output_bytes: int) -> Interaction:
    """Let the two talk until both have ended. Both are closed afterwards. Raises JailError."""
    with closing(answer), closing(judge):
        players = (
            Player(judge, _JUDGE_FLOOD_BYTES, b"> ", judge_output_bytes),
            Player(answer, limits.output_bytes, b"< ", limits.output_bytes),
        )
        for player in players:
            os.set_blocking(player.program.stdin, False)
        table = _Table(*players)
        return table.play()


class _Table:
    """Where the two sit."""

    def __init__(self, judge: Player, answer: Player) -> None:
        self.judge, self.answer = judge, answer
        self.transcript = Transcript()

    def play(self) -> Interaction:
        self._until(lambda: self._has_ended(self.judge) or self._has_ended(self.answer))
        judge_first = self._has_ended(self.judge)
        judge_record: RunRecord | None = None
        if judge_first:
            judge_record = self.judge.program.wait()
            if judge_record.exit_code not in _MAY_ACCEPT:
                self.answer.program.kill()
        self._until(lambda: self._has_ended(self.answer))
        answer_record = self.answer.program.wait()
        self._until(lambda: self._has_ended(self.judge))
        record = replace(
            answer_record,
            stdout=bytes(self.transcript.data),
            stderr=bytes(self.answer.errors),
            output_exceeded=self.answer.has_flooded,
        )
        judge_record = judge_record or self.judge.program.wait()
        judge_record = replace(judge_record, stderr=bytes(self.judge.errors), output_exceeded=self.judge.has_flooded)
        return Interaction(
            record=record, judge=judge_record, judge_first=judge_first, transcript=bytes(self.transcript.data)
        )

    @staticmethod
    def _has_ended(player: Player) -> bool:
        return player.is_silent and player.is_mute

    def _until(self, is_over: Callable[[], bool]) -> None:
        while not is_over():
            self._step()

    def _step(self) -> None:
        """Wait until something can be read or written, and do it."""
        poller = select.poll()
        actions: dict[int, Callable[[], None]] = {}
        for player, other in ((self.judge, self.answer), (self.answer, self.judge)):
            if self._has_ended(player) or (self._has_ended(other) and not player.to_read):
                self._stop_feeding(player)
            for descriptor, event, action in self._wishes(player, other):
                actions[descriptor] = action
                poller.register(descriptor, event)
        for descriptor, _events in poller.poll():
            actions[descriptor]()

    def _wishes(self, player: Player, other: Player) -> Iterator[tuple[int, int, Callable[[], None]]]:
        """What to wait for on one side: descriptor, event, and what to do then."""
        if not player.is_silent and (len(other.to_read) < _BUFFER_BYTES or other.is_deaf):
            yield player.program.stdout, select.POLLIN, lambda: self._listen(player, other)
        if not player.is_mute:
            yield player.program.stderr, select.POLLIN, lambda: self._listen_to_errors(player)
        if player.to_read and not player.is_deaf:
            yield player.program.stdin, select.POLLOUT, lambda: self._tell(player)

    def _listen(self, player: Player, other: Player) -> None:
        said = os.read(player.program.stdout, _READ_BYTES)
        if not said:
            player.is_silent = True
            return
        player.said_bytes += len(said)
        if player.said_bytes > player.may_say_bytes and not player.has_flooded:
            player.has_flooded = True
            player.program.kill()
        if player.has_flooded:
            return
        self.transcript.add(player.mark, said)
        if not other.is_deaf:
            other.to_read += said

    @staticmethod
    def _listen_to_errors(player: Player) -> None:
        said = os.read(player.program.stderr, _READ_BYTES)
        player.is_mute = not said
        player.errors += said[: max(player.error_bytes - len(player.errors), 0)]

    def _tell(self, player: Player) -> None:
        try:
            told = os.write(player.program.stdin, player.to_read)
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._stop_feeding(player)
            return
        del player.to_read[:told]

    @staticmethod
    def _stop_feeding(player: Player) -> None:
        if not player.is_deaf:
            player.is_deaf = True
            player.to_read.clear()
            player.program.close_stdin()


def ending_of(
    done: Interaction, outcome: Outcome, limits: Limits, language: Language, source: Source
) -> tuple[Ending, Outcome]:
    """Return the answer's ending by the order of precedence. outcome: what the judge's own end means."""
    if done.judge_first and not outcome.is_accepted:
        return _ending(outcome), outcome
    ending = judge_run(done.record, limits, language, source)
    if ending.status is Status.TLE and _judge_held_it_up(done):
        slow = Message(_("The validator of this activity went over a limit of its own."))
        return Ending(Status.IE, slow), replace(outcome, is_fault=True, message=slow)
    if ending.status is not Status.AC:
        return ending, replace(outcome, is_fault=False, share=None)
    return _ending(outcome), outcome


def _judge_held_it_up(done: Interaction) -> bool:
    """Whether an answer ran out of time because the judge never came to an end of its own."""
    is_waiting = done.record.wall_exceeded and not done.record.cpu_exceeded
    is_judge_busy = done.judge.cpu_us > _JUDGE_BUSY_SHARE * done.record.wall_us
    return done.judge.cpu_exceeded or done.judge.output_exceeded or (is_waiting and is_judge_busy)


def _ending(outcome: Outcome) -> Ending:
    if outcome.is_fault:
        return Ending(Status.IE, outcome.message)
    if outcome.is_accepted:
        return Ending(Status.AC, outcome.message)
    return Ending(Status.WA, outcome.message or Message(_("The judge did not accept what the program said.")))

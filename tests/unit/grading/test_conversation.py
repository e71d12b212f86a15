"""Frames pass between two programs, whatever either of them does with its pipes."""

from __future__ import annotations

import os
import struct
import threading
from contextlib import ExitStack

import pytest

from etude.grading.conversation import Side, converse, drain
from etude.grading.harness.codec import MAX_FRAME_BYTES


class Program:
    """Stands for a program in a jail: three pipes, and a thread that plays it."""

    def __init__(self, play) -> None:
        self.child_stdin, self.stdin = os.pipe()
        self.stdout, self.child_stdout = os.pipe()
        self.stderr, self.child_stderr = os.pipe()
        self.play = play
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.play(self)
        except (BrokenPipeError, EOFError):
            pass
        finally:
            for descriptor in (self.child_stdin, self.child_stdout, self.child_stderr):
                os.close(descriptor)

    def read(self) -> bytes:
        """The next frame that was sent to it."""
        (size,) = struct.unpack(">I", self._exactly(4))
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = os.read(self.child_stdin, size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def write(self, payload: bytes) -> None:
        self.write_raw(struct.pack(">I", len(payload)) + payload)

    def write_raw(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.child_stdout, data) :]

    def complain(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.child_stderr, data) :]


@pytest.fixture
def talk():
    """Let two plays talk; what came of it, and both sides."""
    with ExitStack() as stack:

        def run(script_play, answer_play, limit: int = 1000, *, may_flood: bool = False):
            programs = [Program(script_play), Program(answer_play)]
            script, answer = Side(programs[0], limit, may_flood=may_flood), Side(programs[1], limit)
            for program in programs:
                program.thread.start()
            try:
                return converse(script, answer), script, answer
            finally:
                for program in programs:
                    os.close(program.stdin)
                    os.close(program.stdout)
                for side in (script, answer):
                    stack.callback(side.program.thread.join)
                    stack.callback(os.close, side.program.stderr)

        yield run


def ask_once(script: Program) -> None:
    script.write(b"Cquestion")
    script.write(b"D" + script.read())


def reply(answer: Program) -> None:
    while (question := answer.read()) != b'{"t":["end"]}':
        answer.write(b"re: " + question)
    answer.write(b"bye")


def test_calls_go_to_the_answer_and_replies_to_the_script(talk):
    result, _, _ = talk(ask_once, reply)

    assert (result.report, result.answer_left) == (b"re: question", False)


def test_frames_larger_than_a_pipe_pass(talk):
    size = 1 << 20

    def ask(script: Program) -> None:
        script.write(b"C" + b"x" * size)
        script.write(b"D%d" % len(script.read()))

    result, _, _ = talk(ask, reply)

    assert result.report == b"%d" % (size + 4)


def test_what_both_print_is_kept_meanwhile(talk):
    def ask(script: Program) -> None:
        script.complain(b"from the script")
        ask_once(script)

    def answer(program: Program) -> None:
        program.complain(b"from the answer")
        reply(program)

    _, script_side, answer_side = talk(ask, answer)
    drain(script_side)
    drain(answer_side)

    assert (bytes(script_side.printed), bytes(answer_side.printed)) == (b"from the script", b"from the answer")


def test_an_answer_that_leaves_in_a_call_has_left(talk):
    result, _, _ = talk(ask_once, lambda answer: answer.read())

    assert (result.report, result.answer_left, result.answer_may_run) == (None, True, False)


def test_an_answer_that_leaves_before_the_goodbye_has_left(talk):
    def answer(program: Program) -> None:
        program.write(b"re: " + program.read())
        program.read()

    result, _, _ = talk(ask_once, answer)

    assert (result.report, result.answer_left) == (None, True)


def test_an_answer_that_does_not_even_read_has_left(talk):
    def ask(script: Program) -> None:
        script.write(b"C" + b"x" * (1 << 20))
        script.read()

    result, _, _ = talk(ask, lambda _answer: None)

    assert (result.report, result.answer_left) == (None, True)


def test_a_script_that_ends_without_a_report_is_not_the_answers_fault(talk):
    result, _, _ = talk(lambda _script: None, reply)

    assert (result.report, result.answer_left) == (None, False)


@pytest.mark.parametrize("nonsense", [bytes(4), struct.pack(">I", MAX_FRAME_BYTES + 2)])
def test_a_frame_against_the_rules_ends_the_talk(talk, nonsense):
    def answer(program: Program) -> None:
        program.read()
        program.write_raw(nonsense)
        program.read()

    result, _, _ = talk(ask_once, answer)

    assert (result.report, result.answer_left, result.answer_may_run) == (None, True, True)


def test_an_answer_that_floods_is_ended_and_cut(talk):
    def answer(program: Program) -> None:
        program.complain(b"x" * 5000)

    result, _, side = talk(ask_once, answer)
    drain(side)

    assert (result.answer_left, side.has_flooded, len(side.printed)) == (True, True, 1000)


def test_a_script_that_floods_is_only_cut(talk):
    def ask(script: Program) -> None:
        script.complain(b"x" * 5000)
        ask_once(script)

    result, side, _ = talk(ask, reply, may_flood=True)

    assert (result.report, side.has_flooded, len(side.printed)) == (b"re: question", False, 1000)


def test_a_side_that_closes_its_errors_goes_on(talk):
    def ask(script: Program) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), script.child_stderr)
        ask_once(script)

    result, _, _ = talk(ask, reply)

    assert result.report == b"re: question"

"""The answer and the judge's program talk, each in its jail; who is to blame for what goes wrong."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from etude.grading.engine import grade
from etude.grading.interaction import Transcript, interact
from etude.grading.jails import JailSet
from etude.grading.job import Limits, Validator
from etude.grading.verdict import Status
from etude.jail import JailError

# Guess a number between 1 and 100: the judge says lower, higher or right.
GUESSING = b"""
import sys
with open(sys.argv[1]) as given:
    secret = int(given.read())
for turn in range(10):
    line = sys.stdin.readline()
    if not line.strip().isdigit():
        with open(sys.argv[3] + "teammessage.txt", "w") as file:
            file.write("A number was expected.")
        sys.exit(43)
    guess = int(line)
    print("right" if guess == secret else "lower" if secret < guess else "higher", flush=True)
    if guess == secret:
        sys.exit(42)
sys.exit(43)
"""
BISECT = """
low, high = 1, 100
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "right": break
    if said == "lower": high = guess - 1
    else: low = guess + 1
"""
BISECT_C = r"""
#include <stdio.h>
#include <string.h>
int main(void) {
    int low = 1, high = 100;
    char said[20];
    for (;;) {
        int guess = (low + high) / 2;
        printf("%d\n", guess); fflush(stdout);
        if (scanf("%19s", said) != 1 || !strcmp(said, "right")) return 0;
        if (!strcmp(said, "lower")) high = guess - 1; else low = guess + 1;
    }
}
"""


def judge_of(text: bytes = GUESSING, **fields) -> Validator:
    return Validator(language="python", files={"judge.py": text}, is_interactive=True, **fields)


@pytest.fixture
def talk(judge):
    """Let a program talk with a judge about the secret 37; the one result."""

    def run(source: str, validator: Validator | None = None, **fields):
        limits = {"cpu_time_s": 1.0, "wall_time_s": 2.0, **fields.pop("limits", {})}
        verdict = judge(source, stdin=b"37\n", validator=validator or judge_of(), limits=limits, **fields)
        assert verdict.tests, verdict.message
        return verdict.tests[0]

    return run


def test_a_right_answer_is_accepted_and_the_transcript_shows_who_said_what(talk):
    result = talk(BISECT)

    assert (result.status, result.points) == (Status.AC, 10)
    assert result.obtained.text == "< 50\n> lower\n< 25\n> higher\n< 37\n> right\n"


def test_compiled_answers_talk_too(talk):
    assert talk(BISECT_C, language="c").status is Status.AC


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("print('x', flush=True); input(); 1 / 0", Status.WA),
        ("print('x', flush=True)\nwhile True: print('y' * 1000, flush=True)", Status.WA),
        ("for i in range(12): print(1, flush=True)", Status.WA),
        ("1 / 0", Status.RTE),
        ("print(50, flush=True); 1 / 0", Status.RTE),
        ("", Status.WA),
        ("import os; os._exit(3)", Status.RTE),
        ("while True: pass", Status.TLE),
        ("import time; time.sleep(60)", Status.TLE),
        ("input()", Status.TLE),
        ("print(37, flush=True); input(); 1 / 0", Status.RTE),
        ("print(37, flush=True)\nwhile True: pass", Status.TLE),
        ("x = bytearray(1 << 30)", Status.MLE),
        ("import os\nos.close(1); os.close(2)", Status.WA),
        ("import os, sys\nprint(37, flush=True); os.close(0); os.close(1)", Status.AC),
    ],
)
def test_every_end_has_its_verdict(talk, source, status):
    assert talk(source, limits={"cpu_time_s": 0.5, "wall_time_s": 1.0}).status is status


def test_a_flood_is_an_output_limit_and_the_judge_is_not_waited_for(talk):
    reads_all = b"import sys\nsys.stdin.read()\nsys.exit(43)\n"

    result = talk("while True: print('x' * 1000)", judge_of(reads_all), limits={"output_bytes": 100_000})

    assert result.status is Status.OLE


def test_what_the_judge_says_for_the_student_is_the_message(talk):
    assert str(talk("print('seven')").message) == "A number was expected."


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"1 / 0", "ended with exit code 1"),
        (b"import sys; sys.stdin.readline(); sys.exit(0)", "ended with exit code 0"),
        (b"while True: pass", "went over a limit of its own"),
        (b"while True: print('x' * 1000)", "went over a limit of its own"),
        (b"import os; os.kill(os.getpid(), 11)", "ended by signal 11"),
    ],
)
def test_a_judge_that_fails_itself_is_never_blamed_on_the_answer(talk, text, sentence):
    validator = judge_of(text, limits=Limits(cpu_time_s=0.3))

    result = talk(BISECT, validator, limits={"wall_time_s": 1.5})

    assert result.status is Status.IE
    assert sentence in str(result.message)


@pytest.mark.long
def test_a_judge_that_computes_while_the_answer_waits_is_at_fault(talk):
    slow = judge_of(b"while True: pass", limits=Limits(cpu_time_s=2))

    result = talk("input()", slow, limits={"cpu_time_s": 0.3, "wall_time_s": 0.5})

    assert result.status is Status.IE


def test_two_that_wait_for_each_other_are_ended_by_the_clock(talk):
    result = talk("input()", judge_of(b"input()"), limits={"cpu_time_s": 0.3, "wall_time_s": 0.5})

    assert result.status is Status.TLE


def test_a_slow_reader_holds_up_nobody_but_the_writer(talk):
    writes_much = b"import sys\nfor i in range(50_000): print(i)\nprint('end', flush=True)\n"
    text = writes_much + b"sys.exit(42 if sys.stdin.readline().strip() == '50001' else 43)\n"
    slow = "import time\ntime.sleep(0.3)\nn = 1\nwhile input() != 'end': n += 1\nprint(n)"

    assert talk(slow, judge_of(text)).status is Status.AC


def test_large_talk_both_ways_at_once_does_not_lock(talk):
    text = b"""
import sys, threading
got = []
reader = threading.Thread(target=lambda: got.append(len(sys.stdin.read())))
reader.start()
sys.stdout.write("y" * 500_000 + "\\n")
sys.stdout.flush()
reader.join()
sys.exit(42 if got == [500_001] else 43)
"""
    source = "import sys\nprint('x' * 500_000, flush=True)\nsys.exit(len(input()) != 500_000)"

    assert talk(source, judge_of(text)).status is Status.AC


def test_an_interactive_judge_gives_points(talk):
    text = b"import sys\nopen(sys.argv[3] + 'score.txt', 'w').write('0.5')\nsys.exit(42)"

    assert talk("", judge_of(text), scoring="sum").points == Decimal(5)


def test_an_interactor_in_the_manner_of_testlib_gets_its_files(talk):
    text = b"""
import sys
with open(sys.argv[1]) as given, open(sys.argv[2], "w") as output:
    secret = given.read()
    output.write("log")
print(secret, end="", flush=True)
sys.exit(0 if sys.stdin.readline() == secret else 1)
"""

    assert talk("print(input())", judge_of(text, protocol="testlib")).status is Status.AC
    assert talk("print(38)", judge_of(text, protocol="testlib")).status is Status.WA


DMOJ = b"""
from dmoj.graders import InteractiveGrader
from dmoj.result import CheckerResult
class Grader(InteractiveGrader):
    def interact(self, case, interactor):
        secret = int(case.input_data())
        for turn in range(8):
            guess = interactor.readint(1, 100)
            interactor.writeln('right' if guess == secret else 'lower' if secret < guess else 'higher')
            if guess == secret:
                return CheckerResult(True, case.points)
        return False
"""


def test_a_grader_in_the_manner_of_dmoj(talk):
    validator = judge_of(DMOJ, protocol="dmoj")

    assert talk(BISECT, validator).status is Status.AC
    assert talk("print(101)", validator).status is Status.WA
    assert talk("", validator).status is Status.WA
    assert str(talk("print('a')", validator).message) == "a whole number was expected"


def test_a_judge_whose_answer_does_not_start_is_not_left_running(fake_jail, make_job):
    class Judge:
        closed = 0

        def close(self) -> None:
            self.closed += 1

    judges = [Judge(), Judge()]
    starts = iter([judges[0], JailError("gone"), judges[1], JailError("gone")])

    def start(_program, **_options):
        started = next(starts)
        if isinstance(started, Exception):
            raise started
        return started

    fake_jail.start = start
    jails = JailSet(make=lambda **_options: fake_jail)

    verdict = grade(make_job(BISECT, stdin=b"37\n", validator=judge_of()), jails)

    assert verdict.status is Status.IE
    assert [judge.closed for judge in judges] == [1, 1]


class Talker:
    """A program that says one thing; what it is told lies in its pipe."""

    def __init__(self, record, says: bytes = b"") -> None:
        self.record = record
        self.reads, self.stdin = os.pipe()
        self.stdout, self.speaks = os.pipe()
        self.stderr, complains = os.pipe()
        os.close(complains)
        os.write(self.speaks, says)

    def wait(self):
        return self.record

    def close_stdin(self) -> None: ...

    def kill(self) -> None: ...

    def close(self) -> None:
        for descriptor in (self.stdin, self.stdout, self.stderr):
            os.close(descriptor)


def test_words_wait_for_an_answer_that_makes_its_pipe_smaller(make_record, monkeypatch):
    judge, answer = Talker(make_record(exit_code=42), b"is it 37?\n"), Talker(make_record())
    os.close(judge.speaks)
    write, tries = os.write, []

    def write_to_a_pipe_that_is_full_at_first(descriptor: int, data: bytearray) -> int:
        tries.append(bytes(data))
        if len(tries) == 1:
            raise BlockingIOError
        told = write(descriptor, data)
        os.close(answer.speaks)
        return told

    monkeypatch.setattr(os, "write", write_to_a_pipe_that_is_full_at_first)

    interact(answer, judge, Limits(), 1 << 20)

    assert tries == [b"is it 37?\n"] * 2
    assert os.read(answer.reads, 100) == b"is it 37?\n"
    for talker in (judge, answer):
        os.close(talker.reads)


def test_a_transcript_marks_each_line_and_has_an_end():
    transcript = Transcript()

    transcript.add(b"< ", b"1")
    transcript.add(b"< ", b"2\n3\n")
    transcript.add(b"> ", b"no end")
    transcript.add(b"< ", b"x\n" * 20_000)

    assert bytes(transcript.data).startswith(b"< 12\n< 3\n> no end\n< x\n< x\n")
    assert len(transcript.data) < 40_000


# Two conversations: in the second one the answer is told what it said in the first one, and has to say one more.
REMEMBERS = b"""
import sys
with open(sys.argv[1]) as given:
    number = given.read().strip()
print(number, flush=True)
said = sys.stdin.readline().strip()
if said != str(int(number) + 1):
    sys.exit(43)
with open(sys.argv[3] + "turns", "a") as file:
    file.write("x")
with open(sys.argv[3] + "turns") as file:
    turns = len(file.read())
if turns < 2:
    with open(sys.argv[3] + "nextpass.in", "w") as file:
        file.write(said)
sys.exit(42)
"""


def test_a_conversation_is_held_again_when_the_judge_asks_for_another_pass(talk):
    right = talk("print(int(input()) + 1)", judge_of(REMEMBERS, max_passes=2))
    late_wrong = talk("print(min(int(input()) + 1, 38))", judge_of(REMEMBERS, max_passes=2))
    late_crash = talk("n = int(input())\nassert n == 37\nprint(38)", judge_of(REMEMBERS, max_passes=2))

    assert (right.status, right.obtained.text) == (Status.AC, "> 37\n< 38\n---\n> 38\n< 39\n")
    assert (late_wrong.status, late_crash.status) == (Status.WA, Status.RTE)

"""Validators of teachers decide; whatever goes wrong with one is never the answer's fault."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from etude.grading import languages
from etude.grading.errors import JobError
from etude.grading.job import Limits, Test, Validator
from etude.grading.languages import Source
from etude.grading.validators import BuiltValidator
from etude.grading.verdict import Status

from .conftest import record_of

# A Kattis validator that accepts any number above the one in the input.
KATTIS = b"""
import sys
with open(sys.argv[1]) as given, open(sys.argv[2]) as answer:
    least, expected = int(given.read()), answer.read()
feedback = sys.argv[3]
def tell(name, text):
    with open(feedback + name, "w") as file:
        file.write(text)
words = sys.stdin.read().split()
tell("judgemessage.txt", f"expected {expected.strip()}, args {sys.argv[4:]}")
if len(words) == 1 and int(words[0]) > least:
    sys.exit(42)
tell("teammessage.txt", "It is not large enough.")
sys.exit(43)
"""
TESTLIB_CPP = rb"""
#include <cstdio>
#include <cstdlib>
#include <cstring>
int main(int argc, char **argv) {
    FILE *given = fopen(argv[1], "r"), *output = fopen(argv[2], "r"), *answer = fopen(argv[3], "r");
    int n, said, right;
    if (fscanf(given, "%d", &n) != 1 || fscanf(answer, "%d", &right) != 1) return 3;
    if (fscanf(output, "%d", &said) != 1) { fprintf(stderr, "wrong output format\n"); return 2; }
    if (said == right) return 0;
    if (said == -1) { fprintf(stderr, "points 0.25 half way\n"); return 7; }
    if (said == -2) { abort(); }
    if (said == -3) { fprintf(stderr, "partial 1/3\n"); return 7; }
    fprintf(stderr, "wrong answer expected %d", right);
    return 1;
}
"""


def kattis(text: bytes = KATTIS, **fields) -> Validator:
    return Validator(language="python", files={"validate.py": text}, **fields)


@pytest.fixture
def one(judge):
    """Judge a program that prints `output` for the input 5 and the judge's answer 6; the one result."""

    def run(output: str, validator: Validator, **fields):
        verdict = judge(f"print({output!r})", stdin=b"5\n", expected=b"6\n", validator=validator, **fields)
        assert verdict.tests, verdict.message
        return verdict.tests[0]

    return run


def test_a_kattis_validator_accepts_with_42(one):
    result = one("17", kattis())

    assert (result.status, result.points, result.share) == (Status.AC, 10, None)


def test_a_kattis_validator_refuses_with_43_and_tells_the_student_only_what_is_meant_for_them(one):
    result = one("4", kattis())

    assert (result.status, str(result.message)) == (Status.WA, "It is not large enough.")
    assert result.judge_note.text == "expected 6, args []"


def test_arguments_of_the_package_and_of_the_test_reach_the_validator(judge):
    test = Test(name="t", stdin=b"5", expected=b"6", validator_arguments=("group 1",))

    (result,) = judge("print(9)", tests=(test,), validator=kattis(arguments=("float_tolerance", "1e-6"))).tests

    assert result.judge_note.text == "expected 6, args ['float_tolerance', '1e-6', 'group 1']"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"1 / 0", "ended with exit code 1"),
        (b"", "ended with exit code 0"),
        (b"import sys; sys.exit(41)", "ended with exit code 41"),
        (b"import os; os.kill(os.getpid(), 11)", "ended by signal 11"),
        (b"while True: pass", "went over a limit of its own"),
        (b"x = bytearray(1 << 30)", "went over a limit of its own"),
        (b"while True: print('x' * 100_000)", "went over a limit of its own"),
        (b"import os\nwhile os.write(1, b'x' * 1000): pass", "went over a limit of its own"),
        (
            b"import sys\nopen(sys.argv[3] + 'score.txt', 'w').write('much')\nsys.exit(42)",
            "a score that cannot be read",
        ),
        (b"import sys\nopen(sys.argv[3] + 'score.txt', 'w').write('-1e400')\nsys.exit(42)", "cannot be read"),
    ],
)
def test_a_validator_that_fails_itself_is_never_a_wrong_answer(one, text, sentence):
    limits = Limits(cpu_time_s=0.3, memory_bytes=64 << 20)

    result = one("17", kattis(text, limits=limits))

    assert (result.status, result.points) == (Status.IE, None)
    assert sentence in str(result.message)


def test_what_a_broken_validator_printed_is_for_the_teacher(one):
    result = one("17", kattis(b"raise KeyError('the secret')"))

    assert "the secret" in result.judge_note.text
    assert "the secret" not in str(result.message)


def test_a_validator_that_does_not_compile_is_told_and_runs_no_test(judge):
    verdict = judge("print(1)", expected=b"1", validator=kattis(b"def :"))

    assert (verdict.status, verdict.tests) == (Status.IE, ())
    assert "validator of this activity does not compile" in str(verdict.message)


def test_a_validator_in_a_language_that_is_not_here_is_told(judge):
    validator = Validator(language="cobol", files={"v.cob": b""})

    verdict = judge("print(1)", expected=b"1", validator=validator)

    assert (verdict.status, str(verdict.message)) == (
        Status.IE,
        "The language cobol is not available on this machine.",
    )


def test_an_answer_that_does_not_compile_is_told_before_a_broken_validator(judge):
    assert judge("print(", expected=b"1", validator=kattis(b"def :")).status is Status.CE


def test_an_answer_that_ends_badly_is_not_shown_to_the_validator(judge):
    verdict = judge("print(17); 1 / 0", stdin=b"5", expected=b"6", validator=kattis())

    assert (verdict.status, verdict.tests[0].judge_note.text) == (Status.RTE, "")


@pytest.mark.parametrize(
    ("name", "number", "unit", "points"),
    [
        ("score_multiplier.txt", "0.3", "share", "3.00"),
        ("score.txt", "0.125\n", "share", "1.25"),
        ("score.txt", "40", "percent", "4.00"),
        ("score.txt", "2", "points", "5.00"),
        ("score.txt", "99", "points", "10.00"),
    ],
)
def test_a_score_is_a_share_of_the_test(judge, name, number, unit, points):
    text = f"import sys\nopen(sys.argv[3] + {name!r}, 'w').write({number!r})\nsys.exit(42)"
    test = Test(name="t", stdin=b"5", expected=b"6", points=Decimal(4))

    verdict = judge("", tests=(test,), scoring="sum", validator=kattis(text.encode(), points_unit=unit))

    assert (verdict.status, verdict.score) == (Status.AC, Decimal(points))


@pytest.mark.parametrize(
    ("output", "status", "share"),
    [
        ("6", Status.AC, None),
        ("7", Status.WA, None),
        ("x", Status.WA, None),
        ("-1", Status.AC, Fraction(1, 4)),
        ("-3", Status.AC, Fraction(1, 3)),
        ("-2", Status.IE, None),
    ],
)
def test_a_checker_in_the_manner_of_testlib(one, output, status, share):
    validator = Validator(language="cpp", files={"check.cpp": TESTLIB_CPP}, protocol="testlib")

    result = one(output, validator)

    assert (result.status, result.share) == (status, share)


def test_what_a_checker_says_may_be_meant_for_the_student(one):
    files = {"check.cpp": TESTLIB_CPP}
    told = Validator(language="cpp", files=files, protocol="testlib", tells_student=True)

    assert str(one("7", told).message) == "wrong answer expected 6"
    assert "expected" not in str(one("7", Validator(language="cpp", files=files, protocol="testlib")).message).split()


@pytest.mark.parametrize(
    ("body", "status", "points"),
    [
        ("return process_output.split() == judge_output.split()", Status.AC, 10),
        ("return False", Status.WA, 0),
        ("return CheckerResult(True, point_value / 4, 'nearly')", Status.AC, Decimal("2.50")),
        ("return CheckerResult(False, 0, 'no', 'for the teacher')", Status.WA, 0),
        ("return judge_input == b'5\\n' and b'print' in kwargs['submission_source']", Status.AC, 10),
        ("print('noise'); return utf8text(process_output) == '6\\n'", Status.AC, 10),
        ("raise InternalError('cannot')", Status.IE, None),
        ("return None", Status.IE, None),
        ("import os; os._exit(0)", Status.IE, None),
    ],
)
def test_a_checker_in_the_manner_of_dmoj(one, body, status, points):
    text = f"""
from dmoj.result import CheckerResult
from dmoj.error import InternalError
from dmoj.utils.unicode import utf8text
def check(process_output, judge_output, judge_input, point_value, **kwargs):
    {body}
"""
    validator = Validator(language="python", files={"checker.py": text.encode()}, protocol="dmoj")

    result = one("6", validator, scoring="sum")

    assert (result.status, result.points) == (status, points)


def test_a_dmoj_checker_gets_only_what_it_takes_and_the_arguments_of_its_package(one):
    text = b"def check(process_output, judge_output, precision, name):\n    return precision == 3 and name == 'x y'\n"
    validator = Validator(
        language="python", files={"c.py": text}, protocol="dmoj", arguments=("precision=3", "name=x y")
    )

    assert one("6", validator).status is Status.AC


ASKS_AGAIN = b"""
import sys
said, feedback = int(sys.stdin.read()), sys.argv[3]
with open(sys.argv[1]) as given:
    n = int(given.read())
if said != n + 1:
    sys.exit(43)
if n < 3:
    with open(feedback + "nextpass.in", "w") as file:
        file.write(str(said))
sys.exit(42)
"""


def test_a_validator_may_ask_for_another_pass(judge):
    right = judge("print(int(input()) + 1)", stdin=b"1", validator=kattis(ASKS_AGAIN, max_passes=5))
    late_wrong = judge("print(min(int(input()) + 1, 3))", stdin=b"1", validator=kattis(ASKS_AGAIN, max_passes=5))

    assert (right.status, right.tests[0].stdin.text) == (Status.AC, "3")
    assert (late_wrong.status, late_wrong.tests[0].stdin.text) == (Status.WA, "3")


def test_a_validator_that_asks_for_more_passes_than_it_may_is_at_fault(judge):
    verdict = judge("print(int(input()) + 1)", stdin=b"1", validator=kattis(ASKS_AGAIN, max_passes=2))

    assert verdict.status is Status.IE
    assert "more runs than it may" in str(verdict.tests[0].message)


KEEPS = b"""
import os, sys
feedback = sys.argv[3]
said = sys.stdin.read()
os.makedirs(feedback + "in", exist_ok=True)
with open(feedback + "in/heard", "a") as file:
    file.write(said)
with open(feedback + "in/heard") as file:
    heard = file.read().split()
with open(feedback + "judgemessage.txt", "a") as file:
    file.write("pass %d\\n" % len(heard))
if os.path.exists(feedback + "nextpass.in"):
    sys.exit(1)
if len(heard) < 3:
    with open(feedback + "nextpass.in", "w") as file:
        file.write(str(len(heard)))
sys.exit(42 if len(heard) < 3 or heard == ["0", "1", "2"] else 43)
"""


def test_what_a_validator_leaves_in_its_feedback_folder_is_there_in_the_next_pass(judge):
    right = judge("print(input())", stdin=b"0", validator=kattis(KEEPS, max_passes=3))
    wrong = judge("print(0)", stdin=b"0", validator=kattis(KEEPS, max_passes=3))

    assert (right.status, wrong.status) == (Status.AC, Status.WA)
    assert right.tests[0].judge_note.text == "pass 1\npass 2\npass 3"


@pytest.mark.parametrize(
    ("leaves", "sentence"),
    [
        ("import os; os.symlink('/etc/passwd', sys.argv[3] + 'x'); sys.exit(42)", "than can be kept"),
        ("open(sys.argv[3] + 'nextpass.in', 'w'); sys.exit(43)", "another pass of an answer that it rejected"),
    ],
)
def test_a_validator_that_breaks_the_rules_of_passes_is_at_fault(judge, leaves, sentence):
    verdict = judge("", validator=kattis(f"import sys\n{leaves}".encode(), max_passes=2))

    assert verdict.status is Status.IE
    assert sentence in str(verdict.tests[0].message)


def test_the_validator_never_runs_in_the_jail_of_the_answers(fake_jails, fake_jail, make_job, make_record, monkeypatch):
    from etude.grading.engine import grade

    other = type(fake_jail)()
    other.playback.append(make_record(exit_code=42))
    monkeypatch.setattr(type(fake_jails), "judge", lambda _self: other)
    fake_jail.playback.extend([make_record(stdout=b"out")])

    verdict = grade(make_job("", expected=b"answer", validator=kattis()), fake_jails)

    assert (verdict.status, other.asked[0][1]["stdin"]) == (Status.AC, b"out")
    assert b"answer" not in repr(fake_jail.asked[-1]).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"files": {"../x": b""}},
        {"protocol": "dmoj", "language": "cpp"},
        {"max_passes": 0},
        {"max_passes": 2, "protocol": "testlib"},
    ],
)
def test_a_validator_that_makes_no_sense_is_refused(fields):
    with pytest.raises(JobError):
        Validator(**{"language": "python", "files": {"v.py": b""}, **fields})


def built(**fields) -> BuiltValidator:
    """A validator in Python, as if it had been compiled."""
    validator = Validator(language="python", files={"check.py": b""}, **fields)
    return BuiltValidator(validator, languages.load()["python"], Source(main="check.py", files=validator.files))


WORTH_FOUR = Test(name="one", points=Decimal(4))


@pytest.mark.parametrize(
    ("protocol", "ended", "accepted", "share"),
    [
        ("testlib", {"exit_code": 7, "stderr": b"partial 1/4"}, True, Fraction(1, 4)),
        ("testlib", {"exit_code": 7, "stderr": b"points 0.5 half"}, True, Fraction(1, 2)),
        ("exit_code", {"exit_code": 0, "stdout": b"well done"}, True, None),
        ("exit_code", {"exit_code": 1}, False, None),
        ("peg", {"exit_code": 0}, True, None),
        ("peg", {"exit_code": 1, "stdout": b"1\n4\n"}, True, Fraction(1, 4)),
        ("peg", {"exit_code": 0, "stdout": b"9\n4\n"}, True, Fraction(1)),
        ("peg", {"exit_code": 1, "stdout": b"0\n4\n"}, False, None),
    ],
)
def test_each_protocol_says_right_wrong_or_a_part(protocol, ended, accepted, share):
    outcome = built(protocol=protocol).read(record_of(**ended), WORTH_FOUR)

    assert (outcome.is_fault, outcome.is_accepted, outcome.share) == (False, accepted, share)


@pytest.mark.parametrize(
    ("fields", "ended"),
    [
        ({"protocol": "testlib"}, {"exit_code": 7, "stderr": b"partial 5/4"}),
        ({"protocol": "testlib"}, {"exit_code": 7, "stderr": b"no number"}),
        ({"protocol": "testlib", "points_unit": "points"}, {"exit_code": 7, "stderr": b"points 5"}),
        ({"protocol": "testlib"}, {"exit_code": 99}),
        ({"protocol": "exit_code"}, {"exit_code": 99}),
        ({"protocol": "peg"}, {"exit_code": None, "signal": 11}),
        ({"protocol": "peg"}, {"exit_code": 99, "stdout": b"1\n4\n"}),
        ({"protocol": "exit_code"}, {"exit_code": 0, "cpu_exceeded": True}),
    ],
)
def test_whatever_else_a_validator_says_is_its_own_fault(fields, ended):
    assert built(**fields).read(record_of(**ended), WORTH_FOUR).is_fault


def test_an_interactive_validator_that_only_ends_is_given_no_output():
    program = built(protocol="exit_code", is_interactive=True).program(WORTH_FOUR, job=None, output=None)

    assert len(program.argv) == 2


SCORES = b"""
import sys
said = sys.stdin.read().split()
open(sys.argv[3] + "score.txt", "w").write(said[1])
sys.exit(42 if said[0] == "yes" else 43)
"""


@pytest.mark.parametrize(("output", "score"), [("yes 0", 10), ("yes 1.5", 5), ("yes 7", 0), ("no 0", 0)])
def test_penalty_is_lost_and_what_is_rejected_has_lost_all(judge, output, score):
    test = Test(name="t", expected=b"", points=Decimal(3))

    verdict = judge(f"print({output!r})", tests=(test,), scoring="sum", validator=kattis(SCORES, points_unit="penalty"))

    assert verdict.score == score

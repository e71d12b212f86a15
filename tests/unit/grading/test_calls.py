"""Tables of calls that a teacher writes without any code."""

from __future__ import annotations

import math

import pytest

from etude.grading import languages, plain
from etude.grading.calling import judge_call
from etude.grading.calls import Tolerance, is_same, parse_call, write_call
from etude.grading.engine import grade
from etude.grading.errors import JobError
from etude.grading.job import Test
from etude.grading.languages import Source
from etude.grading.verdict import Status

AREA = "def area(width, height=1):\n    return width * height\n"


@pytest.fixture
def check(judge):
    """Judge an answer by one call; the result of the one test."""

    def run(answer: str, call: str, result: str, **fields):
        tests = (Test(name="t", call=parse_call(call, result), **fields.pop("of_test", {})),)
        return judge(answer, tests=tests, **fields).tests[0]

    return run


def test_a_call_is_read_into_a_name_and_plain_values():
    call = parse_call(" f(1, -2.5, 'a', [True, null], x={'k': (1,)}) ", "[1, false]")

    assert (call.text, call.function) == ("f(1, -2.5, 'a', [True, null], x={'k': (1,)})", "f")
    assert (call.arguments, call.named) == ((1, -2.5, "a", [True, None]), {"x": {"k": (1,)}})
    assert (call.result, call.result_text) == ([1, False], "[1, false]")


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("f", "1"),
        ("f(", "1"),
        ("f(x)", "1"),
        ("a.f(1)", "1"),
        ("f(*[1])", "1"),
        ("f(**{'a': 1})", "1"),
        ("f(1)", ""),
        ("f(1)", "area"),
        ("f(1)", "f(1)"),
        ("f(1); g(2)", "1"),
        ("f(1e999)", "1"),
        ("f(__import__('os'))", "1"),
        ("f(" + "[" * 200 + "]" * 200 + ")", "1"),
        ("f(" + "1," * 10_000 + ")", "1"),
        ("f(1)", "\0"),
    ],
)
def test_what_is_no_call_or_no_value_is_refused(call, result):
    with pytest.raises(JobError):
        parse_call(call, result)


def test_a_right_answer_passes_and_shows_the_call(check):
    result = check(AREA, "area(3, height=4)", "12")

    assert (result.status, result.expected.text, result.obtained.text) == (Status.AC, "12", "area(3, height=4) → 12")


def test_a_wrong_answer_says_what_it_gives_and_not_what_is_expected(check):
    result = check(AREA, "area(3, 4)", "13")

    assert (result.status, str(result.message)) == (Status.WA, "area(3, 4) gives 12.")


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        ("", Status.RTE, "The program defines no area."),
        ("def area(a): return a", Status.RTE, "The call area(3, 4) stopped: TypeError: area() takes 1 positional"),
        ("def area(a, b): return a / 0", Status.RTE, "stopped on line 1 of main.py: ZeroDivisionError"),
        ("def area(a, b): return object()", Status.WA, "area(3, 4) gives no plain value."),
        ("def area(a, b): import os; os._exit(0)", Status.RTE, "The program ended before the checks were through."),
        ("import sys; sys.exit()", Status.RTE, "The program ended before the checks were through."),
        ("def area(a, b):\n    while True: pass", Status.TLE, "The program"),
        ("def area(a, b): return bytearray(1 << 30)", Status.MLE, "memory"),
        ("def area(a, b):\n    while True: print('x' * 1000)", Status.OLE, "printed"),
    ],
)
def test_how_a_call_goes_wrong_is_told(check, answer, status, sentence):
    result = check(answer, "area(3, 4)", "12", limits={"cpu_time_s": 0.5, "memory_bytes": 64 << 20})

    assert (result.status, result.points) == (status, 0)
    assert sentence in str(result.message)


def test_what_the_answer_prints_and_reads_does_not_disturb(check):
    answer = "def ask(n):\n    print('name?')\n    return input() * n\nif __name__ == '__main__':\n    ask(3)\n"

    result = check(answer, "ask(2)", "'AdaAda'", of_test={"stdin": b"Ada\n"})

    assert (result.status, result.printed.text) == (Status.AC, "name?\n")


def test_files_and_helper_modules_stand_beside_the_answer(check):
    answer = "from helper import twice\ndef read(name):\n    with open(name) as file: return twice(file.read())\n"

    result = check(
        answer,
        "read('words.txt')",
        "'abab'",
        beside={"helper.py": b"def twice(x): return 2 * x\n"},
        of_test={"files": {"words.txt": b"ab"}},
    )

    assert result.status is Status.AC


def test_floats_are_nearly_the_same_or_as_near_as_the_checker_says(check):
    answer = "def add(a, b): return a + b"

    assert check(answer, "add(0.1, 0.2)", "0.3").status is Status.AC
    assert check(answer, "add(0.1, 0.2)", "0.31").status is Status.WA
    rough = {"checker": "floats", "options": {"absolute_tolerance": 0.1}}
    assert check(answer, "add(0.1, 0.2)", "0.31", **rough).status is Status.AC


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        (1, 1.0, True),
        (True, 1, True),
        (1, "1", False),
        ([1, 2], (1, 2), False),
        ([0.1 + 0.2], [0.3], True),
        ({"a": [0.3]}, {"a": [0.1 + 0.2]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({1, 2}, {2, 1}, True),
        ((1, 2), (1, 2, 3), False),
        (math.nan, math.nan, True),
        (1.5, 10**400, False),
        (2**70, 2**70 + 1, False),
        (None, False, False),
        ("é", "é", True),
    ],
)
def test_values_are_compared_as_people_expect(expected, found, same):
    assert is_same(expected, found, Tolerance()) is same


def test_values_too_deep_to_compare_are_not_the_same():
    deep: list[object] = []
    other: list[object] = []
    for _ in range(300):
        deep, other = [deep], [other]

    assert not is_same(deep, other, Tolerance())


def test_expected_values_never_enter_the_jail_of_the_answer(fake_jails, fake_jail, make_job, make_record):
    fake_jail.playback.append(make_record(collected={"__etude_result": b'["value",1]'}))
    test = Test(name="t", call=parse_call("f(2)", "731904652"))

    verdict = grade(make_job("", tests=(test,)), fake_jails)

    assert verdict.status is Status.WA
    assert "731904652" not in repr(fake_jail.asked)


ATTACKS = {
    "equal to everything": "class A:\n    def __eq__(self, o): return True\ndef solve(n): return A()",
    "an int equal to everything": "class A(int):\n    def __eq__(self, o): return True\ndef solve(n): return A(1)",
    "write the result file": "open('__etude_result', 'w').write('[\"value\",1]')\nimport os\ndef solve(n): os._exit(0)",
    "a link as the result": "import os\nos.symlink('/etc/passwd', '__etude_result')\ndef solve(n): os._exit(0)",
    "look for the result": """
import os, re
def solve(n):
    text = ''.join(open(name, errors='replace').read() for name in os.listdir('.'))
    found = re.search('7319[0-9]+', text)
    return int(found.group()) if found else 0
""",
    "replace the harness": """
import sys
sys.modules['__main__'].encode = lambda value: b'["value",null]'
def solve(n): return 0
""",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\ndef solve(n): return 0",
    "sys.exit in import": "import sys\nsys.exit(0)",
    "an odd result": "import os\ndef solve(n):\n    open('__etude_result', 'w').write('[[[')\n    os._exit(0)",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_answer_passes_a_call_without_solving(check, attack):
    result = check(attack, "solve(2)", "731904652")

    assert result.status in {Status.WA, Status.RTE}
    assert result.points == 0


def test_a_call_in_a_language_that_cannot_be_called_is_a_fault_of_the_job(fake_jails, make_job):
    with pytest.raises(JobError, match=r"calls in Shell .* cannot be tested"):
        grade(make_job("", "shell", tests=(Test(name="t", call=parse_call("f()", "1")),)), fake_jails)


def test_a_number_too_long_to_write_is_judged_and_shown_shortened(check):
    answer = "def large():\n    return 10 ** 5000"

    result = check(answer, "large()", "1")

    assert (result.status, str(result.message)) == (Status.WA, "large() gives ….")


def test_a_call_for_another_language_is_its_name_and_its_values():
    written = write_call(parse_call("f(1, [True, 'é'])", "1"), 3)

    assert plain.read(written) == ["f", [1, [True, "é"]]]


@pytest.mark.parametrize("text", ["f(x=1)", "f(b'a')", "f([1j])"])
def test_what_only_python_has_words_for_is_refused_elsewhere(text):
    with pytest.raises(JobError, match="that only Python has words for"):
        write_call(parse_call(text, "1"), 0)


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        (["missing", None], Status.RTE, "The program defines no f."),
        (["arity", "3"], Status.RTE, "f takes another number of values (3) than the call f(1, 2) gives (2)."),
        (["type", "int wanted"], Status.RTE, "The call f(1, 2) does not fit the types of f: int wanted"),
        (["odd", None], Status.WA, "f(1, 2) gives no plain value."),
        ("value", Status.RTE, "The program ended before the checks were through."),
    ],
)
def test_what_a_caller_in_another_language_reports_is_told(said, status, sentence, make_job, make_record):
    record = make_record(collected={"__etude_result": plain.write(said)})
    java = languages.load()["java"]
    source = Source(files={}, main="Main.java")

    ending, shown = judge_call(parse_call("f(1, 2)", "3"), record, make_job("", "java"), java, source)

    assert (ending.status, str(ending.message), shown) == (status, sentence, "")

"""Function tests: the script calls the answer in the other jail as if it were beside it, by plain values."""

from __future__ import annotations

import pytest

from etude.grading.verdict import Status

UNCROSSABLE = "The program stopped: TypeError: a value of type object cannot be handed over; only plain values can"
ADD = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def check(judge):
    """Judge an answer by a script; the result of the one test."""

    def run(answer: str, script: str, **fields):
        verdict = judge(answer, script=script.encode(), **fields)
        assert verdict.compile.ok, verdict.compile.output
        return verdict.tests[0]

    return run


@pytest.mark.parametrize(
    "script",
    [
        "from answer import add\nassert add(1, 2) == 3",
        "import answer\nassert answer.add(1, b=2) == 3",
        "import main\nassert main.add(1, 2) == 3",
        "from answer import add\ndef test_a():\n    assert add(1, 2) == 3\ndef test_b():\n    assert add(2, 2) == 4",
    ],
)
def test_a_right_answer_passes(check, script):
    result = check(ADD, script)

    assert (result.status, result.points, result.expected.text, result.obtained.text) == (Status.AC, 10, "", "")


def test_a_wrong_answer_shows_the_check_and_the_call(check):
    result = check("def add(a, b):\n    return a - b\n", "from answer import add\n\nassert add(1, 2) == 3\n")

    assert (result.status, str(result.message)) == (Status.WA, "The check on line 3 failed.")
    assert (result.expected.text, result.obtained.text) == ("assert add(1, 2) == 3", "add(1, 2) → -1")


def test_the_words_of_an_assertion_are_the_message(check):
    result = check("def add(a, b): return 0", "from answer import add\nassert add(1, 2) == 3, 'adds two numbers'")

    assert (result.status, str(result.message)) == (Status.WA, "adds two numbers")


def test_a_check_that_stumbles_over_the_result_is_a_wrong_answer(check):
    result = check("def add(a, b): pass", "from answer import add\nassert abs(add(1, 2) - 3) < 1e-9")

    assert (result.status, str(result.message)) == (
        Status.WA,
        "The check on line 2 stopped with TypeError: unsupported operand type(s) for -: 'NoneType' and 'int'",
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("def add(a, b):\n    return a / 0", "The program stopped on line 2: ZeroDivisionError: division by zero"),
        ("def ad(a, b): return a", "The program defines no add."),
        ("add = 1 / 0", "The program stopped on line 1: ZeroDivisionError: division by zero"),
        ("class Own(Exception): pass\ndef add(a, b): raise Own('x')", "The program stopped on line 2: Own: x"),
        ("def add(a, b): return object()", UNCROSSABLE),
        ("def add(a, b): raise StopIteration", "The program stopped on line 1: StopIteration"),
        ("def add(a, b): assert a > b", "The program stopped on line 1: AssertionError"),
        ("def add(a, b): raise UnicodeError", "The program stopped on line 1: UnicodeError"),
        ("import nothere", "The program stopped on line 1: ModuleNotFoundError: No module named 'nothere'"),
    ],
)  # fmt: skip
def test_an_answer_that_stops_says_where(check, answer, sentence):
    result = check(answer, "from answer import add\nassert add(1, 2) == 3")

    assert (result.status, str(result.message)) == (Status.RTE, sentence)


def test_exceptions_arrive_as_the_built_in_type_with_their_words(check):
    answer = """
class TooOld(ValueError): pass
def age(text):
    if text == 'key': return {}['k']
    if text == 'own': raise TooOld('way too old')
    if text == 'file': open('/no/such')
    return int(text)
"""
    script = """
from answer import age
def caught(kind, *arguments):
    try:
        age(*arguments)
    except kind as error:
        return str(error)
assert 'invalid literal' in caught(ValueError, 'x')
assert caught(KeyError, 'key') == "'k'"
assert caught(ValueError, 'own') == 'way too old'
assert 'No such file' in caught(FileNotFoundError, 'file')
assert 'missing 1 required' in caught(TypeError)
"""

    assert check(answer, script).status is Status.AC


def test_arguments_that_the_answer_changes_in_place_are_changed_for_the_script(check):
    answer = """
def change(numbers, names, seen, data, inner):
    numbers.sort(); numbers.append(9)
    names['b'] = 2; del names['a']
    seen.add(3)
    data += b'!'
    inner[0].append(1); inner.pop()
"""
    script = """
from answer import change
numbers, names, seen, data, first = [3, 1], {'a': 1}, {1}, bytearray(b'x'), []
inner = [first, 'gone']
assert change(numbers, names, seen, data=data, inner=inner) is None
assert (numbers, names, seen, data) == ([1, 3, 9], {'b': 2}, {1, 3}, bytearray(b'x!'))
assert inner == [[1]] and inner[0] is first and first == [1]
"""

    assert check(answer, script).status is Status.AC


def test_a_change_is_seen_even_when_the_call_then_raises(check):
    answer = "def take(stack):\n    stack.pop()\n    raise IndexError('empty')"
    script = """
from answer import take
stack = [1]
try:
    take(stack)
except IndexError:
    assert stack == []
else:
    assert False
"""

    assert check(answer, script).status is Status.AC


def test_values_arrive_whatever_plain_type_they_have(check):
    answer = "def same(x):\n    return x"
    script = """
import math
from answer import same
for value in [None, True, 0, -1, 2**70, 1.5, math.inf, 1j, 'é\\ud800', b'\\xff', [1, [2]], (1, (2,)), {1: {'a': {2}}},
              frozenset({1}), range(3), bytearray(b'x'), ...]:
    got = same(value)
    assert got == value and type(got) is type(value), value
assert math.isnan(same(math.nan))
assert list(same(iter('ab'))) == ['a', 'b']
"""

    assert check(answer, script).status is Status.AC


def test_generators_arrive_as_iterators(check):
    answer = "def count(n):\n    for i in range(n):\n        yield i\n"
    script = "from answer import count\nassert list(count(3)) == [0, 1, 2]\nassert next(count(1)) == 0"

    assert check(answer, script).status is Status.AC


def test_constants_of_the_answer_can_be_read(check):
    assert check("PI = 3.14", "import answer\nassert answer.PI == 3.14").status is Status.AC


def test_a_missing_name_can_be_asked_for(check):
    script = "import answer\nassert not hasattr(answer, 'nothere') and hasattr(answer, 'add')"

    assert check(ADD, script).status is Status.AC


def test_what_a_call_prints_reaches_a_script_that_redirects_it_and_the_teacher(check):
    script = """
import contextlib, io
from answer import greet
with contextlib.redirect_stdout(io.StringIO()) as printed:
    greet('Ada')
assert printed.getvalue() == 'Hello Ada\\n'
"""

    result = check("def greet(name):\n    print('Hello', name)\n", script)

    assert (result.status, result.printed.text) == (Status.AC, "Hello Ada\n")


def test_the_answer_reads_the_input_of_the_test(check):
    answer = "def ask():\n    return input('name? ')\n"

    result = check(answer, "from answer import ask\nassert ask() == 'Ada'", stdin=b"Ada\n")

    assert (result.status, result.printed.text) == (Status.AC, "name? ")


def test_the_main_part_of_an_answer_does_not_run(check):
    answer = ADD + "if __name__ == '__main__':\n    print(add(1, int(input())))\n"

    assert check(answer, "from answer import add\nassert add(1, 2) == 3").printed.text == ""


def test_files_stand_beside_the_answer_and_beside_the_script(check):
    answer = "def read():\n    return open('words.txt').read()\n"
    script = "from answer import read\nassert read() == open('words.txt').read() == 'abc'"

    assert check(answer, script, files={"words.txt": b"abc"}).status is Status.AC


def test_a_helper_module_of_the_answer_works(check):
    beside = {"helper.py": b"def twice(x): return 2 * x"}

    result = check("from helper import twice", "from answer import twice\nassert twice(4) == 8", beside=beside)

    assert result.status is Status.AC


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("def add(a, b):\n    while True: pass", Status.TLE),
        ("def add(a, b):\n    import time; time.sleep(60)", Status.TLE),
        ("def add(a, b):\n    return len(bytearray(1 << 30))", Status.MLE),
        ("def add(a, b):\n    while True: print('x' * 1000)", Status.OLE),
        ("def add(a, b):\n    import os; os.kill(os.getpid(), 11)", Status.RTE),
        ("while True: pass", Status.TLE),
    ],
)
def test_limits_hold_for_the_answer(check, answer, status):
    limits = {"cpu_time_s": 0.4, "wall_time_s": 2.0, "memory_bytes": 64 << 20}

    assert check(answer, "from answer import add\nassert add(1, 2) == 3", limits=limits).status is status


@pytest.mark.parametrize(
    "script",
    [
        "assert undefined",
        "def broken(:",
        "import nothere",
        "raise SystemExit(0)",
        "from answer import *",
        "from answer import add\nadd(1, 2)\nundefined",
        "from answer import add\nadd(1, object())",
        "1 / 0",
        "import os; os._exit(0)",
        "while True: pass",
    ],
)
def test_a_script_that_is_itself_at_fault_is_never_blamed_on_the_answer(check, script, monkeypatch):
    monkeypatch.setattr("etude.grading.functions.SCRIPT_EXTRA_S", 0.2)

    result = check(ADD, script, limits={"cpu_time_s": 0.2})

    assert (result.status, result.points) == (Status.IE, None)
    assert str(result.message).startswith("The test script itself is at fault")


def test_a_script_may_print_as_much_as_it_likes(check):
    result = check(ADD, "print('x' * 1_000_000)\nfrom answer import add\nassert add(1, 2) == 3")

    assert (result.status, len(result.stderr.text)) == (Status.AC, 16 * 1024)


def test_large_values_cross(check):
    script = "from answer import add\nbig = list(range(100_000))\nassert len(add(big, big)) == 200_000"

    assert check(ADD, script, limits={"cpu_time_s": 5}).status is Status.AC


def test_numbers_that_python_would_not_write_can_be_shown(check):
    result = check("def big(): return 10 ** 5000", "from answer import big\nassert big() == 1")

    assert (result.status, result.obtained.text) == (Status.WA, "big() → <a number of 16610 bits>")

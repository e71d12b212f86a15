"""Test scripts in the manner of pytest and unittest; classes, objects and exceptions of the answer by proxies."""

from __future__ import annotations

import pytest

from etude.grading.verdict import Status

ACCOUNT = '''
import enum

class InsufficientFunds(ValueError):
    def __init__(self, missing):
        super().__init__(f"{missing} is missing")
        self.missing = missing

class Kind(enum.Enum):
    YOUNG = 1
    OLD = 2

class Account:
    """Money."""
    count = 0
    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.history = owner, balance, []
        Account.count += 1
    @property
    def balance(self): return self._balance
    def deposit(self, amount):
        self._balance += amount
        self.history.append(amount)
        return self
    def withdraw(self, amount):
        if amount > self._balance: raise InsufficientFunds(amount - self._balance)
        self._balance -= amount
    def __eq__(self, other): return isinstance(other, Account) and self._balance == other._balance
    def __lt__(self, other): return self._balance < other._balance
    def __hash__(self): return hash(self._balance)
    def __len__(self): return len(self.history)
    def __iter__(self): return iter(self.history)
    def __getitem__(self, place): return self.history[place]
    def __contains__(self, amount): return amount in self.history
    def __str__(self): return f"{self.owner}: {self._balance}"
    def __add__(self, other): return Account(self.owner, self._balance + getattr(other, "_balance", other))
    def __enter__(self): return self
    def __exit__(self, *error): self.deposit(1)

class Savings(Account):
    def interest(self, rate): return self.deposit(self._balance * rate)

class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if not self.n: raise StopIteration
        self.n -= 1
        return self.n

def merge(first, second): return Account("both", first.balance + second.balance)
def richest(accounts): return max(accounts, key=lambda account: account.balance)
def apply(function, values): return [function(value) for value in values]
def greet():
    name = input("Name? ")
    print("Hello", name)
    return name
def make_counter():
    n = 0
    def count():
        nonlocal n
        n += 1
        return n
    return count
RATE = 0.05
def fee(amount): return amount * RATE
'''


@pytest.fixture
def check(judge):
    """Judge an answer by a script; the result of the one test."""

    def run(script: str, answer: str = ACCOUNT, **fields):
        verdict = judge(answer, script=script.encode(), **fields)
        assert verdict.compile.ok, verdict.compile.output
        return verdict.tests[0]

    return run


@pytest.mark.parametrize(
    "statements",
    [
        "a = Account('Ada', 5); assert a.balance == 5 and a.owner == 'Ada'",
        "a = Account('Ada'); a.deposit(5); a.withdraw(2); assert a.balance == 3",
        "a = Account('Ada'); a.owner = 'Ben'; assert str(a) == 'Ben: 0' and f'{a}' == 'Ben: 0'",
        "a = Account('Ada'); assert a.deposit(5) is a and a.deposit(1).deposit(2).balance == 8",
        "a, b = Account('Ada', 5), Account('Ben', 5); assert a == b and a is not b and a != Account('Cy')",
        "a, b = Account('Ada', 5), Account('Ben', 6); assert a < b and sorted([b, a]) == [a, b]",
        "a = Account('Ada').deposit(5).deposit(6); assert len(a) == 2 and list(a) == [5, 6] and a[1] == 6 and 5 in a",
        "a = Account('Ada'); a.deposit(5); assert 5 in a and 6 not in a",
        "assert len({Account('Ada', 5), Account('Ben', 5)}) == 1",
        "assert isinstance(Savings('Ada'), Account) and issubclass(Savings, Account)",
        "assert not isinstance(Account('Ada'), Savings) and type(Account('Ada')) is Account",
        "assert Account.__name__ == 'Account' and type(Account('Ada')).__name__ == 'Account'",
        "before = Account.count; Account('Ada'); assert Account.count == before + 1",
        "Account.count = 7; Account('Ada'); assert Account.count == 8",
        "assert (Account('Ada', 1) + Account('Ben', 2)).balance == 3 and (Account('Ada', 1) + 4).balance == 5",
        "assert merge(Account('Ada', 1), Account('Ben', 2)).balance == 3",
        "a = Account('Ada', 9); assert richest([Account('Ben', 2), a, Account('Cy', 3)]) is a",
        "with Account('Ada') as a: a.deposit(5)\nassert a.balance == 6",
        "assert apply(lambda n: n + 1, [1, 2]) == [2, 3]",
        "assert apply(lambda n: merge(Account('a', n), Account('b', 1)).balance, [1, 2]) == [2, 3]",
        "assert list(Countdown(3)) == [2, 1, 0] and sum(Countdown(4)) == 6",
        "c = make_counter(); assert [c(), c()] == [1, 2] and make_counter()() == 1",
        "assert Kind.OLD is Kind.OLD and Kind.OLD != Kind.YOUNG and Kind(1) is Kind.YOUNG and Kind.OLD.value == 2",
        "assert [k.name for k in Kind] == ['YOUNG', 'OLD'] and Kind['OLD'] is Kind.OLD and len(Kind) == 2",
        "assert hasattr(Account, 'deposit') and not hasattr(Account, 'steal') and not hasattr(Account('a'), 'steal')",
        "assert callable(Account('Ada').deposit) and not Account('Ada') and Account('Ada').deposit(0)",
        "s = Savings('Ada', 100); s.interest(0.1); assert abs(s.balance - 110) < 1e-9",
        "import copy; a = Account('A', 1); b = copy.deepcopy(a); b.deposit(1); assert (a.balance, b.balance) == (1, 2)",
        "a = Account('Ada'); del a.owner; assert not hasattr(a, 'owner')",
        "accounts = [Account('Ada', n) for n in range(3)]; assert [a.balance for a in accounts] == [0, 1, 2]",
        "import answer; answer.RATE = 0.5; assert answer.fee(10) == 5",
    ],
)
def test_objects_of_the_answer_behave_as_if_they_were_here(check, statements):
    names = "Account, Savings, Kind, Countdown, merge, richest, apply, make_counter"

    result = check(f"from answer import {names}\n{statements}")

    assert result.status is Status.AC, (result.message, result.obtained.text, result.stderr.text)


def test_exceptions_of_the_answer_can_be_named(check):
    script = """
import pytest
from answer import Account, InsufficientFunds

def test_own():
    with pytest.raises(InsufficientFunds, match="3 is missing") as caught:
        Account("Ada", 2).withdraw(5)
    assert caught.value.missing == 3 and caught.type is InsufficientFunds
    assert isinstance(caught.value, ValueError)

def test_caught_by_its_base():
    try:
        Account("Ada").withdraw(1)
    except ValueError as error:
        assert str(error) == "1 is missing"
    else:
        raise AssertionError("no exception")
"""

    assert check(script).status is Status.AC


PYTEST_STYLE = """
import pytest
from answer import Account, InsufficientFunds, fee

pytestmark = pytest.mark.whatever
made = []

@pytest.fixture
def account():
    account = Account("Ada", 10)
    made.append("made")
    yield account
    made.append("ended")

@pytest.fixture(scope="module", params=[1, 2])
def amount(request):
    return request.param

@pytest.fixture(autouse=True)
def always(monkeypatch):
    monkeypatch.setitem({}, "a", 1)

def test_fixture(account):
    account.deposit(5)
    assert account.balance == 15

def test_each_test_has_its_own(account):
    assert account.balance == 10
    assert made == ["made", "ended", "made"]

@pytest.mark.parametrize("deposit, expected", [(1, 11), pytest.param(2, 12, id="two"), (3, 13)])
def test_rows(account, deposit, expected):
    account.deposit(deposit)
    assert account.balance == expected

@pytest.mark.parametrize("a", [1, 2])
@pytest.mark.parametrize("b", [10, 20])
def test_tables(a, b):
    assert Account("x", a).deposit(b).balance == a + b

def test_param(account, amount):
    assert account.deposit(amount).balance == 10 + amount

@pytest.mark.skip(reason="later")
def test_skipped():
    assert False

@pytest.mark.skipif(True, reason="later")
def test_skipped_too():
    assert False

@pytest.mark.xfail
def test_expected_to_fail():
    assert False

@pytest.mark.slow
class TestAccount:
    def setup_method(self):
        self.account = Account("Ada", 1)

    @pytest.fixture
    def rich(self):
        return self.account.deposit(99)

    def test_method(self, rich):
        assert rich.balance == 100

    def test_about(self):
        assert fee(1) == pytest.approx(0.05)
        assert [0.1 + 0.2, 1] == pytest.approx([0.3, 1])
        assert {"a": 1.0001} == pytest.approx({"a": 1}, abs=1e-3)
        assert 1.1 != pytest.approx(1)

    def test_raises_with_a_function(self):
        pytest.raises(InsufficientFunds, self.account.withdraw, 5)

def test_input(monkeypatch, capsys):
    from answer import greet
    monkeypatch.setattr("builtins.input", lambda prompt="": print(prompt, end="") or "Grace")
    assert greet() == "Grace"
    assert capsys.readouterr().out == "Name? Hello Grace\\n"

def test_stdin(monkeypatch, capsys):
    import io
    from answer import greet
    monkeypatch.setattr("sys.stdin", io.StringIO("Alan\\n"))
    greet()
    assert "Hello Alan" in capsys.readouterr().out

def test_patch_of_the_module(monkeypatch):
    monkeypatch.setattr("answer.RATE", 1)
    assert fee(7) == 7

def test_is_put_back(tmp_path):
    assert fee(100) == 5
    assert not list(tmp_path.iterdir())
    pytest.skip("done")
"""


def test_pytest_as_lessons_use_it(check):
    result = check(PYTEST_STYLE)

    assert result.status is Status.AC, (result.message, result.expected.text, result.obtained.text, result.stderr.text)


UNITTEST_STYLE = """
import unittest
from unittest.mock import patch
from answer import Account, InsufficientFunds, greet

class TestAccount(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.name = "Ada"

    def setUp(self):
        self.account = Account(self.name, 10)

    def tearDown(self):
        self.account = None

    def test_deposit(self):
        self.account.deposit(5)
        self.assertEqual(self.account.balance, 15)
        self.assertEqual(self.account, Account("Ben", 15))
        self.assertIn(5, self.account)
        self.assertIsInstance(self.account, Account)
        self.assertListEqual(list(self.account), [5])
        self.assertTrue(self.account)

    def test_withdraw(self):
        with self.assertRaises(InsufficientFunds) as caught:
            self.account.withdraw(11)
        self.assertEqual(caught.exception.missing, 1)
        self.assertRaises(ValueError, self.account.withdraw, 99)
        with self.assertRaisesRegex(ValueError, "missing"):
            self.account.withdraw(11)

    def test_rows(self):
        for amount in (1, 2):
            with self.subTest(amount=amount):
                self.assertAlmostEqual(Account("x", amount).balance, amount)

    @patch("builtins.input", side_effect=["Ada"])
    def test_input(self, fake):
        self.assertEqual(greet(), "Ada")
        fake.assert_called_once_with("Name? ")

    @unittest.skip("later")
    def test_skipped(self):
        self.fail()

    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(1, 2)

if __name__ == "__main__":
    unittest.main()
"""


def test_unittest_as_lessons_use_it(check):
    result = check(UNITTEST_STYLE)

    assert result.status is Status.AC, (result.message, result.expected.text, result.obtained.text, result.stderr.text)


@pytest.mark.parametrize(
    ("old", "new", "style", "source"),
    [
        ("self._balance += amount", "self._balance += 2 * amount", PYTEST_STYLE, "assert account.balance == 15"),
        ("amount > self._balance", "False", PYTEST_STYLE, "pytest.raises(InsufficientFunds, self.account.withdraw, 5)"),
        ("amount * RATE", "0", PYTEST_STYLE, "assert fee(1) == pytest.approx(0.05)"),
        ("amount > self._balance", "False", UNITTEST_STYLE, "with self.assertRaises(InsufficientFunds) as caught:"),
        ('"Name? "', '"Nom ? "', UNITTEST_STYLE, 'fake.assert_called_once_with("Name? ")'),
        ("self._balance, self.history = owner, balance", "self._balance, self.history = owner, 5", UNITTEST_STYLE, ""),
    ],
)
def test_a_wrong_answer_fails_and_shows_the_check(check, old, new, style, source):
    assert old in ACCOUNT

    result = check(style, ACCOUNT.replace(old, new))

    assert result.status is Status.WA
    assert source in result.expected.text


def test_a_failing_row_or_fixture_stops_the_script(check):
    script = """
import pytest
@pytest.mark.parametrize("n", [1, 2, 3])
def test_rows(n):
    print("row", n)
    assert n < 2
"""

    result = check(script)

    assert (result.status, result.stderr.text) == (Status.WA, "row 1\nrow 2\n")


def test_a_check_that_fails_in_a_function_that_the_answer_calls_counts_even_if_the_answer_hides_it(check):
    answer = "def apply(f):\n    try:\n        f(1)\n    except BaseException:\n        pass\n"
    script = "from answer import apply\ndef look(n):\n    assert n == 2, 'not 2'\napply(look)"

    result = check(script, answer)

    assert (result.status, str(result.message)) == (Status.WA, "not 2")


def test_an_unknown_fixture_is_the_scripts_own_fault(check):
    assert check("def test_x(nothere):\n    assert True\n").status is Status.IE


def test_a_missing_method_is_told(check):
    result = check("from answer import Account\nAccount('Ada').steal()")

    assert (result.status, "no attribute 'steal'" in str(result.message)) == (Status.RTE, True)

"""Checkers and interactors that include testlib.h, in a package that does not bring it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from etude.grading.job import Limits, Validator
from etude.grading.validators import files_to_compile
from etude.grading.verdict import Status

CHECKER = rb"""
#include "testlib.h"
using namespace std;
int main(int argc, char *argv[]) {
    setName("sum of the numbers");
    registerTestlibCmd(argc, argv);
    int n = inf.readInt(1, 100, "n");
    long long total = 0;
    for (int i = 0; i < n; i++) total += inf.readInt();
    string kind = ouf.readToken();
    if (kind == "half") quitp(0.5, "%d of 2", 1);
    if (kind == "part") quitf(_pc(50), "a part");
    if (kind == "line") {
        ouf.readLine();
        string line = ouf.readString();
        quitif(line != "two words", _wa, "%s", line.c_str());
        quit(_ok, "");
    }
    if (kind == "real") {
        double wanted = ans.readDouble(), found = ouf.readDouble();
        if (!doubleCompare(wanted, found, 1e-6)) quitf(_wa, "expected %.5f, found %.5f", wanted, found);
        quitf(_ok, "near enough");
    }
    if (kind != "sum") quitf(_wa, "no such kind: %s", compress(kind).c_str());
    long long jury = ans.readLong(), found = ouf.readLong(-1000, 1000, "sum");
    ensuref(jury == total, "the jury's answer is wrong");
    if (jury != found) quitf(_wa, "%d%s: expected %lld, found %lld", n, englishEnding(n).c_str(), jury, found);
    quitf(_ok, "%lld", found);
}
"""
INTERACTOR = rb"""
#include "testlib.h"
int main(int argc, char *argv[]) {
    registerInteraction(argc, argv);
    int secret = inf.readInt();
    for (int turn = 0; turn < 8; turn++) {
        int guess = ouf.readInt(1, 100);
        tout << guess << "\n";
        std::cout << (guess == secret ? "right" : guess < secret ? "higher" : "lower") << std::endl;
        if (guess == secret) quitf(_ok, "%d turns", turn + 1);
    }
    quitf(_wa, "too many turns");
}
"""
BISECT = """
low, high = 1, 100
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    said = input()
    if said == "right": break
    low, high = (guess + 1, high) if said == "higher" else (low, guess - 1)
"""
LIMITS = Limits(cpu_time_s=10.0)


@pytest.fixture
def check(judge):
    """Judge a program that prints something by the checker; the one result."""

    def run(output: str, stdin: bytes = b"2\n3 4\n", expected: bytes = b"7\n"):
        validator = Validator(
            language="cpp", files={"check.cpp": CHECKER}, protocol="testlib", tells_student=True, limits=LIMITS
        )
        verdict = judge(f"print({output!r})", stdin=stdin, expected=expected, validator=validator)
        assert verdict.tests, verdict.message
        return verdict.tests[0]

    return run


@pytest.mark.parametrize(
    ("output", "status", "words"),
    [
        ("sum 7", Status.AC, "ok 7"),
        ("sum\n\n 7 \n", Status.AC, "ok 7"),
        ("sum 8", Status.WA, "2nd: expected 7, found 8"),
        ("sum 7 7", Status.WA, "Extra information in the output file"),
        ("sum", Status.WA, "unexpected end of file"),
        ("sum seven", Status.WA, 'Expected integer, but "seven" found'),
        ("sum 07", Status.WA, "Expected integer"),
        ("sum 7.0", Status.WA, "Expected integer"),
        ("sum 5000", Status.WA, "violates the range [-1000, 1000]"),
        ("sum 99999999999999999999", Status.WA, "Expected integer"),
        ("", Status.WA, "unexpected end of file"),
        ("other", Status.WA, "no such kind: other"),
        ("real 7.0000001", Status.AC, "near enough"),
        ("real 7.1", Status.WA, "expected 7.00000, found 7.10000"),
        ("real nan", Status.WA, "Expected double"),
        ("line\ntwo words\n", Status.AC, "ok"),
        ("line\none\n", Status.WA, "one"),
    ],
)
def test_a_checker_reads_and_decides(check, output, status, words):
    result = check(output)

    assert result.status is status
    assert words in result.judge_note.text
    assert words in str(result.message)


def test_a_checker_gives_a_part(check):
    result = check("half")

    assert (result.status, result.share) == (Status.AC, Fraction(1, 2))


def test_a_part_whose_size_the_engine_does_not_know_is_told_and_not_guessed(check):
    assert check("part").status is Status.IE


@pytest.mark.parametrize(("stdin", "expected"), [(b"2\n3 4\n", b"8\n"), (b"x\n", b"7\n"), (b"2\n3 4\n", b"")])
def test_what_is_wrong_with_the_package_is_not_the_answers_fault(check, stdin, expected):
    assert check("sum 7", stdin, expected).status is Status.IE


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (BISECT, Status.AC),
        ("print(101)", Status.WA),
        ("for i in range(1, 20): print(i, flush=True)", Status.WA),
        ("print('x')", Status.WA),
        ("", Status.WA),
    ],
)  # fmt: skip
def test_an_interactor_talks(judge, source, status):
    validator = Validator(
        language="cpp", files={"i.cpp": INTERACTOR}, protocol="testlib", is_interactive=True, limits=LIMITS
    )

    assert judge(source, stdin=b"37", validator=validator).status is status


def test_a_packages_own_header_wins():
    own = Validator(language="cpp", files={"c.cpp": b'#include "testlib.h"', "testlib.h": b"own"})
    none = Validator(language="cpp", files={"c.cpp": b"int main() {}"})

    assert files_to_compile(own)["testlib.h"] == b"own"
    assert "testlib.h" not in files_to_compile(none)

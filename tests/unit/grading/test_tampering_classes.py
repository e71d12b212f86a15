"""Answers that try to pass unit tests of functions and classes by what their objects, exceptions and modules do."""

from __future__ import annotations

import pytest

from etude.grading.job import Test
from etude.grading.verdict import Status

SECRET = "731904652"
LIMITS = {"cpu_time_s": 0.5, "wall_time_s": 1.5, "memory_bytes": 128 << 20, "output_bytes": 1 << 16}
# One check each, as a teacher would write it; all of them want the number or what follows from it.
SCRIPTS = {
    "assert": f"from answer import solve\nassert solve(2) == {SECRET}",
    "assert turned round": f"from answer import solve\nassert {SECRET} == solve(2)",
    "in a list": f"from answer import solve\nassert solve(2) in [{SECRET}, -1]",
    "contains": f"from answer import solve\nassert {SECRET} in solve(2)",
    "nearly": f"from answer import solve\nassert abs(solve(2) - {SECRET}) < 0.5",
    "nearly, turned round": f"from answer import solve\nassert abs({SECRET} - solve(2)) < 0.5",
    "order": f"from answer import solve\nassert {SECRET} <= solve(2) <= {SECRET}",
    "rounded": f"from answer import solve\nassert round(solve(2), 1) == {SECRET}",
    "set": f"from answer import solve\nassert {{solve(2)}} == {{{SECRET}}}",
    "isclose": f"import math\nfrom answer import solve\nassert math.isclose(solve(2), {SECRET})",
    "approx": f"import pytest\nfrom answer import solve\nassert solve(2) == pytest.approx({SECRET})",
    "attribute": f"from answer import Box\nbox = Box(2)\nassert box.value == {SECRET}",
    "attribute nearly": f"from answer import Box\nbox = Box(2)\nassert abs(box.value - {SECRET}) < 0.5",
    "attribute contains": f"from answer import Box\nbox = Box(2)\nassert {SECRET} in box.value",
    "unittest": f"""
import unittest
from answer import solve
class TestSolve(unittest.TestCase):
    def test_value(self):
        self.assertEqual(solve(2), {SECRET})
""",
    "unittest of every kind": f"""
import unittest
from answer import Box, solve
class TestBox(unittest.TestCase):
    def setUp(self):
        self.box = Box(2)
    def test_value(self):
        self.assertAlmostEqual(self.box.value, {SECRET})
        self.assertGreater(self.box.value, {SECRET} - 1)
        self.assertIs(type(self.box.value), int)
        self.assertDictEqual({{"a": solve(2)}}, {{"a": {SECRET}}})
""",
    "raises": f"""
import pytest
from answer import solve
with pytest.raises(ValueError, match='{SECRET}'):
    solve(2)
""",
    "callback": f"""
from answer import solve
seen = []
solve(seen.append)
assert seen == [{SECRET}]
""",
}
BOX = "class Box:\n    def __init__(self, n): self.n = n\n    value = property(lambda self: solve(2))\n"
EQUAL = f"""
{BOX}
class Any:
    def _yes(self, *others): return True
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _yes
    def __ne__(self, other): return False
    def __hash__(self): return hash({SECRET[:3]})
    def _zero(self, *others): return 0
    __sub__ = __rsub__ = __abs__ = _zero
    def __round__(self, n=0): return self
    def __iter__(self): return iter([self])
def solve(n): return Any()
"""
ATTACKS = {
    "equal to everything": EQUAL,
    "a box that hands out itself": """
class Box:
    def __init__(self, n=0): pass
    value = property(lambda self: self)
    def _yes(self, *others): return True
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _yes
    def __ne__(self, other): return False
    def __hash__(self): return 1
    def _zero(self, *others): return 0
    __sub__ = __rsub__ = __abs__ = _zero
def solve(n): return Box(n)
""",
    "remembers what it is compared with": f"""
{BOX}
known = []
class Spy:
    def _look(self, other):
        known.append(other)
        return other
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __sub__ = __rsub__ = __add__ = _look
    def __hash__(self): return 1
def solve(n): return known[-1] if known else Spy()
""",
    "its class lies": f"""
{BOX}
class Any:
    __class__ = int
    def __eq__(self, other): return True
def solve(n): return Any()
""",
    "a metaclass that is equal": f"""
{BOX}
class Meta(type):
    def __eq__(cls, other): return True
    def __instancecheck__(cls, other): return True
    def __hash__(cls): return 1
class Any(metaclass=Meta): pass
def solve(n): return Any
""",
    "a function": f"{BOX}\ndef solve(n): return lambda *a: True",
    "patches unittest and pytest": f"""
{BOX}
import sys, types, unittest
unittest.TestCase.assertEqual = unittest.TestCase.assertAlmostEqual = lambda *a: None
sys.modules['pytest'] = types.SimpleNamespace(raises=lambda *a, **k: None, approx=lambda *a: 0)
def solve(n): return 0
""",
    "skips": f"{BOX}\nimport unittest\ndef solve(n): raise unittest.SkipTest('no')",
    "an exception named like a skip": f"{BOX}\nclass Skipped(BaseException): pass\ndef solve(n): raise Skipped('no')",
    "an exception that is everything": f"""
{BOX}
class Any(ValueError, AssertionError): pass
def solve(n): raise Any
""",
    "an exception with the words of the check": f"{BOX}\ndef solve(n): raise ValueError('.*')",
    "os._exit in an operator": f"""
{BOX}
import os
class Any:
    def __eq__(self, other): os._exit(0)
    __bool__ = __hash__ = __iter__ = __len__ = __sub__ = __rsub__ = __eq__
def solve(n): return Any()
""",
    "sys.exit in an operator": f"""
{BOX}
import sys
class Any:
    def __eq__(self, other): sys.exit(0)
    __bool__ = __hash__ = __iter__ = __len__ = __sub__ = __rsub__ = __eq__
def solve(n): return Any()
""",
    "StopIteration in an operator": f"""
{BOX}
class Any:
    def __eq__(self, other): raise StopIteration
    __bool__ = __hash__ = __iter__ = __next__ = __len__ = __sub__ = __rsub__ = __eq__
def solve(n): return Any()
""",
    "forged references": f"""
{BOX}
import os, struct
for body in (
    b'{{"o":["a",0]}}', b'{{"o":["b",0,"object","int",[[0,"int"]],"int"]}}', b'{{"o":["b",0,"object","x",[],""]}}',
    b'{{"o":["b",0,"class","x",[[0,"x"]],"BaseException"]}}', b'{{"o":[]}}', b'{{"o":["b","x",1,2,3,4]}}',
):
    reply = b'{{"t":["value",' + body + b',[],""]}}'
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('>I', len(reply)) + reply)
        except OSError: pass
def solve(n): return 0
""",
    "asks in advance": f"""
{BOX}
import os, struct
for what in ('"input","x"', '"call",0,[],{{"d":[]}}', '"call",-1,[1],2', '"readline"', '"nonsense"', '5'):
    reply = ('{{"t":["asked",{{"t":[' + what + ']}},[],""]}}').encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('>I', len(reply)) + reply)
        except OSError: pass
def solve(n): return 0
""",
    "calls the script's function with everything": f"""
{BOX}
def solve(n):
    if callable(n):
        for guess in range(100): n(guess)
    return 0
""",
    "frames of the caller": f"""
{BOX}
import sys
def solve(n):
    frame = sys._getframe()
    while frame:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if isinstance(value, int) and value > 10**8: return value
        frame = frame.f_back
    return 0
""",
    "atexit and a report": f"""
{BOX}
import atexit, json, os
atexit.register(lambda: open('/box/report.json', 'w').write(json.dumps({{'outcome': 'passed'}})))
def solve(n): raise SystemExit(0)
""",
    "replaces the server": f"""
{BOX}
import gc
for value in gc.get_objects():
    if type(value).__name__ == 'AnswerServer':
        type(value).refer = lambda self, v: ["a", 0]
        type(value).describe = lambda self, e: ("Exception", "x", [], "", 0, [], {{}})
def solve(n): return object()
""",
}


TESTS = tuple(Test(name=name, script=script.encode()) for name, script in SCRIPTS.items())
WANTS_NO_NUMBER = {"contains", "attribute contains", "raises"}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_object_exception_or_module_of_an_answer_passes_a_check(judge, attack):
    verdict = judge(attack, tests=TESTS, scoring="sum", limits=LIMITS)

    passed = {result.name: result.obtained.text for result in verdict.tests if result.status is Status.AC}
    assert (passed, verdict.score, len(verdict.tests)) == ({}, 0, len(SCRIPTS))


def test_the_honest_answer_passes_every_check_that_wants_a_number(judge):
    honest = f"""
def solve(n):
    if callable(n): n({SECRET})
    return {SECRET}
class Box:
    def __init__(self, n): self.value = solve(n)
"""

    verdict = judge(honest, tests=TESTS, scoring="sum", limits={"cpu_time_s": 3})

    assert {result.name for result in verdict.tests if result.status is not Status.AC} == WANTS_NO_NUMBER

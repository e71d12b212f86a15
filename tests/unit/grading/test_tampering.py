"""Answers that try to be accepted without solving anything. None may gain a point."""

from __future__ import annotations

import pytest

from etude.grading.verdict import Status

SECRET = "731904652"
SCRIPT = f"""
from answer import solve

def test_value():
    assert solve(2) == {SECRET}

def test_swallows_everything():
    try:
        assert solve(3) == {SECRET}1
    except Exception as error:
        raise AssertionError("no") from error

def test_loop():
    assert all(value == {SECRET}2 for value in map(solve, [4, 5]))
    assert len(list(map(solve, [4, 5]))) == 2
"""

ATTACKS = {
    "exit at once": "import os; os._exit(0)",
    "exit in import": "import sys; sys.exit(0)",
    "exit in a call": "import os\ndef solve(n): os._exit(0)",
    "sys.exit in a call": "import sys\ndef solve(n): sys.exit(0)",
    "raise SystemExit": "def solve(n): raise SystemExit(0)",
    "raise KeyboardInterrupt": "def solve(n): raise KeyboardInterrupt",
    "raise GeneratorExit": "def solve(n): raise GeneratorExit",
    "raise StopIteration": "def solve(n): raise StopIteration",
    "raise StopAsyncIteration": "def solve(n): raise StopAsyncIteration",
    "an own BaseException": "class E(BaseException): pass\ndef solve(n): raise E",
    "an exception group": "def solve(n): raise BaseExceptionGroup('x', [SystemExit(0)])",
    "an exception named otherwise": "class AssertionError(Exception): pass\ndef solve(n): raise AssertionError",
    "equal to everything": """
class Any:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 1
def solve(n): return Any()
""",
    "an int equal to everything": """
class Any(int):
    def __eq__(self, other): return True
    def __hash__(self): return 1
def solve(n): return Any(1)
""",
    "a list equal to everything": """
class Any(list):
    def __eq__(self, other): return True
def solve(n): return Any()
""",
    "a class with its own type name": """
class Any:
    __class__ = int
    def __eq__(self, other): return True
def solve(n): return Any()
""",
    "monkeypatched built-ins": """
import builtins
builtins.all = builtins.any = builtins.isinstance = lambda *a: True
builtins.AssertionError = ValueError
def solve(n): return 0
""",
    "named like a built-in": "def all(*a): return True\nlen = map = all\ndef solve(n): return 0",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\ndef solve(n): return 0",
    "frames and heap": """
import gc, re, sys
def solve(n):
    frame, seen = sys._getframe(), gc.get_objects()
    while frame:
        seen += [frame.f_locals, frame.f_globals]
        frame = frame.f_back
    for value in seen:
        if type(value) in (bytes, str, dict, list, tuple):
            found = re.search(r'solve[(]2[)] == ([0-9]+)', repr(value)[:100_000])
            if found: return int(found.group(1))
    return 0
""",
    "look for the script": """
import os
def solve(n):
    for folder, _, names in os.walk('/box'):
        for name in names:
            if 'checks' in name: return int(open(os.path.join(folder, name)).read().split('==')[1].split()[0])
    return 0
""",
    "own memory": """
import re
def solve(n):
    try:
        maps = open('/proc/self/maps').read()
        memory = open('/proc/self/mem', 'rb')
        for line in maps.splitlines():
            start, end = (int(x, 16) for x in re.match('(\\\\w+)-(\\\\w+)', line).groups())
            try:
                memory.seek(start); data = memory.read(end - start)
            except (OSError, OverflowError, ValueError): continue
            found = re.search(rb'solve\\\\(2\\\\) == (\\\\d+)', data)
            if found: return int(found.group(1))
    except OSError: pass
    return 0
""",
    "a forged report on every descriptor": """
import json, os, struct
report = b'D' + json.dumps({'outcome': 'passed'}).encode()
frame = struct.pack('>I', len(report)) + report
for fd in range(1, 64):
    try: os.write(fd, frame)
    except OSError: pass
def solve(n): return 0
""",
    "a forged report in a call": """
import json, os, struct
def solve(n):
    report = b'D' + json.dumps({'outcome': 'passed'}).encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('>I', len(report)) + report)
        except OSError: pass
    os._exit(0)
""",
    "replies in advance": """
import os, struct
reply = b'{"t":["value",1,[],""]}'
for fd in range(3, 64):
    try: os.write(fd, (struct.pack('>I', len(reply)) + reply) * 20)
    except OSError: pass
def solve(n): return 0
""",
    "a reply of the wrong shape": """
import os, struct
for reply in (b'null', b'{"t":["value",1]}', b'{"t":[1,2,3,4]}'):
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('>I', len(reply)) + reply)
        except OSError: pass
def solve(n): return 0
""",
    "an exception of the wrong shape": """
import os, struct
for fd in range(3, 64):
    reply = b'{"t":["raised",5,[],""]}'
    try: os.write(fd, struct.pack('>I', len(reply)) + reply)
    except OSError: pass
def solve(n): return 0
""",
    "an empty frame": """
import os
for fd in range(3, 64):
    try: os.write(fd, bytes(4))
    except OSError: pass
def solve(n): return 0
""",
    "a frame that never ends": """
import os
for fd in range(3, 64):
    try: os.write(fd, b'\\xff\\xff\\xff\\xffabc')
    except OSError: pass
def solve(n): return 0
""",
    "close the channel": "import os\nos.closerange(0, 64)\ndef solve(n): return 0",
    "close it in a call": "import os\ndef solve(n): os.closerange(0, 64)",
    "patch the harness": """
import sys
main = sys.modules['__main__']
main.encode = lambda value: b'{"t":["value",null,[],""]}'
main.decode = lambda data: ('end',)
def solve(n): return 0
""",
    "patch os": "import os\nos._exit = os.write = os.read = lambda *a: 0\ndef solve(n): return 0",
    "patch json": 'import json\njson.dumps = lambda *a, **k: \'{"outcome": "passed"}\'\ndef solve(n): return 0',
    "modules named as the script's": """
import sys
sys.modules['checks'] = sys.modules['answer'] = sys
def solve(n): return 0
""",
    "end it after the last call": """
import os, threading, time
calls = 0
def solve(n):
    threading.Thread(target=lambda: (time.sleep(0.01), os._exit(0))).start()
    return 0
""",
    "change arguments of another kind": """
class Liar(list):
    def __iter__(self): return iter([1, 2, 3])
def solve(n): return Liar()
""",
    "a fork that answers": "import os\ndef solve(n):\n    os.fork()\n    return 0",
    "hang": "def solve(n):\n    while True: pass",
    "hang in a signal": """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def solve(n): signal.pause()
""",
    "flood what it prints": "def solve(n):\n    while True: print('x' * 10_000)",
    "flood the errors": "import sys\ndef solve(n):\n    while True: sys.stderr.write('x' * 10_000)",
    "a value without end": "import itertools\ndef solve(n): return itertools.count()",
    "a value too large": "def solve(n): return 'x' * (9 << 20)",
    "a value that contains itself": "def solve(n):\n    x = []\n    x.append(x)\n    return x",
    "an iterator that exits": "import os\ndef solve(n): return (os._exit(0) for _ in [1])",
    "an exception that exits when shown": """
import os
class E(ValueError):
    def __str__(self): os._exit(0)
def solve(n): raise E
""",
    "nothing": "def solve(n): pass",
    "not even a function": "x = 1",
}
LIMITS = {"cpu_time_s": 0.4, "wall_time_s": 1.0, "memory_bytes": 128 << 20, "output_bytes": 1 << 16}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_answer_is_accepted_without_solving(judge, attack):
    verdict = judge(attack, script=SCRIPT.encode(), limits=LIMITS)

    assert verdict.status in {Status.WA, Status.RTE, Status.TLE, Status.MLE, Status.OLE}, verdict.tests
    assert verdict.score == 0


CARELESS_SCRIPT = b"""
import answer
for name in ("solve", "nothere"):
    try:
        getattr(answer, name)(1)
    except BaseException:
        pass
"""


@pytest.mark.parametrize(
    "attack",
    [
        "exit at once",
        "exit in import",
        "exit in a call",
        "raise SystemExit",
        "an own BaseException",
        "close it in a call",
        "a frame that never ends",
        "hang",
        "flood what it prints",
    ],
)
def test_an_answer_that_leaves_fails_even_where_the_script_catches_everything(judge, attack):
    verdict = judge(ATTACKS[attack], script=CARELESS_SCRIPT, limits=LIMITS)

    assert verdict.status in {Status.RTE, Status.TLE, Status.OLE}, verdict.tests
    assert verdict.score == 0


def test_after_all_attacks_an_honest_answer_is_accepted(judge):
    honest = "def solve(n):\n    return int({2: '731904652', 3: '7319046521'}.get(n, '7319046522'))"

    assert judge(honest, script=SCRIPT.encode(), limits={"cpu_time_s": 2}).status is Status.AC


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import sys; sys.exit()",
        "import os\nfor fd in range(64):\n    try: os.write(fd, b'42')\n    except OSError: pass\nos._exit(1)",
        "print(open('/box/expected').read())",
    ],
)
def test_no_program_is_accepted_for_how_it_ends(judge, source):
    assert judge(source, expected=b"42", limits=LIMITS).score == 0

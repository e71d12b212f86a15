"""Answers whose files are called like modules that the harness itself needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etude.grading import harness
from etude.grading.calls import parse_call
from etude.grading.job import Test
from etude.grading.verdict import Status

IMPORT = re.compile(r"^(?:import (\w+)|from (\w+)[\w.]* import )", re.MULTILINE)
# What stands in memory before any program does: nobody's own module of that name is found, here or elsewhere.
ALWAYS_THERE = {"__future__", "builtins", "etude", "io", "os", "sys"}
# Built into most interpreters, which find them before any file.
BUILT_IN = {"itertools", "math"}


def imported_names() -> list[str]:
    """What the harness's own texts import at their start."""
    texts = [path.read_text(encoding="utf-8") for path in Path(harness.__file__).parent.glob("*_side.py")]
    texts += [(Path(harness.__file__).parent / f"{name}.py").read_text("utf-8") for name in ("codec", "test_runner")]
    names = {first or second for text in texts for first, second in IMPORT.findall(text)}
    return sorted(names - ALWAYS_THERE - BUILT_IN | {"random", "contextlib", "functools"})


OWN = b"def twice(number): return 2 * number\n"


@pytest.mark.parametrize("is_cold", [False, True], ids=["warm", "cold"])
@pytest.mark.parametrize("name", imported_names())
def test_an_own_module_called_like_one_of_the_harness_wins_in_a_call(judge, name, is_cold):
    answer = f"from {name} import twice\ndef solve(n): return twice(n)\n"
    tests = (Test(name="t", call=parse_call("solve(21)", "42")),)

    verdict = judge(answer, tests=tests, beside={f"{name}.py": OWN}, is_cold=is_cold)

    assert (verdict.status, verdict.tests[0].message) == (Status.AC, None)


@pytest.mark.parametrize("name", imported_names())
def test_an_own_module_called_like_one_of_the_harness_wins_in_a_script(judge, name):
    answer = f"from {name} import twice\ndef solve(n): return twice(n)\n"
    script = b"from answer import solve\ndef test_it(tmp_path): assert solve(21) == 42\n"

    verdict = judge(answer, script=script, beside={f"{name}.py": OWN})

    assert (verdict.status, verdict.tests[0].message) == (Status.AC, None)


def test_an_own_module_is_not_run_by_the_check_of_the_syntax(judge):
    verdict = judge("print(4)\n", expected=b"4\n", beside={"json.py": b"raise SystemExit(1)\n"})

    assert verdict.status is Status.AC


def test_a_library_module_that_the_harness_imports_is_the_library_s_for_the_answer_too(judge):
    answer = "import types, json\ndef solve(n): return json.loads(json.dumps([types.SimpleNamespace(a=n).a]))\n"
    tests = (Test(name="t", call=parse_call("solve(21)", "[21]")),)

    assert judge(answer, tests=tests, beside={"random.py": OWN}).status is Status.AC


def test_a_file_of_the_test_called_like_a_library_module_does_not_disturb_the_script(judge):
    script = b"import tempfile\nfrom answer import solve\ndef test_it(tmp_path): assert solve() == tempfile.WORD\n"
    files = {"tempfile.py": b"WORD = 'own'\n", "types.py": b"", "json.py": b""}

    verdict = judge("def solve(): return 'own'\n", script=script, files=files)

    assert (verdict.status, verdict.tests[0].message) == (Status.AC, None)

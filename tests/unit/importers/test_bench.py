from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.grading.limits import Limits
from etude.importers.bench import Bench

LIMITS = Limits(cpu_time_s=5.0)


@pytest.fixture(scope="module")
def bench():
    with Bench() as opened:
        yield opened


def test_a_tool_is_compiled_once_and_run_with_arguments_input_and_files(bench):
    text = b"import sys\nprint(sys.argv[1:], sys.stdin.read(), open('x').read(), file=sys.stderr)\n"
    tool = bench.compile({"tool.py": text}, "python", LIMITS)

    records = [bench.run(tool, (word,), stdin=b"in", files={"x": b"beside"}) for word in ("one", "two")]

    assert [record.stderr for record in records] == [b"['one'] in beside\n", b"['two'] in beside\n"]


def test_a_program_that_does_not_compile_is_a_mistake_that_names_it(bench):
    with pytest.raises(ContentError, match="does not compile") as caught:
        bench.compile({"gen.py": b"def"}, "python", LIMITS)

    assert caught.value.path == "gen.py"


def test_a_bench_that_runs_nothing_makes_no_jail(monkeypatch):
    made = []
    monkeypatch.setattr("etude.importers.bench.JailSet", lambda **_options: made.append(1))

    with Bench():
        pass

    assert not made

from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.importers.bench import Bench
from etude.importers.dmoj.matching import INPUT_PATTERN, Found, match_names
from etude.importers.yaml_file import YamlValue


@pytest.fixture(scope="module")
def bench():
    with Bench() as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "batch", "case"),
    [
        ("test.1.in", None, 1),
        ("test-case-1.in", None, 1),
        ("test-batch-1-case-2.in", 1, 2),
        ("1.2.in", 1, 2),
        ("Test07/PROB.INP", None, 7),
        ("input/03.txt", None, 3),
    ],
)
def test_dmojs_own_pattern_finds_batch_and_case(name, batch, case):
    assert match_names(None, INPUT_PATTERN, [name], bench=None) == [Found(name, batch, case)]


def test_other_files_do_not_match():
    assert match_names(None, INPUT_PATTERN, ["test.1.out", "readme.txt"], bench=None) == []


def test_a_pattern_of_the_package_is_matched_in_the_jail(bench):
    pattern = YamlValue(r"(?P<batch>\w)(?P<case>\d+)", "init.yml", 3)

    assert match_names(pattern, "", ["a01", "b2", "-"], bench) == [Found("a01", "a", 1), Found("b2", "b", 2)]


@pytest.mark.long
@pytest.mark.parametrize(("pattern", "sentence"), [("(", "cannot be used"), (r"(x+x+)+y", "takes too long")])
def test_a_pattern_that_fails_or_never_ends_is_a_mistake_with_its_line(bench, pattern, sentence):
    with pytest.raises(ContentError, match=sentence) as caught:
        match_names(YamlValue(pattern, "init.yml", 3), "", ["x" * 60], bench)

    assert caught.value.path == "init.yml:3"

"""What our own Kattis packages show besides their stated verdicts, which test_truth looks at three times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from etude.content import ContentError, check_activity
from etude.features.authoring.packages import read_path
from etude.importers.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = Path(__file__).parents[1] / "packages" / "kattis"
CRASHING_JUDGES = {"judge-crash", "judge-crash-cpp", "grader-crash"}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as open_bench:
        yield open_bench


@pytest.mark.parametrize("name", sorted(CRASHING_JUDGES))
def test_answer_is_never_blamed_for_a_validator_that_crashes(name: str, bench: Bench) -> None:
    (content,) = read_path(PACKAGES / name, bench).contents

    verdicts = {one.verdict for one in check_activity(content, bench.judge)}

    assert verdicts == {"IE"}


def test_a_test_of_two_gigabytes_is_refused_before_it_is_read(tmp_path: Path, bench: Bench) -> None:
    for name in ("problem.yaml", "data/secret/1.in"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("name: x\n")
    with (tmp_path / "data/secret/1.in").open("wb") as file:
        file.truncate(2 << 30)

    with pytest.raises(ContentError, match=r"data/secret/1.in: A file may have 200 MB at most"):
        read_path(tmp_path, bench)

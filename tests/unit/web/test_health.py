from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from etude import __version__
from etude.models import WorkerState
from etude.models.workers import WORKER_LOST
from etude.queue import PROTOCOL, Waiting
from etude.web.health import find_troubles
from tests.conftest import START


def worker(**changes: Any) -> WorkerState:
    values = {"name": "one:1", "seen_at": START, "tier": "full", "reason": "", "fix": "", "fault": "",
              "version": __version__, "protocol": PROTOCOL, "cores": 2, "languages": {"python": "3"},
              "clock_difference_s": 0.0, **changes}  # fmt: skip
    return WorkerState(**values)


def waiting(*needs: str, **changes: Any) -> Waiting:
    values = {"protocol": PROTOCOL, "count": 3, "oldest_at": START, **changes}
    return Waiting(needs=frozenset(needs), **values)


def told(workers: list[WorkerState], queue: list[Waiting] | None = None) -> list[tuple[str, str]]:
    return [(str(one.found), str(one.fix)) for one in find_troubles(workers, queue or [], START)]


def test_nothing_is_said_where_all_is_well() -> None:
    assert told([worker()], [waiting("python"), waiting()]) == []


def test_no_worker_at_all_is_told_with_the_command_that_starts_one() -> None:
    assert told([], [waiting()]) == [("No worker is judging: every answer waits.", "etude worker")]


@pytest.mark.parametrize(
    ("changes", "sentence", "fix"),
    [
        ({"fault": "Its disk is full.", "fix": "rm -r cache"}, "The worker one:1 judges nothing: Its disk is full.",
         "rm -r cache"),
        ({"tier": "none", "reason": "AppArmor forbids it.", "fix": "sudo sysctl x=1"},
         "The worker one:1 judges nothing: AppArmor forbids it.", "sudo sysctl x=1"),
        ({"clock_difference_s": 3600.2}, ("The clock of the worker one:1 is 3600 s ahead. It goes by the clock of the"
         " database instead."), "sudo timedatectl set-ntp true"),
        ({"clock_difference_s": -60.0}, ("The clock of the worker one:1 is 60 s behind. It goes by the clock of the"
         " database instead."), "sudo timedatectl set-ntp true"),
        ({"version": "0.0.9"}, (f"The worker one:1 is Étude 0.0.9, this server is {__version__}. It takes what both"
         " understand."), "pip install --upgrade etude"),
        ({"seen_at": START - WORKER_LOST}, ("The worker one:1 has not been heard of for more than a minute."
         " Others judge what it held."), "Look whether its machine and its network work."),
    ],
)  # fmt: skip
def test_each_fault_of_a_worker_is_a_sentence_with_what_helps(
    changes: dict[str, object], sentence: str, fix: str
) -> None:
    assert told([worker(name="two:9"), worker(**changes)]) == [(sentence, fix)]


def test_worker_that_was_started_again_on_its_machine_is_not_missed() -> None:
    assert told([worker(), worker(name="one:0", seen_at=START - WORKER_LOST)]) == []


@pytest.mark.parametrize(
    ("queue", "sentence", "fix"),
    [
        (waiting("csharp", "python"), "No worker can judge C# + Python 3; answers that wait for it: 3.",
         "apt install mono-mcs mono-runtime"),
        (waiting(protocol=PROTOCOL + 1), "Tasks that only a newer version of Étude understands wait: 3.",
         "pip install --upgrade etude"),
        (waiting("python", oldest_at=START - timedelta(minutes=7)), ("The queue is long: the oldest of 3 tasks has"
         " waited for 7 minutes."), "Start a worker on one more machine: etude worker"),
    ],
)  # fmt: skip
def test_what_waits_for_nobody_or_too_long_is_told(queue: Waiting, sentence: str, fix: str) -> None:
    [(found, helps)] = told([worker()], [queue])

    assert found == sentence
    assert helps.startswith(fix)

"""How long 10,000 students wait for their results at a deadline, against the number of judging threads.

    python benchmarks/deadline_queue.py [MEASURED_SUBMISSIONS]

First some submissions of ten tests are judged here, one after the other, by the engine in its jails: right ones, wrong
ones, some that compile C, some that run into the time limit. Then a simulation draws its service times from those that
were measured. It is one of discrete events: a hand-in, the end of a judgement.

- Arrivals: every student hands in once before the deadline, and again with a chance of 30 % a minute or two after the
  result (three times at most). The first hand-ins lie in the last half hour, closer and closer to its end: the time
  left is exponential with a mean of five minutes.
- Discipline: that of the queue (etude.queue): who has fewer answers waiting comes first, then who came first.
- Service: a time from the measured ones, drawn with a fixed seed, and RECORDING_S for the database.

What it leaves out: more than one thread on one core costs each of them time, a worker fetches each activity once, and
PostgreSQL has a limit of its own (some hundred judgements a second on one machine).
"""

from __future__ import annotations

import heapq
import random
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from etude.grading.engine import grade
from etude.grading.jail_pool import JailPool
from etude.grading.job import Job, Test, TestGroup
from etude.grading.limits import Limits

STUDENTS = 10_000
WINDOW_S, MEAN_LEFT_S = 1800.0, 300.0
AGAIN_SHARE, AGAIN_AFTER_S, MOST_TRIES = 0.3, 90.0, 3
RECORDING_S = 0.02
THREADS = (4, 8, 12, 16, 24, 32)
C_PROGRAM = """
#include <stdio.h>
int main(void) {{ int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); }} // {0}
"""
ANSWERS = (  # language, program, how often in ten
    ("python", "print(sum(map(int, input().split())))\n", 6),
    ("python", "a, b = input().split()\nprint(a + b)\n", 2),
    ("c", C_PROGRAM, 1),
    ("python", "while True: pass\n", 1),
)


def job(language: str, program: str) -> Job:
    tests = tuple(Test(name=str(n), stdin=f"{n} 2\n".encode(), expected=f"{n + 2}\n".encode()) for n in range(10))
    name = {"python": "main.py", "c": "main.c"}[language]
    group = TestGroup(name="all", points=Decimal(10), tests=tests, visibility="hidden")
    limits = Limits(cpu_time_s=1.0, memory_bytes=128 << 20)
    return Job(language=language, files={name: program.encode()}, groups=(group,), limits=limits)


def measure(count: int, cache: Path) -> list[float]:
    """Judge so many submissions; return the seconds that each took. Each C program is another one: none is cached."""
    mixed = [answer[:2] for answer in ANSWERS for _ in range(answer[2])]
    pool = JailPool(1)
    pool.warm()
    seconds = []
    try:
        for number in range(count):
            language, program = mixed[number % len(mixed)]
            made = job(language, program.format(number) if language == "c" else program)
            began = time.perf_counter()
            with pool.borrow() as jails:
                grade(made, jails, cache_dir=cache)
            seconds.append(time.perf_counter() - began)
    finally:
        pool.close()
    return seconds


def simulate(threads: int, service_s: list[float]) -> list[float]:
    """Return how long each submission waited before a thread took it up, in seconds."""
    chance = random.Random(20261124)
    events: list[tuple[float, int, str, int]] = []  # time, number, what, student
    for student in range(STUDENTS):
        left_s = min(WINDOW_S, chance.expovariate(1 / MEAN_LEFT_S))
        heapq.heappush(events, (WINDOW_S - left_s, len(events), "arrives", student))
    queue: list[tuple[int, float, int, int]] = []  # turn, time, number, student
    tries, waiting, free, number, waits = [0] * STUDENTS, [0] * STUDENTS, threads, len(events), []
    while events:
        now, _order, what, student = heapq.heappop(events)
        if what == "arrives":
            number += 1
            heapq.heappush(queue, (waiting[student], now, number, student))
            waiting[student] += 1
            tries[student] += 1
        else:
            free += 1
            if tries[student] < MOST_TRIES and chance.random() < AGAIN_SHARE:
                number += 1
                heapq.heappush(events, (now + chance.expovariate(1 / AGAIN_AFTER_S), number, "arrives", student))
        while free and queue:
            _turn, came, _number, taken = heapq.heappop(queue)
            waits.append(now - came)
            waiting[taken] -= 1
            free -= 1
            number += 1
            heapq.heappush(events, (now + chance.choice(service_s) + RECORDING_S, number, "ends", taken))
    return waits


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with TemporaryDirectory() as folder:
        service_s = measure(count, Path(folder))
    deciles = statistics.quantiles(service_s, n=10)
    print(f"service time of {count} submissions: mean {statistics.mean(service_s):.3f} s, "
          f"p50 {deciles[4]:.3f} s, p90 {deciles[8]:.3f} s")  # fmt: skip
    print("| judging threads | waited p50 | p95 | longest | waited more than 1 minute |")
    print("|---|---|---|---|---|")
    for threads in THREADS:
        waits = sorted(simulate(threads, service_s))
        p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
        late = sum(one > 60 for one in waits) / len(waits)
        print(f"| {threads} | {p50:.1f} s | {p95:.1f} s | {waits[-1]:.1f} s | {late:.1%} |")


if __name__ == "__main__":
    main()

"""A pool of jails for a worker with several threads.

A worker makes one `JailPool(size)` for its N threads and calls, in any of them,

    with pool.borrow() as jails:
        verdict = grade(job, jails, cache_dir=…, on_test=…)
"""

from __future__ import annotations

import contextvars
import os
import queue
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from etude.grading.jails import JailSet
from etude.jail import Jail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.grading.jails import JailLike

T = TypeVar("T")


def processors() -> int:
    """Return how many processors programs may use here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1  # elsewhere nothing can run


class JailPool:
    """`size` sets of jails for as many threads, and as many cores; uid, tier, make: as in JailSet. Thread-safe.

    A thread that judges may use the sets of the others while those have nothing to do, for one test each time: so a
    busy pool never runs more than `size` programs, and a thread that comes back waits for one test at the longest.
    clock: seconds that only grow.
    """

    def __init__(
        self,
        size: int,
        *,
        uid: int | None = None,
        tier: str = "full",
        make: Callable[..., JailLike] = Jail,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free: queue.LifoQueue[JailSet] = queue.LifoQueue()  # the last one used is the warmest
        self._clock = clock
        self._used_at_s: dict[JailSet, float] = {}  # those that may hold more than the jails that are always there
        self._all = [JailSet(uid=uid, tier=tier, make=make, pool=self) for _ in range(size)]
        self._is_closed = False
        self._lock = threading.Lock()
        self._waiting = 0
        for jails in self._all:
            self._free.put(jails)

    def warm(self) -> None:
        """Make every set's jails now. Raises what making a jail raises. Call it before the threads start."""
        for jails in self._all:
            jails.warm()

    @contextmanager
    def borrow(self, timeout_s: float | None = None) -> Iterator[JailSet]:
        """Lend a set; waits until one is free. Raises queue.Empty after timeout_s."""
        self._count_waiting(1)
        try:
            jails = self._free.get(timeout=timeout_s)
        finally:
            self._count_waiting(-1)
        try:
            yield jails
        finally:
            self._give_back(jails)

    def _give_back(self, jails: JailSet) -> None:
        self._used_at_s[jails] = self._clock()
        self._free.put(jails)

    def rest(self, after_s: float) -> None:
        """End the compilers and their jails in the sets that nobody used for `after_s` seconds.

        They weigh tens of megabytes each, those of a resident compiler hundreds, and are made again in some 50 ms, a
        resident compiler in half a second.
        """
        due = [one for one, used_at_s in list(self._used_at_s.items()) if self._clock() - used_at_s >= after_s]
        if due:
            self._rest(due)

    def _rest(self, due: list[JailSet]) -> None:
        free = []
        with suppress(queue.Empty):
            while True:
                free.append(self._free.get_nowait())
        for jails in reversed(free):
            if jails not in due:
                self._free.put(jails)
        for jails in free:
            if jails in due:
                jails.rest()
                del self._used_at_s[jails]
                self._free.put(jails)

    def _count_waiting(self, change: int) -> None:
        with self._lock:
            self._waiting += change

    def run_beside(self, call: Callable[[JailSet], T]) -> Future[T] | None:
        """Call `call` in another thread with a set that nobody uses or waits for; None when there is none."""
        if self._waiting or self._is_closed:
            return None
        try:
            jails = self._free.get_nowait()
        except queue.Empty:
            return None
        future: Future[T] = Future()
        work = partial(contextvars.copy_context().run, self._call, call, jails, future)
        threading.Thread(target=work, name="beside", daemon=True).start()  # a worker that ends waits for no test
        return future

    def _call(self, call: Callable[[JailSet], T], jails: JailSet, future: Future[T]) -> None:
        try:
            result = call(jails)
        except BaseException as error:  # noqa: BLE001 # it is raised where the result is asked for
            self._give_back(jails)
            future.set_exception(error)
        else:
            self._give_back(jails)
            future.set_result(result)

    def close(self) -> None:
        """End every jail. Call it when no thread holds a set."""
        self._is_closed = True
        for jails in self._all:
            jails.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

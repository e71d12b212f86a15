"""The jails that one grading thread holds. A worker with several threads has a pool of them (jail_pool.py).

A program that grades alone makes one `JailSet()` and closes it (it is a context manager too).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from etude.grading.languages import HEADERS_PLACE, readable_paths
from etude.grading.resident import ResidentCompiler
from etude.jail import ExecProgram, Jail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from etude.grading.jail_pool import JailPool
    from etude.grading.job import Job, RunJob
    from etude.grading.languages import Language
    from etude.jail import Limits, PythonProgram, RunRecord

T = TypeVar("T")

# What the harnesses import; what nearly every program of a class imports. Loaded once, before the answer is there.
PRELOAD = (
    "collections",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "heapq",
    "itertools",
    "json",
    "math",
    "random",
    "re",
    "reprlib",
    "string",
    "struct",
    "typing",
    "warnings",
)
# What runs the scripts of teachers imports besides.
SCRIPT_PRELOAD = (*PRELOAD, "inspect", "io", "operator", "pathlib", "tempfile", "unittest", "weakref")


class LiveProgram(Protocol):
    """A program that runs while we talk to it (jail.RunningProgram). The descriptors are ours to read and write."""

    @property
    def stdin(self) -> int: ...
    @property
    def stdout(self) -> int: ...
    @property
    def stderr(self) -> int: ...
    def close_stdin(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self) -> RunRecord: ...
    def close(self) -> None: ...


class JailLike(Protocol):
    """What the engine needs of a jail (jail.Jail; tests have a double)."""

    def run(
        self,
        program: PythonProgram | ExecProgram,
        *,
        stdin: bytes = b"",
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
    ) -> RunRecord: ...
    def start(
        self,
        program: PythonProgram | ExecProgram,
        *,
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
    ) -> LiveProgram: ...
    def open(self) -> None: ...
    def close(self) -> None: ...


class JailSet:
    """One thread's jails, each made when first needed and kept: for Python answers, test scripts, native code, judges.

    Not thread-safe. uid: the user that the jails run as when the engine is root (None: the jail's choice). tier: how
    they isolate, "full", or "reduced" where somebody asked for that; a jail that cannot keep to it raises
    IsolationUnavailable instead of running anything. make: how a jail is made, for tests. pool: the one that it belongs
    to, if any.
    """

    def __init__(
        self,
        *,
        uid: int | None = None,
        tier: str = "full",
        make: Callable[..., JailLike] = Jail,
        pool: JailPool | None = None,
    ) -> None:
        self.tier = tier
        self._pool = pool
        self._make = partial(make, uid=uid, **({} if tier == "full" else {"tier": tier}))
        self._answer: tuple[tuple[int, bool], JailLike] | None = None
        self._script: JailLike | None = None
        self._native: JailLike | None = None
        self._compiler: tuple[Path, JailLike] | None = None
        self._residents: dict[str, ResidentCompiler] = {}
        self._judge: JailLike | None = None

    def run_beside(self, call: Callable[[JailSet], T]) -> Future[T] | None:
        """Call `call` in another thread with a set of the pool that nobody uses; None when there is none to spare."""
        return None if self._pool is None else self._pool.run_beside(call)

    def for_program(self, program: PythonProgram | ExecProgram, job: Job | RunJob) -> JailLike:
        """Return the jail in which a program of this job runs: warm for Python, small for what is executed."""
        if isinstance(program, ExecProgram):
            return self.native()
        return self.answer(job.hash_seed, is_cold=job.is_cold)

    def answer(self, hash_seed: int, *, is_cold: bool = False) -> JailLike:
        """Return the jail for Python answers with this PYTHONHASHSEED; another seed replaces the jail (some 50 ms)."""
        wanted = hash_seed, is_cold
        if self._answer is not None and self._answer[0] != wanted:
            self._answer[1].close()
            self._answer = None
        if self._answer is None:
            options = {"warm": False} if is_cold else {"preload": PRELOAD}
            self._answer = wanted, self._make(hash_seed=hash_seed, **options)
        return self._answer[1]

    def compiler(self, headers: Path) -> JailLike:
        """Return the jail for compilers that read headers which were compiled before: it shows them this folder."""
        if self._compiler is not None and self._compiler[0] != headers:
            self._compiler[1].close()
            self._compiler = None
        if self._compiler is None:
            self._compiler = headers, self._make(shown={HEADERS_PLACE: headers})
        return self._compiler[1]

    def resident(self, language: Language) -> ResidentCompiler | None:
        """Return the compiler of a language that stays, not yet started; None for a language without one."""
        if language.resident is None:
            return None
        if language.name not in self._residents:
            self._residents[language.name] = ResidentCompiler(language.resident(), language.artefact, self._make_native)
        return self._residents[language.name]

    def script(self) -> JailLike:
        """Return the jail for test scripts: never the one in which an answer runs."""
        if self._script is None:
            self._script = self._make(preload=SCRIPT_PRELOAD)
        return self._script

    def native(self) -> JailLike:
        """Return the jail for compilers and what they made: nothing is loaded in it, so it forks faster."""
        if self._native is None:
            self._native = self._make_native()
        return self._native

    def _make_native(self) -> JailLike:
        return self._make(readable=readable_paths())

    def judge(self) -> JailLike:
        """Return the jail for validators and for what compares outputs: never the one in which an answer runs."""
        if self._judge is None:
            self._judge = self._make(preload=SCRIPT_PRELOAD, readable=readable_paths())
        return self._judge

    def warm(self) -> None:
        """Make the jails for answers and scripts now, so that the first student does not wait."""
        self.answer(0).open()
        self.script().open()

    def rest(self) -> None:
        """End those that `warm()` does not make, compilers that stay among them; they are made again when needed."""
        for jail in (self._compiler and self._compiler[1], self._native, self._judge, *self._residents.values()):
            if jail is not None:
                jail.close()
        self._compiler = self._native = self._judge = None
        self._residents.clear()

    def close(self) -> None:
        """End all of them; they are made again if needed again."""
        self.rest()
        for jail in (self._answer and self._answer[1], self._script):
            if jail is not None:
                jail.close()
        self._answer = self._script = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

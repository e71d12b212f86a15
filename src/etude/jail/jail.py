"""Jail: runs programs, one after the other, in a place from which they reach nothing."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from . import reduced
from .channel import Channel
from .enclosure import bubblewrap_command
from .errors import IsolationUnavailable, JailError, LaunchFailed, _
from .identity import uid_for_jails
from .memory_file import ExecutableCopy
from .outcome import accounted, record_of
from .recipe import RecipeBook, Talk, bytes_of_files, cold
from .records import ExecProgram, Limits, PythonProgram, RunRecord
from .reduced import Scratch, Slot
from .refusal import explain, require_support
from .running_program import GRACE_S, RunningProgram
from .starter import starter_descriptor
from .view import interpreter_paths, path_to_show, paths_to_hide, place_to_show
from .zygote_process import ZygoteConfig, ZygoteProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from .cgroup import Account
    from .nursery import Nursery
    from .records import WindowSize

TIERS = ("full", reduced.TIER)
_RUNS_PER_ZYGOTE = 1000


class Jail:
    """A warm jail of one thread's own; not thread-safe, but any number of them may live side by side.

    `preload`: modules imported once, before the programs; `readable`: host paths that programs may read, besides the
    system's programs and the Python they run on; `shown`: place in the jail -> host folder seen there, read-only (what
    is put into the folder later is seen too); `hidden`: folders below those which appear empty; `hash_seed`:
    PYTHONHASHSEED of Python programs; `uid`: whose rights the programs get when we are root (see identity);
    `warm=False`: Python programs start a cold interpreter each; `helper=False`: do without the small C helper that
    is built where there is a compiler (executed programs start more slowly, nothing else changes); `audit=True`: the
    records name the system calls that were refused (slower; run() only); `nursery`: what it is forked from;
    `tier="reduced"`: without namespaces, where a person in charge has asked for that (see reduced.py). `shown` is then
    read where it is, and `hidden` is in sight.

    The constructor only checks its arguments (ValueError); the first run starts the jail. Every run may raise JailError
    (IsolationUnavailable where this machine does not allow it); the next one builds it anew. Never fork between runs.
    """

    def __init__(
        self,
        *,
        preload: Sequence[str] = (),
        readable: Sequence[Path] = (),
        shown: Mapping[str, Path] | None = None,
        hidden: Sequence[Path] = (),
        hash_seed: int = 0,
        uid: int | None = None,
        warm: bool = True,
        helper: bool = True,
        audit: bool = False,
        tier: str = "full",
        nursery: Nursery | None = None,
    ) -> None:
        if tier not in TIERS:
            raise ValueError(f"unknown tier {tier!r}; there are {', '.join(TIERS)}")
        self._config = ZygoteConfig(
            readable=(*interpreter_paths(), *(path_to_show(path) for path in readable)),
            shown=tuple((place_to_show(place), str(path.resolve())) for place, path in (shown or {}).items()),
            hidden=(*paths_to_hide(), *(str(path.resolve()) for path in hidden)),
            preload=tuple(preload),
            hash_seed=hash_seed,
            uid=uid_for_jails(uid),
            starter=-1,
            audit=audit,
            nursery=nursery,
        )
        if nursery is not None:
            nursery.require(preload, hash_seed)
        self.tier = tier
        self._scratch: Scratch | None = None
        self._slots: dict[Channel, Slot] = {}
        self._helper = helper
        self._warm = warm
        self._zygote: ZygoteProcess | None = None
        self._runs = 0
        self._live: dict[Channel, int] = {}
        self._executable = ExecutableCopy()
        self._account: Account | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Start the zygote now instead of at the first run.

        Raises IsolationUnavailable if this machine does not allow it, JailError for any other fault.
        """
        if self._zygote is None:
            require_support()
            starter = starter_descriptor() if self._helper else -1
            config = replace(self._config, starter=starter)
            self._zygote = self._launch_reduced(config) if self.tier == reduced.TIER else self._launch(config)
            self._recipes = RecipeBook(self._zygote.ground)
            self._runs = 0

    def _launch(self, config: ZygoteConfig) -> ZygoteProcess:
        if config.nursery is not None:
            try:
                return ZygoteProcess(config)
            except JailError as error:
                logging.getLogger(__name__).warning("a jail is made without its nursery: %s", error)
            config = replace(config, nursery=None)
        try:
            return ZygoteProcess(config)
        except LaunchFailed as error:
            refused = explain(error)
            outer = bubblewrap_command() if isinstance(refused, IsolationUnavailable) and config.uid is None else ()
            if not outer:
                raise refused from error
        try:
            return ZygoteProcess(replace(config, outer=outer))
        except JailError as error:
            raise refused from error

    def _launch_reduced(self, config: ZygoteConfig) -> ZygoteProcess:
        reduced.require_landlock()
        self._scratch = Scratch(config.uid, dict(config.shown))
        try:
            return ZygoteProcess(replace(config, scratch=self._scratch.path))
        except LaunchFailed as error:
            self.discard()
            sentence = _("Not even the reduced isolation could be built. %(error)s")
            if error.stage == "python":
                sentence = _(
                    "The user that programs get may not read the Python that Étude runs on: start Étude as an ordinary"
                    " user, or with a Python that everybody may read. %(error)s"
                )
            raise IsolationUnavailable(sentence, error=error) from error

    def pid(self) -> int:
        """Process number of the jail's first process (started if need be); all others descend from it."""
        self.open()
        assert self._zygote is not None
        return self._zygote.pid()

    def close(self) -> None:
        """End every program and the jail. May be called twice; a later run starts it again."""
        self.discard()
        self._executable.close()

    def run(
        self,
        program: PythonProgram | ExecProgram,
        *,
        stdin: bytes = b"",
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
    ) -> RunRecord:
        """Run a program to its end and return what it did; raises JailError if the jail failed.

        `collect`: names of files below the working directory to bring back, each at most `collect_bytes` long; a name
        that ends in `/` is a folder, of which all files come back, 256 and `collect_bytes` in all at most, or none.
        """
        self._begin_account(limits)
        channel = Channel(owner=self._config.uid)
        self._begin(channel, program, limits, Talk.BATCH, collect=tuple(collect), collect_bytes=collect_bytes)
        slot = self._slots.get(channel)
        try:
            timeout_s = limits.wall_time_s + GRACE_S
            exchange = channel.exchange(stdin, limits.output_bytes, timeout_s, audit=self._config.audit)
            report = exchange.report()
        except BaseException:
            self.discard()
            raise
        finally:
            self.forget(channel)
            channel.close()
        stdout, stderr = exchange.stdout, exchange.stderr
        if slot is not None:
            stdout, stderr = slot.told(stdout), slot.told(stderr)
        record = record_of(report, limits, stdout, stderr, overflow=exchange.overflow)
        account, self._account = self._account, None
        if account is not None:
            record = accounted(record, account)
        return replace(record, tier=self.tier, refused_calls=exchange.refused_calls)

    def _begin_account(self, limits: Limits) -> None:
        """Count the memory of a program that may fork as a whole, if the system lends us the means and it is alone."""
        self._renew()
        assert self._zygote is not None
        self._account = self._zygote.account if limits.may_fork and not self._live else None
        if self._account is not None:
            self._account.begin(limits.memory_bytes + 2 * limits.scratch_bytes, limits.threads)

    def start(
        self,
        program: PythonProgram | ExecProgram,
        *,
        limits: Limits,
        collect: Sequence[str] = (),
        collect_bytes: int = 1 << 20,
        window: WindowSize | None = None,
    ) -> RunningProgram:
        """Start a program whose streams the caller reads and writes while it runs; raises JailError if that failed.

        `limits.output_bytes` is then the caller's affair. `collect`: as in `run`. `window`: its streams are a terminal
        of this size, in a session of its own, so that Ctrl-C, Ctrl-D and Ctrl-Z do what they do everywhere. ValueError
        in audit mode, where nobody would listen.
        """
        if self._config.audit:
            raise ValueError("a jail in audit mode runs no live programs")
        channel = Channel(owner=self._config.uid, window=window)
        talk = Talk.PIPES if window is None else Talk.TERMINAL
        self._begin(channel, program, limits, talk, collect=tuple(collect), collect_bytes=collect_bytes)
        return RunningProgram(self, channel, limits)

    def _begin(
        self,
        channel: Channel,
        program: PythonProgram | ExecProgram,
        limits: Limits,
        talk: Talk,
        *,
        collect: tuple[str, ...],
        collect_bytes: int,
    ) -> None:
        """Have a program started at the other end of `channel`; closes it and raises JailError if that failed."""
        try:
            self._renew()
            assert self._zygote is not None
            if isinstance(program, PythonProgram) and not self._warm:
                program = cold(program, self._config.hash_seed)
            self._live[channel] = limits.threads + 1
            processes = sum(self._live.values())  # the kernel counts those of all live programs of a jail
            slot = self._take_slot(channel)
            recipe = self._recipes.recipe(program, limits, processes, slot, talk)
            executable = program.executable if isinstance(program, ExecProgram) else None
            handed = [] if executable is None else [self._executable.open(executable)]
            request = {
                "cpu_time_s": float(limits.cpu_time_s),
                "wall_time_s": float(limits.wall_time_s),
                "may_fork": limits.may_fork,
                "python": isinstance(program, PythonProgram),
                "collect": collect,
                "collect_bytes": collect_bytes,
                "place": recipe.place,
                "own_number_at": recipe.own_number_at,
                "slot": slot.path if slot else "",
                "slot_bytes": 2 * limits.scratch_bytes + bytes_of_files(program),
            }
            self._zygote.begin(json.dumps(request).encode(), [*channel.theirs(), recipe.descriptor, *handed])
        except BaseException:
            self.forget(channel)
            channel.close()
            self.discard()
            raise
        channel.close_theirs()
        self._runs += 1

    def _take_slot(self, channel: Channel) -> Slot | None:
        if self._scratch is None:
            return None
        self._slots[channel] = self._scratch.take()
        return self._slots[channel]

    def forget(self, channel: Channel, *, is_over: bool = True) -> None:
        """`is_over`: it has reported, or never began; else its slot is left alone, for it may still be dying there."""
        self._live.pop(channel, None)
        slot = self._slots.pop(channel, None)
        if slot is not None and self._scratch is not None and is_over:
            self._scratch.give_back(slot)

    def _renew(self) -> None:
        if self._runs >= _RUNS_PER_ZYGOTE and not self._live:
            self.discard()
        self.open()

    def discard(self) -> None:
        """End the zygote, after a fault or for good; the next run has another."""
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            self._recipes.close()
            zygote.close()
        scratch, self._scratch = self._scratch, None
        self._slots.clear()
        if scratch is not None:
            scratch.remove()

"""What is wrong with the workers and the queue, each fault with what helps: for the page and for doctor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from etude import __version__
from etude.core.errors import Notice, _
from etude.grading import languages
from etude.models.workers import WORKER_LOST
from etude.storage import open_storage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from etude.config import Config
    from etude.core.child_deaths import ChildDeaths
    from etude.core.errors import Marked
    from etude.models import WorkerState
    from etude.queue import Waiting

MAX_WAIT = timedelta(minutes=2)
MAX_CLOCK_DIFFERENCE_S = 2.0
START_WORKER = "etude worker"
SET_CLOCK = "sudo timedatectl set-ntp true"
UPGRADE = "pip install --upgrade etude"
MANY_DEATHS = 3
"""One that is killed twice may have been unlucky; the third time in a row is told."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault: what was found, and the command or the step that helps, "" where nothing need be done."""

    found: Notice
    fix: Marked | str = ""


SILENT = _("The worker %(name)s has not been heard of for more than a minute. Others judge what it held.")
LOOK = _("Look whether its machine and its network work.")
IDLE = _("The worker %(name)s judges nothing: %(reason)s")
AHEAD = _("The clock of the worker %(name)s is %(seconds)s s ahead. It goes by the clock of the database instead.")
BEHIND = _("The clock of the worker %(name)s is %(seconds)s s behind. It goes by the clock of the database instead.")
OTHER_VERSION = _("The worker %(name)s is Étude %(theirs)s, this server is %(ours)s. It takes what both understand.")
TOO_NEW = _("Tasks that only a newer version of Étude understands wait: %(count)s.")
NO_LANGUAGE = _("No worker can judge %(languages)s; answers that wait for it: %(count)s.")
LONG_QUEUE = _("The queue is long: the oldest of %(count)s tasks has waited for %(minutes)s minutes.")
LOOK_AT_STORE = _("Nothing is lost, but no files can be handed in or read. Look at that place, and at ETUDE_S3_… here.")
KEEPS_DYING = _("The worker of this server ends soon after each start: %(count)s times in a row so far.")
WHY_IT_DIES = _("Its last words are in the log of this server. Look also at what this command finds: %(command)s")
ONE_MORE = _("Start a worker on one more machine: %(command)s")


def find_troubles(workers: Sequence[WorkerState], waiting: Sequence[Waiting], at: datetime) -> Iterator[Trouble]:
    """Yield what is wrong with these workers and this queue, the gravest first."""
    alive = [one for one in workers if one.seen_at > at - WORKER_LOST]
    judging = [one for one in alive if one.is_judging]
    if not judging:
        yield Trouble(Notice(_("No worker is judging: every answer waits.")), "" if alive else START_WORKER)
    for one in alive:
        yield from _of_worker(one)
    machines = {_machine(one) for one in alive}
    for one in workers:
        # A worker that was killed and started again on its machine has another name: nothing is wrong there.
        if one not in alive and _machine(one) not in machines:
            yield Trouble(Notice(SILENT, {"name": one.name}), Notice(LOOK))
    if judging:
        for some in waiting:
            yield from _of_waiting(some, judging, at)


def find_storage_fault(config: Config) -> Iterator[Trouble]:
    """Yield what is wrong with the place of the handed-in files; a store of the network is tried by using it."""
    found = open_storage(config).find_fault()
    if found is not None:
        yield Trouble(found, Notice(LOOK_AT_STORE))


def find_dying_child(deaths: ChildDeaths | None) -> Iterator[Trouble]:
    """Yield that the worker which this server starts keeps dying; `deaths` is None where the server starts none."""
    if deaths is not None and deaths.count >= MANY_DEATHS:
        helps = Notice(WHY_IT_DIES, {"command": "etude doctor"})
        yield Trouble(Notice(KEEPS_DYING, {"count": deaths.count}), helps)


def _machine(one: WorkerState) -> str:
    return one.name.rpartition(":")[0]


def _of_worker(one: WorkerState) -> Iterator[Trouble]:
    if not one.is_judging:
        yield Trouble(Notice(IDLE, {"name": one.name, "reason": Notice(*one.get_reason())}), one.fix)
    if abs(one.clock_difference_s) > MAX_CLOCK_DIFFERENCE_S:
        sentence = AHEAD if one.clock_difference_s > 0 else BEHIND
        seconds = round(abs(one.clock_difference_s))
        yield Trouble(Notice(sentence, {"name": one.name, "seconds": seconds}), SET_CLOCK)
    if one.version not in ("", __version__):
        yield Trouble(Notice(OTHER_VERSION, {"name": one.name, "theirs": one.version, "ours": __version__}), UPGRADE)


def _of_waiting(some: Waiting, judging: Sequence[WorkerState], at: datetime) -> Iterator[Trouble]:
    if not any(one.can((), some.protocol) for one in judging):
        yield Trouble(Notice(TOO_NEW, {"count": some.count}), UPGRADE)
    elif not any(one.can(some.needs, some.protocol) for one in judging):
        values = {"languages": _labels(some.needs), "count": some.count}
        yield Trouble(Notice(NO_LANGUAGE, values), _packages(some.needs))
    elif at - some.oldest_at > MAX_WAIT:
        minutes = int((at - some.oldest_at).total_seconds() // 60)
        more = Notice(ONE_MORE, {"command": START_WORKER})
        yield Trouble(Notice(LONG_QUEUE, {"count": some.count, "minutes": minutes}), more)


def _labels(needs: frozenset[str]) -> str:
    known = languages.load()
    return " + ".join(known[name].label if name in known else name for name in sorted(needs))


def _packages(needs: frozenset[str]) -> str:
    known = languages.load()
    packages = " ".join(known[name].toolchain.packages for name in sorted(needs) if name in known).strip()
    return f"apt install {packages}" if packages else ""

"""The zygote's view of one test: its namespaces, its process, its limits, what it leaves behind, the report.

Pid 1 of a test is a task that only sleeps, in the zygote's own memory: it costs almost nothing, and its end is the end
of every process of the test. Programs cannot signal it (it has no handlers) nor look into it (it has more rights).
"""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# ruff: noqa: PTH208
# ruff: noqa: PTH123

from __future__ import annotations

import json
import os
import resource
import time
from typing import TYPE_CHECKING, Any

from . import kernel
from .collecting import open_to_collect
from .slot import Slot

if TYPE_CHECKING:
    from .calls import CallList
    from .collecting import Opened

_LOOK_S = 0.05  # how often the folders of a program are measured that no file system of its own limits
_CPU_STEP_S = 0.004  # how much a program may overrun its CPU limit before it is noticed
_SETUP_TIMEOUT_S = 15
_MOST_S = 1e6
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PROCESSORS = len(os.sched_getaffinity(0))


def report_fault(control_fd: int, error: BaseException | str) -> None:
    """Tell the supervisor that the jail itself failed."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    _send(control_fd, json.dumps({"fault": text}).encode() + b"\n")


def _send(control_fd: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(control_fd, rest) :]
    except OSError:
        return  # nobody wants to know any more


def _send_file(control_fd: int, descriptor: int, size: int) -> None:
    sent = 0
    try:
        while sent < size and (count := os.sendfile(control_fd, descriptor, sent, size - sent)):
            sent += count
    except OSError:
        return  # nobody wants to know any more


class Request:
    """What the supervisor asks for besides the calls. Raises ValueError, TypeError or KeyError for nonsense."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.cpu_time_s, self.wall_time_s = float(values["cpu_time_s"]), float(values["wall_time_s"])
        if not 0 < self.cpu_time_s < _MOST_S or not 0 < self.wall_time_s < _MOST_S:
            raise ValueError("limits of time are positive and finite")
        self.may_fork, self.python = bool(values["may_fork"]), bool(values["python"])
        self.collect = [str(name) for name in values["collect"]]
        self.collect_bytes = int(values["collect_bytes"])
        self.slot, self.slot_bytes = str(values["slot"]), int(values["slot_bytes"])
        self.own_number_at = [int(offset) for offset in values["own_number_at"]]


class Warden:
    """Starts a program in namespaces of its own and watches it. Raises OSError if one is not to be had.

    `given`: the descriptors of the test; with that of its mounts they are what the calls refer to.
    """

    def __init__(self, control_fd: int, request: Request, calls: CallList, given: tuple[int, ...]) -> None:
        self._request = request
        self._control_fd = control_fd
        self._status = b""
        self._why = ""
        self._started = 0.0
        self._pid = self.status_fd = self._status_fd = -1
        self.wake_at = time.monotonic() + _SETUP_TIMEOUT_S
        self._sleeper = Slot(request.slot, request.slot_bytes) if request.slot else kernel.Sleeper()
        self._given = given
        try:
            if request.python or request.slot or not calls.can_start():  # who has a slot writes its own number down
                self._fork()
            else:
                self._pid = calls.start(self.handed())
                self._begin_to_watch(b"0")
        except OSError:
            self._sleeper.end()
            self._sleeper.leave()
            raise
        if self._pid:
            self._pidfd = os.pidfd_open(self._pid)
            self._sleeper.follow(self._pid, may_fork=request.may_fork)

    def _fork(self) -> None:
        """A copy of ourselves, which makes the calls and says on a pipe when it becomes the program."""
        self._status_fd, self.status_fd = os.pipe()
        try:
            self._pid = os.fork()
        finally:
            if self._pid:
                os.close(self.status_fd)

    def handed(self) -> tuple[int, ...]:
        """The descriptors that the calls refer to, in the order of recipe.py."""
        return (*self._given[:5], self._sleeper.mounts_fd, self.status_fd, *self._given[5:])

    @property
    def is_program(self) -> bool:
        """Whether this is the new process."""
        return self._pid == 0

    def descriptors(self) -> tuple[int, ...]:
        """What to poll for notice()."""
        return tuple(number for number in (self._control_fd, self._pidfd, self._status_fd) if number >= 0)

    def notice(self, descriptor: int) -> None:
        """Something happened on one of our descriptors."""
        if descriptor == self._status_fd:
            self._begin_to_watch(os.read(self._status_fd, 4096))
        elif descriptor == self._pidfd:
            self._why = "ended"
        else:
            self._why = self._why or "stopped"

    def _begin_to_watch(self, status: bytes) -> None:
        """The program begins now. `status`: the set-up's last words: the memory it used, or what failed."""
        self._status = status
        self._started = time.monotonic()
        self._sleep(self._request.wall_time_s, self._request.cpu_time_s)

    def is_over(self) -> bool:
        """Whether finish() is due; looks at the clocks when it is time to."""
        now = time.monotonic()
        if not self._why and now >= self.wake_at:
            if self._started:
                self._judge(now)
            else:
                self._why = "setup"
        return bool(self._why)

    def _judge(self, now: float) -> None:
        wall_left = self._started + self._request.wall_time_s - now
        try:
            used = self._cpu_of_all() if self._request.may_fork else _cpu_of_one(self._pid)
        except OSError:
            used = 0.0  # it has just ended
        cpu_left = self._request.cpu_time_s - used
        if wall_left <= 0 or cpu_left <= 0:
            self._why = "wall" if wall_left <= 0 else "cpu"
        elif self._sleeper.overflows():
            self._why = "scratch"
        self._sleep(wall_left, cpu_left)

    def _sleep(self, wall_left: float, cpu_left: float) -> None:
        """Until a limit may be reached: the CPU's not earlier than on every processor at once."""
        pause_s = min(wall_left, max(cpu_left / _PROCESSORS, _CPU_STEP_S))
        self.wake_at = time.monotonic() + (min(pause_s, _LOOK_S) if self._request.slot else pause_s)

    def _cpu_of_all(self) -> float:
        """CPU seconds of all processes of the test, and of the ended ones that were waited for; in ticks of 10 ms."""
        parents, sessions, ticks = {}, {}, {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            parents[int(name)], sessions[int(name)] = int(fields[1]), int(fields[3])
            ticks[int(name)] = sum(int(field) for field in fields[11:15])
        ours = {self._pid, self._sleeper.pid, *(pid for pid, session in sessions.items() if session == self._pid)}
        while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return sum(ticks.get(pid, 0) for pid in ours) / _TICKS_PER_S

    def abandon(self) -> None:
        """Kill everything, tell nobody: we are about to end, and a pid namespace with us."""
        if not self._request.slot:
            return
        self._sleeper.kill()
        os.waitpid(self._pid, 0)
        self._sleeper.end()
        self._sleeper.leave()

    def finish(self) -> kernel.Sleeper | Slot:
        """Kill what is left, collect, report; nothing of the test exists afterwards but its pid 1, which is dying."""
        box = self._sleeper.open_folder("/box") if self._request.collect else -1
        if self._why != "ended" or self._request.slot:
            self._sleeper.kill()
        _, status, used = os.wait4(self._pid, 0)
        ended = time.monotonic()
        wall_us = round((ended - (self._started or ended)) * 1e6)
        while self._status_fd >= 0 and (chunk := os.read(self._status_fd, 4096)):  # an execve may still have failed
            self._status += chunk
        cpu_s = used.ru_utime + used.ru_stime
        if self._request.may_fork:
            cpu_s += self._sleeper.end()  # with what nobody waited for
        fault = self._fault()
        if fault:
            report_fault(self._control_fd, fault)
        else:
            report = {
                "code": os.waitstatus_to_exitcode(status),
                "why": self._why,
                "cpu_us": round(cpu_s * 1e6),
                "wall_us": wall_us,
                **self._memory(used),
            }
            self._tell(report, box)
        for descriptor in (*self.descriptors(), box):
            if descriptor >= 0:
                os.close(descriptor)
        self._sleeper.leave()
        return self._sleeper

    def _fault(self) -> str:
        floor, _, fault = self._status.decode(errors="replace").partition("!")
        if self._why == "setup":
            return "the set-up took too long"
        if fault or floor or self._why == "stopped":  # by the supervisor, which may do so before the program began
            return fault
        return "the process died while it was set up"

    def _memory(self, used: resource.struct_rusage) -> dict[str, int]:
        """The peak. Of an executed program it says nothing up to the floor: that is what it had from us before."""
        if self._request.python:
            return {"memory_kb": max(0, used.ru_maxrss - int(self._status or 0)), "floor_kb": 0}
        return {"memory_kb": used.ru_maxrss, "floor_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}

    def _tell(self, report: dict[str, Any], box: int) -> None:
        """Send the report, then the files asked for: past our own memory, of which every later program is a copy."""
        files: list[Opened] = []
        report["refused"] = {}
        for name in self._request.collect:
            try:
                files += open_to_collect(box, name, self._request.collect_bytes)
            except (OSError, ValueError) as error:
                report["refused"][name] = getattr(error, "strerror", None) or str(error)
        report["collected"] = [(name, size) for name, _descriptor, size in files]
        _send(self._control_fd, json.dumps(report).encode() + b"\n")
        for _name, descriptor, size in files:
            _send_file(self._control_fd, descriptor, size)
            os.close(descriptor)


def _cpu_of_one(pid: int) -> float:
    """CPU seconds of a process with all its threads, to the nanosecond."""
    return time.clock_gettime((~pid << 3) | 2)  # the kernel's number for "scheduler clock of process pid"

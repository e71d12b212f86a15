"""From a fresh interpreter to a jail: namespaces, file tree, identity; then the zygote's loop."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001, PTH116, PTH123, PTH208

from __future__ import annotations

import gc
import json
import marshal
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING

from . import kernel, python_program, root, zygote
from .calls import Starter

if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable

# Inside the user namespace the program is an ordinary user, never root.
INNER_ID = 1000
_TO_COME = 1024
_REAL = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS


def main(control: _socket.socket, message: bytes, names_at_start: frozenset[str]) -> Callable[[], None]:
    """Build the jail that `message` (marshal, from our own supervisor) describes and serve tests.

    `names_at_start`: the modules of a fresh interpreter. Returns only in the process of a test's program: what the
    caller must call, with none of our frames left below it.
    """
    config = marshal.loads(message)
    stage = "unshare"
    try:
        os.setsid()
        os.umask(0o022)  # whatever the one of our caller: what is made here must be seen by another user
        os.set_inheritable(control.fileno(), False)
        _close_others(control.fileno(), config["starter"])
        if not config["scratch"]:
            _enter_namespaces(config)
        stage = "clone"
        if config["enclosed"]:
            _fork_and_wait()
            return _become_zygote(control, config, names_at_start)
        # A sibling, not a child: the supervisor itself can wait for it, and nobody is left behind as an orphan.
        pid = kernel.clone(kernel.CLONE_PARENT | kernel.SIGCHLD)
    except OSError as error:
        _fail(control, stage, error)
    if pid:
        control.send(json.dumps({"pid": pid}).encode())
        os._exit(0)
    return _become_zygote(control, config, names_at_start)


def _enter_namespaces(config: dict[str, object]) -> None:
    if config["uid"] is None and not config["enclosed"]:
        _enter_user_namespace(_REAL)
    else:
        kernel.unshare(_REAL)


def _become_zygote(
    control: _socket.socket, config: dict[str, object], names_at_start: frozenset[str]
) -> Callable[[], None]:
    stage = "mount"
    try:
        uid, starter_fd = config["uid"], config["starter"]
        assert uid is None or isinstance(uid, int)
        assert isinstance(starter_fd, int)
        drop_uid = None
        if config["scratch"]:
            stage = "python"
            _stay_outside(uid)
        else:
            shown = [(path, path) for path in config["readable"]]  # type: ignore[attr-defined]
            root.build([*shown, *config["shown"]], config["hidden"], INNER_ID)  # type: ignore[misc,arg-type]
            kernel.set_host_name("etude")
            stage = "identity"
            drop_uid = None if uid is None else _leave_root(uid)
        kernel.set_dumpable(dumpable=False)
        stage = "preload"
        starter = None if starter_fd < 0 else _load(starter_fd)
        for name in config["preload"]:  # type: ignore[attr-defined]
            __import__(name)
        python_program.warm_up()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # some for each live test
        stage = "seccomp"
        kernel.forbid_new_privileges()
        kernel.FilterProgram(config["filter"]).install()  # type: ignore[arg-type]
        setting = zygote.Setting(python_program.standard_modules(names_at_start), starter)
    except Exception as error:
        _fail(control, stage, error)
    python_program.hide_ourselves()
    others = _count_of_others() if config["scratch"] else (1 if uid is None else 2) + zygote.MAX_DYING
    ready = {
        "drop_uid": drop_uid,
        "own_processes": others,
        "landlock": kernel.landlock_version(),
    }
    _become_quiet()
    control.send(json.dumps({"ready": {**ready, "address_space": _own_address_space()}}).encode())
    return zygote.serve(control, setting)


def _stay_outside(uid: int | None) -> None:
    """The reduced tier: no namespace and no file tree of our own, but no rights of root either.

    Raises OSError if the one that we become may not read the interpreter that we are.
    """
    if uid is not None:
        _become(uid)
        os.stat(os.__file__)
    kernel.adopt_orphans()


def _count_of_others() -> int:
    """Processes and threads that the kernel may count with a program's: those of our user now, and some to come."""
    uid, count = os.getuid(), _TO_COME
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.stat(f"/proc/{name}").st_uid == uid:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue  # it ended meanwhile
    return count


def _close_others(*kept: int) -> None:
    """Every descriptor but the standard streams and `kept` (which may be below 0)."""
    first = 3
    for descriptor in sorted(kept):
        if descriptor >= first:
            if descriptor > first:
                kernel.close_range(first, descriptor - 1)
            first = descriptor + 1
    kernel.close_from(first)


def _load(starter_fd: int) -> Starter | None:
    """starter.c; without it the same calls are made more slowly, as where the system runs nothing from memory files."""
    try:
        return Starter(starter_fd)
    except OSError:
        return None
    finally:
        os.close(starter_fd)


def _own_address_space() -> int:
    with open("/proc/self/statm", "rb", buffering=0) as file:
        return int(file.read(64).split()[0]) * resource.getpagesize()


def _enter_user_namespace(others: int) -> None:
    """A user namespace of our own (with `others` in it), in which we are INNER_ID and may mount."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER | others)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{INNER_ID} {uid} 1"), ("gid_map", f"{INNER_ID} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def _leave_root(uid: int) -> int | None:
    """Stop being root for good, in a new process; None, or the user id that each test must take instead.

    The tree is in place, so a Python under root's closed home goes on working. A user namespace on top gives back the
    right to mount, which is all the zygote needs; where the system forbids even root to make one, the zygote stays root
    (out of every test's sight, in the outer pid namespace) and the tests drop to `uid` themselves.
    """
    if not _may_make_user_namespace(uid):
        return uid
    _become(uid)
    kernel.set_dumpable(dumpable=True)  # else our own uid_map belongs to root
    # The pid namespace that root made is root's: nobody else may leave and enter it. So one more, of our own.
    _enter_user_namespace(kernel.CLONE_NEWNS | kernel.CLONE_NEWPID)
    _fork_and_wait()
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    return None


def _fork_and_wait() -> None:
    """Go on as our own child, so as to be in the new pid namespace; the parent ends with it."""
    pid = os.fork()
    if pid:
        kernel.close_from(0)
        os.waitpid(pid, 0)
        os._exit(0)


def _may_make_user_namespace(uid: int) -> bool:
    """By trying, in a child: after setuid there is no way back."""
    pid = os.fork()
    if pid == 0:
        try:
            _become(uid)
            kernel.set_dumpable(dumpable=True)
            _enter_user_namespace(kernel.CLONE_NEWNS | kernel.CLONE_NEWPID)
            kernel.mount("try", "/box", "tmpfs", kernel.MS_NOSUID)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _become_quiet() -> None:
    """No signal handlers, for a test's pid 1 inherits them; and a heap that forks need not copy."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.disable()
    gc.freeze()


def _fail(control: _socket.socket, stage: str, error: Exception) -> None:
    number = error.errno if isinstance(error, OSError) else 0
    control.send(json.dumps({"failed": stage, "errno": number, "text": f"{type(error).__name__}: {error}"}).encode())
    sys.stderr.flush()
    os._exit(1)

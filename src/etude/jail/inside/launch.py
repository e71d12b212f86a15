"""From a fresh interpreter to a jail: namespaces, file tree, identity; then the zygote's loop."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001, PTH116, PTH208

from __future__ import annotations

import gc
import json
import marshal
import os
import resource
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

from . import kernel, python_program, root, zygote
from .calls import load_starter

if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable, Iterable

    from .calls import Starter

# Inside the user namespace the program is an ordinary user, never root.
INNER_ID = 1000
_TO_COME = 1024
_unfreed: list[object] = []  # as in zygote
_REAL = kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS


def main(control: _socket.socket, message: bytes, names_at_start: frozenset[str]) -> Callable[[], None]:
    """Build the jail that `message` (marshal, from our own supervisor) describes and serve tests.

    `names_at_start`: the modules of a fresh interpreter. Returns only in the process of a test's program: what the
    caller must call, with none of our frames left below it.
    """
    return make_jail(control, read_config(message), names_at_start, None)


def read_config(message: bytes) -> dict[str, object]:
    """What the supervisor says of a jail; its filter is ready to be installed."""
    config: dict[str, object] = marshal.loads(message)
    filter_ = config["filter"]
    assert isinstance(filter_, bytes)
    return {**config, "filter": kernel.FilterProgram(filter_)}


def make_jail(
    control: _socket.socket, config: dict[str, object], names_at_start: frozenset[str], setting: zygote.Setting | None
) -> Callable[[], None]:
    """As main(). `setting`: of an interpreter that is prepared already (see nursery)."""
    _unfreed.append(config)
    stage = "unshare"
    try:
        os.setsid()
        os.umask(0o022)  # whatever the one of our caller: what is made here must be seen by another user
        os.set_inheritable(control.fileno(), False)
        starter = config["starter"]
        assert isinstance(starter, int)
        _close_others(control.fileno(), starter)
        if not config["scratch"]:
            _enter_namespaces(config)
        stage = "clone"
        if config["enclosed"]:
            _fork_and_wait()
            return _become_zygote(control, config, names_at_start, setting)
        # A sibling, not a child: the supervisor itself can wait for it, and nobody is left behind as an orphan.
        pid = kernel.clone(kernel.CLONE_PARENT | kernel.SIGCHLD)
    except OSError as error:
        _fail(control, stage, error)
    if pid:
        control.send(json.dumps({"pid": pid}).encode())
        os._exit(0)
    return _become_zygote(control, config, names_at_start, setting)


def _enter_namespaces(config: dict[str, object]) -> None:
    if config["uid"] is None and not config["enclosed"]:
        _enter_user_namespace(_REAL)
    else:
        kernel.unshare(_REAL)


def _become_zygote(
    control: _socket.socket, config: dict[str, object], names_at_start: frozenset[str], setting: zygote.Setting | None
) -> Callable[[], None]:
    stage = "mount"
    try:
        uid, starter_fd, filter_ = config["uid"], config["starter"], config["filter"]
        assert uid is None or isinstance(uid, int)
        assert isinstance(starter_fd, int)
        assert isinstance(filter_, kernel.FilterProgram)
        drop_uid = None
        if config["scratch"]:
            stage = "python"
            _stay_outside(uid)
        else:
            _build_tree(config, in_a_child=setting is not None)
            stage = "identity"
            starter = None if setting is None else setting.starter
            drop_uid = None if uid is None else _leave_root(uid, starter, is_tried=bool(config["tried"]))
        kernel.set_dumpable(dumpable=False)
        stage = "preload"
        warm = setting or _prepare_here(config["preload"], starter_fd, names_at_start)  # type: ignore[arg-type]
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # some for each live test
        stage = "seccomp"
        kernel.forbid_new_privileges()
        filter_.install()
    except Exception as error:
        _fail(control, stage, error)
    others = _count_of_others() if config["scratch"] else (1 if uid is None else 2) + zygote.MAX_DYING
    gc.freeze()  # what was made meanwhile is no program's garbage
    # Not by json: a quarter of a megabyte of what it touches would be this process's own, and no longer shared.
    ready = b"null" if drop_uid is None else b"%d" % drop_uid, others, kernel.landlock_version(), _own_address_space()
    control.send(b'{"ready": {"drop_uid": %s, "own_processes": %d, "landlock": %d, "address_space": %d}}' % ready)
    return zygote.serve(control, warm)


def _build_tree(config: dict[str, object], *, in_a_child: bool) -> None:
    shown = [(path, path) for path in config["readable"]]  # type: ignore[attr-defined]
    build = partial(root.build, [*shown, *config["shown"]], config["hidden"], INNER_ID)  # type: ignore[misc,arg-type]
    if in_a_child:
        _do_in_a_child(build)
    else:
        build()
    kernel.set_host_name("etude")


def _do_in_a_child(work: Callable[[], None]) -> None:
    """Have it done, by whoever shares our namespaces, so that the memory which it writes to is not written by us.

    Raises OSError as it would.
    """
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except OSError as error:
            os.write(write, json.dumps([error.errno or 0, str(error)]).encode())
        finally:
            os._exit(0)
    os.close(write)
    said = os.read(read, 4096)
    os.close(read)
    _, status = os.waitpid(pid, 0)
    if said or status:
        raise OSError(*json.loads(said or b'[0, "killed"]'))


def prepare(preload: Iterable[str], starter_fd: int, names_at_start: frozenset[str]) -> zygote.Setting:
    """Everything that every program of an interpreter needs, and no jail in particular."""
    starter = load_starter(starter_fd) if starter_fd >= 0 else None
    for name in preload:
        __import__(name)
    python_program.warm_up()
    return zygote.Setting(python_program.standard_modules(names_at_start), starter)


def _prepare_here(preload: Iterable[str], starter_fd: int, names_at_start: frozenset[str]) -> zygote.Setting:
    """The same in an interpreter of one jail."""
    setting = prepare(preload, starter_fd, names_at_start)
    become_quiet()
    return setting


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


def _own_address_space() -> int:
    file = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(file, 64).split()[0]) * resource.getpagesize()
    finally:
        os.close(file)


def _enter_user_namespace(others: int) -> None:
    """A user namespace of our own (with `others` in it), in which we are INNER_ID and may mount."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER | others)
    lines = (
        (b"setgroups", b"deny"),
        (b"uid_map", b"%d %d 1" % (INNER_ID, uid)),
        (b"gid_map", b"%d %d 1" % (INNER_ID, gid)),
    )
    for name, line in lines:
        file = os.open(b"/proc/self/" + name, os.O_WRONLY)
        try:
            os.write(file, line)
        finally:
            os.close(file)


def _leave_root(uid: int, starter: Starter | None, *, is_tried: bool) -> int | None:
    """Stop being root for good, in a new process; None, or the user id that each test must take instead.

    The tree is in place, so a Python under root's closed home goes on working. A user namespace on top gives back the
    right to mount, which is all the zygote needs; where the system forbids even root to make one, the zygote stays root
    (out of every test's sight, in the outer pid namespace) and the tests drop to `uid` themselves. `is_tried`: an
    earlier jail could make one.
    """
    if not is_tried and not _may_make_user_namespace(uid):
        return uid
    _become(uid)
    kernel.set_dumpable(dumpable=True)  # else our own uid_map belongs to root
    # The pid namespace that root made is root's: nobody else may leave and enter it. So one more, of our own.
    _enter_user_namespace(kernel.CLONE_NEWNS | kernel.CLONE_NEWPID)
    _fork_and_wait(starter)
    kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    return None


def _fork_and_wait(starter: Starter | None = None) -> None:
    """Go on as our own child, so as to be in the new pid namespace; the parent ends with it."""
    maps_fd = os.open("/proc/self/maps", os.O_RDONLY)  # now: the child puts its own /proc there
    pid = os.fork()
    if pid:
        if starter is not None:
            starter.wait(pid, maps_fd)
        kernel.close_from(0)
        os.waitpid(pid, 0)
        os._exit(0)
    os.close(maps_fd)


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


def become_quiet() -> None:
    """No signal handlers, for a test's pid 1 inherits them; and a heap that forks need not copy."""
    python_program.hide_ourselves()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.disable()
    gc.freeze()


def _fail(control: _socket.socket, stage: str, error: Exception) -> None:
    number = error.errno if isinstance(error, OSError) else 0
    control.send(json.dumps({"failed": stage, "errno": number, "text": f"{type(error).__name__}: {error}"}).encode())
    sys.stderr.flush()
    os._exit(1)

"""A Python program as an ordinary interpreter would run it: `python3 main.py` in /box, first line to last."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001, PTH120, SIM115

from __future__ import annotations

import _imp
import contextlib
import functools
import gc
import io
import os
import signal
import site
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_FLUSH_FAILED = 120  # what the interpreter itself answers then
_SUFFIXES = (".py", ".pyc", *_imp.extension_suffixes())


def warm_up() -> None:
    """What `site` would have done, without site-packages: exit(), quit(), help(). And what the first program would pay.

    The first compile() of a process makes the hundred classes of `_ast`: a fifth of a small test's whole time.
    """
    site.setquit()
    site.setcopyright()
    site.sethelper()
    compile("", "", "exec")


def standard_modules(names_at_start: frozenset[str]) -> frozenset[str]:
    """The modules in memory that a fresh interpreter would not have: those that an answer may have its own of.

    `names_at_start`: sys.modules of the interpreter before anything was imported but `site`. Extension modules are left
    out, for not all of them can be loaded twice, and so is what was installed beside Python.
    """
    return frozenset(
        name
        for name, module in sys.modules.items()
        if name not in names_at_start
        and name.partition(".")[0] in sys.stdlib_module_names
        and str(getattr(module, "__file__", "")).endswith(".py")
    )


def prepare(job: dict[str, Any], standard: frozenset[str]) -> Callable[[], None]:
    """Make this process look like a fresh interpreter; returns what runs the program and ends the process.

    `standard`: see standard_modules().
    """
    name: str = job["source_name"]
    path = f"/box/{name}"
    source: bytes = job["files"][name]
    sys.argv = [name, *job["argv"]]
    sys.orig_argv = ["python3", *sys.argv]
    sys.path.insert(0, os.path.dirname(path))
    sys.dont_write_bytecode = True
    for module in [module for module in sys.modules if module == "inside" or module.startswith("inside.")]:
        del sys.modules[module]
    _let_own_modules_win(job["files"], os.path.dirname(name), standard)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_streams(line_buffering=job["live"])
    _make_main(path)
    gc.enable()
    return functools.partial(_run, source, path)  # not a lambda: one frame fewer below the program


def _let_own_modules_win(files: dict[str, bytes], folder: str, standard: frozenset[str]) -> None:
    """If the answer brings a module of its own called like a preloaded one, import everything anew, as elsewhere.

    Everything, for what was imported before (`tempfile`) may hold the one (`random`) that the answer replaces. Our own
    functions keep the modules they already have.
    """
    start = f"{folder}/" if folder else ""
    brought = [name.removeprefix(start) for name in files if name.startswith(start)]
    own = {name.removesuffix(suffix) for name in brought for suffix in _SUFFIXES if name.endswith(suffix)}
    own |= {name.removesuffix("/__init__") for name in own}
    if not own.isdisjoint(standard):
        for module in standard & sys.modules.keys():
            del sys.modules[module]


def _open_streams(*, line_buffering: bool) -> None:
    sys.stdin = sys.__stdin__ = _stream(0, "rb", "<stdin>", line_buffering=False)  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "wb", "<stdout>", line_buffering=line_buffering)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "wb", "<stderr>", line_buffering=True)  # type: ignore[misc]


def _stream(number: int, mode: str, name: str, *, line_buffering: bool) -> io.TextIOWrapper:
    binary: Any = open(number, mode, closefd=False)
    binary.raw.name = name
    errors = "backslashreplace" if number == 2 else "strict"
    text = io.TextIOWrapper(binary, encoding="utf-8", errors=errors, newline="\n", line_buffering=line_buffering)
    text.mode = mode[0]  # type: ignore[misc]
    return text


def _make_main(path: str) -> None:
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=sys.modules["builtins"], __annotations__={}, __cached__=None)
    sys.modules["__main__"] = main


def _run(source: bytes, path: str) -> NoReturn:
    """Compile and run, then end the way the interpreter ends: threads, atexit, destructors, flushed streams."""
    code = 0
    try:
        exec(compile(source, path, "exec", dont_inherit=True), sys.modules["__main__"].__dict__)
    except SystemExit as error:
        code = _code_of_exit(error)
    except BaseException as error:
        code = _show(error)
    try:
        code = _end(code)
    finally:
        os._exit(code)


def _code_of_exit(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF if -(1 << 63) <= error.code < 1 << 63 else 0xFF
    try:
        sys.stdout.flush()
        sys.stderr.write(f"{error.code}\n")
    except BaseException:
        pass
    return 1


def _show(error: BaseException) -> int:
    """Report an uncaught exception without our own frames; exit code."""
    _forget_own_frames(error)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except SystemExit as second:
        return _code_of_exit(second)
    except BaseException as second:
        _forget_own_frames(second)
        second.__context__ = None  # the original, shown below
        sys.stderr.write("Error in sys.excepthook:\n")
        sys.__excepthook__(type(second), second, second.__traceback__)
        sys.stderr.write("\nOriginal exception was:\n")
        sys.__excepthook__(type(error), error, error.__traceback__)
    if isinstance(error, KeyboardInterrupt):
        _end(1)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return 1


def _forget_own_frames(error: BaseException) -> None:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    error.__traceback__ = traceback


def _end(code: int) -> int:
    """What Py_Finalize would do that a program can notice; exit code."""
    for name, function in (("threading", "_shutdown"), ("atexit", "_run_exitfuncs")):
        if name in sys.modules:
            with contextlib.suppress(BaseException):
                getattr(sys.modules[name], function)()
    code = _flush(code)
    sys.last_type = sys.last_value = sys.last_traceback = None
    for name in [name for name, module in sys.modules.items() if _is_students(name, module)]:
        del sys.modules[name]
    gc.collect()  # destructors speak
    return _flush(code)


def _is_students(name: str, module: object) -> bool:
    return name == "__main__" or str(getattr(module, "__file__", "")).startswith("/box/")


def _flush(code: int) -> int:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except BaseException as error:
            code = _FLUSH_FAILED
            _say_ignored(error)
    return code


def _say_ignored(error: BaseException) -> None:
    with contextlib.suppress(OSError):
        os.write(2, f"Exception ignored in: <stdout>\n{type(error).__name__}: {error}\n".encode())

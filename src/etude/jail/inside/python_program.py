"""A Python program as an ordinary interpreter would run it: `python3 main.py` in /box, first line to last."""

# os.path, not pathlib: whatever the zygote imports, every fork carries.
# Blind catches: nothing may unwind into the zygote's frames, and every failure must be reported.
# ruff: noqa: BLE001, PTH120, SIM115

from __future__ import annotations

import _imp
import _signal  # type: ignore[import-not-found]
import contextlib
import functools
import gc
import io
import os
import site
import sys
import types
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

_FLUSH_FAILED = 120  # what the interpreter itself answers then
_streams: list[io.TextIOWrapper] = []
_SUFFIXES = (".py", ".pyc", *_imp.extension_suffixes())


def warm_up() -> None:
    """What `site` would have done, without site-packages: exit(), quit(), help(). And what every program would pay.

    The first compile() of a process makes the hundred classes of `_ast`: a fifth of a small test's whole time. Streams
    are made over pipes, as the programs will have.
    """
    site.setquit()
    site.setcopyright()
    site.sethelper()
    compile("", "", "exec")
    kept = [os.dup(number) for number in range(3)]
    read, write = os.pipe()
    for number, end in enumerate((read, write, write)):
        os.dup2(end, number)
    _streams.extend(_stream(number, mode) for number, mode in enumerate(("rb", "wb", "wb")))
    for number, former in enumerate(kept):
        os.dup2(former, number)
    for descriptor in (*kept, read, write):
        os.close(descriptor)


def hide_ourselves() -> None:
    """Take our own modules away from where programs look; nothing may be imported from them any more."""
    for module in [module for module in sys.modules if module == "inside" or module.startswith("inside.")]:
        del sys.modules[module]


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


def prepare(words: dict[str, Any], standard: frozenset[str]) -> Callable[[], None]:
    """Make this process look like a fresh interpreter; returns what runs the program and ends the process.

    `standard`: see standard_modules().
    """
    name: str = words["source_name"]
    folder: str = words["folder"]
    path = f"{folder}/{name}"
    if words["environment"]:  # else not even touched: update() writes to a third of a megabyte that others share
        os.environ.update(words["environment"])
    sys.argv = [name, *words["argv"]]
    sys.orig_argv = ["python3", *sys.argv]
    sys.path.insert(0, os.path.dirname(path))
    sys.dont_write_bytecode = True
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _let_own_modules_win(words["files"], os.path.dirname(name), standard)
    stdin, stdout, stderr = _streams
    if words["live"]:
        stdout.reconfigure(line_buffering=True)
    if words["terminal"]:
        os.environ["TERM"] = words["terminal"]
    sys.stdin = sys.__stdin__ = stdin  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = stdout  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stderr  # type: ignore[misc]
    main = types.ModuleType("__main__")  # now: what is older than the zygote's last collection is never collected
    main.__dict__.update(__file__=path, __builtins__=sys.modules["builtins"], __annotations__={}, __cached__=None)
    sys.modules["__main__"] = main
    gc.enable()
    return functools.partial(_run, words["source"], path, folder, len(sys.modules))  # a lambda is a frame more


def _let_own_modules_win(files: tuple[str, ...], folder: str, standard: frozenset[str]) -> None:
    """If the answer brings a module of its own called like a preloaded one, import everything anew, as elsewhere.

    Everything, for what was imported before (`tempfile`) may hold the one (`random`) that the answer replaces. Our own
    functions keep the modules they already have.
    """
    start = f"{folder}/" if folder else ""
    if not _may_replace(files, start, standard):
        return
    brought = [name.removeprefix(start) for name in files if name.startswith(start)]
    own = {name.removesuffix(suffix) for name in brought for suffix in _SUFFIXES if name.endswith(suffix)}
    own |= {name.removesuffix("/__init__") for name in own}
    if not own.isdisjoint(standard):
        for module in standard & sys.modules.keys():
            del sys.modules[module]


def _may_replace(files: tuple[str, ...], start: str, standard: frozenset[str]) -> bool:
    """Whether a look at the names is worth it: hardly ever, and it writes to memory that others share."""
    for name in files:
        if name.startswith(start) and name[len(start) :].partition("/")[0].partition(".")[0] in standard:
            return True
    return False


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    binary: Any = open(number, mode, closefd=False)
    binary.raw.name = ("<stdin>", "<stdout>", "<stderr>")[number]
    errors = "backslashreplace" if number == 2 else "strict"
    text = io.TextIOWrapper(binary, encoding="utf-8", errors=errors, newline="\n", line_buffering=number == 2)
    text.mode = mode[0]  # type: ignore[misc]
    return text


def _run(source: bytes, path: str, folder: str, modules_before: int) -> NoReturn:
    """Compile and run, then end the way the interpreter ends: threads, atexit, destructors, flushed streams."""
    code = 0
    try:
        exec(compile(source, path, "exec", dont_inherit=True), sys.modules["__main__"].__dict__)
    except SystemExit as error:
        code = _code_of_exit(error)
    except BaseException as error:
        code = _show(error)
    try:
        code = _end(code, folder, modules_before)
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
        _end(1, "", 0)
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
        os.kill(os.getpid(), _signal.SIGINT)
    return 1


def _forget_own_frames(error: BaseException) -> None:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == __file__:
        traceback = traceback.tb_next
    error.__traceback__ = traceback


def _end(code: int, folder: str, modules_before: int) -> int:
    """What Py_Finalize would do that a program can notice; exit code.

    Looking through the modules costs more than a small program: it is done if it may have brought any of its own.
    """
    for name, function in (("threading", "_shutdown"), ("atexit", "_run_exitfuncs")):
        if name in sys.modules:
            with contextlib.suppress(BaseException):
                getattr(sys.modules[name], function)()
    code = _flush(code)
    sys.last_type = sys.last_value = sys.last_traceback = None
    sys.modules.pop("__main__", None)
    if len(sys.modules) + 1 != modules_before:
        for name in [name for name, module in sys.modules.items() if _is_below(folder, module)]:
            del sys.modules[name]
    gc.collect()  # destructors speak
    return _flush(code)


def _is_below(folder: str, module: object) -> bool:
    return str(getattr(module, "__file__", "")).startswith(f"{folder}/")


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

"""Jail B of a function test: loads the answer and serves calls. It never sees a test; nothing it says is trusted."""

import builtins
import contextlib
import io
import os
import sys
import types
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    # In the jail the codec's text stands before this one (see harness.program_files).
    from etude.grading.harness.codec import CannotCrossError, decode, encode, own_channel  # noqa: TC004

Value: TypeAlias = Any
CAPTURE_BYTES = 256 * 1024
STDIN_FILE = "__etude_stdin"


class _Tee(io.RawIOBase):
    """Standard output: passes everything on and keeps what one call printed, up to CAPTURE_BYTES."""

    def __init__(self) -> None:
        self.kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Value) -> int:
        text = bytes(data)
        self.kept += text[: CAPTURE_BYTES - len(self.kept)]
        return os.write(1, text)

    def fileno(self) -> int:
        return 1

    def take(self) -> str:
        text = self.kept.decode("utf-8", "replace")
        self.kept.clear()
        return text


class AnswerServer:
    """The loaded answer and what is done with it on request."""

    def __init__(self, source_name: str, tee: _Tee) -> None:
        self.source_name = source_name
        self.module = types.ModuleType(source_name.rpartition("/")[2].removesuffix(".py"))
        self.tee = tee

    def serve(self, request: Value) -> bytes:
        """Do what the request says and write the reply: (kind, body, mutated arguments, what was printed)."""
        kind, *rest = request
        mutated: list[object] = []
        try:
            outcome, body = getattr(self, f"do_{kind}")(*rest, mutated)
        except BaseException as error:  # noqa: BLE001 # whatever the answer raises crosses as a name and plain values
            outcome, body = "raised", describe(error, self.source_name)
        with contextlib.suppress(Exception):  # the answer closed or replaced it: its own loss
            sys.stdout.flush()
        printed = self.tee.take()
        try:
            return encode((outcome, body, mutated, printed))
        except CannotCrossError as error:
            return encode(("uncrossable", str(error), mutated, printed))

    def do_load(self, _mutated: list[object]) -> tuple[str, object]:
        with open(self.source_name, "rb") as source:  # noqa: PTH123 # pathlib is not preloaded
            text = source.read()
        self.module.__file__ = self.source_name
        sys.modules[self.module.__name__] = self.module
        exec(compile(text, self.source_name, "exec", dont_inherit=True), self.module.__dict__)  # noqa: S102
        return "value", None

    def do_get(self, name: str, _mutated: list[object]) -> tuple[str, object]:
        if name not in self.module.__dict__:
            return "missing", name
        value = self.module.__dict__[name]
        return ("callable", None) if callable(value) else ("value", value)

    def do_call(
        self, name: str, arguments: list[bytes], named: dict[str, bytes], mutated: list[object]
    ) -> tuple[str, object]:
        values = [decode(argument) for argument in arguments]
        named_values = {key: decode(argument) for key, argument in named.items()}
        try:
            result = self.module.__dict__[name](*values, **named_values)
        finally:
            mutated += changes([*enumerate(values), *named_values.items()], [*arguments, *named.values()])
        return "value", result


def changes(values: list[tuple[object, object]], before: list[bytes]) -> list[object]:
    """The arguments that the call changed in place, as (position or name, their new text)."""
    changed: list[object] = []
    for (place, value), old in zip(values, before, strict=True):
        if isinstance(value, list | dict | set | bytearray):
            new = encode(value)
            if new != old:
                changed.append((place, new))
    return changed


def describe(error: BaseException, source_name: str) -> object:
    """An exception as (nearest built-in type, own type, arguments, text, line in the answer or 0)."""
    kind = next(base for base in type(error).__mro__ if getattr(builtins, base.__name__, None) is base)
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == source_name:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = str(error)
        arguments: object = list(error.args)
        encode(arguments)
    except BaseException:  # noqa: BLE001 # an exception whose own text fails
        text, arguments = "", []
    return (kind.__name__, type(error).__name__, arguments, text[:2000], line)


def main(source_name: str) -> None:
    """Serve until the channel says to end; ends without running anything of the answer's (`atexit`, `__del__`)."""
    channel = own_channel()
    stdin = os.open(STDIN_FILE, os.O_RDONLY)
    os.dup2(stdin, 0)
    os.close(stdin)
    tee = _Tee()
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(tee), encoding="utf-8", errors="surrogateescape")
    server = AnswerServer(source_name, tee)
    while (request := decode(channel.receive())) != ("end",):
        channel.send(server.serve(request))
    channel.send(encode(("value", None, [], "")))
    os._exit(0)

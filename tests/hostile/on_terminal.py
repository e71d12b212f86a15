"""A program of the attacks on a terminal, as in a live console: what it shows is all that anybody sees of it."""

from __future__ import annotations

import dataclasses
import os
import select
import time
from typing import TYPE_CHECKING

from etude.jail import WindowSize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.jail import ExecProgram, Jail, Limits, PythonProgram, RunningProgram, RunRecord

WINDOW = WindowSize(rows=24, columns=500)
CTRL_D = b"\x04"
MOST_TYPED = 4000
"""A terminal takes no more in one line."""
_CHUNK = 1 << 16
GRACE_S = 20.0


def run_on_terminal(
    jail: Jail, program: PythonProgram | ExecProgram, limits: Limits, typed: bytes, collect: Sequence[str] = ()
) -> RunRecord:
    """Run a program to its end, `typed` into its terminal; more than its output limit ends it, as Stop would."""
    with jail.start(program, limits=limits, collect=collect, window=WINDOW) as running:
        os.set_blocking(running.stdin, False)
        os.write(running.stdin, typed[:MOST_TYPED] + 2 * CTRL_D)  # one for the line that is begun, one for the end
        shown = _watch(running, limits)
        record = running.wait()
    overflows = len(shown) > limits.output_bytes
    text = shown[: limits.output_bytes].replace(b"\r\n", b"\n")
    return dataclasses.replace(record, stdout=text, stderr=text, output_exceeded=overflows)


def as_two_streams(record: RunRecord) -> RunRecord:
    """The same, where all that was shown is taken for a traceback."""
    return dataclasses.replace(record, stdout=b"", stderr=b"\n" + record.stderr)


def _watch(running: RunningProgram, limits: Limits) -> bytes:
    shown, is_over = bytearray(), False
    end = time.monotonic() + limits.wall_time_s + GRACE_S
    while not is_over:
        ready, _, _ = select.select([running.stdin, running.ended], [], [], max(0.0, end - time.monotonic()))
        is_over = running.ended in ready or not ready
        shown += _read(running.stdin)
        if len(shown) > limits.output_bytes or not ready:
            running.kill()
            is_over = True
    return bytes(shown + _read(running.stdin))


def _read(terminal: int) -> bytes:
    """What can be read now; a terminal whose program has ended says EIO."""
    try:
        return os.read(terminal, _CHUNK)
    except OSError:
        return b""

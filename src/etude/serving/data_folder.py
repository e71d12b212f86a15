"""The data folder of a server: made for its owner alone, held by one server at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from typing import IO, TYPE_CHECKING

from etude.core.errors import Conflict, _

if TYPE_CHECKING:
    from etude.config import Config


def make_data_folder(config: Config) -> bool:
    """Make the data folder (0700) and the key; tell whether this is the first start.

    Raises:
        OSError: the folder cannot be made or written to, or the disk is full.
    """
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (config.data / "run").mkdir(mode=0o700, exist_ok=True)
    probe = config.data / "run" / f"probe-{os.getpid()}"
    probe.write_bytes(b"\0" * 65536)
    probe.unlink()
    return config.make_secret_key()


def use_scratch_folder(config: Config) -> None:
    """Let what comes in wait in the data folder, emptied of what a killed process left; for this process only."""
    shutil.rmtree(config.scratch, ignore_errors=True)
    config.scratch.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(config.scratch)


def lock_data_folder(config: Config) -> IO[str]:
    """Keep a second `etude serve` off the same data for as long as the returned file stays open.

    Raises:
        Conflict: another one runs.
    """
    file = (config.data / "run" / "serve.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        sentence = _("Étude already runs on this data folder (process %(pid)s). Stop it first, or use another --data.")
        raise Conflict(sentence, pid=pid) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file

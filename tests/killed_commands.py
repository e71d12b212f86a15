"""A program that runs commands of Étude for a test and kills them, as `kill -9` does, at the n-th thing done to a file.

It reads a request a line (JSON) and answers with one: how many such things there were, or that it was killed. Each
command runs in a fork, so that the product is imported once.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyrage  # noqa: F401  imported here, so that no fork has to

from etude.app import create_app
from etude.cli import backup, db, restore  # noqa: F401
from etude.cli.main import main
from etude.config import Config
from etude.features.backups import history  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Callable

FILE_EVENTS = ("open", "os.", "shutil.", "sqlite3.connect", "fcntl.")
STEPS = ((os, "fsync"), (shutil, "copyfileobj"), (http.client.HTTPConnection, "send"), (tarfile.TarInfo, "tobuf"))
"""What Python’s audit events do not tell of: bytes on their way to the disk or into the network."""


class Killer:
    """Counts what is done to files below a folder, in every thread; at the n-th, the process is gone."""

    def __init__(self, folder: str, kill_at: int | None) -> None:
        self.count = 0
        self._folder, self._kill_at = folder, kill_at

    def start(self) -> None:
        sys.addaudithook(self._hear)
        for place, name in STEPS:
            setattr(place, name, self._counted(getattr(place, name)))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FILE_EVENTS) and any(str(one).startswith(self._folder) for one in arguments[:2]):
            self._count()

    def _counted(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def do(*arguments: Any, **options: Any) -> Any:
            self._count()
            done = step(*arguments, **options)
            self._count()
            return done

        return do

    def _count(self) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run(request: dict[str, Any]) -> None:
    """Run one command to its end, or to where it is killed; never returns."""
    os.environ.update(request["environment"])
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        sys.argv = ["etude", *request["arguments"]]
        killer = Killer(request["folder"], request["kill_at"])
        killer.start()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
    with Path(request["told"]).open("w") as told:
        json.dump({"code": code, "count": killer.count}, told)
    os._exit(0)


def serve() -> None:
    """Answer requests until there are no more."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(data=Path(folder))
        config.make_secret_key()
        create_app(config)  # finds and imports every feature
    for line in sys.stdin:
        request = json.loads(line)
        if (child := os.fork()) == 0:
            run(request)
        _, status = os.waitpid(child, 0)
        answer = {"killed": os.WIFSIGNALED(status)}
        if not answer["killed"]:
            answer |= json.loads(Path(request["told"]).read_text())
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()

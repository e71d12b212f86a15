"""`etude worker`: judges submissions; one more on each machine that should help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import CommandError, Exit, _
from etude.core import logging
from etude.scheduler import start_scheduler
from etude.serving.leaving import leave
from etude.serving.memory import limit_arenas

if TYPE_CHECKING:
    from etude.config import Config


@click.command("worker")
@data_option
@click.option("--embedded", type=int, hidden=True, help="Process id of the `etude serve` that this worker belongs to.")
def command(data: str | None, embedded: int | None) -> None:
    """Judge submissions until Ctrl-C. Inside `etude serve` the scheduler runs here too."""
    from etude.worker import run_worker  # noqa: PLC0415  the web process must not load the engine

    config = read_config(data)
    if embedded is None:
        _prepare(config)
    # Inside `etude serve` the terminal is a teacher's: it shows what is wrong; the file has every line.
    quiet = "WARNING" if embedded and config.log_style == "console" and config.log_level == "INFO" else ""
    logging.configure(
        level=config.log_level, style=config.log_style, folder=config.logs, screen_level=quiet, file_name="worker.log"
    )
    limit_arenas()
    app = create_app(config, serves=embedded is not None)
    scheduler = start_scheduler(app, config) if embedded else None
    run_worker(config, embedded_in=embedded, app=app)
    if scheduler is not None:
        scheduler.shutdown(wait=False)
    leave()


def _prepare(config: Config) -> None:
    """Make the folder that a machine of its own needs; its data is nobody's: programs that were compiled, and the log.

    Raises:
        CommandError: it would wait at a database that nobody else knows.
    """
    if not config.database_url and not (config.data / "etude.db").exists():
        sentence = _(
            "There is no school in %(folder)s. On another machine than that of the school, say where its database is:"
            " ETUDE_DATABASE_URL=postgresql+psycopg://…",
            folder=config.data,
        )
        raise CommandError(sentence, code=Exit.WRONG_USE)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (config.data / "run").mkdir(mode=0o700, exist_ok=True)

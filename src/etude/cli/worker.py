"""`etude worker`: judges submissions; one more on each machine that should help."""

from __future__ import annotations

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.core import logging
from etude.scheduler import start_scheduler
from etude.serving.leaving import leave
from etude.serving.memory import limit_arenas


@click.command("worker")
@data_option
@click.option("--embedded", type=int, hidden=True, help="Process id of the `etude serve` that this worker belongs to.")
def command(data: str | None, embedded: int | None) -> None:
    """Judge submissions until Ctrl-C. Inside `etude serve` the scheduler runs here too."""
    from etude.worker import run_worker  # noqa: PLC0415  the web process must not load the engine

    config = read_config(data)
    # Inside `etude serve` the terminal is a teacher's: it shows what is wrong; the file has every line.
    quiet = "WARNING" if embedded and config.log_style == "console" and config.log_level == "INFO" else ""
    logging.configure(
        level=config.log_level, style=config.log_style, folder=config.logs, screen_level=quiet, file_name="worker.log"
    )
    limit_arenas()
    app = create_app(config)
    scheduler = start_scheduler(app, config) if embedded else None
    run_worker(config, embedded_in=embedded, app=app)
    if scheduler is not None:
        scheduler.shutdown(wait=False)
    leave()

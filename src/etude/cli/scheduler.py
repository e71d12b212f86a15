"""`etude scheduler`: the scheduled jobs alone, where several machines share one database."""

from __future__ import annotations

import signal
import threading

import click

from etude.app import create_app
from etude.cli.main import data_option, read_config
from etude.cli.talk import _, say
from etude.core import logging
from etude.scheduler import start_scheduler
from etude.serving.leaving import leave
from etude.web.measuring import Measuring


@click.command("scheduler")
@data_option
def command(data: str | None) -> None:
    """Run the scheduled jobs (daily backup, sweep, purge) until Ctrl-C. `etude serve` has them already."""
    config = read_config(data)
    logging.configure(level=config.log_level, style=config.log_style, folder=config.logs, file_name="scheduler.log")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: stop.set())
    app = create_app(config)
    scheduler = start_scheduler(app, config)
    measuring = Measuring(app)
    measuring.start()
    say(_("The scheduler runs. Stop with Ctrl-C."))
    stop.wait()
    measuring.stop()
    scheduler.shutdown(wait=False)
    leave()  # a backup that is on its way over a slow line is not waited for: it is sent again

"""`etude worker`: judges submissions; one more on each machine that should help."""

from __future__ import annotations

import click

from etude.cli.main import read_config


@click.command("worker")
@click.option("--data", type=click.Path(file_okay=False), help="The data folder (default: ./data).")
@click.option("--embedded", type=int, hidden=True, help="Process id of the `etude serve` that this worker belongs to.")
def command(data: str | None, embedded: int | None) -> None:
    """Judge submissions until Ctrl-C. Inside `etude serve` the scheduler runs here too."""
    from etude.worker import run_worker  # noqa: PLC0415  the web process must not load the engine

    run_worker(read_config(data), embedded_in=embedded)

"""`python -m benchmarks.load COMMAND`."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load.making import make
from benchmarks.load.size import BIG, SMALL, plan

from etude.config import Config

SIZES = {"big": BIG, "small": SMALL}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="make a school in a data folder, or in the database of --database")
    making.add_argument("folder", type=Path)
    making.add_argument("--size", choices=SIZES, default="big")
    making.add_argument("--seed", type=int, default=1)
    making.add_argument("--database", default="", help="e.g. postgresql+psycopg://…; else SQLite in the folder")
    options = parser.parse_args()
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    started = time.perf_counter()
    config = Config(data=options.folder, database_url=options.database)
    counts = make(config, plan(SIZES[options.size], options.seed, today))
    for name, count in sorted(counts.items()):
        print(f"{name:20} {count:>10,}")
    print(f"{'all':20} {sum(counts.values()):>10,} rows in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()

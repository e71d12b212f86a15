"""`python -m benchmarks.load COMMAND`: make a big school and a small one, then measure on them."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load import measuring
from benchmarks.load.making import make
from benchmarks.load.size import BIG, SMALL, plan

from etude.config import Config

SIZES = {"big": BIG, "small": SMALL}
ON_BIG = {
    "course-page": measuring.course_page,
    "hand-in": measuring.hand_in,
    "backup": measuring.backup,
    "migrations": measuring.migrations,
}


def main() -> None:
    options = _parser().parse_args()
    if options.command == "make":
        _make(options)
    elif options.command == "pages":
        measuring.pages(options.big, options.small, rounds=options.rounds)
    elif options.command == "click":
        measuring.click(options.big, users=options.users, seconds=options.seconds)
    else:
        ON_BIG[options.command](options.big)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="make a school in a new data folder, or in an empty database")
    making.add_argument("folder", type=Path)
    making.add_argument("--size", choices=SIZES, default="big")
    making.add_argument("--seed", type=int, default=1)
    making.add_argument("--database", default="", help="e.g. postgresql+psycopg://…; else SQLite in the folder")
    paging = commands.add_parser("pages", help=measuring.pages.__doc__)
    paging.add_argument("big", type=Path)
    paging.add_argument("small", type=Path)
    paging.add_argument("--rounds", type=int, default=5)
    clicking = commands.add_parser("click", help=measuring.click.__doc__)
    clicking.add_argument("big", type=Path)
    clicking.add_argument("--users", type=int, default=300)
    clicking.add_argument("--seconds", type=float, default=600)
    for name, measure in ON_BIG.items():
        commands.add_parser(name, help=measure.__doc__).add_argument("big", type=Path)
    return parser


def _make(options: argparse.Namespace) -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    began = time.perf_counter()
    config = Config(data=options.folder, database_url=options.database)
    counts = make(config, plan(SIZES[options.size], options.seed, noon))
    for name, count in sorted(counts.items()):
        print(f"{name:20} {count:>10,}")
    print(f"{'all':20} {sum(counts.values()):>10,} rows in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()

"""PostgreSQL's part of a backup: `pg_dump` and `pg_restore`, which must be as new as the server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa

from etude.core.errors import Notice, Unavailable, _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT_S = 3600
COPY = re.compile(rb'COPY public\."?(\w+)"? ')


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(
            _("“%(tool)s” is missing: install PostgreSQL’s client tools (apt install postgresql-client)."), tool=name
        )
    return found


def _connection(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment that lead to a database; the password is in no argument."""
    arguments = ["--dbname", url.database or "postgres"]
    for option, value in (
        ("--host", url.host or url.query.get("host")),
        ("--port", url.port),
        ("--username", url.username),
    ):
        if value:
            arguments += [option, str(value)]
    # The tools read these names of the library's; they check certificates exactly as the product does.
    environment = {
        f"PG{name.upper()}": str(url.query[name]) for name in ("sslmode", "sslrootcert") if name in url.query
    }
    environment |= {"PATH": os.environ.get("PATH", "/usr/bin:/bin")}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    return arguments, environment


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)  # noqa: S603
    if done.returncode:
        raise Unavailable(_("PostgreSQL’s tool said: %(reason)s"), reason=done.stderr.strip()[-300:])
    return done.stdout


def dump(engine: sa.Engine, target: Path) -> dict[str, int]:
    """Dump the database in PostgreSQL's own format, from one snapshot; return the row counts of the same snapshot.

    Raises:
        Unavailable: the tool is missing or refused.
    """
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        snapshot = connection.execute(sa.select(sa.func.pg_export_snapshot())).scalar_one()
        arguments, environment = _connection(engine.url)
        command = [
            _tool("pg_dump"),
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
            *arguments,
        ]
        _run(command, environment)
        names = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
        asked = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names}
        return {name: connection.execute(one).scalar_one() for name, one in asked.items()}


def restore(engine: sa.Engine, source: Path) -> None:
    """Restore a dump into an empty database, in one transaction.

    Raises:
        Unavailable: the tool is missing or refused.
    """
    arguments, environment = _connection(engine.url)
    _run(
        [_tool("pg_restore"), "--single-transaction", "--no-owner", "--exit-on-error", *arguments, str(source)],
        environment,
    )


def dump_faults(source: Path, rows: dict[str, int]) -> Iterator[Notice]:
    """Yield what is wrong with a dump: it is unpacked whole, as a restore does it, and its rows are counted.

    Raises:
        Unavailable: the tool is missing.
    """
    command = [_tool("pg_restore"), "--data-only", "--file=-", str(source)]
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        assert process.stdout is not None
        found = _count_copied(process.stdout)
    if process.returncode:
        yield Notice(_("the dump of the database is damaged"))
    for name, count in rows.items():
        if name not in found:
            yield Notice(_("the table %(name)s is missing"), {"name": name})
        elif found[name] != count:
            yield Notice(_("the number of rows differs from what was backed up"))


def _count_copied(lines: IO[bytes]) -> dict[str, int]:
    """Return how many rows a dump in SQL holds of each table: a line each, between COPY and the line that ends it."""
    found: dict[str, int] = {}
    table = ""
    for line in lines:
        if table and line == b"\\.\n":
            table = ""
        elif table:
            found[table] += 1
        elif (match := COPY.match(line)) is not None:
            table = match[1].decode()
            found[table] = 0
    return found

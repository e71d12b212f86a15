"""PostgreSQL's part of a backup: `pg_dump` and `pg_restore`, which must be as new as the server."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core.errors import Notice, Unavailable, _
from etude.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMEOUT_S = 3600


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
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in sorted(Base.metadata.tables.items())
        }


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


def dump_faults(source: Path) -> Iterator[Notice]:
    """Yield what is wrong with a dump's table of contents; its rows are proved only by a restore."""
    listing = _run([_tool("pg_restore"), "--list", str(source)], {"PATH": os.environ.get("PATH", "/usr/bin:/bin")})
    for name in Base.metadata.tables:
        if f"TABLE DATA public {name} " not in listing:
            yield Notice(_("the table %(name)s is missing"), {"name": name})

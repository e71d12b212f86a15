"""The database's schema: which migration it is at, and bringing it up to date.

Alembic is loaded only where a database is changed: most processes never do that, and it weighs ten megabytes. What else
is asked here, its own table and the names of the migrations' files (`<revision>_<words>.py`) can tell.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core.errors import Unavailable, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config as AlembicConfig

MIGRATIONS = Path(__file__).parents[1] / "migrations"
_REVISION = sa.table("alembic_version", sa.column("version_num"))


class NewerDatabaseError(Unavailable):
    """The database was written by a newer Étude than this one."""

    default = _(
        "This data folder belongs to a newer version of Étude. Install that version, or restore an older backup."
    )


def _alembic(connection: sa.Connection) -> AlembicConfig:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """Return the migrations that this version of Étude knows, the oldest first."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """Return the newest migration that this version of Étude knows."""
    return revisions()[-1]


def current(engine: sa.Engine) -> str | None:
    """Return the migration that a database is at; None for an empty one."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(_REVISION.name):
            return None
        found: str | None = connection.scalar(sa.select(_REVISION.c.version_num))
        return found


def is_up_to_date(engine: sa.Engine) -> bool:
    """Tell whether a database is at the newest migration."""
    return current(engine) == head()


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Bring a database up to a migration, each in a transaction of its own.

    Raises:
        NewerDatabaseError: the database is at a migration that this version does not know.
    """
    now = current(engine)
    check_known(now)
    if now == (head() if revision == "head" else revision):
        return
    from alembic import command  # noqa: PLC0415

    with _migrating(engine) as connection:
        command.upgrade(_alembic(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Bring a database back to a migration; "base" is the empty database."""
    check_known(current(engine))
    from alembic import command  # noqa: PLC0415

    with _migrating(engine) as connection:
        command.downgrade(_alembic(connection), revision)


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection for migrations.

    SQLite's tables are rebuilt (batch mode), which must not fire the foreign keys of what refers to them; the pragma
    counts only outside a transaction, so it is given to the driver itself, and the connection is thrown away.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        yield connection.execution_options(etude_write=True)
        connection.invalidate()


def check_known(revision: str | None) -> None:
    """Check that this version knows a migration; None, that of an empty database, is known.

    Raises:
        NewerDatabaseError: it does not.
    """
    if revision is not None and revision not in revisions():
        raise NewerDatabaseError

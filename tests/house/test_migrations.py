from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from etude.core import schema
from etude.core.db import tune_sqlite
from etude.models import Base
from etude.queue import TaskMessage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'etude.db'}")
    tune_sqlite(engine)
    yield engine
    engine.dispose()


def test_migrations_make_exactly_the_tables_of_the_models(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert TaskMessage.__tablename__ in Base.metadata.tables
    assert not differences


def test_names_of_the_files_say_what_alembic_knows_of_the_migrations(engine: sa.Engine) -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    schema.upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert schema.current(engine) == context.get_current_revision()
    assert schema.head() == scripts.get_current_head()
    assert schema.revisions()[::-1] == [script.revision for script in scripts.walk_revisions()]


def test_every_migration_goes_down_and_up_again(engine: sa.Engine) -> None:
    schema.upgrade(engine)

    schema.downgrade(engine, "base")

    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    schema.upgrade(engine)
    assert schema.is_up_to_date(engine)


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(engine: sa.Engine) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(schema.NewerDatabaseError, match="newer version of Étude"):
        schema.upgrade(engine)


def test_versions_that_repeat_an_earlier_one_become_that_one_on_the_way_back(engine: sa.Engine) -> None:
    schema.upgrade(engine, "0019")
    activity = "INSERT INTO activity (id, slug, kind, title_fr, title_en, created_at, updated_at)"
    version = "INSERT INTO activity_version (id, activity_id, number, digest, points, document, made_at)"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"{activity} VALUES (1, 'a', 'code', '', 'A', '2026-01-01', '2026-01-01')")
        for number, digest in ((1, "x"), (2, "y"), (3, "x")):
            connection.exec_driver_sql(f"{version} VALUES ({number}, 1, {number}, '{digest}', 1, '{{}}', '2026-01-01')")
        connection.exec_driver_sql("UPDATE activity SET latest_version_id = 3")

    schema.downgrade(engine, "0014")

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT latest_version_id FROM activity")) == 1
        assert list(connection.scalars(sa.text("SELECT number FROM activity_version ORDER BY number"))) == [1, 2]

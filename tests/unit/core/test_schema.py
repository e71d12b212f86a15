from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from etude.core import schema

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_database_is_at_no_migration(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'etude.db'}")

    assert schema.current(engine) is None
    assert not schema.is_up_to_date(engine)
    engine.dispose()


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'etude.db'}")
    schema.upgrade(engine)

    schema.upgrade(engine)

    assert schema.current(engine) == schema.head()
    engine.dispose()

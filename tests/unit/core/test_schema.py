from __future__ import annotations

import subprocess
import sys
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


LOOK = """
import sys
import sqlalchemy as sa
from etude.core import schema
engine = sa.create_engine(sys.argv[1])
schema.upgrade(engine)
print(schema.is_up_to_date(engine), "alembic" in sys.modules)
"""


def test_database_that_is_up_to_date_is_found_so_without_alembic(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOOK, f"sqlite:///{tmp_path / 'etude.db'}"]

    first, second = (subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2))

    assert (first, second) == ("True True\n", "True False\n")

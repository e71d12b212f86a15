from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from etude.core import erasure_list
from etude.core.erasure_list import Erased
from tests.conftest import START

if TYPE_CHECKING:
    from pathlib import Path

ONE = Erased(3, START, START + timedelta(days=1), START + timedelta(days=366))
OTHER = Erased(7, START, START + timedelta(days=2), START + timedelta(days=2))


def test_what_is_written_is_read_again_by_its_owner_alone(tmp_path: Path) -> None:
    erasure_list.write(tmp_path / "new", [OTHER, ONE])

    assert erasure_list.read(tmp_path / "new") == [ONE, OTHER]
    assert (tmp_path / "new" / erasure_list.NAME).stat().st_mode & 0o777 == 0o600


def test_who_is_on_a_list_stays_on_it(tmp_path: Path) -> None:
    erasure_list.write(tmp_path, [ONE])

    erasure_list.write(tmp_path, [OTHER])

    assert erasure_list.read(tmp_path) == [ONE, OTHER]


def test_lists_of_several_folders_are_one_and_a_folder_may_have_none(tmp_path: Path) -> None:
    erasure_list.write(tmp_path / "a", [ONE])
    erasure_list.write(tmp_path / "b", [ONE, OTHER])

    assert erasure_list.read(tmp_path / "a", tmp_path / "b", tmp_path / "c") == [ONE, OTHER]


def test_damaged_list_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / erasure_list.NAME).write_text("[3, \n", encoding="utf-8")

    with pytest.raises(ValueError, match="Expecting"):
        erasure_list.read(tmp_path)

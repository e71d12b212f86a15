from __future__ import annotations

from pathlib import Path

import pytest

from etude.config import Config
from etude.core.errors import Conflict
from etude.serving import data_folder


def test_folder_is_made_for_its_owner_alone_and_the_key_once(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "deep" / "data")

    assert data_folder.make_data_folder(config) is True
    assert data_folder.make_data_folder(config) is False
    assert config.data.stat().st_mode & 0o777 == 0o700
    assert len(config.read_secret_keys()[0]) >= 32
    assert not list((config.data / "run").glob("probe-*"))


def test_second_start_on_the_same_folder_is_refused_while_the_first_one_lives(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    data_folder.make_data_folder(config)

    with data_folder.lock_data_folder(config), pytest.raises(Conflict, match="already runs on this data folder"):
        data_folder.lock_data_folder(config)

    data_folder.lock_data_folder(config).close()


def test_lock_of_a_killed_process_does_not_stop_a_new_start(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    data_folder.make_data_folder(config)
    (tmp_path / "run" / "serve.lock").write_text("4711")

    with data_folder.lock_data_folder(config) as lock:
        assert "4711" not in Path(lock.name).read_text()

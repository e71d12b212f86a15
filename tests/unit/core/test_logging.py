from __future__ import annotations

import json
import logging as stdlib
from typing import TYPE_CHECKING

import pytest

from etude.core import logging

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _restore_root() -> Iterator[None]:
    root = stdlib.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers = before
    root.setLevel(level)
    logging.clear()


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "etude.log").read_text(encoding="utf-8").splitlines()]


def test_lines_are_json_and_carry_the_request_and_the_user(tmp_path: Path) -> None:
    logging.configure(folder=tmp_path)
    logging.bind(request_id="abc", user_id=7)

    logging.get("test").info("something", count=3)

    (line,) = lines(tmp_path)
    assert (line["event"], line["request_id"], line["user_id"], line["count"]) == ("something", "abc", 7, 3)


@pytest.mark.parametrize("key", ["password", "new_password", "csrf_token", "session_id", "code", "Authorization"])
def test_secrets_and_student_code_are_hidden(tmp_path: Path, key: str) -> None:
    logging.configure(folder=tmp_path)

    logging.get("test").info("signed in", **{key: "hunter2"})

    assert "hunter2" not in (tmp_path / "etude.log").read_text(encoding="utf-8")


def test_the_level_decides_what_is_written(tmp_path: Path) -> None:
    logging.configure(level="WARNING", folder=tmp_path)

    logging.get("test").info("chatter")
    logging.get("test").warning("important")

    assert [line["event"] for line in lines(tmp_path)] == ["important"]


def test_lines_of_other_libraries_get_the_same_shape(tmp_path: Path) -> None:
    logging.configure(folder=tmp_path)

    stdlib.getLogger("werkzeug").warning("from %s", "elsewhere")

    assert lines(tmp_path)[0]["event"] == "from elsewhere"


def test_a_line_is_written_out_once_though_files_are_rotated(tmp_path: Path) -> None:
    written: list[stdlib.LogRecord] = []
    logging.configure(folder=tmp_path)
    to_file = stdlib.getLogger().handlers[-1]
    write_out = to_file.format
    to_file.format = lambda record: (written.append(record), write_out(record))[1]

    logging.get("test").info("line")

    assert len(written) == 1
    assert len(lines(tmp_path)) == 1


def test_files_are_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "LOG_FILE_BYTES", 2000)
    logging.configure(folder=tmp_path)

    for number in range(400):
        logging.get("test").info("line", number=number)

    assert len(list(tmp_path.glob("etude.log*"))) == logging.LOG_FILES_KEPT + 1


def test_modules_that_were_silenced_speak_of_nothing_but_errors(tmp_path: Path) -> None:
    logging.configure(folder=tmp_path)

    logging.silence("silenced")
    logging.get("silenced.module").warning("news")
    logging.get("silenced.module").error("fault")
    logging.get("other").warning("heard")

    assert [line["event"] for line in lines(tmp_path)] == ["fault", "heard"]

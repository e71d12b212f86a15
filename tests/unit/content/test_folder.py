from __future__ import annotations

import pytest

from etude.content import ContentError, read_activity, read_activity_zip, write_activity, zip_activity


def test_an_activity_travels_as_a_zip(code_activity, tmp_path):
    archive = zip_activity(code_activity)
    (tmp_path / "double.zip").write_bytes(archive)

    assert read_activity_zip(archive) == code_activity
    assert read_activity(tmp_path / "double.zip") == code_activity
    assert zip_activity(read_activity_zip(archive)) == archive


def test_an_export_goes_into_a_new_or_empty_folder_only(code_activity, tmp_path):
    write_activity(code_activity, tmp_path)

    with pytest.raises(ContentError, match="not empty"):
        write_activity(code_activity, tmp_path)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(ContentError, match="cannot be read"):
        read_activity(tmp_path / "nowhere")

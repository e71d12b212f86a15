from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from etude.content import ContentError, activity_tree, zip_activity
from etude.features.authoring.packages import read_archive, read_package, read_path
from etude.importers.bench import Bench
from tests.authoring import SAMPLE, sample

if TYPE_CHECKING:
    from pathlib import Path


def tree(*slugs: str, **more: bytes) -> dict[str, bytes]:
    files = {f"{slug}/{path}": data for slug in slugs for path, data in activity_tree(sample(slug)).items()}
    return {**files, **{name.replace("__", "/"): data for name, data in more.items()}}


def test_one_activity_is_a_package() -> None:
    package = read_archive(zip_activity(sample("hello")))

    assert [content.slug for content in package.contents] == ["hello"]
    assert (package.errors, package.course) == ([], None)


def test_several_folders_are_a_package_and_strangers_are_noted() -> None:
    package = read_package({**tree("hello", "duration"), "notes.txt": b"x"})

    assert [content.slug for content in package.contents] == ["duration", "hello"]
    assert [warning.path for warning in package.warnings] == ["notes.txt"]


def test_a_mistake_in_one_is_told_beside_the_others() -> None:
    package = read_package({**tree("hello", "duration"), "duration/activity.toml": b"format = 1"})

    assert [content.slug for content in package.contents] == ["hello"]
    assert [(error.path, error.field) for error in package.errors] == [("duration/activity.toml", "slug")]


def test_the_second_of_one_slug_is_a_mistake() -> None:
    files = tree("hello")
    twice = {**files, **{path.replace("hello/", "other/", 1): data for path, data in files.items()}}

    package = read_package(twice)

    assert len(package.contents) == 1
    assert package.errors[0].values == {"slug": "hello"}


def test_a_course_keeps_its_order() -> None:
    package = read_path(SAMPLE, Bench())

    assert package.course is not None
    assert package.contents[0].slug == "hello"
    assert len(package.contents) == 12


def test_a_course_with_a_mistake_still_brings_its_activities() -> None:
    package = read_package({**tree("hello"), "course.toml": b"format = 1"})

    assert package.course is None
    assert [content.slug for content in package.contents] == ["hello"]
    assert package.errors[0].path == "course.toml"


@pytest.mark.parametrize("files", [{}, {"a.txt": b""}, {"deep/er/activity.toml": b""}])
def test_what_holds_no_activity_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(ContentError, match="no activity here"):
        read_package(files)


def test_an_archive_on_disk_is_read_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "hello.zip"
    path.write_bytes(zip_activity(sample("hello")))

    assert read_path(path, Bench()).contents == read_path(SAMPLE / "hello", Bench()).contents

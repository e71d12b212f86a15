from __future__ import annotations

from etude.importers.dmoj.config import Config, Notes
from etude.importers.yaml_file import read_yaml


def test_keys_are_the_same_with_either_dash_and_null_is_as_absent():
    root = Config(read_yaml(b"binary-data: true\narchive: null\n", "init.yml"))
    inner = Config(read_yaml(b"{binary_data: null}", "init.yml"), root)

    assert root.flag("binary_data")
    assert root.own("archive") is None
    assert inner.get("binary_data") is None


def test_a_setting_that_is_not_used_is_named_once():
    notes = Notes()
    for text in (b"x: 1\npoints: 2", b"x: 2"):
        Config(read_yaml(text, "init.yml")).check_names("case", notes)

    assert [str(note) for note in notes.warnings] == ["init.yml:1: The setting “x” is not used here."]

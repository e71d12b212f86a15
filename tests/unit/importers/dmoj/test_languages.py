from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.grading import languages
from etude.importers.dmoj.languages import LANGUAGES, USUAL, language_named, language_of, main_name
from etude.importers.yaml_file import YamlValue


def test_every_name_leads_to_a_language_that_there_is():
    assert {*LANGUAGES.values(), *USUAL} <= set(languages.load())


def test_a_name_that_there_is_not_is_a_mistake():
    assert language_named(YamlValue("cpp17", "init.yml", 1)) == "cpp"
    with pytest.raises(ContentError, match="PAS"):
        language_named(YamlValue("PAS", "init.yml", 1))


@pytest.mark.parametrize(
    ("names", "language"), [(["a.h", "a.cc"], "cpp"), (["a.c"], "c"), (["A.java"], "java"), (["a.txt"], None)]
)
def test_a_language_is_known_by_the_ending(names, language):
    assert language_of(names) == language


def test_a_source_has_the_ending_of_its_language():
    assert (main_name("python", "check.py"), main_name("python", "check")) == ("check.py", "main.py")

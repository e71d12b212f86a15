"""A whole package."""

from __future__ import annotations

import pytest

from etude.content import ContentError, from_document, to_document
from etude.importers.kattis import ENTRY
from etude.importers.kattis.reading import slug_of


def test_package_is_known_by_its_problem_yaml():
    assert ENTRY.recognises(["data", "problem.yaml"])
    assert not ENTRY.recognises(["init.yml"])


def test_activity_that_is_made_of_it_can_be_stored_and_read(legacy):
    content = legacy(name="My Problem!")

    again = from_document(to_document(content))

    assert again == content
    assert content.slug == "my-problem"


@pytest.mark.parametrize(("name", "slug"), [("a_b--c", "a-b-c"), ("Été", "t"), ("…", "problem")])
def test_slug(name, slug):
    assert slug_of(name) == slug


def test_accepted_submissions_that_are_not_accepted_give_no_time_limit(legacy):
    with pytest.raises(ContentError, match="none of the accepted solutions is accepted"):
        legacy({".timelimit": None, "submissions/accepted/a.py": b"print(0)\n"})

"""The page about languages says what the code does."""

from __future__ import annotations

import pytest

from etude.grading import languages
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "reference" / "languages.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", languages.load())
def test_the_page_has_the_languages_row(name: str) -> None:
    language = languages.load()[name]
    versions = ", ".join(f"`{version}`" for version in language.versions) or "–"
    packages = f"`{language.toolchain.packages}`" if language.toolchain.packages else "–"
    memory = f"{language.runtime_bytes >> 20} MB"

    row = f"| `{name}` {language.label} | `{language.source_name}` | {versions} | {packages} | {memory} |"

    assert row in PAGE

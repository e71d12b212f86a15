"""Statements in the languages of courses, with samples and pictures."""

from __future__ import annotations

from tests.unit.importers.kattis.conftest import said


def test_english_and_french_are_taken_and_others_named(legacy):
    content = legacy({
        "problem_statement/problem.fr.tex": rb"\problemname{Le double} \begin{Input}n\end{Input}",
        "problem_statement/problem.sv.tex": b"Svenska.",
    })  # fmt: skip

    assert content.title == {"en": "Twice", "fr": "Le double"}
    assert "## Entrée" in content.statement["fr"]
    assert "problem.sv.tex: Courses are in English or French" in said(content)


def test_samples_are_shown_at_the_end(legacy):
    text = legacy().statement["en"]

    assert text == "Text.\n\n## Sample 1\n\n**Input**\n\n```\n1\n```\n\n**Output**\n\n```\n2\n```\n"


def test_samples_stand_where_the_statement_wants_them(new):
    content = new({
        "statement/problem.en.md": b"First: {{nextsample}} Then {{remainingsamples}} end.",
        "data/sample/2.in": b"", "data/sample/2.ans": b"", "data/sample/2.interaction": b"<1\n>2\n",
    })  # fmt: skip

    text = content.statement["en"]
    assert text.index("First") < text.index("Sample 1") < text.index("Then") < text.index("Sample 2")
    assert "<1\n>2" in text
    assert text.endswith("end.\n")


def test_other_texts_of_a_sample_are_shown_in_their_place(new):
    text = new({"data/sample/1.in.statement": b"one\n", "data/sample/1.out": b"two\n"}).statement["en"]

    assert "```\none\n```" in text
    assert "```\ntwo\n```" in text


def test_inputs_of_an_interactive_problem_are_not_shown(legacy):
    content = legacy({"problem.yaml": b"name: x\nvalidation: custom interactive\n", "output_validators/v.py": b""})

    assert "Sample" not in content.statement["en"]


def test_pictures_become_files_and_what_is_dropped_is_named(legacy):
    content = legacy({
        "problem_statement/problem.en.tex": rb"\includegraphics{map} \includegraphics{lost} \foo",
        "problem_statement/map.png": b"PNG",
    })  # fmt: skip

    assert content.files == {"map.png": b"PNG"}
    assert "This could not be brought along: lost, \\foo." in said(content)


def test_statement_in_another_language_alone_stands_for_both(legacy):
    content = legacy({"problem_statement/problem.en.tex": None, "problem_statement/problem.sv.tex": b"Svenska."})

    assert content.statement[""].startswith("Svenska.")
    assert "this one stands for both" in said(content)


def test_pdf_alone_is_said_in_both_languages(legacy):
    content = legacy({"problem_statement/problem.en.tex": None, "problem_statement/problem.en.pdf": b"%PDF"})

    assert "was not brought along" in content.statement["en"]
    assert "n’a pas été repris" in content.statement["fr"]
    assert "There is no statement in a format that can be read here" in said(content)

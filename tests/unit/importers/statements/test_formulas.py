"""Formulas of TeX become plain text, or stay as they are written."""

from __future__ import annotations

import pytest

from etude.importers.statements.formulas import UnreadableError, formula, plain_formula
from etude.importers.statements.model import Notes

FORMULAS = [
    (r"1 \le n \le 10^5", "1 ≤ n ≤ 10⁵"),
    (r"1\leq n\leq 2\cdot 10^{5}", "1 ≤ n ≤ 2 · 10⁵"),
    (r"a_1, a_2, \ldots, a_n", "a₁, a₂, …, aₙ"),
    (r"a_{i,j}", "a_(i, j)"),
    (r"\frac{n(n+1)}{2}", "(n(n+1))/2"),
    (r"\frac12", "1/2"),
    (r"\sqrt{2}", "√2"),
    (r"\sqrt[3]{x+1}", "∛(x+1)"),
    (r"\sum_{i=1}^{n} i", "∑ᵢ₌₁ⁿ i"),
    (r"x^{a/b}", "x^(a/b)"),
    (r"x \bmod m", "x mod m"),
    (r"a \equiv b \pmod{m}", "a ≡ b (mod m)"),
    (r"\left\lfloor \frac{a}{b} \right\rfloor", "⌊a/b⌋"),
    (r"\text{if } x > 0", "if x > 0"),
    (r"\mathbb{N}", "ℕ"),
    (r"\max(a, b)", "max (a, b)"),
    (r"90^\circ", "90°"),
    (r"1\,000", "1\u2009000"),
    (r"\{1, 2\}", "{1, 2}"),
    (r"f'(x)", "f′(x)"),
    (r"\bar{x}", "x\u0304"),
    (r"\binom{n}{k}", "C(n, k)"),
    (r"-1", "−1"),
    (r"A \not\subset B", "A ⊂\u0338 B"),
]


@pytest.mark.parametrize(("source", "text"), FORMULAS)
def test_formula_is_read_as_it_would_be_said(source: str, text: str) -> None:
    assert plain_formula(source) == text


@pytest.mark.parametrize("source", [r"\begin{cases}1\\2\end{cases}", r"{1", "1}", r"\overline{ab}", "{" * 500, r"x^"])
def test_formula_that_plain_text_cannot_say_is_refused(source: str) -> None:
    with pytest.raises(UnreadableError):
        plain_formula(source)


def test_formula_that_cannot_be_said_stays_as_code_and_is_noted() -> None:
    notes = Notes()

    text = formula(r"\foo{x}", notes)

    assert text == r"`\foo{x}`"
    assert list(notes.dropped) == [r"$\foo$"]


def test_single_letter_is_set_as_a_variable() -> None:
    assert formula("n", Notes()) == "*n*"


def test_signs_of_markdown_in_a_formula_do_not_count() -> None:
    assert formula("a[i]", Notes()) == r"a\[i\]"

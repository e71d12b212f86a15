"""LaTeX statements become Markdown, and what is lost is named."""

from __future__ import annotations

import pytest

from etude.importers.statements import NEXT_SAMPLE, OTHER_SAMPLES, from_latex

TEXTS = [
    ("plain % a comment\nwords", "plain words"),
    (r"\textbf{bold} \emph{leaning} {\bf old} {\it older} \sout{gone}", "**bold** *leaning* **old** *older* ~~gone~~"),
    ("``quoted'' and `so'", "“quoted” and ‘so’"),
    ("pages 1--2 --- yes", "pages 1–2 — yes"),
    (r"50\% \& \#1 a\_b \$5 \{x\}", r"50% & \#1 a\_b $5 {x}"),
    (r"\'Etat, na\"ive, gar\c{c}on, \~n, \o, \ss", "État, naïve, garçon, ñ, ø, ß"),
    (r"$n$ and \(m\)", "*n* and *m*"),
    (r"\texttt{a\_b ``c''} \verb|x_y$|", '`a_b "c"` `x_y$`'),
    (r"\url{https://example.org/a_b}", "<https://example.org/a_b>"),
    (r"\href{https://example.org}{here}", "[here](<https://example.org>)"),
    (r"one\\two", "one\\\ntwo"),
    ("first\n\nsecond", "first\n\nsecond"),
    (r"a * b_c [d]", r"a \* b\_c \[d\]"),
    ("1. no list", r"1\. no list"),
    (r"\section{Input} x", "## Input\n\n x"),
    (r"\subsection*{More}", "### More"),
    ("\\begin{itemize}\n\\item a\n\\item[x] b\n\\end{itemize}", "- a\n- **x**  b"),
    (r"\begin{enumerate}\item a\item b\end{enumerate}", "1. a\n2. b"),
    (r"\begin{itemize}\item a\begin{enumerate}\item b\end{enumerate}\end{itemize}", "- a\n\n  1. b"),
    (
        r"\begin{tabular}{|l|r|}\hline a & b \\ \hline 1 & $x|y$ \\ \end{tabular}",
        "| a | b |\n| --- | --- |\n| 1 | x\\|y |",
    ),
    (r"\begin{tabular}{ll}\multicolumn{2}{c}{wide} \\ 1 & 2 \end{tabular}", "| wide |  |\n| --- | --- |\n| 1 | 2 |"),
    (r"\begin{quote}So it is.\end{quote}", "> So it is."),
    ("\\begin{verbatim}\n a  <b> $5\n\\end{verbatim}", "```\n a  <b> $5\n```"),
    ("\\begin{lstlisting}[language=C]\nint x;\n\\end{lstlisting}", "```\nint x;\n```"),
    (r"\[ a = b \]", "a = b"),
    (r"\begin{align*} a &= b \\ c &= d \end{align*}", "a = b\\\nc = d"),
    (r"\newcommand{\maxn}{10^5} up to $\maxn$", "up to 10⁵"),
    (r"\newcommand{\pair}[2]{(#1, #2)} \pair{a}{b}", "(a, b)"),
    (r"\def\x{y}\x{} \x", "y y"),
    (r"\epigraph{To be.}{Hamlet}", "> To be.\n>\n> — Hamlet"),
    (r"true\footnote{Mostly.}", "true[^1]\n\n[^1]: Mostly."),
    (r"\noindent\vspace{2cm}{\large big} \centering x", "big x"),
    (r"\documentclass{article}\begin{document}body\end{document} rest", "body"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_text_is_converted(source: str, text: str) -> None:
    statement = from_latex(source)

    assert statement.text.strip() == text
    assert not statement.dropped


def test_name_of_the_problem_is_its_title_and_not_in_the_text() -> None:
    statement = from_latex(r"\problemname{A \emph{fine} day} Text.")

    assert (statement.title, statement.text) == ("A fine day", "Text.\n")


def test_plain_name_in_a_comment_wins() -> None:
    statement = from_latex("%% plainproblemname: x^2\n\\problemname{$x^2$}")

    assert statement.title == "x^2"


def test_unknown_commands_and_environments_are_named_and_their_words_kept() -> None:
    statement = from_latex(r"\foo{words} \begin{bar}inner\end{bar} \begin{tikzpicture}\draw;\end{tikzpicture}")

    assert "words" in statement.text
    assert "inner" in statement.text
    assert "draw" not in statement.text
    assert statement.dropped == (r"\foo", "{bar}", "{tikzpicture}")


def test_pictures_are_found_also_without_their_suffix() -> None:
    source = r"\includegraphics[width=3cm]{map} \illustration{0.3}{figs/dog.jpg}{A \emph{dog}} \includegraphics{lost}"

    statement = from_latex(source, files={"map.png", "figs/dog.jpg"})

    assert statement.pictures == ("map.png", "figs/dog.jpg")
    assert "![map.png](files/map.png)" in statement.text
    assert "![figs/dog.jpg](files/figs-dog.jpg)\n\n*A *dog**" in statement.text
    assert statement.dropped == ("lost",)


def test_headings_of_the_formats_environments_are_in_the_statements_language() -> None:
    source = r"\begin{Input}n\end{Input}\begin{Output}m\end{Output}"

    assert from_latex(source, language="fr").text == "## Entrée\n\nn\n\n## Sortie\n\nm\n"
    assert from_latex(source, language="en").text == "## Input\n\nn\n\n## Output\n\nm\n"


def test_constants_and_the_places_of_samples() -> None:
    source = r"Up to \constant{limit}, not \constant{other}. \nextsample \remainingsamples"

    statement = from_latex(source, constants={"limit": "7"})

    assert "Up to 7" in statement.text
    assert statement.text.index(NEXT_SAMPLE) < statement.text.index(OTHER_SAMPLES)
    assert statement.dropped == (r"\constant{other}",)


@pytest.mark.parametrize(
    "source",
    [
        "{" * 5000,
        r"\begin{itemize}" * 500,
        r"\newcommand{\a}{\a\a}\a",
        r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a",
        "$" * 999,
        r"\begin",
        "\\",
        r"\textbf",
        r"\begin{tabular}",
    ],
)
def test_hostile_and_broken_texts_end(source: str) -> None:
    assert len(from_latex(source).text) < 1_000_000

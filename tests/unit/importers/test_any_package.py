"""Whatever is wrong with a package of another system, it is one sentence that names the file, never a crash."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from etude.content import ContentError
from etude.importers import IncomingPackage, dmoj, kattis
from etude.jail import JailError

ROOT = Path(__file__).parents[2] / "packages"
SYSTEMS = {"kattis": (kattis.ENTRY, "problem.yaml"), "dmoj": (dmoj.ENTRY, "init.yml")}
NAMES = (
    "kattis/points", "kattis/subtasks", "kattis/new", "kattis/measured", "kattis/static-points", "kattis/guess-new",
    "dmoj/batches", "dmoj/by-default-names", "dmoj/bridged-interactor", "dmoj/file-io", "dmoj/mixed-checkers",
)  # fmt: skip
TEXTS = (".yml", ".yaml", ".md", ".tex")
WORD = re.compile(rb"(?<=: )[^\n,}\]]+|(?<=- )[^\n,}\]]+|[^\s,:\[\]{}]+")
WORDS = (
    b"null", b"[]", b"{}", b"-1", b"1e400", b".nan", b"true", b"0", b"9" * 400, b'"\\0"', b"[1, [2, {a: b}]]", b"\t",
    b"{a: {b: c}}", b"&a [*a]", b"\xc3\x28", b"../../etc/passwd", b"%(x)s", b"{{", b"...", b"2020-01-01", b"!!x y",
)  # fmt: skip


def files_of(name):
    folder = ROOT / name
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


PACKAGES = {name: files_of(name) for name in NAMES}


class NoBench:
    """Nothing is run: where a package would have to be, it has been read as far as this test looks."""

    def judge(self, job):
        raise JailError("not here")

    def compile(self, *_arguments, **_options):
        raise JailError("not here")


@st.composite
def broken_packages(draw):
    name = draw(st.sampled_from(NAMES))
    files = dict(PACKAGES[name])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(sorted(one for one in files if one.endswith(TEXTS))))
        data = files[path]
        places = [*WORD.finditer(data)]
        kind = draw(st.sampled_from(["word", "word", "word", "cut", "line", "gone"]))
        if kind == "word" and places:
            place = draw(st.sampled_from(places))
            files[path] = data[: place.start()] + draw(st.sampled_from(WORDS)) + data[place.end() :]
        elif kind == "cut":
            files[path] = data[: draw(st.integers(0, len(data)))]
        elif kind == "line":
            lines = data.split(b"\n")
            del lines[draw(st.integers(0, len(lines) - 1))]
            files[path] = b"\n".join(lines)
        elif path != SYSTEMS[name.partition("/")[0]][1]:
            del files[path]
    return name, files


def mistake_in(name, files):
    """The mistake that a package is, None for one that is read (or would have to be run to be)."""
    importer, _main = SYSTEMS[name.partition("/")[0]]
    try:
        importer.read(IncomingPackage(name="p", files=files), NoBench())
    except JailError:
        return None
    except ContentError as mistake:
        return mistake
    return None


@given(broken_packages())
@example(
    (
        "kattis/new",
        {**PACKAGES["kattis/new"], "submissions/submissions.yaml": b"accepted: {use_for_time_limit: {a: b}}"},
    )
)
@settings(max_examples=60, deadline=None)
def test_a_broken_package_is_read_or_is_one_sentence_that_names_a_file(package):
    mistake = mistake_in(*package)

    assert mistake is None or (mistake.path and "\n" not in str(mistake))

"""Arguments and input files reach programs of every language, and nothing compiles them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from etude.grading import languages
from etude.grading.jails import JailSet
from etude.grading.job import RunJob
from etude.grading.live import ConsoleJails, start_live
from etude.jail import WindowSize
from tests.unit.consoles.test_calls import _read as read_terminal
from tests.unit.consoles.test_calls import c, cpp, csharp, java

if TYPE_CHECKING:
    from pathlib import Path

READS_IN_C = 'FILE *f = fopen("mots.txt", "r"); char w[9]; fscanf(f, "%8s", w); printf("<%s|%s>", argv[1], w);'
PROGRAMS = {
    "python": "import sys\nprint(f'<{sys.argv[1]}|{open(\"mots.txt\").read().strip()}>')",
    "c": c(READS_IN_C).replace("main(void)", "main(int argc, char **argv)"),
    "cpp": "#include <fstream>\n"
    + cpp('std::string w; std::ifstream("mots.txt") >> w; std::cout << "<" << argv[1] << "|" << w << ">";').replace(
        "main()", "main(int, char **argv)"
    ),
    "java": java(
        'var f = new Scanner(new java.io.File("mots.txt")); System.out.print("<" + args[0] + "|" + f.next() + ">");'
    ).replace("args) {", "args) throws Exception {"),
    "csharp": csharp('Console.Write("<{0}|{1}>", args[0], System.IO.File.ReadAllText("mots.txt").Trim());').replace(
        "Main()", "Main(string[] args)"
    ),
    "javascript": "const w = require('fs').readFileSync('mots.txt', 'utf8').trim();"
    "process.stdout.write(`<${process.argv[2]}|${w}>`);",
    "shell": 'printf "<%s|%s>" "$1" "$(cat mots.txt)"',
}


@pytest.mark.long
@pytest.mark.parametrize("language", PROGRAMS)
def test_program_has_its_arguments_and_finds_its_files(language: str, tmp_path: Path) -> None:
    entry = languages.load()[language]
    job = RunJob(
        language=language,
        files={entry.source_name: PROGRAMS[language].encode()},
        inputs={"mots.txt": "été\n".encode(), f"broken{entry.extensions[0]}": b"this is no program"},
        arguments=("deux mots",),
    )

    with JailSet() as jails, closing(ConsoleJails()) as consoles:
        live = start_live(job, jails, WindowSize(), cache_dir=tmp_path, consoles=consoles)
        try:
            assert live.program is not None, live.compile.output
            shown = read_terminal(live.program.stdin, b"", until=None)
        finally:
            live.close()

    assert "<deux mots|été>" in shown.decode()

from __future__ import annotations

from etude.importers.dmoj.config import Notes
from etude.importers.dmoj.data import PackageData
from etude.importers.dmoj.programs import read_program
from etude.importers.yaml_file import read_yaml


def program(names, files, flags="[]"):
    notes = Notes()
    values = [read_yaml(text.encode(), "init.yml") for text in (names, flags)]
    made = read_program(values[0], PackageData(files), language=None, flags=values[1], notes=notes)
    return made, [str(note) for note in notes.warnings]


def test_defines_stand_before_each_source_and_other_flags_are_named():
    made, said = program("[c.cpp, c.h]", {"c.cpp": b"x", "c.h": b"y"}, "[-DA, -DB=2, -O2, '-DC D=1']")

    assert made.files == {"c.cpp": b"#define A 1\n#define B 2\nx", "c.h": b"y"}
    assert [note.partition("“")[2] for note in said] == ["-O2” is not used.", "-DC D=1” is not used."]


def test_a_single_source_of_an_odd_name_gets_the_usual_one():
    made, _said = program("dir/check.py", {"dir/check.py": b""})

    assert (made.language, list(made.files)) == ("python", ["check.py"])

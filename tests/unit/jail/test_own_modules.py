"""An answer's own module wins over the standard library's of the same name, as it does in an ordinary interpreter."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.jail import Jail, PythonProgram

from .conftest import LIMITS

PRELOADED = ("random", "string", "json", "re", "tempfile", "collections.abc", "importlib.util")


@pytest.fixture(scope="module", params=[True, False], ids=["warm", "cold"])
def either_jail(request):
    with Jail(preload=PRELOADED, warm=request.param) as jail:
        yield jail


def answer(jail, source, **files):
    texts = {"main.py": source, **{name.replace("__", "/") + ".py": text for name, text in files.items()}}
    program = PythonProgram(files={name: text.encode() for name, text in texts.items()})
    record = jail.run(program, limits=LIMITS)
    return record.stdout.decode() or record.stderr.decode()


@pytest.mark.parametrize("name", ["random", "string", "json", "statistics", "types", "functools"])
def test_module_beside_the_program_wins(name, either_jail):
    said = answer(either_jail, f"import {name}\nprint({name}.mine, {name}.__file__)", **{name: "mine = 'own'"})

    assert said == f"own /box/{name}.py\n"


def test_package_beside_the_program_wins_with_its_submodules(either_jail):
    files = {
        "json/__init__.py": b"",
        "json/decoder.py": b"mine = 'own'",
        "main.py": b"from json.decoder import mine; print(mine)",
    }

    record = either_jail.run(PythonProgram(files=files), limits=LIMITS)

    assert record.stdout == b"own\n", record.stderr


def test_standard_modules_use_the_answers_own_as_well(either_jail):
    said = answer(either_jail, "import tempfile\nprint(tempfile._Random)", random="class Random: pass")

    assert said == "<class 'random.Random'>\n"


def test_other_standard_modules_still_work_beside_an_own_one(either_jail):
    source = "import string, json, re, decimal, datetime, threading, random\nprint(string.mine, json.dumps([1]), re.sub('a', 'b', 'a'), decimal.Decimal('0.5'), datetime.date(2026, 1, 2), random.choice([4]))\n"
    said = answer(either_jail, source, string="mine = 1")

    assert said == "1 [1] b 0.5 2026-01-02 4\n"


@pytest.mark.parametrize("name", ["sys", "os", "io", "time", "builtins"])
def test_module_that_every_interpreter_has_from_its_start_cannot_be_replaced(name, either_jail):
    said = answer(either_jail, f"import {name}\nprint(hasattr({name}, 'mine'))", **{name: "mine = 1"})

    assert said == "False\n"


def test_folder_without_init_does_not_hide_a_standard_module(either_jail):
    files = {"json/data.txt": b"", "main.py": b"import json; print(json.dumps(1))"}

    record = either_jail.run(PythonProgram(files=files), limits=LIMITS)

    assert record.stdout == b"1\n"


def test_module_in_another_folder_does_not_win(either_jail):
    said = answer(either_jail, "import random\nprint(hasattr(random, 'mine'))", other__random="mine = 1")

    assert said == "False\n"


def test_program_in_a_folder_finds_the_modules_beside_it(either_jail):
    files = {"sub/main.py": b"import random; print(random.mine)", "sub/random.py": b"mine = 2"}

    record = either_jail.run(PythonProgram(files=files, source_name="sub/main.py"), limits=LIMITS)

    assert record.stdout == b"2\n"


def test_next_answer_has_the_standard_module_again(either_jail):
    answer(either_jail, "import random", random="mine = 1")

    said = answer(either_jail, "import random\nprint(hasattr(random, 'mine'), random.randint(3, 3))")

    assert said == "False 3\n"

"""The hunters for canaries are good at it: one that finds nothing where there is something proves nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import subprocess

import pytest

from etude.grading import languages
from etude.jail import ExecProgram, Jail, PythonProgram
from tests.conditions import language_params
from tests.hostile.attack import (
    EXPECTED_PREFIX,
    HOST_DATABASE,
    HOST_FILE,
    LIMITS,
    PORT,
    SEEN_FILE,
    SEEN_PROCESS,
    Attack,
)
from tests.hostile.attack_runner import engine_program
from tests.hostile.canaries import HUNTERS
from tests.hostile.canaries_in_languages import HUNTERS_IN_LANGUAGES
from tests.hostile.canaries_in_sql import HUNTS_IN_SQL, is_refused

SECRET = (EXPECTED_PREFIX + "0123456789abcdef").encode()
HUNTING = dataclasses.replace(LIMITS, cpu_time_s=6, wall_time_s=60)


def hunter(language, folder):
    source = HUNTERS[language].replace(PORT, "1").replace(SEEN_PROCESS, "/missing").replace(HOST_FILE, "/missing")
    source = source.replace(SEEN_FILE, "/usr/bin/env" if language == "python" else "/missing")
    if language == "python":
        return PythonProgram(files={"main.py": source.encode(), "planted": SECRET})
    (folder / "hunter.c").write_text(source, encoding="utf-8")
    subprocess.run(["gcc", "-w", "-o", folder / "hunter", folder / "hunter.c"], check=True)
    return ExecProgram(argv=("{executable}",), executable=folder / "hunter", files={"planted": SECRET})


@pytest.mark.parametrize("language", language_params(HUNTERS_IN_LANGUAGES))
def test_hunter_in_a_language_of_the_engine_finds_a_secret_that_is_there(language, tmp_path):
    source = HUNTERS_IN_LANGUAGES[language]
    source = source.replace(PORT, "1")
    for sign in (HOST_FILE, SEEN_FILE, SEEN_PROCESS):
        source = source.replace(sign, "/missing")
    attack = Attack(name="", language=language, stopped=bool)

    with Jail(readable=languages.readable_paths()) as jail:
        program, limits = engine_program(jail, attack, source, tmp_path)
        found = jail.run(dataclasses.replace(program, files={**program.files, "planted": SECRET}), limits=limits)
        nothing = jail.run(program, limits=limits)

    assert found.stdout.startswith(b"[True, ['"), found.stderr
    assert b"planted" in found.stderr
    assert nothing.stdout == b"[True, []]\n", nothing.stderr


def test_hunt_in_sql_finds_a_secret_that_is_there(tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "planted")) as database, database:
        database.execute("CREATE TABLE found (secret)")
        database.execute("INSERT INTO found VALUES (?)", (SECRET.decode(),))
    source = HUNTS_IN_SQL["a database of the host"].replace(HOST_DATABASE, "planted")
    attack = Attack(name="", language="sql", stopped=bool)

    with Jail() as jail:
        program, limits = engine_program(jail, attack, source, tmp_path)
        planted = {"planted": (tmp_path / "planted").read_bytes()}
        found = jail.run(dataclasses.replace(program, files={**program.files, **planted}), limits=limits)

    assert SECRET in found.stdout, found.stderr
    assert not is_refused(found)


@pytest.mark.parametrize("language", HUNTERS)
def test_hunter_finds_a_secret_that_is_there(language, tmp_path):
    with Jail() as jail:
        record = jail.run(hunter(language, tmp_path), limits=HUNTING)

    assert b"[True, [" in record.stdout, record.stderr
    assert (b"planted" in record.stdout) or b"planted" in record.stderr
    assert record.stdout != b"[True, []]\n"

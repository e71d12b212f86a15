"""The hunters for canaries are good at it: one that finds nothing where there is something proves nothing."""

from __future__ import annotations

import dataclasses
import subprocess

import pytest

from etude.grading import languages
from etude.jail import ExecProgram, Jail, PythonProgram
from tests.conditions import language_params
from tests.hostile.attack import EXPECTED_PREFIX, HOST_FILE, HOST_PID, LIMITS, PORT, Attack
from tests.hostile.attack_runner import engine_program
from tests.hostile.canaries import HUNTERS
from tests.hostile.canaries_in_languages import HUNTERS_IN_LANGUAGES

SECRET = (EXPECTED_PREFIX + "0123456789abcdef").encode()
HUNTING = dataclasses.replace(LIMITS, cpu_time_s=6, wall_time_s=60)


def hunter(language, folder):
    source = HUNTERS[language].replace(PORT, "1").replace(HOST_PID, "2000000").replace(HOST_FILE, "/usr/bin/env")
    if language == "python":
        return PythonProgram(files={"main.py": source.encode(), "planted": SECRET})
    (folder / "hunter.c").write_text(source.replace("/usr/bin/env", "/missing"), encoding="utf-8")
    subprocess.run(["gcc", "-w", "-o", folder / "hunter", folder / "hunter.c"], check=True)
    return ExecProgram(argv=("{executable}",), executable=folder / "hunter", files={"planted": SECRET})


@pytest.mark.parametrize("language", language_params(HUNTERS_IN_LANGUAGES))
def test_hunter_in_a_language_of_the_engine_finds_a_secret_that_is_there(language, tmp_path):
    source = HUNTERS_IN_LANGUAGES[language]
    for sign, place in ((PORT, "1"), (HOST_PID, "2000000"), (HOST_FILE, "/missing")):
        source = source.replace(sign, place)
    attack = Attack(name="", language=language, stopped=bool)

    with Jail(readable=languages.readable_paths()) as jail:
        program, limits = engine_program(jail, attack, source, tmp_path)
        found = jail.run(dataclasses.replace(program, files={**program.files, "planted": SECRET}), limits=limits)
        nothing = jail.run(program, limits=limits)

    assert found.stdout.startswith(b"[True, ['"), found.stderr
    assert b"planted" in found.stderr
    assert nothing.stdout == b"[True, []]\n", nothing.stderr


@pytest.mark.parametrize("language", HUNTERS)
def test_hunter_finds_a_secret_that_is_there(language, tmp_path):
    with Jail() as jail:
        record = jail.run(hunter(language, tmp_path), limits=HUNTING)

    assert b"[True, [" in record.stdout, record.stderr
    assert (b"planted" in record.stdout) or b"planted" in record.stderr
    assert record.stdout != b"[True, []]\n"

"""The hunters for canaries are good at it: one that finds nothing where there is something proves nothing."""

from __future__ import annotations

import dataclasses
import subprocess

import pytest

from etude.jail import ExecProgram, Jail, PythonProgram
from tests.hostile.attack import EXPECTED_PREFIX, HOST_FILE, HOST_PID, LIMITS, PORT
from tests.hostile.canaries import HUNTERS

SECRET = (EXPECTED_PREFIX + "0123456789abcdef").encode()
HUNTING = dataclasses.replace(LIMITS, cpu_time_s=6, wall_time_s=60)


def hunter(language, folder):
    source = HUNTERS[language].replace(PORT, "1").replace(HOST_PID, "2000000").replace(HOST_FILE, "/usr/bin/env")
    if language == "python":
        return PythonProgram(files={"main.py": source.encode(), "planted": SECRET})
    (folder / "hunter.c").write_text(source.replace("/usr/bin/env", "/missing"), encoding="utf-8")
    subprocess.run(["gcc", "-w", "-o", folder / "hunter", folder / "hunter.c"], check=True)
    return ExecProgram(argv=("{executable}",), executable=folder / "hunter", files={"planted": SECRET})


@pytest.mark.parametrize("language", HUNTERS)
def test_hunter_finds_a_secret_that_is_there(language, tmp_path):
    with Jail() as jail:
        record = jail.run(hunter(language, tmp_path), limits=HUNTING)

    assert b"[True, [" in record.stdout, record.stderr
    assert (b"planted" in record.stdout) or b"planted" in record.stderr
    assert record.stdout != b"[True, []]\n"

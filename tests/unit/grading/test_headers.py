"""Headers that take long to read are compiled once; nothing depends on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etude.grading import headers, languages
from etude.grading.build import Builder
from etude.grading.headers import HeaderCache
from etude.grading.job import RunJob
from etude.grading.languages import HEADERS_PLACE, Source
from etude.jail import IsolationUnavailable, JailError

CPP = languages.load()["cpp"]
SLOW = b"// all of it\n#include <bits/stdc++.h>\nint main() { std::cout << 1; }\n"


def source_of(text: bytes, version: str = "") -> Source:
    return Source(files={"main.cpp": text}, main="main.cpp", version=version)


@pytest.fixture
def made(make_record):
    return make_record(collected={"header.gch": b"compiled"})


@pytest.fixture
def wanted():
    return CPP.headers(source_of(SLOW))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (SLOW, ["bits/stdc++.h.gch"]),
        (b"#define X\n # include <iostream> // x\n#include <bits/stdc++.h>\n", ["iostream.gch"]),
        (b"#include <vector>\n#include <iostream>\n", []),
        (b"int main() {}\n", []),
    ],
)
@pytest.mark.compilers
def test_a_header_is_wanted_where_a_file_includes_it_first(text, names):
    found = CPP.headers(source_of(text))

    assert [header.path.partition("/")[2] for header in found] == names


@pytest.mark.compilers
def test_each_language_version_has_headers_of_its_own():
    folders = {CPP.headers(source_of(SLOW, version))[0].path for version in ("", *CPP.versions)}

    assert len(folders) == len(CPP.versions)


@pytest.mark.compilers
def test_a_header_is_compiled_once(fake_jails, fake_jail, made, wanted, tmp_path):
    fake_jail.playback.append(made)
    cache = HeaderCache(directory=tmp_path / "headers")

    cache.prepare(wanted, fake_jails)
    cache.prepare(wanted, fake_jails)

    kept = tmp_path / "headers" / wanted[0].path
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (b"compiled", 0o644)
    assert kept.with_suffix("").read_bytes() == b"#include_next <bits/stdc++.h>\n"
    assert len(fake_jail.asked) == 1


@pytest.mark.parametrize("fault", [{"exit_code": 1, "stderr": b"no"}, {"collected": {}}, JailError("gone")])
@pytest.mark.compilers
def test_a_header_that_cannot_be_compiled_is_left_out_and_said_in_the_log(
    fake_jails, fake_jail, make_record, wanted, fault, tmp_path, caplog
):
    fake_jail.playback.append(fault if isinstance(fault, Exception) else make_record(**fault))
    cache = HeaderCache(directory=tmp_path / "headers")

    cache.prepare(wanted, fake_jails)

    assert list(cache.directory.rglob("*.gch")) == []
    assert "could not be compiled" in caplog.text


@pytest.mark.compilers
def test_a_machine_that_cannot_isolate_is_told_of(fake_jails, fake_jail, wanted, tmp_path):
    fake_jail.playback.append(IsolationUnavailable("no"))

    with pytest.raises(IsolationUnavailable):
        HeaderCache(directory=tmp_path).prepare(wanted, fake_jails)


@pytest.mark.compilers
def test_a_header_that_cannot_be_stored_leaves_nothing_half_written(
    fake_jails, fake_jail, made, wanted, tmp_path, monkeypatch
):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    fake_jail.playback.append(made)
    monkeypatch.setattr(headers.os, "fchmod", fail)

    HeaderCache(directory=tmp_path).prepare(wanted, fake_jails)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.compilers
def test_headers_of_compilers_that_are_gone_are_removed(fake_jails, fake_jail, made, wanted, tmp_path, monkeypatch):
    for number in range(3):
        (tmp_path / f"old-{number}").mkdir()
    fake_jail.playback.append(made)
    monkeypatch.setattr(headers, "MAX_FOLDERS", 2)

    HeaderCache(directory=tmp_path).prepare(wanted, fake_jails)

    assert len(list(tmp_path.iterdir())) == 2
    assert (tmp_path / wanted[0].path).exists()


@pytest.mark.long
@pytest.mark.compilers
def test_a_real_compiler_reads_its_compiled_header_and_nothing_else_changes(jails, tmp_path):
    with Builder(jails, tmp_path) as builder:
        build = builder.build(CPP, RunJob(language="cpp", files={"main.cpp": SLOW}))

        header = tmp_path / "headers" / CPP.headers(source_of(SLOW))[0].path
        program = CPP.compile(source_of(SLOW))
        opened = jails.compiler(tmp_path / "headers").run(with_trace(program), limits=headers._LIMITS)

    assert build.result.ok
    assert header.stat().st_size > 10 << 20
    assert f"! {HEADERS_PLACE}/{CPP.headers(source_of(SLOW))[0].path}" in opened.stderr.decode()


@pytest.mark.compilers
def test_a_compiled_header_may_be_included_again_by_any_file(jails, tmp_path):
    own = b"#include <iostream>\ninline void tell() { std::cout << 1; }\n"
    text = b'#include <iostream>\n#include "own.h"\n#include <iostream>\nint main() { tell(); }\n'

    with Builder(jails, tmp_path) as builder:
        build = builder.build(CPP, RunJob(language="cpp", files={"main.cpp": text, "own.h": own}))

    assert list(tmp_path.rglob("iostream.gch"))
    assert build.result.ok, build.result.output


def with_trace(program):
    """The same call of the compiler, with -H: it prints a "!" before each compiled header that it uses."""
    return replace(program, argv=(program.argv[0], "-H", *program.argv[1:]))

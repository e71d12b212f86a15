"""A compiler that stays: asked again and again, and given up at the first doubt."""

from __future__ import annotations

import os
import struct

import pytest

from etude.grading import languages, resident
from etude.grading.build import Builder
from etude.grading.jails import JailSet
from etude.grading.job import RunJob
from etude.grading.languages import Source
from etude.grading.resident import ResidentCompiler
from etude.jail import ExecProgram, IsolationUnavailable, JailError

PROGRAM = ExecProgram(argv=("/bin/compiler",))
SOURCE = Source(files={"Été.java": b"class A {}"}, main="Été.java")
READY = b"\0\0\0\0"
JAVA = b"class A { public static void main(String[] a) { System.out.println(%d); } }"


def field(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


class Live:
    """A program that has said all it will ever say."""

    def __init__(self, said: bytes) -> None:
        self.read_end, self.stdin = os.pipe()
        self.stdout, write_end = os.pipe()
        os.write(write_end, said)
        os.close(write_end)
        self.is_closed = False

    def close(self) -> None:
        if not self.is_closed:
            os.close(self.stdin)
            self.asked = os.read(self.read_end, 1 << 16)
            for descriptor in (self.read_end, self.stdout):
                os.close(descriptor)
        self.is_closed = True


class Home:
    """Jails, one after the other, each with a compiler that says the next of these."""

    def __init__(self, *said: bytes | Exception) -> None:
        self.said = list(said)
        self.lives: list[Live] = []

    def __call__(self) -> Home:
        return self

    def start(self, _program, *, limits):
        assert limits.wall_time_s > 86_400
        said = self.said.pop(0)
        if isinstance(said, Exception):
            raise said
        self.lives.append(Live(said))
        return self.lives[-1]

    def close(self) -> None: ...


def made_by(home: Home) -> ResidentCompiler:
    return ResidentCompiler(PROGRAM, "program.jar", home)


def test_an_answer_is_sent_whole_and_what_was_made_comes_back():
    home = Home(READY + field(b"") + field(b"a note") + field(b"jar"))
    compiler = made_by(home)

    record = compiler.compile(SOURCE)
    compiler.close()

    assert record is not None
    assert (record.exit_code, record.stdout, record.stderr) == (0, b"", b"a note")
    assert record.collected == {"program.jar": b"jar"}
    name = field("Été.java".encode())
    assert home.lives[0].asked == b"\0\0\0\1" + name + name + field(b"class A {}")


def test_an_answer_with_errors_makes_nothing():
    record = made_by(Home(READY + field(b"A.java\t1\t2\tno") + field(b"") + field(b""))).compile(SOURCE)

    assert record is not None
    assert (record.exit_code, record.stdout, record.collected) == (1, b"A.java\t1\t2\tno", {})


@pytest.mark.parametrize(
    "said",
    [
        b"",
        field(b"not ready"),
        READY,
        READY + field(b"")[:2],
        READY + field(b"") + field(b"") + b"\xff\xff\xff\xff",
        JailError("gone"),
        OSError(24, "Too many open files"),
    ],
)
def test_nonsense_ends_it_and_the_next_answer_gets_a_new_one(said):
    home = Home(said, READY + field(b"") * 2 + field(b"jar"))
    compiler = made_by(home)

    first, second = compiler.compile(SOURCE), compiler.compile(SOURCE)

    assert first is None
    assert second is not None
    assert all(live.is_closed for live in home.lives[:-1])


def test_one_that_is_late_is_ended(monkeypatch):
    monkeypatch.setattr(resident, "ANSWER_TIMEOUT_S", 0)
    home = Home(READY + field(b"") * 3)

    assert made_by(home).compile(SOURCE) is None
    assert home.lives[0].is_closed


def test_it_is_replaced_after_many_answers(monkeypatch):
    monkeypatch.setattr(resident, "MAX_COMPILATIONS", 2)
    answer = field(b"") * 2 + field(b"jar")
    home = Home(READY + answer * 2, READY + answer)
    compiler = made_by(home)

    records = [compiler.compile(SOURCE) for _ in range(3)]

    assert all(records)
    assert [live.is_closed for live in home.lives] == [True, False]


def test_it_can_be_started_before_the_first_answer_and_a_fault_then_is_none():
    home = Home(JailError("no"), READY)
    compiler = made_by(home)

    compiler.start()
    compiler.start()
    compiler.start()

    assert len(home.lives) == 1


@pytest.mark.parametrize("ask", [lambda compiler: compiler.start(), lambda compiler: compiler.compile(SOURCE)])
def test_a_machine_that_cannot_isolate_is_told_of(ask):
    with pytest.raises(IsolationUnavailable):
        ask(made_by(Home(IsolationUnavailable("no"))))


@pytest.mark.java
def test_without_it_an_answer_is_compiled_by_a_compiler_of_its_own(jails, tmp_path, monkeypatch):
    monkeypatch.setattr(jails, "resident", lambda _language: made_by(Home(JailError("no"))))
    job = RunJob(language="java", files={"mon programme.java": JAVA % 1})

    with Builder(jails, tmp_path) as builder:
        build = builder.build(languages.load()["java"], job)

    assert build.result.ok, build.result


@pytest.mark.java
def test_answers_leave_nothing_behind_in_it(tmp_path):
    java = languages.load()["java"]
    helper = {"Helper.java": b"public class Helper { static int x = 1; }"}
    uses = {"Main.java": b"class M { public static void main(String[] a) { System.out.println(Helper.x); } }"}

    with JailSet() as jails, Builder(jails, tmp_path) as builder:
        whole = builder.build(java, RunJob(language="java", files={**uses, **helper}))
        without = builder.build(java, RunJob(language="java", files=uses))
        again = builder.build(java, RunJob(language="java", files={"Main.java": JAVA % 2}))

    assert (whole.result.ok, without.result.ok, again.result.ok) == (True, False, True)
    assert [line.message for line in without.result.lines] == ["cannot find symbol: variable Helper"]


@pytest.mark.long
@pytest.mark.java
@pytest.mark.parametrize(
    "source",
    [
        b"class A { int f() { return " + b"(" * 100_000 + b"1; } }",
        b"\xff\xfe class A {}",
        b"class A { }",
        b"",
        b"class A { public void main(String[] a) {} }",
        b"\0",
        b"/* never closed",
        b'class A { String s = "' + b"x" * 200_000 + b'"; }',
    ],
)
def test_whatever_is_sent_it_refuses_and_goes_on(jails, tmp_path, source):
    java = languages.load()["java"]

    with Builder(jails, tmp_path) as builder:
        refused = builder.build(java, RunJob(language="java", files={"Main.java": source}))
        right = builder.build(java, RunJob(language="java", files={"Main.java": JAVA % 3}))

    assert (refused.result.ok, refused.is_our_fault, bool(refused.result.output)) == (False, False, True)
    assert right.result.ok


@pytest.mark.java
def test_processors_of_annotations_are_never_run(jails, tmp_path):
    java = languages.load()["java"]
    files = {
        "Main.java": JAVA % 4,
        "META-INF/services/javax.annotation.processing.Processor": b"Main\n",
    }

    with Builder(jails, tmp_path) as builder:
        assert builder.build(java, RunJob(language="java", files=files)).result.ok


def test_one_that_was_never_asked_ends_and_may_be_asked_afterwards():
    home = Home(READY + field(b"") * 2 + field(b"jar"))
    compiler = made_by(home)
    compiler.close()

    record = compiler.compile(SOURCE)

    assert record is not None
    assert record.collected == {"program.jar": b"jar"}

"""Whatever comes over the wire between supervisor and zygote, in either direction, is at worst a fault of the jail."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etude.jail import Jail, JailError, PythonProgram
from etude.jail.channel import Report
from etude.jail.inside import calls
from etude.jail.memory_file import memory_file

from .conftest import LIMITS

HELLO = PythonProgram(files={"main.py": b"print('hello')"})
PATIENT_S = 20
HARMLESS = [5, 32, 33, 39, 102, 500, 9999]  # fstat, dup, getpid…: nothing that waits, maps or starts
SHARED_JAIL = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
REQUEST = {
    "cpu_time_s": 1.0,
    "wall_time_s": 2.0,
    "may_fork": False,
    "python": True,
    "collect": [],
    "collect_bytes": 0,
    "place": [0, 0, 0, 0, 64],
}
REPORT = {"code": 0, "why": "ended", "cpu_us": 1, "wall_us": 1, "memory_kb": 1, "floor_kb": 0}


def test_a_whole_report_is_read():
    report = Report(
        json.dumps({**REPORT, "collected": [["a", 2], ["b", 0]], "refused": {"c": "no"}}).encode() + b"\nxy"
    )

    assert report.collected == {"a": b"xy", "b": b""}
    assert (report.refused, report.why, report.numbers["cpu_us"]) == ({"c": "no"}, "ended", 1)


@given(st.binary())
def test_no_bytes_are_taken_for_a_report(data):
    with pytest.raises(JailError):
        Report(data)


@given(st.dictionaries(st.sampled_from([*REPORT, "collected", "refused", "fault"]), JSON), st.binary())
def test_distorted_reports_are_faults_or_reports(changes, rest):
    with contextlib.suppress(JailError):
        report = Report(json.dumps({**REPORT, **changes}).encode() + b"\n" + rest)

        assert all(isinstance(number, int) for number in report.numbers.values())
        assert sum(map(len, report.collected.values())) <= len(rest)


def send(jail, message, descriptors):
    """Say something to a jail's zygote, past the supervisor's own words; what it answers on the test's socket."""
    jail.open()
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            jail._zygote.begin(message, [theirs.fileno(), *descriptors])
        ours.settimeout(PATIENT_S)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := ours.recv(1 << 16):
                answer += chunk
    return answer


def open_in_zygote(jail):
    return len(list(Path(f"/proc/{jail.pid()}/fd").iterdir())) if os.geteuid() == 0 else 0


@pytest.fixture(scope="module")
def fuzzed():
    with Jail() as jail:
        jail.run(HELLO, limits=LIMITS)
        yield jail


@SHARED_JAIL
@given(st.binary(min_size=1, max_size=300) | JSON.map(lambda value: json.dumps(value).encode()), st.integers(0, 6))
def test_zygote_survives_any_message(fuzzed, message, others):
    before, zygote = open_in_zygote(fuzzed), fuzzed.pid()

    answer = send(fuzzed, message, [0] * others)

    assert b'"fault"' in answer
    assert fuzzed.run(HELLO, limits=LIMITS).stdout == b"hello\n"
    assert (fuzzed.pid(), open_in_zygote(fuzzed)) == (zygote, before)


@SHARED_JAIL
@given(
    st.dictionaries(st.sampled_from(list(REQUEST)), JSON | st.lists(st.integers(-9, 1 << 40), min_size=5, max_size=5))
)
def test_zygote_survives_distorted_requests(fuzzed, changes):
    zygote = fuzzed.pid()
    job = memory_file("job", bytes(64))

    send(fuzzed, json.dumps({**REQUEST, **changes}).encode(), [0, 1, 2, job])
    os.close(job)

    assert fuzzed.run(HELLO, limits=LIMITS).stdout == b"hello\n"
    assert fuzzed.pid() == zygote


@SHARED_JAIL
@given(
    st.lists(
        st.tuples(
            st.sampled_from(HARMLESS),
            st.integers(0, 255),
            st.integers(0, 255),
            st.lists(st.integers(0, 255), min_size=6, max_size=6),
            st.lists(st.integers(0, (1 << 64) - 1), min_size=6, max_size=6),
        ),
        min_size=1,
        max_size=9,
    ),
    st.booleans(),
)
def test_zygote_survives_lists_of_nonsense(fuzzed, nonsense, python):
    text = b"".join(
        calls.CALL.pack(number, flags, keep, *kinds, *given_) for number, flags, keep, kinds, given_ in nonsense
    )
    job = memory_file("job", text)
    zygote = fuzzed.pid()

    place = [0, len(nonsense), 0, 0, len(text)]
    answer = send(fuzzed, json.dumps({**REQUEST, "place": place, "python": python}).encode(), [0, 1, 2, job])
    os.close(job)

    assert answer.startswith(b"{")
    assert fuzzed.run(HELLO, limits=LIMITS).stdout == b"hello\n"
    assert fuzzed.pid() == zygote


def test_zygote_that_was_told_nothing_ends_and_is_replaced(fuzzed):
    zygote = fuzzed.pid()
    fuzzed._zygote._control.send(b"no descriptors")

    with pytest.raises(JailError):
        for _ in range(3):  # it may take the first request before it is gone
            fuzzed.run(HELLO, limits=LIMITS)

    assert fuzzed.run(HELLO, limits=LIMITS).stdout == b"hello\n"
    assert fuzzed.pid() != zygote

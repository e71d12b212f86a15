from __future__ import annotations

import json

import pytest

from etude.consoles import wire
from etude.grading.job import RunJob
from etude.grading.limits import Limits
from etude.grading.messages import Message
from etude.grading.verdict import CompileLine, CompileResult


def test_job_is_the_same_on_the_other_side():
    job = RunJob(
        language="c",
        files={"main.c": "é\0".encode(), "data.bin": bytes(range(256))},
        inputs={"mots.txt": "été\n".encode()},
        arguments=("-n", "deux mots", ""),
        limits=Limits(cpu_time_s=3, memory_bytes=64 << 20),
        version="gnu17",
    )

    read = wire.read_job(json.loads(wire.line(wire.job_document(job))))

    assert read == job


def test_line_is_one_line():
    assert wire.line({"text": "a\nb"}).count(b"\n") == 1


def test_nonsense_is_refused():
    with pytest.raises((ValueError, KeyError, TypeError)):
        wire.read_job({"language": "c", "files": {"a": "not base64"}, "limits": {}})


def test_sentences_and_errors_cross_unfilled():
    said = Message("Line %(line)s", {"line": 3})
    compiled = CompileResult(ok=False, output="no", lines=(CompileLine(file="a.c", line=2, column=1, message="no"),))

    assert wire.message_document(said) == {"id": "Line %(line)s", "values": {"line": 3}}
    assert wire.message_document(None) == {}
    assert wire.compile_document(compiled)["lines"] == [{"file": "a.c", "line": 2, "message": "no"}]

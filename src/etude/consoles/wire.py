"""What goes over the socket: one JSON document a line, bytes as base64."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from etude.grading.job import RunJob
from etude.grading.limits import Limits

if TYPE_CHECKING:
    from etude.grading.messages import Message
    from etude.grading.verdict import CompileResult

MAX_LINE_BYTES = 8 << 20
"""A program of 1 MB as base64, with the files beside it."""
SUBPROTOCOL = "etude.console"
"""What a console's WebSocket speaks; see web_socket."""


def line(document: dict[str, Any]) -> bytes:
    """Return a document as a line."""
    return json.dumps(document).encode() + b"\n"


def pack(data: bytes) -> str:
    """Return bytes as JSON can hold them."""
    return b64encode(data).decode("ascii")


def unpack(text: str) -> bytes:
    """Return the bytes again. Raises ValueError for what is no base64."""
    return b64decode(text, validate=True)


def job_document(job: RunJob) -> dict[str, Any]:
    """Return a job as JSON can hold it."""
    return {
        "language": job.language,
        "files": {name: pack(data) for name, data in job.files.items()},
        "inputs": {name: pack(data) for name, data in job.inputs.items()},
        "arguments": list(job.arguments),
        "limits": asdict(job.limits),
        "version": job.version,
        "is_cold": job.is_cold,
        "hash_seed": job.hash_seed,
    }


def read_job(document: dict[str, Any]) -> RunJob:
    """Return the job again. Raises JobError, ValueError, TypeError or KeyError for nonsense."""
    files, inputs = ({name: unpack(data) for name, data in document[which].items()} for which in ("files", "inputs"))
    arguments = tuple(str(one) for one in document["arguments"])
    limits = Limits(**document["limits"])
    return RunJob(**{**document, "files": files, "inputs": inputs, "arguments": arguments, "limits": limits})


def message_document(message: Message | None) -> dict[str, Any]:
    """Return a marked sentence, translated where it is shown; empty for none."""
    return {} if message is None else {"id": message.msgid, "values": dict(message.values)}


def compile_document(result: CompileResult) -> dict[str, Any]:
    """Return what the compiler said."""
    lines = [{"file": one.file, "line": one.line, "message": one.message} for one in result.lines]
    return {"ok": result.ok, "output": result.output, "lines": lines}

"""From the engine's verdict to what is recorded: plain JSON-able values that every database can hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from etude.jail.errors import Reason
from etude.models.submission.judging import Judgement

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from etude.grading.job import Job
    from etude.grading.messages import Message
    from etude.grading.verdict import CompileResult, Head, RunResult, TestResult, Verdict

HEADS = ("stdin", "expected", "obtained", "stderr", "printed", "judge_note")
MAX_PICTURES, MAX_PICTURE_BYTES = 24, 3 << 20
"""Of one submission: what its tests made beyond that is not kept."""
_SHOWN_NUL = "\N{SYMBOL FOR NULL}"


def judgement_of(verdict: Verdict, job: Job) -> Judgement:
    """Return what is recorded of a verdict."""
    scripts, pictures = function_tests(job), _pictures(verdict)
    document = {
        "language": verdict.language,
        "tier": verdict.tier,
        "toolchain": verdict.toolchain,
        "message": message_document(verdict.message),
        "compile": compile_document(verdict.compile),
        "groups": [
            {
                "name": group.name,
                "inside": group.inside,
                "visibility": group.visibility,
                "status": group.status.value,
                "score": str(group.score),
                "max_score": str(group.max_score),
            }
            for group in verdict.groups
        ],
        "picture_count": len(pictures),
    }
    return Judgement(
        status=verdict.status.value,
        score=verdict.score,
        max_score=verdict.max_score,
        document=document,
        outcomes=[outcome_document(test, scripts) for test in verdict.tests],
        pictures=pictures,
    )


def _pictures(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the pictures that the tests made, those that students see first, as far as there is room for them."""
    made = [(position, test, one) for position, test in enumerate(verdict.tests) for one in test.pictures]
    kept, room = [], MAX_PICTURE_BYTES
    for position, _test, picture in sorted(made, key=lambda one: one[1].visibility == "hidden")[:MAX_PICTURES]:
        room -= len(picture.data)
        if room < 0:
            break
        name, content_type = storable(picture.name), picture.media_type
        kept.append({"position": position, "name": name, "content_type": content_type, "data": picture.data})
    return kept


def run_document(result: RunResult) -> dict[str, Any]:
    """Return what the page is told of a run; its state besides."""
    return {
        "status": result.status.value,
        "stdout": storable(result.stdout),
        "stderr": storable(result.stderr),
        "exit_code": result.exit_code,
        "signal": result.signal,
        "message": message_document(result.message),
        "compile": compile_document(result.compile),
        "cpu_ms": round(result.cpu_us / 1000, 1),
    }


def message_document(message: Message | None) -> dict[str, Any]:
    """Return a marked sentence as it is stored: translated when it is shown."""
    if message is None:
        return {}
    values = {name: storable(value) if isinstance(value, str) else value for name, value in message.values.items()}
    return {"id": message.msgid, "values": values}


def reason_text(reason: str) -> str:
    """Return why a machine cannot isolate programs as WorkerState stores it: a marked sentence with its values."""
    if not isinstance(reason, Reason):
        return storable(reason)
    values = {name: storable(str(value)) for name, value in reason.values.items()}
    return json.dumps({"id": reason.sentence, "values": values}, ensure_ascii=False)


def compile_document(result: CompileResult) -> dict[str, Any]:
    """Return what the compiler said."""
    return {
        "ok": result.ok,
        "time_ms": result.time_ms,
        "output": storable(result.output),
        "lines": [
            {"file": one.file, "line": one.line, "column": one.column, "message": storable(one.message)}
            for one in result.lines
        ],
        "hints": [
            {"code": one.code.value, "file": one.file, "line": one.line, "column": one.column,
             "character": storable(one.character)}
            for one in result.hints
        ],
    }  # fmt: skip


def storable(text: str) -> str:
    """Return a program's text without what a database refuses: NUL is shown by its symbol, half characters by “?”."""
    return text.replace("\0", _SHOWN_NUL).encode("utf-8", "replace").decode()


def function_tests(job: Job) -> frozenset[tuple[str, str]]:
    """Return group and name of the tests that call the answer instead of running it."""
    return frozenset((group.name, test.name) for group in job.groups for test in group.tests if test.is_function_test)


def outcome_document(test: TestResult, called: AbstractSet[tuple[str, str]]) -> dict[str, Any]:
    """Return the row of one test, with values that JSON can hold but for its points."""
    heads: dict[str, Head] = {name: getattr(test, name) for name in HEADS}
    return {
        "name": test.name,
        "test_group": test.group,
        "visibility": test.visibility,
        "status": test.status.value,
        "points": test.points,
        "cpu_us": test.cpu_us,
        "wall_us": test.wall_us,
        "memory_kb": test.memory_kb,
        "exit_code": test.exit_code,
        "signal": test.signal,
        "is_function_test": (test.group, test.name) in called,
        "message": message_document(test.message),
        "notes": [note.value for note in test.notes],
        "cut": [name for name, head in heads.items() if head.is_cut],
        **{f"{name}_head": storable(head.text) for name, head in heads.items()},
    }

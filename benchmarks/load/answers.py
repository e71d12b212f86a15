"""What students hand in and what is said of it: a few dozen ways for each activity, made once and used again."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from etude.content import mark_quiz, pick
from etude.grading.verdict import Status
from etude.models.submission import SubmissionState

if TYPE_CHECKING:
    import random

    from etude.content import ActivityContent

WAYS = 12
"""How many ways of answering one quiz, and of writing one program."""
COMPILED = {"ok": True, "time_ms": 21.4, "output": "", "lines": [], "hints": []}
BROKEN = {
    **COMPILED,
    "ok": False,
    "output": "SyntaxError: '(' was never closed",
    "lines": [{"file": "main.py", "line": 1, "column": 6, "message": "'(' was never closed"}],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of answering: what is handed in, its result, and a row per test without the submission's own values."""

    answer: dict[str, Any]
    status: str
    score: Decimal
    verdict: dict[str, Any]
    language: str = ""
    outcomes: tuple[dict[str, Any], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of answering one activity: right ones, and others."""

    kind: str
    right: tuple[Way, ...]
    wrong: tuple[Way, ...]

    @property
    def state(self) -> SubmissionState:
        """The state of an answer that was just taken and, where the machine does it, judged."""
        return SubmissionState.TO_REVIEW if self.kind == "upload" else SubmissionState.JUDGED


def ways_of(content: ActivityContent, chance: random.Random) -> Ways:
    """Return the ways of answering an activity."""
    make = {"code": _code_ways, "quiz": _quiz_ways, "upload": _upload_ways}[content.kind]
    return make(content, chance)


def _code_ways(content: ActivityContent, chance: random.Random) -> Ways:
    groups = len(content.groups)
    right = tuple(_program(content, n, passed=groups) for n in range(WAYS))
    wrong = tuple(_program(content, n, passed=chance.randrange(groups)) for n in range(WAYS))
    return Ways("code", right, (*wrong, _broken_program()))


def _program(content: ActivityContent, number: int, *, passed: int) -> Way:
    """Return a program that passes so many of the groups, and the right status and points for it."""
    outcomes, groups, score = [], [], Decimal(0)
    for place, group in enumerate(content.groups):
        is_right = place < passed
        status = Status.AC if is_right else Status.WA
        earned = group.points if is_right else Decimal(0)
        score += earned
        groups.append({"name": group.name, "inside": group.inside, "visibility": group.visibility,
                       "status": status.value, "score": str(earned), "max_score": str(group.points)})  # fmt: skip
        outcomes += [_outcome(group.name, group.visibility, test, status, number) for test in group.tests]
    whole = Status.AC if passed == len(content.groups) else Status.WA
    document = {"language": "python", "tier": "full", "toolchain": "Python 3.11.2", "message": {}, "compile": COMPILED,
                "groups": groups, "picture_count": 0}  # fmt: skip
    solution = next(one for one in content.solutions if one.language == "python")
    code = next(iter(solution.files.values())).decode() + f"# version {number}\n"
    return Way(
        answer={"files": {"main.py": code}},
        status=whole.value,
        score=score,
        verdict=document,
        language="python",
        outcomes=tuple({**row, "position": place} for place, row in enumerate(outcomes)),
    )


def _outcome(group: str, visibility: str, test: Any, status: Status, number: int) -> dict[str, Any]:
    expected = (pick(test.expected, "en") or b"").decode("utf-8", "replace")[:200]
    return {
        "name": test.name, "test_group": group, "visibility": visibility, "status": status.value, "points": None,
        "cpu_us": 4000 + 37 * number, "wall_us": 5200 + 41 * number, "memory_kb": 9100 + number, "exit_code": 0,
        "signal": None, "is_function_test": False, "message": {}, "notes": [], "cut": [],
        "stdin_head": (pick(test.stdin, "en") or b"").decode("utf-8", "replace")[:200], "expected_head": expected,
        "obtained_head": expected if status is Status.AC else expected[1:] + "?", "stderr_head": "",
        "printed_head": "", "judge_note_head": "",
    }  # fmt: skip


def _broken_program() -> Way:
    document = {"language": "python", "tier": "full", "toolchain": "Python 3.11.2", "message": {}, "compile": BROKEN,
                "groups": [], "picture_count": 0}  # fmt: skip
    answer = {"files": {"main.py": "print(\n"}}
    return Way(answer=answer, status=Status.CE.value, score=Decimal(0), verdict=document, language="python")


def _quiz_ways(content: ActivityContent, chance: random.Random) -> Ways:
    right = _quiz(content, {one.id: _right_answer(one) for one in content.questions})
    wrong = []
    for _ in range(WAYS):
        missed = chance.randrange(len(content.questions))
        answers = {one.id: _right_answer(one) if place != missed and chance.random() < 0.7 else _wrong_answer(one)
                   for place, one in enumerate(content.questions)}  # fmt: skip
        wrong.append(_quiz(content, answers))
    return Ways("quiz", (right,), tuple(wrong))


def _right_answer(question: Any) -> str | list[str]:
    if question.type in {"single", "multiple"}:
        chosen = [choice.id for choice in question.choices if choice.correct]
        return chosen if question.type == "multiple" else chosen[0]
    return str(question.answer) if question.type == "number" else pick(question.accepted, "en")[0]


def _wrong_answer(question: Any) -> str | list[str]:
    if question.type in {"single", "multiple"}:
        chosen = next(choice.id for choice in question.choices if not choice.correct)
        return [chosen] if question.type == "multiple" else chosen
    return "1234" if question.type == "number" else "I do not know"


def _quiz(content: ActivityContent, answers: dict[str, Any]) -> Way:
    marked = mark_quiz(content.questions, answers, "en")
    verdict = {
        "locale": "en",
        "points": {one.question_id: str(one.points) for one in marked.questions},
        "unanswered_count": 0,
    }
    status = Status.AC if marked.is_full else Status.WA
    return Way(answer={"answers": answers}, status=status.value, score=marked.score, verdict=verdict)


def _upload_ways(_content: ActivityContent, _chance: random.Random) -> Ways:
    way = Way(answer={"comment": "Here is my work."}, status="", score=Decimal(0), verdict={})
    return Ways("upload", (way,), (way,))

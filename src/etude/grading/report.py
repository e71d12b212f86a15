"""A verdict as JSON and as text: the contract of `etude grade` (product.md). What is marked, the caller translates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.grading.messages import Message, _
from etude.grading.verdict import Note, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from etude.grading.verdict import TestResult, Verdict

EXIT_ACCEPTED = 0
EXIT_REFUSED = 1
EXIT_WRONG_USE = 2
EXIT_MACHINE_CANNOT = 3
REDUCED = _("Judged with reduced isolation, as ETUDE_SANDBOX asks for.")
NEARLY_RIGHT = _("Nearly right: only %(what)s differ.")
REFUSED = _("The jail refused it: %(names)s.")
NOTHING_REFUSED = _("The jail refused no system call to what it could watch.")
COMPILER_REFUSED = _("The jail refused the compiler: %(names)s.")
NOTES = {
    Note.CASE: Message(_("capital and small letters")),
    Note.SPACES: Message(_("spaces or line breaks")),
    Note.APOSTROPHES: Message(_("the kind of apostrophe or quote")),
    Note.UNICODE_FORM: Message(_("the way accented letters are encoded")),
    Note.LAST_NEWLINE: Message(_("the end of the last line")),
}


def exit_code(verdict: Verdict) -> int:
    """Return 0 for AC, 3 for IE (no toolchain, a fault of ours), 1 for any other verdict of the answer."""
    if verdict.status is Status.IE:
        return EXIT_MACHINE_CANNOT
    return EXIT_ACCEPTED if verdict.status is Status.AC else EXIT_REFUSED


def to_document(verdict: Verdict) -> dict[str, object]:
    """Return the JSON document of `grade --json`. Points are numbers; compile.output ends with the hints."""
    hints = [str(hint.message) for hint in verdict.compile.hints]
    said = verdict.compile.output or (str(verdict.message) if verdict.message else "")
    return {
        "verdict": verdict.status.value,
        "score": float(verdict.score),
        "max_score": float(verdict.max_score),
        "language": verdict.language,
        "tier": verdict.tier,
        "compile": {
            "ok": verdict.compile.ok,
            "time_ms": verdict.compile.time_ms,
            "output": "\n".join(filter(None, (said, *hints))),
            **_refused(verdict.compile.refused_calls),
        },
        "tests": [_test_document(test) for test in verdict.tests],
    }


def _test_document(test: TestResult) -> dict[str, object]:
    return {
        "name": test.name,
        "group": test.group,
        "verdict": test.status.value,
        "points": float(test.points or 0),
        "cpu_ms": round(test.cpu_us / 1000, 3),
        "wall_ms": round(test.wall_us / 1000, 3),
        "memory_kb": test.memory_kb,
        "exit_code": test.exit_code,
        "signal": test.signal,
        "message": str(test.message) if test.message else "",
        **_refused(test.refused_calls),
    }


def _refused(names: tuple[str, ...]) -> dict[str, object]:
    """The key that only an audit adds, where it heard something."""
    return {"refused_calls": list(names)} if names else {}


def to_lines(verdict: Verdict, said: Callable[[Message], str] = str, *, is_audited: bool = False) -> Iterator[str]:
    """Return the verdict as lines for a terminal; `said` puts the messages in the reader's language.

    is_audited: say so too where no system call was refused.
    """
    yield f"{verdict.status}  {verdict.score} / {verdict.max_score}  {verdict.toolchain or verdict.language}"
    if verdict.tier == "reduced":
        yield f"  {said(Message(REDUCED))}"
    if verdict.message is not None:
        yield f"  {said(verdict.message)}"
    compiled = verdict.compile
    yield from (f"  {line}" for line in compiled.output.splitlines())
    yield from (f"  {said(hint.message)}" for hint in compiled.hints)
    yield from (f"  {said(one)}" for one in _refusal(COMPILER_REFUSED, compiled.refused_calls))
    for test in verdict.tests:
        yield _test_line(test, said)
        yield from (f"       {said(one)}" for one in _refusal(REFUSED, test.refused_calls))
    if is_audited and not any((compiled.refused_calls, *(test.refused_calls for test in verdict.tests))):
        yield f"  {said(Message(NOTHING_REFUSED))}"


def _test_line(test: TestResult, said: Callable[[Message], str]) -> str:
    message = f"  {said(test.message)}" if test.message else ""
    if test.notes:
        what = ", ".join(said(NOTES[note]) for note in test.notes)
        message += f" {said(Message(NEARLY_RIGHT, {'what': what}))}"
    return f"  {test.status:3}  {test.group}/{test.name}  {test.cpu_us / 1000:.0f} ms  {test.memory_kb} KB{message}"


def _refusal(sentence: str, names: tuple[str, ...]) -> list[Message]:
    return [Message(sentence, {"names": ", ".join(names)})] if names else []

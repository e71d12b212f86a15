"""Jail A of a function test: runs the script; `import answer` reaches the answer in the other jail (see `proxies`).

Whatever arrives is read strictly into built-in values and our own proxies. Once the answer has left, exited or broken
the rules, no script can pass any more, even one that swallows the exception.
"""

import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # In the jail these texts stand before this one (see harness.program_files).
    from etude.grading.harness.bridge import TEXT_LIMIT, Bridge  # noqa: TC004
    from etude.grading.harness.codec import CannotCrossError, own_channel  # noqa: TC004
    from etude.grading.harness.proxies import AnswerModule  # noqa: TC004
    from etude.grading.harness.pytest_shim import make_pytest  # noqa: TC004
    from etude.grading.harness.test_runner import TestRunner  # noqa: TC004

SCRIPT_FILE = "checks.py"


def outcome_of(error: BaseException | None, bridge: "Bridge") -> str:
    """Name what the end of the script means; an answer that has left can never have passed."""
    if bridge.gone:
        return bridge.gone
    error = error or bridge.failed_inside
    if error is None:
        return "passed"
    if any(error is raised for raised, _, _ in bridge.raised):
        return "memory" if isinstance(error, MemoryError) else "raised"
    if isinstance(error, ImportError | AttributeError) and bridge.missing:
        return "missing"
    if isinstance(error, AssertionError):
        return "failed"
    is_script_fault = isinstance(
        error, SyntaxError | NameError | ImportError | CannotCrossError | SystemExit | MemoryError
    )
    return "failed" if isinstance(error, Exception) and bridge.answered > 1 and not is_script_fault else "script"


def report(error: BaseException | None, bridge: "Bridge", text: bytes, test: str) -> bytes:
    """Write how it ended, for the engine (the fields are read by the checker `unit_tests`)."""
    line, trace = getattr(error, "lineno", 0) or 0, error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == SCRIPT_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    own_name, answer_line = next(
        ((name, at) for raised, name, at in bridge.raised if raised is error),
        (type(error).__name__ if error else "", 0),
    )
    lines = text.decode("utf-8", "replace").splitlines()
    fields = {
        "outcome": outcome_of(error, bridge),
        "test": test,
        "line": line,
        "source": lines[line - 1].strip()[:TEXT_LIMIT] if 0 < line <= len(lines) else "",
        "error": own_name,
        "text": str(error)[:TEXT_LIMIT] if error else "",
        "answer_line": answer_line,
        "missing": bridge.missing[-1][:TEXT_LIMIT] if bridge.missing else "",
        "call": bridge.last_call[:TEXT_LIMIT],
    }
    return json.dumps(fields).encode("ascii")


def run(bridge: "Bridge", text: bytes) -> bytes:
    """Load the answer, run the script, and then its tests in the order in which they stand."""
    runner = TestRunner()
    try:
        code = compile(text, SCRIPT_FILE, "exec", dont_inherit=True)
        kind, body, _ = bridge.ask("load")
        bridge.settle(kind, body)
        namespace: dict[str, object] = {"__name__": "checks", "__file__": SCRIPT_FILE}
        exec(code, namespace)  # noqa: S102
        runner.run(namespace)
    except BaseException as error:  # noqa: BLE001 # how it ended is the report
        return report(error, bridge, text, runner.test)
    return report(bridge.failed_inside, bridge, text, runner.test)


def main(names: list[str]) -> None:
    """Run `checks.py` and send the report. names: under which the answer can be imported."""
    channel = own_channel()
    bridge = Bridge(channel)
    for name in names:
        sys.modules[name] = AnswerModule(name, bridge)
    if "pytest" not in sys.modules:
        sys.modules["pytest"] = make_pytest()
    with open(SCRIPT_FILE, "rb") as script:  # noqa: PTH123 # pathlib is not preloaded
        text = script.read()
    channel.send(b"D" + run(bridge, text))
    os._exit(0)

"""Runs a checker or an interactive grader written for DMOJ and writes its verdict. Runs inside the judges' jail."""

import inspect
import json
import sys
import types
from typing import Any

INPUT_FILE, ANSWER_FILE, OUTPUT_FILE = "__etude_input", "__etude_answer", "__etude_output"
VERDICT_FILE, SOURCE_FILE = "__etude_verdict", "__etude_source"


def read(name: str) -> bytes:
    """Return a file."""
    with open(name, "rb") as file:  # noqa: PTH123 # pathlib is not preloaded
        return file.read()


class Case:
    """The test as graders ask for it."""

    def __init__(self, points: float, named: dict[str, Any]) -> None:
        self.points = points
        self.position, self.batch = named.get("case_position", 0), named.get("batch", 0)
        self.config: dict[str, Any] = named.pop("case_config", {})

    def input_data(self) -> bytes:
        """Return what the answer would read."""
        return read(INPUT_FILE)

    def output_data(self) -> bytes:
        """Return what is expected."""
        return read(ANSWER_FILE)


def load(name: str) -> types.ModuleType:
    """Return the teacher's module."""
    module = types.ModuleType(name.rpartition("/")[2].removesuffix(".py"))
    module.__file__ = name
    sys.modules[module.__name__] = module
    exec(compile(read(name), name, "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    return module


def arguments_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return what a package gives to its checker besides: `name=value`, the value as JSON where it is any."""
    named = {}
    for argument in options["arguments"]:
        name, _, value = argument.partition("=")
        try:
            named[name] = json.loads(value)
        except ValueError:
            named[name] = value
    return named


def check(module: types.ModuleType, options: dict[str, Any]) -> Any:  # noqa: ANN401
    """Call the checker with all that it takes."""
    from dmoj.result import CheckerResult, Result  # type: ignore[import-not-found]  # noqa: PLC0415

    given = arguments_of(options)
    case = Case(options["point_value"], given)
    result = Result(case)
    result.proc_output = read(OUTPUT_FILE)
    named: dict[str, Any] = {
        "submission_source": read(SOURCE_FILE),
        "judge_input": read(INPUT_FILE),
        "point_value": options["point_value"],
        "case_position": 0,
        "batch": 0,
        "submission_language": options["language"],
        "binary_data": True,
        "execution_time": 0.0,
        "problem_id": "",
        "case": case,
        "result": result,
        **given,
    }
    parameters = inspect.signature(module.check).parameters.values()
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        known = {parameter.name for parameter in parameters}
        named = {name: value for name, value in named.items() if name in known}
    try:
        return module.check(read(OUTPUT_FILE), read(ANSWER_FILE), **named)
    except UnicodeDecodeError:  # the answer's, says DMOJ: checkers decode what was printed
        return CheckerResult(False, 0, "invalid unicode")


def interact(module: types.ModuleType, options: dict[str, Any]) -> Any:  # noqa: ANN401
    """Let the grader talk with the answer on standard input and output."""
    from dmoj import graders  # type: ignore[import-not-found]  # noqa: PLC0415 # found in the jail only

    case, interactor = Case(options["point_value"], arguments_of(options)), graders.Interactor()
    sys.stdout = sys.stderr  # what the grader prints itself must not reach the answer
    try:
        grader = next(
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, graders.InteractiveGrader)
            and value.__module__ != "dmoj.graders"
        )
        return grader().interact(case, interactor)
    except graders.WrongAnswer as error:
        from dmoj.result import CheckerResult  # noqa: PLC0415

        return CheckerResult(False, 0, str(error))


def verdict_of(outcome: Any) -> dict[str, object]:  # noqa: ANN401
    """Return what a checker answered as plain values; a bare number means nothing."""
    if isinstance(outcome, bool):
        return {"passed": outcome, "points": None, "feedback": "", "extended": ""}
    points = outcome.points
    return {
        "passed": bool(outcome.passed),
        "points": None if points is None else float(points),
        "feedback": str(outcome.feedback or ""),
        "extended": str(getattr(outcome, "extended_feedback", "") or ""),
    }


def main(options: dict[str, Any]) -> None:
    """Judge, and write the verdict where the engine looks for it."""
    module = load(options["main"])
    outcome = interact(module, options) if options["is_interactive"] else check(module, options)
    verdict = json.dumps(verdict_of(outcome))
    with open(VERDICT_FILE, "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(verdict)

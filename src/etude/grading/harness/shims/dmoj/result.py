"""What a checker answers. Written anew from what checkers expect of it."""

import typing


class CheckerResult:
    """Whether the output is right, and what it earns of the case's points (None: all or nothing)."""

    def __init__(
        self,
        passed: bool,  # noqa: FBT001 # called so by every checker
        points: typing.Optional[float] = None,  # noqa: UP045 # read by checkers of any age
        feedback: str = "",
        extended_feedback: str = "",
    ) -> None:
        self.passed = bool(passed)
        self.points = points
        self.feedback = feedback or ""
        self.extended_feedback = extended_feedback or ""


class Result:
    """The flags of a case's result."""

    AC, WA, RTE, TLE, MLE, IR, SC, OLE = 0, 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6
    IE = 1 << 30

    def __init__(self, case: object = None) -> None:
        self.case = case
        self.result_flag = Result.AC
        self.points = 0.0
        self.feedback = self.extended_feedback = ""
        self.proc_output = b""

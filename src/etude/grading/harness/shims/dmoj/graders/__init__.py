"""What judges of interactive problems build upon: they read what the answer printed and write what it reads."""

import sys
import typing

if typing.TYPE_CHECKING:
    from dmoj.result import CheckerResult  # type: ignore[import-not-found]


class WrongAnswer(BaseException):
    """What the answer printed is not what was asked for; no `except Exception` of a grader's takes it away."""


class Interactor:
    """The judge's end of the talk."""

    def __init__(self) -> None:
        self._input, self._output = sys.stdin.buffer, sys.stdout.buffer
        self._tokens: list[bytes] = []

    def read(self) -> bytes:
        """Return all that the answer prints until its end."""
        return self._input.read()

    def readln(self, strip_newline: bool = True) -> bytes:  # noqa: FBT001, FBT002 # called so by graders
        """Return one line. Raises WrongAnswer when there is none."""
        line = self._input.readline()
        if not line:
            raise WrongAnswer("the program ended too early")
        return line.rstrip(b"\r\n") if strip_newline else line

    def readtoken(self, delim: typing.Optional[bytes] = None) -> bytes:  # noqa: UP045
        """Return the next word."""
        while not self._tokens:
            self._tokens = self.readln().split(delim)
        return self._tokens.pop(0)

    def readint(self, lo: float = float("-inf"), hi: float = float("inf"), delim: "bytes | None" = None) -> int:
        """Return the next word as a whole number between two others. Raises WrongAnswer when it is none."""
        token = self.readtoken(delim)
        try:
            number = int(token)
        except ValueError:
            raise WrongAnswer("a whole number was expected") from None
        if not lo <= number <= hi:
            raise WrongAnswer("the number is out of range")
        return number

    def readfloat(self, lo: float = float("-inf"), hi: float = float("inf"), delim: "bytes | None" = None) -> float:
        """Return the next word as a number between two others. Raises WrongAnswer when it is none."""
        token = self.readtoken(delim)
        try:
            number = float(token)
        except ValueError:
            raise WrongAnswer("a number was expected") from None
        if not lo <= number <= hi:
            raise WrongAnswer("the number is out of range")
        return number

    def write(self, value: object) -> None:
        """Send text or bytes; a judge whose answer has gone goes on to its end."""
        data = value if isinstance(value, bytes) else str(value).encode()
        try:
            self._output.write(data)
            self._output.flush()
        except BrokenPipeError:
            raise WrongAnswer("the program ended too early") from None

    def writeln(self, value: object) -> None:
        """Send a line."""
        self.write((value if isinstance(value, bytes) else str(value).encode()) + b"\n")

    def close(self) -> None:
        """Send nothing more."""
        self._output.flush()


class StandardGrader:
    """The base of graders; `case` has the test's input, its answer and its points."""


class InteractiveGrader(StandardGrader):
    """A judge that talks with the answer: `interact(case, interactor)` returns a bool or a CheckerResult."""

    check = staticmethod(lambda *_arguments, **_named: True)

    def interact(self, case: object, interactor: Interactor) -> "bool | CheckerResult":  # noqa: ARG002
        """Talk."""
        raise TypeError("a grader has a method interact(case, interactor)")

"""What the engine raises. A fault of the jail or of a checker is no exception for the caller: it is the verdict IE."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etude.grading.messages import Message


class GradingError(Exception):
    """The base of what the engine raises: a marked English sentence, and the values for its `%(name)s` places."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class JobError(GradingError, ValueError):
    """A job that makes no sense (no test, a file name that leads out of the folder…): a fault of who made the job."""


class CannotJudgeError(Exception):
    """Something that the teacher made, or a compiler that it needs, stands in the way of judging: the verdict IE."""

    def __init__(self, sentence: Message) -> None:
        super().__init__(sentence)
        self.sentence = sentence

"""The exceptions that checkers and graders raise."""


class InternalError(Exception):
    """The checker cannot judge: never the fault of the answer."""


class OutputLimitExceeded(Exception):
    """The answer wrote more than was read."""

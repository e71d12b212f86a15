"""`floats` with the relative error alone."""

from . import floats


def check(process_output: bytes, judge_output: bytes, **named: object) -> bool:
    """Compare."""
    return floats.check(process_output, judge_output, **{**named, "error_mode": "relative"})  # type: ignore[arg-type]

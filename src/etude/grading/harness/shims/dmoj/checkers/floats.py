"""Word by word in the same lines; where a number is expected, one within 10 to the minus `precision` will do."""

import typing

from ._lines import filled_lines


def _is_near(found: float, wanted: float, epsilon: float) -> bool:
    return abs(found - wanted) <= epsilon


def _is_near_in_proportion(found: float, wanted: float, epsilon: float) -> bool:
    bounds = wanted * (1 - epsilon), wanted * (1 + epsilon)
    return min(bounds) <= found <= max(bounds)


def _is_near_either_way(found: float, wanted: float, epsilon: float) -> bool:
    if _is_near(found, wanted, epsilon):
        return True
    return abs(wanted) >= epsilon and abs(1.0 - found / wanted) <= epsilon


_MODES: "dict[str, typing.Callable[[float, float, float], bool]]" = {
    "default": _is_near_either_way,
    "absolute": _is_near,
    "relative": _is_near_in_proportion,
}


def check(
    process_output: bytes, judge_output: bytes, precision: int = 6, error_mode: str = "default", **_named: object
) -> bool:
    """Compare. Raises KeyError for an unknown mode."""
    agrees, epsilon = _MODES[error_mode], 10.0 ** -int(precision)
    found, wanted = filled_lines(process_output), filled_lines(judge_output)
    if len(found) != len(wanted):
        return False
    return all(_same(one.split(), other.split(), agrees, epsilon) for one, other in zip(found, wanted, strict=True))


def _same(
    found: "list[bytes]", wanted: "list[bytes]", agrees: "typing.Callable[[float, float, float], bool]", epsilon: float
) -> bool:
    if len(found) != len(wanted):
        return False
    for word, expected in zip(found, wanted, strict=True):
        number = _number(expected)
        if number is None:
            if word != expected:
                return False
            continue
        given = _number(word)
        try:
            if given is None or not agrees(given, number, epsilon):
                return False
        except (ArithmeticError, ValueError):
            return False
    return True


def _number(word: bytes) -> "float | None":
    try:
        return float(word)
    except ValueError:
        return None

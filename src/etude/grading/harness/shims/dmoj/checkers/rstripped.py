"""Line by line, without the spaces at their ends; with `filter_new_line`, without empty lines."""

from ._lines import lines_of


def check(process_output: bytes, judge_output: bytes, **named: object) -> bool:
    """Compare."""
    found, wanted = lines_of(process_output), lines_of(judge_output)
    if named.get("filter_new_line"):
        found, wanted = [line for line in found if line], [line for line in wanted if line]
    return [line.rstrip() for line in found] == [line.rstrip() for line in wanted]

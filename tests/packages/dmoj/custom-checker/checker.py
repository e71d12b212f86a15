from dmoj.result import CheckerResult
from dmoj.utils.unicode import utf8text


def check(process_output, judge_output, judge_input, point_value, limit, case_position, batch, submission_language,
          problem_id, submission_source, binary_data, result, **kwargs):
    """Any two numbers with the right sum; half of the points for a negative one; -7 breaks the checker."""
    assert problem_id == "custom-checker" and batch == (0 if case_position < 2 else 1), (problem_id, batch)
    assert submission_language and submission_source and not binary_data and result.proc_output == process_output
    a, b = map(int, utf8text(process_output).split())
    if a == -7:
        raise ValueError("the checker is broken")
    if a + b != int(judge_input) or max(a, b) > limit:
        return CheckerResult(False, 0, "wrong sum")
    if a < 0:
        return CheckerResult(True, point_value // 2, "negative")
    return True

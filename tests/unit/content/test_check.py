from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from etude.content import check_activity, parse_activity
from etude.grading.verdict import CompileResult, Status, Verdict

PATIENCE_S = 30


class Judge:
    """Says the same verdict of everything, and remembers what it was asked."""

    def __init__(self, status: Status = Status.AC) -> None:
        self.status = status
        self.jobs = []

    def __call__(self, job):
        self.jobs.append(job)
        return Verdict(
            status=self.status, score=Decimal(0), max_score=Decimal(0), language=job.language, tier="full",
            compile=CompileResult(ok=True),
        )  # fmt: skip


def test_every_solution_is_judged_and_compared_with_its_folder(code_activity):
    agreements = list(check_activity(code_activity, Judge()))

    assert [(item.file, item.expected, item.verdict, item.agrees) for item in agreements] == [
        ("solutions/accepted/twice.py", ("AC",), "AC", True),
        ("solutions/wrong_answer/square.py", ("WA",), "AC", False),
    ]
    assert {item.language for item in agreements} == {"python"}


def test_a_solution_is_judged_in_each_language_in_which_the_tests_differ(code_tree, change):
    code_tree["solutions/accepted/french.fr.py"] = b""
    tree = change(code_tree, 'output = "4\\n"', 'output = { fr = "quatre", en = "four" }')
    judge = Judge()

    agreements = list(check_activity(parse_activity(tree), judge))

    assert [(item.file.rpartition("/")[2], item.course_language) for item in agreements] == [
        ("french.fr.py", "fr"), ("twice.py", "fr"), ("twice.py", "en"), ("square.py", "fr"), ("square.py", "en"),
    ]  # fmt: skip
    assert [job.groups[0].tests[0].expected for job in judge.jobs[1:3]] == [b"quatre", b"four"]


def test_rejected_agrees_with_every_verdict_but_accepted_and_internal_error(code_tree):
    code_tree["solutions/rejected/odd.py"] = b""
    content = parse_activity(code_tree)

    agrees = {
        status: next(item.agrees for item in check_activity(content, Judge(status)) if "odd" in item.file)
        for status in Status
    }

    assert [status for status, agreed in agrees.items() if not agreed] == [Status.AC, Status.IE]


def test_the_answers_of_a_quiz_are_marked_in_their_language(quiz_tree):
    quiz_tree["solutions/accepted/french.fr.toml"] = b'score = 3\n[answers]\none = "a"\nmany = "a"\nword = "Ete"'
    quiz_tree["solutions/wrong_answer/half.toml"] = b'score = 1\n[answers]\nmany = "a"'

    judged = check_activity(parse_activity(quiz_tree), Judge())
    agreements = {(item.file.rpartition("/")[2], item.course_language): item for item in judged}

    assert agreements["answers.en.toml", "en"].agrees
    assert not agreements["french.fr.toml", "fr"].agrees
    assert agreements["half.toml", "fr"].verdict == agreements["half.toml", "en"].verdict == "WA"


def test_a_quiz_solution_with_another_score_than_it_says_does_not_agree(quiz_tree):
    quiz_tree["solutions/wrong_answer/half.toml"] = b'score = 2\n[answers]\nmany = "a"'

    item = list(check_activity(parse_activity(quiz_tree), Judge()))[-1]

    assert (item.verdict, item.agrees) == ("1.00 / 5", False)


def test_files_are_checked_by_the_upload_rules(upload_tree):
    upload_tree["solutions/allowed/wrong.pdf"] = b"no pdf"

    agreements = list(check_activity(parse_activity(upload_tree), Judge()))

    assert [(item.file, item.expected, item.verdict) for item in agreements] == [
        ("solutions/allowed/a.png", ("allowed",), "allowed"),
        ("solutions/allowed/wrong.pdf", ("allowed",), "refused"),
        ("solutions/refused/a.pdf", ("refused",), "refused"),
    ]


def test_solutions_that_are_judged_at_once_are_told_in_their_order(code_activity):
    last_is_in = threading.Event()
    seen = []

    def judge(job):
        seen.append(job)
        if len(seen) == len(code_activity.solutions):
            last_is_in.set()
        assert last_is_in.wait(PATIENCE_S)
        return Judge()(job)

    with ThreadPoolExecutor(len(code_activity.solutions)) as threads:
        agreements = list(check_activity(code_activity, judge, threads.map))

    assert [one.file for one in agreements] == [one.path for one in code_activity.solutions]

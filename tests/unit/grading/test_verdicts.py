"""Every verdict in every language, in real jails."""

from __future__ import annotations

import threading

import pytest
from tests.conditions import language_params

from etude.grading.engine import grade, run_once
from etude.grading.jail_pool import JailPool
from etude.grading.jails import JailSet
from etude.grading.job import RunJob
from etude.grading.verdict import HintCode, Status

INCLUDES = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"

PROGRAMS = {
    "python": {
        "AC": "print(sum(map(int, input().split())))",
        "WA": "print(4)",
        "TLE": "while True: pass",
        "MLE": "x = bytearray(1 << 30)",
        "RTE": "1 / 0",
        "OLE": "while True: print('x' * 1000)",
        "CE": "print(",
    },
    "c": {
        "AC": INCLUDES + 'int main(void) { int a, b; scanf("%d%d", &a, &b); printf("%d\\n", a + b); }',
        "WA": INCLUDES + 'int main(void) { puts("4"); }',
        "TLE": "int main(void) { for (volatile int i = 0;; i++); }",
        "MLE": INCLUDES + "int main(void) { for (char *p; (p = malloc(1 << 20)); ) memset(p, 1, 1 << 20); abort(); }",
        "RTE": "int main(void) { return *(volatile int *) 0; }",
        "OLE": INCLUDES + 'int main(void) { for (;;) puts("xxxxxxxxxxxxxxxx"); }',
        "CE": "int main(void) { return x; }",
    },
    "cpp": {
        "AC": "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << std::endl; }",
        "WA": "#include <iostream>\nint main() { std::cout << 4; }",
        "TLE": "int main() { for (volatile int i = 0;; i = i + 1); }",
        "MLE": "#include <vector>\nint main() { std::vector<int> x(1 << 29, 1); return x[5] - 1; }",
        "RTE": '#include <stdexcept>\nint main() { throw std::runtime_error("x"); }',
        "OLE": '#include <iostream>\nint main() { for (;;) std::cout << "xxxxxxxxxxxxxxxx\\n"; }',
        "CE": "int main() { return x; }",
    },
}  # fmt: skip


CURLY = {
    "python": "x = 1\nprint(“x”)\n",
    "c": "int main(void) {\n return ’a’; }\n",
    "cpp": "int main() {\n return ’a’; }\n",
    "java": "class Main { public static void main(String[] a) {\n System.out.println(“x”); } }\n",
    "csharp": "class P { static void Main() {\n System.Console.WriteLine(“x”); } }\n",
    "javascript": "let x = 1;\nconsole.log(“x”);\n",
    "sql": "CREATE TABLE t (x);\nSELECT ’a’ FROM t WHERE “x” = 2 3;\n",
    "shell": "echo 1\nif [ ‘x’ = ) ]; then\n",
}  # fmt: skip


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.IE])
@pytest.mark.parametrize("language", language_params(PROGRAMS))
def test_a_program_gets_its_verdict(judge, language, status):
    limits = {"cpu_time_s": 0.5, "memory_bytes": 64 << 20}

    verdict = judge(PROGRAMS[language][status], language, stdin=b"1 2\n", expected=b"3\n", limits=limits)

    assert verdict.status is status, (verdict.message, verdict.tests)
    assert verdict.score == (10 if status is Status.AC else 0)


@pytest.mark.parametrize("language", language_params(PROGRAMS))
def test_a_jail_that_cannot_start_is_an_internal_error(make_job, language):
    with JailSet(make=broken_jail) as jails:
        verdict = grade(make_job(PROGRAMS[language]["AC"], language, expected=b"3"), jails)

    assert (verdict.status, verdict.score) == (Status.IE, 0)


def broken_jail(**options):
    """A real jail whose first import fails."""
    from etude.jail import Jail

    return Jail(**{**options, "preload": ("no_such_module_anywhere",)})


def test_a_sleeping_program_ends_by_the_clock_on_the_wall(judge):
    limits = {"cpu_time_s": 0.1, "wall_time_s": 0.3}

    (result,) = judge("import time; time.sleep(60)", expected=b"", limits=limits).tests

    assert (result.status, str(result.message)) == (
        Status.TLE,
        "The program was still waiting or sleeping after 0.3 s.",
    )


def test_a_forbidden_system_call_is_named_or_refused(judge):
    source = "import ctypes, sys\nsys.exit(3 if ctypes.CDLL(None).unshare(0x10000000) == -1 else 0)"

    (result,) = judge(source, expected=b"").tests

    assert result.status is Status.RTE


@pytest.mark.parametrize("language", language_params())
def test_a_curly_quote_is_named_as_the_error_in_every_language(judge, language):
    verdict = judge(CURLY[language], language, expected=b"")

    assert verdict.status is Status.CE, verdict
    assert [(hint.code, hint.line) for hint in verdict.compile.hints] == [(HintCode.CURLY_QUOTE, 2)]


@pytest.mark.parametrize("language", language_params(PROGRAMS))
def test_a_no_break_space_is_named_as_the_error(judge, language):
    source = {"python": "x =\u00a01\n", "c": "int\u00a0x;\n", "cpp": "int\u00a0x;\n"}[language]

    verdict = judge(source, language, expected=b"")

    assert (verdict.status, [hint.code for hint in verdict.compile.hints]) == (Status.CE, [HintCode.NO_BREAK_SPACE])


@pytest.mark.parametrize(
    "source",
    [
        b"print('\0')",
        b"print('\xff')",
        b"# -*- coding: no-such -*-\n",
        b"x = '\xed\xa0\x80'",
        b"(" * 5000,
        b"-" * 100_000 + b"1",
    ],
)
def test_a_text_that_is_no_python_is_refused_and_never_crashes_us(judge, source):
    assert judge(source, expected=b"").status is Status.CE


def test_errors_of_the_compiler_come_with_line_and_column(judge):
    (line,) = judge("x = 1\ny = = 2\n", expected=b"").compile.lines

    assert (line.file, line.line, line.column) == ("main.py", 2, 5)


def test_a_helper_file_beside_the_program_can_be_imported(judge):
    beside = {"helper.py": b"def greet():\n    return 'hello'\n"}

    assert judge("import helper\nprint(helper.greet())", expected=b"hello", beside=beside).status is Status.AC


def test_a_syntax_error_in_a_helper_file_is_named_there(judge):
    (line,) = judge("import helper", expected=b"", beside={"helper.py": b"\ndef"}).compile.lines

    assert (line.file, line.line) == ("helper.py", 2)


@pytest.mark.parametrize(("may_fork", "status"), [(False, Status.RTE), (True, Status.AC)])
def test_an_answer_forks_only_where_the_activity_lets_it(judge, may_fork, status):
    source = "import os\nif os.fork():\n    os.wait()\n    print('parent')\n"

    assert judge(source, expected=b"parent", limits={"may_fork": may_fork}).status is status


def test_input_files_can_be_read(judge):
    source = "print(open('data/words.txt', encoding='utf-8').read())"

    assert judge(source, expected="été".encode(), files={"data/words.txt": "été".encode()}).status is Status.AC


@pytest.mark.parametrize("language", language_params(("c", "cpp")))
def test_several_source_files_are_compiled_together(judge, language):
    extension = {"c": "c", "cpp": "cpp"}[language]
    beside = {"half.h": b"int half(int);", f"half.{extension}": b"int half(int x) { return x / 2; }"}
    source = '#include "half.h"\nint main() { return half(8) - 4; }'

    assert judge(source, language, expected=b"", beside=beside).status is Status.AC


@pytest.mark.compilers
def test_the_second_submission_of_a_source_is_not_compiled_again(judge):
    source = "int main(void) { return 0; } /* twice */"

    first, second = (judge(source, "c", expected=b"") for _ in range(2))

    assert (first.compile.cached, second.compile.cached, second.status) == (False, True, Status.AC)


def test_output_that_no_text_can_hold_is_still_compared_and_shown(judge):
    source = r"import sys; sys.stdout.buffer.write(b'\xff\x00\n')"

    (result,) = judge(source, expected=b"\xff\0").tests

    assert (result.status, result.obtained.text) == (Status.AC, "\ufffd␀\n")


def test_the_hash_seed_of_the_job_is_the_answers(judge):
    source = "print(hash('a'))"

    first, second, other = (judge(source, expected=b"", hash_seed=seed).tests[0].obtained.text for seed in (1, 1, 2))

    assert first == second != other


def test_one_run_reads_what_was_typed(jails):
    job = RunJob(language="python", files={"main.py": b"print(input()[::-1])"}, stdin="été\n".encode())

    result = run_once(job, jails)

    assert (result.status, result.stdout, result.exit_code) == (Status.AC, "été\n", 0)


def test_one_run_that_stops_shows_its_traceback(jails):
    result = run_once(RunJob(language="python", files={"main.py": b"\n1/0"}), jails)

    assert (result.status, str(result.message)) == (
        Status.RTE,
        "The program stopped on line 2 of main.py: ZeroDivisionError: division by zero",
    )
    assert 'File "/box/main.py", line 2' in result.stderr


@pytest.mark.compilers
def test_threads_judge_side_by_side_and_share_the_cache(make_job, cache_dir):
    job = make_job(PROGRAMS["python"]["AC"], stdin=b"1 2\n", expected=b"3\n")
    native = make_job("int main(void) { return 0; } /* threads */", "c", expected=b"")
    statuses = []

    def work() -> None:
        for each in (job, native, job):
            with pool.borrow() as jails:
                statuses.append(grade(each, jails, cache_dir=cache_dir).status)

    with JailPool(2) as pool:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert statuses == [Status.AC] * 12

"""Every language does what an ordinary editor's Run would do, and gets the right verdict for every fault."""

from __future__ import annotations

import pytest
from tests.conditions import language_params, marks_of
from tests.unit.grading.conformance import LINE_OF_ERROR, NAME_BESIDE, OUTPUTS, PROGRAMS

from etude.grading import languages
from etude.grading.engine import grade
from etude.grading.job import CheckerRef, Job, Limits, Test, TestGroup
from etude.grading.verdict import Status

ECHOED = "première ligne: ça, œuf, 你好\nÀ la fin\n"


BRIEFLY = ("python", "javascript", "sql", "c", "shell")
"""Languages whose programs are judged in no time: all their cases are part of `make test`."""


def cases(name: str) -> list:
    """One parameter for each language that has such a program; Python is judged in both modes."""
    params = [
        pytest.param(language, False, marks=[*marks_of(language), *([] if language in BRIEFLY else [pytest.mark.long])])
        for language in PROGRAMS
        if name in PROGRAMS[language]
    ]
    return [*params, pytest.param("python", True, id="python-cold")]


@pytest.fixture
def judged(jails, cache_dir):
    def judge(language: str, name: str, *, is_cold: bool = False, **fields):
        limits = Limits(cpu_time_s=fields.pop("cpu_time_s", 2.0), memory_bytes=64 << 20)
        files = {file: text.encode() for file, text in PROGRAMS[language][name].items()}
        group = TestGroup(name="all", tests=(Test(name="one", **fields),))
        job = Job(
            language=language,
            files=files,
            groups=(group,),
            limits=limits,
            checker=CheckerRef(name="exact"),
            is_cold=is_cold,
        )
        return grade(job, jails, cache_dir=cache_dir)

    return judge


def expected_of(language: str, name: str) -> bytes:
    """SQL prints tables: a header comes first."""
    return (("x\n" if language == "sql" else "") + OUTPUTS[name]).encode()


@pytest.mark.parametrize("language", language_params())
def test_every_language_has_its_programs(language):
    assert {"hello", "crash", "endless", "flood", "compile_error"} <= set(PROGRAMS[language])


@pytest.mark.parametrize("name", sorted(OUTPUTS))
@pytest.mark.parametrize(("language", "is_cold"), cases("hello"))
def test_a_right_program_is_accepted(judged, language, is_cold, name):
    if name not in PROGRAMS[language]:
        assert language == "sql"  # one file, and no network to reach
        return

    verdict = judged(language, name, is_cold=is_cold, expected=expected_of(language, name))

    assert verdict.status is Status.AC, (verdict.compile, verdict.tests)


@pytest.mark.parametrize(("language", "is_cold"), cases("echo"))
def test_texts_are_utf_8_in_and_out(judged, language, is_cold):
    verdict = judged(language, "echo", is_cold=is_cold, stdin=ECHOED.encode(), expected=ECHOED.encode())

    assert verdict.status is Status.AC, verdict.tests


@pytest.mark.parametrize(("language", "is_cold"), cases("read_file"))
def test_a_file_beside_the_program_is_found_by_its_name(judged, language, is_cold):
    files = {NAME_BESIDE: "été comme hiver\n".encode()}

    verdict = judged(language, "read_file", is_cold=is_cold, files=files, expected=files[NAME_BESIDE])

    assert verdict.status is Status.AC, verdict.tests


@pytest.mark.parametrize(("language", "is_cold"), cases("surroundings"))
def test_a_program_starts_without_arguments_in_its_own_folder(judged, language, is_cold):
    verdict = judged(language, "surroundings", is_cold=is_cold, expected=b"0 /box /box\n")

    assert verdict.status is Status.AC, verdict.tests


@pytest.mark.parametrize(("language", "is_cold"), cases("exit_3"))
def test_an_exit_code_other_than_0_is_a_run_time_error(judged, language, is_cold):
    (result,) = judged(language, "exit_3", is_cold=is_cold).tests

    assert (result.status, result.exit_code) == (Status.RTE, 3)


@pytest.mark.parametrize(("language", "is_cold"), cases("crash"))
def test_a_crash_is_explained_with_its_line(judged, language, is_cold):
    (result,) = judged(language, "crash", is_cold=is_cold).tests

    assert result.status is Status.RTE
    if language in {"c", "cpp"}:  # the program itself does not know
        assert result.signal in {6, 11}
    else:
        assert result.message.values["line"] == LINE_OF_ERROR, result


@pytest.mark.parametrize(("language", "is_cold"), cases("endless"))
def test_an_endless_loop_is_late(judged, language, is_cold):
    assert judged(language, "endless", is_cold=is_cold, cpu_time_s=0.7).status is Status.TLE


@pytest.mark.parametrize(("language", "is_cold"), cases("hog"))
def test_a_hog_needs_too_much_memory(judged, language, is_cold):
    verdict = judged(language, "hog", is_cold=is_cold, cpu_time_s=10)

    assert verdict.status is Status.MLE, verdict.tests


@pytest.mark.parametrize(("language", "is_cold"), cases("flood"))
def test_a_flood_prints_too_much(judged, language, is_cold):
    verdict = judged(language, "flood", is_cold=is_cold, cpu_time_s=10)

    assert verdict.status is Status.OLE, verdict.tests


@pytest.mark.parametrize(("language", "is_cold"), cases("compile_error"))
def test_an_error_of_the_compiler_comes_with_its_line(judged, language, is_cold):
    verdict = judged(language, "compile_error", is_cold=is_cold)

    program = next(iter(PROGRAMS[language]["compile_error"]))
    assert verdict.status is Status.CE
    assert (verdict.compile.lines[0].file, verdict.compile.lines[0].line) == (program, LINE_OF_ERROR)


@pytest.mark.parametrize(("language", "is_cold"), cases("bottomless"))
def test_recursion_without_an_end_is_the_programs_fault(judged, language, is_cold):
    verdict = judged(language, "bottomless", is_cold=is_cold, cpu_time_s=10)

    assert verdict.status in {Status.RTE, Status.MLE}, verdict.tests


@pytest.mark.parametrize("language", language_params())
def test_a_language_passes_its_own_self_test(jails, cache_dir, language):
    entry = languages.load()[language]
    group = TestGroup(
        name="all", tests=(Test(name="one", stdin=entry.self_test.stdin, expected=entry.self_test.expected),)
    )
    job = Job(language=language, files={entry.source_name: entry.self_test.source}, groups=(group,))

    assert grade(job, jails, cache_dir=cache_dir).status is Status.AC

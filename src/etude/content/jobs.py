"""From an activity and an answer to a job of the engine, in the language of a course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etude.content.model import pick, pick_text
from etude.content.programs import checker_options, engine_grader, engine_validator, script_ending, source_extensions
from etude.grading.calls import parse_call
from etude.grading.job import CheckerRef, Job, RunJob, Test, TestGroup
from etude.grading.limits import MAX_CPU_TIME_S, MIN_MEMORY_BYTES, Limits

if TYPE_CHECKING:
    from etude.content.model import (
        ActivityChecker,
        ActivityContent,
        ActivityGroup,
        ActivityLimits,
        ActivityTest,
        Files,
        LanguageSettings,
    )

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_KIBIBYTE = 1 << 10
_MEBIBYTE = 1 << 20


def build_job(content: ActivityContent, language: str, files: Files, *, course_language: str) -> Job:
    """The job that judges an answer to a code activity.

    language: the programming language. files: the answer's, by name; the activity's `program_files` stand beside it in
    every test and win over files of the same name, and so do the files of `include/`, which are compiled with the
    answer. course_language: "fr" or "en", chooses inputs and outputs.
    Raises etude.grading.errors.JobError for names that cannot stand beside a program.
    """
    beside = content.files_beside_program(course_language)
    settings = content.settings_of(language)
    return Job(
        language=language,
        files={**_with_prologue(language, files, settings), **content.includes.get(language, {})},
        groups=tuple(_group(group, beside, course_language, script_ending(language)) for group in content.groups),
        limits=build_limits(content.limits, settings),
        version=settings.version,
        is_cold=settings.cold,
        checker=_checker(content.checker),
        validator=None if content.validator is None else engine_validator(content.validator),
        static_validator=None if content.static_validator is None else engine_validator(content.static_validator),
        grader=None if content.grader is None else engine_grader(content.grader),
        verdict=content.verdict,
        pictures=content.pictures,
    )


def languages_needed(content: ActivityContent, language: str) -> frozenset[str]:
    """The languages that a machine must have to judge an answer: its own, those of the validators and the grader's."""
    programs = (content.validator, content.static_validator, content.grader)
    return frozenset({language, *(one.language for one in programs if one is not None)})


def build_run_job(
    content: ActivityContent, language: str, files: Files, *, stdin: bytes, course_language: str
) -> RunJob:
    """The job of the page's Run: the answer's files and the activity's `program_files`, on typed input, without tests.

    Raises etude.grading.errors.JobError for names that cannot stand beside a program.
    """
    beside = content.files_beside_program(course_language)
    settings = content.settings_of(language)
    return RunJob(
        language=language,
        files={**_with_prologue(language, files, settings), **beside, **content.includes.get(language, {})},
        stdin=stdin,
        limits=build_limits(content.limits, settings),
        version=settings.version,
        is_cold=settings.cold,
    )


def _with_prologue(language: str, files: Files, settings: LanguageSettings) -> Files:
    """The answer's files, the prologue before each source; lines are still counted from the answer's own first."""
    if not settings.prologue:
        return files
    before = f"{settings.prologue.rstrip()}\n#line 1\n".encode()
    endings = source_extensions(language)
    return {
        name: before + data.removeprefix(_BYTE_ORDER_MARK) if name.endswith(endings) else data
        for name, data in files.items()
    }


def build_limits(limits: ActivityLimits, settings: LanguageSettings) -> Limits:
    """An activity's limits in the engine's units, for answers in a language with these settings."""
    default = Limits()
    time_s = min(float(limits.time_s * settings.time_factor), MAX_CPU_TIME_S)
    wall_time_s = None if limits.wall_time_s is None else float(limits.wall_time_s * settings.time_factor)
    return Limits(
        cpu_time_s=time_s,
        wall_time_s=wall_time_s,
        memory_bytes=max(MIN_MEMORY_BYTES, int(limits.memory_mb * settings.memory_factor * _MEBIBYTE)),
        output_bytes=default.output_bytes if limits.output_kb is None else limits.output_kb * _KIBIBYTE,
        may_fork=limits.may_fork,
    )


def title_of_test(content: ActivityContent, group_name: str, test_name: str, course_language: str) -> str:
    """What to call a test on a page: its title in the course's language, else its name."""
    for group in content.groups:
        for test in group.tests if group.name == group_name else ():
            if test.name == test_name:
                return pick_text(test.title, course_language) or test.name
    return test_name


def title_of_group(content: ActivityContent, group_name: str, course_language: str) -> str:
    """What to call a group on a page: its title in the course's language, else its name."""
    titles = {group.name: pick_text(group.title, course_language) for group in content.groups}
    return titles.get(group_name) or group_name


def _group(group: ActivityGroup, beside: Files, course_language: str, ending: str) -> TestGroup:
    return TestGroup(
        name=group.name,
        points=group.points,
        scoring=group.scoring,
        visibility=group.visibility,
        tests=tuple(_test(test, group, beside, course_language, ending) for test in group.tests),
        inside=group.inside,
        requires=group.requires,
        on_reject=group.on_reject,
        verdict=group.verdict,
        checker=None if group.checker is None else _checker(group.checker),
        is_graded=group.is_graded,
        grader_arguments=group.grader_arguments,
    )


def _checker(checker: ActivityChecker) -> CheckerRef:
    return CheckerRef(name=checker.name, options=checker_options(checker))


def _test(test: ActivityTest, group: ActivityGroup, beside: Files, course_language: str, ending: str) -> Test:
    call = pick_text(test.call, course_language)
    return Test(
        name=test.name,
        stdin=pick(test.stdin, course_language) or b"",
        expected=pick(test.expected, course_language),
        files={**beside, **(pick(test.files, course_language) or {})},
        script=pick(test.script if ending == "py" else test.scripts.get(ending, {}), course_language),
        output_files=pick(test.expected_files, course_language) or {},
        call=parse_call(call, pick_text(test.result, course_language)) if call else None,
        arguments=test.arguments,
        points=test.points,
        reject_points=test.reject_points,
        validator_arguments=(*(() if test.is_static else group.validator_arguments), *test.validator_arguments),
        is_static=test.is_static,
    )

"""Whatever an activity holds: written, then read, it is equal; written again, it is the same bytes."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etude.content import (
    ActivityChecker,
    ActivityContent,
    ActivityGroup,
    ActivityLimits,
    ActivityTest,
    ActivityValidator,
    Choice,
    Question,
    Solution,
    SolutionRule,
    UploadRules,
    activity_tree,
    digest,
    from_document,
    parse_activity,
    read_activity,
    to_document,
    write_activity,
)

NAME = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not text.startswith("\ufeff")
)
LOCALIZED = st.one_of(
    TEXT.map(lambda text: {"": text}), st.fixed_dictionaries({}, optional={"fr": TEXT, "en": TEXT}).filter(bool)
)
BYTES = st.binary(max_size=40)
LOCALIZED_BYTES = st.one_of(
    BYTES.map(lambda data: {"": data}), st.fixed_dictionaries({}, optional={"fr": BYTES, "en": BYTES}).filter(bool)
)
CENTS = st.decimals(min_value=0, max_value=100, places=2).map(lambda number: Decimal(f"{number.normalize():f}"))
FILES = st.dictionaries(NAME.map(lambda name: f"{name}.txt"), BYTES, max_size=3)
LIMITS = st.builds(
    ActivityLimits,
    time_s=st.sampled_from([Decimal("0.5"), Decimal(2)]),
    output_kb=st.one_of(st.none(), st.integers(1, 99)),
    may_fork=st.booleans(),
)
CHECKERS = st.sampled_from(
    [ActivityChecker(), ActivityChecker(name="floats", options={"absolute_tolerance": Decimal("0.001")})]
)
SOME_FILES = st.one_of(st.just({}), FILES.filter(bool).map(lambda files: {"": files}))
ARGUMENTS = st.lists(TEXT, max_size=2).map(tuple)
VALIDATORS = st.builds(
    ActivityValidator,
    language=st.just("python"),
    files=st.just({"validate.py": b"import sys\n", "data/words.txt": b"x"}),
    protocol=st.sampled_from(["kattis", "testlib", "dmoj"]),
    is_interactive=st.booleans(),
    arguments=ARGUMENTS,
    points_unit=st.sampled_from(["share", "percent", "points"]),
    tells_student=st.booleans(),
    time_s=st.none() | st.just(Decimal("2.5")),
    memory_mb=st.none() | st.integers(16, 99),
)
SOLUTION = Solution(
    verdict="accepted",
    name="a.c",
    language="c",
    files={"a.c": b""},
    rules=(SolutionRule(permitted=("AC",), lowest_score=Decimal("2.5"), message="well done"), SolutionRule()),
)
MAYBE_LOCALIZED = st.one_of(st.just({}), LOCALIZED)


@st.composite
def groups(draw):
    """Some groups of tests; unique in their names, each with a test."""
    made = []
    for name in draw(st.lists(NAME, min_size=1, max_size=3, unique=True)):
        tests = tuple(
            ActivityTest(
                name=test_name,
                title=draw(MAYBE_LOCALIZED),
                stdin=draw(st.one_of(st.just({}), LOCALIZED_BYTES)),
                expected=draw(LOCALIZED_BYTES),
                files=draw(SOME_FILES),
                expected_files=draw(SOME_FILES),
                arguments=draw(ARGUMENTS),
                points=draw(st.none() | CENTS.filter(bool)),
                validator_arguments=draw(ARGUMENTS),
            )
            for test_name in draw(st.lists(NAME, min_size=1, max_size=4, unique=True))
        )
        visibility = draw(st.sampled_from(["sample", "visible", "hidden"]))
        points = Decimal(0) if visibility == "sample" else draw(CENTS)
        made.append(
            ActivityGroup(
                name=name,
                title=draw(MAYBE_LOCALIZED),
                points=points,
                scoring=draw(st.sampled_from(["all", "sum", "min", "max"])),
                visibility=visibility,
                tests=tests,
                inside=draw(st.sampled_from(["", *(group.name for group in made)])),
                requires=tuple(group.name for group in made if draw(st.booleans())),
                on_reject=draw(st.sampled_from(["continue", "stop", "stop_all"])),
                verdict=draw(st.sampled_from(["first", "worst", "any", "always"])),
                checker=draw(st.none() | CHECKERS),
                validator_arguments=draw(ARGUMENTS),
            )
        )
    return tuple(made)


@st.composite
def code_activities(draw):
    chosen = draw(groups())
    files = draw(FILES)
    return ActivityContent(
        slug=draw(st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)),
        kind="code",
        title=draw(LOCALIZED),
        statement=draw(LOCALIZED),
        points=Decimal(f"{sum((group.points for group in chosen if not group.inside), Decimal(0)).normalize():f}"),
        hints=tuple(draw(st.lists(LOCALIZED, max_size=3))),
        languages=draw(st.sampled_from([("c",), ("cpp", "c"), ("c", "python")])),
        limits=draw(LIMITS),
        checker=draw(CHECKERS),
        program_files={"": tuple(files)} if files else {},
        pictures=draw(st.sampled_from([(), ("plot.png",), ("a.svg", "data/b.jpg")])),
        verdict=draw(st.sampled_from(["first", "worst", "any", "always"])),
        validator=draw(st.none() | VALIDATORS),
        includes=draw(st.sampled_from([{}, {"c": {"grader.c": b"int main(void) {}\n"}}])),
        groups=chosen,
        solutions=draw(st.sampled_from([(), (SOLUTION,)])),
        files=files,
    )


@st.composite
def quizzes(draw):
    questions = []
    for name in draw(st.lists(NAME, min_size=1, max_size=4, unique=True)):
        kind = draw(st.sampled_from(["single", "multiple", "number", "text"]))
        extra = {}
        if kind in {"single", "multiple"}:
            right = draw(st.integers(0, 2))
            extra["choices"] = tuple(
                Choice(id="abc"[i], text=draw(LOCALIZED), correct=i == right, feedback=draw(MAYBE_LOCALIZED))
                for i in range(3)
            )
        elif kind == "number":
            extra |= {"answer": draw(CENTS), "tolerance": draw(CENTS)}
        else:
            extra["accepted"] = {"fr": tuple(draw(st.lists(TEXT, min_size=1, max_size=3)))}
        text, feedback = draw(LOCALIZED), draw(MAYBE_LOCALIZED)
        questions.append(Question(id=name, type=kind, text=text, points=draw(CENTS), feedback=feedback, **extra))
    points = Decimal(f"{sum((question.points for question in questions), Decimal(0)).normalize():f}")
    return ActivityContent(
        slug="q",
        kind="quiz",
        title=draw(LOCALIZED),
        statement=draw(LOCALIZED),
        points=points,
        questions=tuple(questions),
    )


UPLOADS = st.builds(
    ActivityContent,
    slug=st.just("u"),
    kind=st.just("upload"),
    title=LOCALIZED,
    statement=LOCALIZED,
    points=CENTS,
    upload=st.builds(
        UploadRules,
        extensions=st.sampled_from([("png",), ("pdf", "jpg")]),
        max_files=st.integers(1, 10),
        max_file_bytes=st.integers(1_000, 20_000_000),
    ),
)


@settings(deadline=None, max_examples=60)
@given(st.one_of(code_activities(), quizzes(), UPLOADS))
def test_written_and_read_an_activity_is_equal_and_its_second_export_the_same_bytes(content):
    first = activity_tree(content)

    again = parse_activity(first)

    assert again == content
    assert activity_tree(again) == first
    assert from_document(to_document(content)) == content
    assert digest(again) == digest(content)


@pytest.mark.parametrize("kind", ["code_tree", "quiz_tree", "upload_tree"])
def test_an_export_to_disk_keeps_the_meaning_of_what_was_written_by_hand(kind, request, tmp_path):
    content = parse_activity(request.getfixturevalue(kind))

    write_activity(content, tmp_path / "first")
    again = read_activity(tmp_path / "first")
    write_activity(again, tmp_path / "second")

    assert again == content
    files = [path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*") if path.is_file()]
    assert files
    assert all((tmp_path / "first" / path).read_bytes() == (tmp_path / "second" / path).read_bytes() for path in files)


def test_the_written_toml_is_read_by_any_toml_reader(code_activity):
    toml = tomllib.loads(activity_tree(code_activity)["activity.toml"].decode())

    assert toml["title"] == {"fr": "Le double", "en": "Twice"}
    assert toml["test_group"][1]["points"] == 4


def test_line_ends_of_forms_become_plain_ones(code_activity):
    content = ActivityContent(slug="u", kind="upload", title={"": "t"}, statement={"fr": "a\r\nb"}, points=Decimal(1),
                              hints=({"": "x\r\ny"},), upload=UploadRules(extensions=("png",)))  # fmt: skip

    again = parse_activity(activity_tree(content))

    assert again.statement == {"fr": "a\nb"}
    assert again.hints == ({"": "x\ny"},)

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import parse_activity
from etude.content.parse_tests import natural_key


def test_inline_tests_and_files_are_read_alike(code_tree):
    content = parse_activity(code_tree)

    examples, rest = content.groups
    assert (examples.visibility, examples.points) == ("sample", Decimal(0))
    assert (rest.visibility, rest.scoring, rest.points) == ("hidden", "sum", Decimal(4))
    assert examples.tests[0].stdin == {"": b"2\n"}
    assert examples.tests[0].expected == {"": b"4\n"}
    assert rest.tests[0].expected == {"": b"14\n"}


def test_tests_that_only_have_files_stand_in_the_order_of_their_numbers(code_tree):
    content = parse_activity(code_tree)

    assert [test.name for test in content.groups[1].tests] == ["2", "10"]


def test_tests_named_in_the_toml_come_first_and_may_have_titles(code_tree, change):
    listed = 'scoring = "sum"\n[[test_group.test]]\nname = "10"\ntitle = { fr = "moins un", en = "minus one" }\n'
    tree = change(code_tree, 'scoring = "sum"', listed)

    tests = parse_activity(tree).groups[1].tests

    assert [test.name for test in tests] == ["10", "2"]
    assert tests[0].title == {"fr": "moins un", "en": "minus one"}
    assert tests[0].stdin == {"": b"-1\n"}


def test_inputs_and_outputs_may_differ_by_language(code_tree, change):
    code_tree |= {"tests/rest/3.fr.ans": b"six\n", "tests/rest/3.en.ans": b"six!\n"}
    tree = change(code_tree, 'output = "4\\n"', 'output = { fr = "quatre\\n", en = "four\\n" }')

    examples, rest = parse_activity(tree).groups

    assert examples.tests[0].expected == {"fr": b"quatre\n", "en": b"four\n"}
    assert rest.tests[1].name == "3"
    assert rest.tests[1].expected == {"fr": b"six\n", "en": b"six!\n"}


def test_an_input_may_be_empty(code_tree, change):
    tree = change(code_tree, 'input = "2\\n"', 'input = ""')

    assert parse_activity(tree).groups[0].tests[0].stdin == {"": b""}


def test_files_of_a_test_are_kept_by_language(code_tree):
    code_tree |= {"tests/rest/2.files/a.txt": b"a", "tests/rest/2.fr.files/dossier/b.txt": b"b"}

    test = parse_activity(code_tree).groups[1].tests[0]

    assert test.files == {"": {"a.txt": b"a"}, "fr": {"dossier/b.txt": b"b"}}


def test_a_script_is_a_test(code_tree):
    code_tree["tests/rest/calls.py"] = b"import answer\n"

    test = parse_activity(code_tree).groups[1].tests[-1]

    assert (test.name, test.script, test.expected) == ("calls", {"": b"import answer\n"}, {})


def test_windows_line_ends_and_a_missing_language_are_warnings(code_tree):
    code_tree |= {"tests/rest/3.fr.in": b"1\r\n", "tests/rest/3.ans": b"2\n"}

    warnings = [str(warning) for warning in parse_activity(code_tree).warnings]

    assert len(warnings) == 2
    assert "tests/rest/3.en.in" in warnings[0]
    assert "as on Windows" in warnings[1]


def test_two_comes_before_ten():
    names = ["10-b", "2", "10-a", "a2", "1"]

    assert sorted(names, key=natural_key) == ["1", "2", "10-a", "10-b", "a2"]


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('name = "rest"', 'name = "examples"', "test_group[2].name", "twice"),
        ('name = "rest"', 'name = "re st"', "test_group[2].name", "Only letters"),
        ('name = "rest"', 'name = "others"', "test_group[2].name", "no test"),
        ("points = 4\nscoring", "scoring", "test_group[2].points", "missing"),
        ('scoring = "sum"', 'scoring = "some"', "test_group[2].scoring", "Is “sum” meant?"),
        ('visibility = "sample"', 'visibility = "sampel"', "test_group[1].visibility", "Is “sample” meant?"),
        ('visibility = "sample"', 'visibility = "sample"\npoints = 1', "test_group[1].points", "counts 0"),
        ('visibility = "sample"', 'visibilty = "sample"', "test_group[1].points", "missing"),
        ('name = "two"', 'name = "t.o"', "test_group[1].test[1].name", "Only letters"),
        ('input = "2\\n"', "input = 2", "test_group[1].test[1].input", "A text"),
        ('input = "2\\n"', 'input = { de = "2" }', "test_group[1].test[1].input", "“de” is not known"),
        ('input = "2\\n"', 'inptu = "2"', "test_group[1].test[1]", "Is “input” meant?"),
        ('output = "4\\n"', "", "test_group[1].test[1]", "has no expected output"),
        ('name = "two"', 'name = "two"\n[[test_group.test]]\nname = "two"', "", ""),
    ],
)
def test_a_mistake_in_a_group_is_named_with_its_field(code_tree, change, refusal, old, new, field, words):
    mistake = refusal(change(code_tree, old, new))

    assert mistake.field.rstrip(".").startswith(field)
    assert words in str(mistake)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("tests/1.in", "in a folder for each group"),
        ("tests/other/1.ans", "no [[test_group]] named “other”"),
        ("tests/rest/1.in", "has no expected output"),
        ("tests/rest/1.out", "A test’s file is named"),
        ("tests/rest/1.exe", "not known here"),
        ("tests/rest/1.de.in", "“de” is not known"),
        ("tests/rest/a b.in", "A test’s file is named"),
        ("tests/rest/1.in/x", "A test’s file is named"),
        ("tests/rest/1.files", "A test’s file is named"),
        ("tests/rest/2.py", "one of these: an expected output"),
        ("tests/rest/2.fr.in", "Both a file for all languages"),
        ("tests/examples/two.in", "both here and as a file"),
    ],
)
def test_a_bad_test_file_is_named(code_tree, refusal, path, words):
    code_tree[path] = b"x"

    mistake = refusal(code_tree)

    assert words in str(mistake)


def test_a_group_has_a_limited_number_of_tests(code_tree, refusal):
    code_tree |= {f"tests/rest/t{number}.ans": b"" for number in range(2000)}

    assert "more than 2000" in str(refusal(code_tree))


def test_a_code_activity_needs_a_group(code_tree, change, refusal):
    toml = code_tree["activity.toml"].decode()
    tree = {"activity.toml": toml[: toml.index("[[test_group]]")].encode()}

    mistake = refusal({**{path: data for path, data in code_tree.items() if path.startswith("statement")}, **tree})

    assert mistake.field == "test_group"

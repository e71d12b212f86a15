"""Values as C and C++ write them; that compilers take them is shown by `test_calls_in_languages.py`."""

from __future__ import annotations

import pytest

from etude.grading.gnu_literals import NoWordsError, Writer
from etude.grading.signatures import Parameter

C, CPP = Writer(is_cpp=False), Writer(is_cpp=True)
INT_POINTER = Parameter(base="int", stars=1)


@pytest.mark.parametrize(
    ("value", "in_c", "in_cpp"),
    [
        (None, "0", "nullptr"),
        (True, "1", "true"),
        (7, "7", "7"),
        (1 << 31, "2147483648LL", "2147483648LL"),
        (1 << 63, "9223372036854775808ULL", "9223372036854775808ULL"),
        (-(1 << 31), "(-2147483647-1)", "(-2147483647-1)"),
        (0.5, "0.5", "0.5"),
        ("a", '(char[]){"\\141"}', 'std::string("\\141", 1)'),
        ([], "(int [1]){0}", "std::vector<int>{}"),
        ([1, 2], "(int [2]){1, 2}", "std::vector<int>{1, 2}"),
        ([1, 0.5], "(double [2]){1, 0.5}", "std::vector<double>{1, 0.5}"),
        ([True], "(bool [1]){1}", "std::vector<bool>{true}"),
        ([1 << 40], "(long long [1]){1099511627776LL}", "std::vector<long long>{1099511627776LL}"),
    ],
)
def test_a_value_without_a_type_gets_the_one_that_a_program_would_use(value, in_c, in_cpp):
    assert (C.written(value, None), CPP.written(value, None)) == (in_c, in_cpp)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ((1, "a"), 'std::make_tuple(1, std::string("\\141", 1))'),
        ({1: 0.5}, "std::map<int, double>{{1, 0.5}}"),
        ({2}, "std::set<int>{2}"),
        (["a"], 'std::vector<std::string>{std::string("\\141", 1)}'),
        ([[1], [2]], "std::vector<std::vector<int>>{std::vector<int>{1}, std::vector<int>{2}}"),
    ],
)
def test_cpp_has_words_for_what_lies_in_each_other(value, written):
    assert CPP.written(value, None) == written


@pytest.mark.parametrize(
    ("value", "wanted", "in_c", "in_cpp"),
    [
        ("a", Parameter(base="char"), "(char)97", "(char)97"),
        ("a", Parameter(base="const char", stars=1), '"\\141"', '"\\141"'),
        ([1, 2], Parameter(base="struct point"), "(struct point){1, 2}", "struct point{1, 2}"),
        ([1, [2, 3]], Parameter(base="line"), "(line){1, {2, 3}}", "line{1, {2, 3}}"),
        ([[1], [2]], Parameter(base="int", dimensions=("", "1")), "(int [2][1]){{1}, {2}}", "int{{1}, {2}}"),
    ],
)
def test_the_type_of_the_parameter_says_how_a_value_is_written(value, wanted, in_c, in_cpp):
    assert (C.written(value, wanted), CPP.written(value, wanted)) == (in_c, in_cpp)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (["a"], r'(char *[1]){(char[]){"\141"}}'),
        ([[1], [2]], "(int *[2]){(int [1]){1}, (int [1]){2}}"),
    ],
)
def test_c_guesses_the_type_of_what_stands_in_a_list(value, written):
    assert C.written(value, None) == written


def test_c_writes_pointers_to_pointers_as_arrays_in_an_array():
    assert C.written([[1], [2, 3]], Parameter(base="int", stars=2)) == "(int *[2]){(int [1]){1}, (int [2]){2, 3}}"


@pytest.mark.parametrize(
    ("writer", "value", "wanted"),
    [
        (C, 1 << 64, None),
        (C, b"bytes", None),
        (C, {1: 2}, None),
        (C, {1}, INT_POINTER),
        (CPP, object(), None),
        (CPP, (1, 2, 3), Parameter(base="std::pair<int, int>")),
    ],
    ids=["too large", "bytes", "dictionary in C", "set in C", "object", "a pair of three"],
)
def test_what_a_language_has_no_words_for_is_refused(writer, value, wanted):
    with pytest.raises(NoWordsError):
        writer.written(value, wanted)


def test_a_single_value_has_nothing_to_put_between_braces():
    with pytest.raises(NoWordsError):
        CPP.braces(1, INT_POINTER)

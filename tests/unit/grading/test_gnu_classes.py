from __future__ import annotations

import pytest

from etude.grading.errors import JobError
from etude.grading.gnu_classes import find_classes, with_objects

ACCOUNT = """#include <string>
class Account {
    int hidden;
public:
    Account(int n = 0);
    Account(const Account &other);
    Account &operator=(const Account &other);
    ~Account();
    virtual int cents() const;
    static Account parse(std::string text);
    bool operator==(const Account &other) const;
    int own() { return 1; }
    Account(double x) = delete;
    friend Account operator+(const Account &a, const Account &b);
};
"""


def test_what_a_class_declares_and_does_not_define_is_the_answers():
    (found,) = find_classes(ACCOUNT, "checks.cpp")

    names = [(each.function.name, each.is_const, each.is_static, each.of_class) for each in found.methods]
    assert names == [
        ("Account", False, False, True),
        ("cents", True, False, True),
        ("parse", False, True, True),
        ("operator==", True, False, True),
        ("operator+", False, False, False),
    ]
    assert found.methods[1].function.line == 9
    assert found.special.splitlines() == [
        "Account::Account(const Account &other) : etude_object(other.etude_object) {}",
        "Account &Account::operator=(const Account &other) { etude_object = other.etude_object; return *this; }",
        "Account::~Account() {}",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "struct P { int x, y; };",
        "class A { public: int f() { return 1; } private: int g(); };",
        "struct Shape { virtual double area() const = 0; };",
        "enum class E { a };",
        "// class A { public: int f(); };",
    ],
)
def test_what_the_script_defines_itself_stays_as_it_is(text):
    assert find_classes(text, "checks.cpp") == []


def test_a_class_without_constructors_has_the_usual_one():
    (found,) = find_classes("struct A { int f(); };", "checks.cpp")

    assert [each.function.name for each in found.methods] == ["f", "A"]
    assert " A(); " in found.opening()


def test_every_line_keeps_its_number():
    made = with_objects(ACCOUNT, "checks.cpp", find_classes(ACCOUNT, "checks.cpp"))

    assert '#line 2 "checks.cpp"\nclass Account { public: etude_own::Object etude_object;' in made
    assert made.count("\n", made.index("class Account")) == ACCOUNT.count("\n", ACCOUNT.index("class Account"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class A {\npublic:\n    int f();\n    int data;\n};", "line 4: the data “int data” of the class A"),
        ("struct A { int f(); };\nstruct B : A { int g(); };", "line 2: the class B .* “struct B : A”"),
        (
            "\ntemplate <class T>\nclass A {\npublic:\n    T f();\n};",
            "line 3: the class A .* “template <class T> class A”",
        ),
    ],
)
def test_public_data_and_bases_of_the_answers_are_refused_with_their_line(text, said):
    with pytest.raises(JobError, match=said):
        find_classes(text, "checks.cpp")

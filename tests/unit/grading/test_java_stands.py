from __future__ import annotations

import pytest

from etude.grading.errors import JobError
from etude.grading.java_stands import with_bodies


def written(text, **beside):
    return with_bodies({**beside, "Checks.java": text})["Checks.java"]


def test_a_static_method_is_called_without_an_object_and_another_on_its_own():
    made = written("class A {\n    static native int f(int n);\n    native void g() throws Exception;\n}\n")

    assert "static public int f(int n) { return etude.calls.Script.call(null, new Object[] {n}); }" in made
    assert "public void g() throws Exception { etude.calls.Script.call(this, new Object[] {}); }" in made


def test_every_line_stays_in_its_place():
    text = "/* native int a(); */\nclass A {\n    native A(\n        int x,\n        int[] y);\n"
    text += '    String s = "native int b();";\n}\n'

    made = written(text)

    assert made.count("\n") == text.count("\n")
    assert "Script.make(this, new Object[] {x, y}); }" in made
    assert made.splitlines()[5] == text.splitlines()[5]


def test_what_the_script_itself_is_stays_as_it_is():
    text = "class T { @Test void a() { int native_ = 1; } abstract static class B { abstract int f(); } }"

    assert written(text) == text


@pytest.mark.parametrize("text", ["native int f();\n", "class T { }\nclass Unfinished"])
def test_what_is_no_class_is_left_to_the_compiler(text):
    assert written(text) == text


def test_a_member_of_an_interface_has_no_body():
    made = written("interface Shape { native double area(); }")

    assert made.split() == ["interface", "Shape", "{", "double", "area();", "}"]


def test_a_class_whose_base_has_variables_is_made_as_its_base_is():
    made = written(
        "class Box<T> { native Box(T t); } class Two<T extends Comparable<T>> extends Box<T> { native Two(T t); }"
    )

    assert "Two(T t) { super((etude.calls.Handle) null, (byte) 0); etude.calls.Script.make(this" in made


def test_a_class_of_the_answers_has_what_every_object_has_unless_it_declares_it_itself():
    made = written("class A { native A(); native public boolean equals(Object o); }")

    assert made.count("boolean equals(") == 1
    assert "equals(Object o) { return etude.calls.Script.same(this, o); }" in made
    assert "public int hashCode() { return etude.calls.Script.hash(this); }" in made
    assert "public String toString() { return etude.calls.Script.text(this); }" in made


def test_a_class_without_constructors_has_the_usual_one_and_others_have_not():
    assert "A() { etude.calls.Script.make(this); }" in written("class A { native int f(); }")
    assert "A() {" not in written("class A { native A(int x); native int f(); }")


def test_an_exception_of_the_answers_says_what_the_other_says():
    made = written("class E extends Exception { native int code(); }")

    assert "public String getMessage() { return etude.calls.Script.message(this); }" in made


def test_what_is_abstract_in_a_class_of_the_answers_is_called_too():
    made = written("abstract class A { native A(); abstract int f(); } class B extends A { native B(int n); }")

    assert "abstract" not in made
    assert "public int f() { return etude.calls.Script.call(this, new Object[] {}); }" in made
    assert "public B(int n) { super((etude.calls.Handle) null, (byte) 0); etude.calls.Script.make(this" in made


def test_classes_may_be_declared_in_a_file_beside():
    files = {"Account.java": "class Account { native int f(); }", "Checks.java": "class T { Account a; }"}

    assert "etude.calls.Script.call(this" in with_bodies(files)["Account.java"]
    assert with_bodies(files)["Checks.java"] == files["Checks.java"]


@pytest.mark.parametrize(
    "member",
    [
        "native void f(int a, long[] b, char c, List<Map<String, Double>> d, A e, A[] g, Shape h, Object... i);",
        "native java.util.List<A> f(final Set<? extends A> a);",
        "native <K extends Comparable<K>> Map<K, A> f(K key);",
        "static native Iterator<Integer> f();",
    ],
)
def test_plain_values_and_what_the_script_declares_cross(member):
    made = written(f"interface Shape {{ }}\nclass A {{ native A(); {member} }}")

    assert "Script.call(" in made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class A {\n    native int[] data;\n    native A();\n}", "line 2: the data “int\\[\\] data” of the class A"),
        ("class A {\n    static native int data = 1;\n}", "line 2: the data “int data” of the class A"),
        ("class A {\n    class B {\n        native int f();\n    }\n}", "line 3: the class B .* must stand alone"),
    ],
)
def test_data_and_inner_classes_of_the_answers_are_refused_with_their_line(text, said):
    with pytest.raises(JobError, match=f"Checks\\.java, {said}"):
        written(text)


def test_a_static_class_inside_another_needs_no_object_around_it():
    assert "Script.call(this" in written("class T { static class A { native int f(); } }")
    assert "Script.call(this" in written("interface T { class A { native int f(); } }")


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("native void f(Scanner in);", "Scanner in"),
        ("native Thread f();", "Thread"),
        ("native List<File> f();", "List<File>"),
        ("native void f(Comparator<String> by);", "Comparator<String> by"),
        ("native void f(int a, Runnable task);", "Runnable task"),
        ("native A(Test t);", "Test t"),
    ],
)
def test_what_cannot_cross_is_refused_with_its_line(member, said):
    with pytest.raises(
        JobError, match=r"Checks\.java, line 3: the script’s function . has a type that cannot"
    ) as fault:
        written(f"class Test {{ }}\nclass A {{\n    {member}\n}}")

    assert fault.value.values["type"] == said


def test_members_of_enums_and_records_are_refused():
    with pytest.raises(JobError, match="type that cannot cross: enum"):
        written("enum E { A; native int f(); }")

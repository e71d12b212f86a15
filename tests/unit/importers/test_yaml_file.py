from __future__ import annotations

import pytest

from etude.content import ContentError
from etude.importers.yaml_file import MAX_BYTES, read_yaml

BOMB = b"a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + place, 98 + place, b", ".join([b"*%c" % (97 + place)] * 10)) for place in range(8)
)


def test_words_mean_what_the_safe_loader_makes_of_them():
    read = read_yaml(b"a: [1, yes, 1.5, 0x10, 2020-01-01, ~, '07']\nb: {c: text}\n", "init.yml")

    assert read.plain == {"a": [1, True, 1.5, 16, "2020-01-01", None, "07"], "b": {"c": "text"}}


def test_an_empty_file_and_a_mark_at_its_beginning_are_fine():
    assert read_yaml(b"", "a.yml").plain is None
    assert read_yaml(b"\xef\xbb\xbfa: 1", "a.yml").plain == {"a": 1}


def test_keys_are_text_and_the_last_of_two_counts():
    assert read_yaml(b"{1: a, x: b, x: c}", "a.yml").plain == {"1": "a", "x": "c"}


def test_aliases_and_merges_are_followed():
    read = read_yaml(b"base: &b {x: 1, y: 2}\nall: [*b, {<<: *b, y: 3}, {<<: [{x: 9}, *b]}]\n", "a.yml")

    assert read.mapping["all"].plain == [{"x": 1, "y": 2}, {"x": 1, "y": 3}, {"x": 9, "y": 2}]


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        (b"a: 1\nb: [1,\n", "init.yml:3", "not YAML"),
        (b"a:\n\t- b", "init.yml:2", "not YAML"),
        (b"a: 1\nb: *x", "init.yml:2", "stands for nothing"),
        (b"a: &a [*a]", "init.yml:1", "holds itself"),
        (b"a: 1\nb: !!python/object/apply:os.system [x]", "init.yml:2", "tag"),
        (b"a: !!python/name:os.system ''", "init.yml:1", "tag"),
        (b"[" * 100_000, "init.yml:1", "nested"),
        (b"a: 1\n---\nb: 2", "init.yml:2", "more than one document"),
        (b"a: 1\nb: \xff", "init.yml:2", "UTF-8"),
        (b"a: " + b"9" * 5000, "init.yml:1", "no value of its kind"),
        (b"? [a]\n: b", "init.yml:1", "cannot be a key"),
        (b"a: {<<: 1}", "init.yml:1", "mapping"),
        (b"a: \x00", "init.yml", "not YAML"),
    ],
)
def test_a_mistake_names_file_and_line(content, place, sentence):
    with pytest.raises(ContentError, match=sentence) as caught:
        read_yaml(content, "init.yml")

    assert caught.value.path == place


def test_aliases_cannot_make_more_of_a_file_than_is_bearable():
    with pytest.raises(ContentError, match="more than 200000 values"):
        read_yaml(BOMB, "init.yml")


def test_a_huge_file_is_refused_unread():
    with pytest.raises(ContentError, match="larger than 2 MB"):
        read_yaml(b"#" * (MAX_BYTES + 1), "init.yml")


def test_a_value_knows_its_line_and_key():
    value = read_yaml(b"cases:\n  - {points: 1}\n  - points: x\n", "init.yml").mapping["cases"].items[1]

    with pytest.raises(ContentError) as caught:
        value.mapping["points"].number(0, 10)

    assert str(caught.value) == "init.yml:3: cases[2].points: A number between 0 and 10 must stand here."


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[1]", lambda value: value.mapping),
        ("{a: 1}", lambda value: value.items),
        ("{a: 1}", lambda value: value.text),
        ("yes", lambda value: value.text),
        ("1", lambda value: value.flag),
        ("yes", lambda value: value.number(0, 1)),
        (".nan", lambda value: value.number(0, 1)),
        ("1.5", lambda value: value.whole(0, 2)),
        ("[[a]]", lambda value: value.texts()),
    ],
)
def test_a_value_of_another_kind_is_a_mistake(text, read):
    with pytest.raises(ContentError):
        read(read_yaml(text.encode(), "a.yml"))


def test_values_are_read_as_their_kind():
    values = read_yaml(b"{text: 7, flag: on, number: 1e-6, whole: 2.0, one: a, many: [a, 2]}", "a.yml").mapping

    assert (values["text"].text, values["flag"].flag, values["number"].number(0, 1)) == ("7", True, 1e-6)
    assert (values["whole"].whole(0, 2), values["one"].texts(), values["many"].texts()) == (2, ["a"], ["a", "2"])

from __future__ import annotations

from decimal import Decimal

import pytest

from etude.content import ContentError, UploadRules, parse_activity


def test_a_code_activity_is_read_whole(code_tree):
    content = parse_activity(code_tree)

    assert (content.slug, content.kind, content.points) == ("double", "code", Decimal(4))
    assert content.title == {"fr": "Le double", "en": "Twice"}
    assert content.statement == {"fr": "Bonjour\n", "en": "Hello\n"}
    assert content.limits.time_s == Decimal("1.5")
    assert content.hints == ({"fr": "Multipliez.", "en": "Multiply."},)
    assert [solution.verdict for solution in content.solutions] == ["accepted", "wrong_answer"]
    assert content.files == {"picture.png": b"\x89PNG\0"}
    assert content.warnings == ()


def test_the_starter_follows_the_language_of_the_course(code_tree):
    content = parse_activity(code_tree)

    assert content.starter_files("python", "fr") == {"double.py": b"# a vous\n"}
    assert content.starter_files("python", "en") == {"twice.py": b"# your turn\n"}
    assert content.starter_files("cpp", "en") == {}


def test_an_upload_activity_is_read_with_its_rules(upload_tree):
    content = parse_activity(upload_tree)

    assert content.upload == UploadRules(extensions=("png", "pdf"), max_files=2, max_file_bytes=500_000)


def test_the_points_of_a_quiz_are_those_of_its_questions(quiz_tree):
    assert parse_activity(quiz_tree).points == 5


def test_a_missing_translation_is_a_warning_and_the_other_language_stands_in(code_tree, change):
    del code_tree["statement.fr.md"]
    tree = change(code_tree, 'fr = "Le double", ', "")

    content = parse_activity(tree)

    places = {(warning.path, warning.field, warning.values["language"]) for warning in content.warnings}
    assert places == {("activity.toml", "title", "fr"), ("statement.fr.md", "", "fr")}
    assert all("other language" in str(warning) for warning in content.warnings)


def test_one_statement_can_serve_both_languages(code_tree):
    code_tree["statement.md"] = code_tree.pop("statement.fr.md")
    del code_tree["statement.en.md"]

    content = parse_activity(code_tree)

    assert content.statement == {"": "Bonjour\n"}
    assert content.warnings == ()


def test_files_that_merely_lie_beside_are_left_out_with_a_warning(code_tree):
    code_tree["README.md"] = b"about"

    content = parse_activity(code_tree)

    assert [warning.path for warning in content.warnings] == ["README.md"]


def test_data_files_stand_beside_the_program_by_language(code_tree, change):
    code_tree |= {"files/mots.txt": b"mot", "files/words.txt": b"word"}
    tree = change(code_tree, "points = 4", 'points = 4\nprogram_files = { fr = ["mots.txt"], en = ["words.txt"] }')

    content = parse_activity(tree)

    assert content.files_beside_program("fr") == {"mots.txt": b"mot"}
    assert content.files_beside_program("en") == {"words.txt": b"word"}


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("format = 1", "format = 2", "format", "reads format 1 only"),
        ("format = 1", "", "format", "missing"),
        ('slug = "double"', 'slug = "Le Double"', "slug", "small letters"),
        ('slug = "double"', "", "slug", "missing"),
        ('slug = "double"', "slug = 3", "slug", "text must stand here"),
        ('kind = "code"', 'kind = "cod"', "kind", "Is “code” meant?"),
        ('fr = "Le double"', 'de = "Doppelt"', "title", "“de” is not known"),
        ('{ fr = "Le double", en = "Twice" }', "{}", "title", "empty"),
        ('"Twice"', '"  "', "title.en", "empty"),
        ('"Twice"', '"\\u0000"', "title.en", "NUL"),
        ('"Twice"', f'"{"x" * 301}"', "title.en", "300 characters"),
        ("points = 4\nlang", "points = 5\nlang", "points", "5 points, but the parts add up to 4"),
        ("points = 4\nlang", "points = 4.005\nlang", "points", "two decimals"),
        ("points = 4\nlang", "points = true\nlang", "points", "A number"),
        ("points = 4\nlang", "points = inf\nlang", "points", "between"),
        ('["python"]', "[]", "languages", "At least one programming language"),
        ('["python"]', '["pyhton"]', "languages", "Is “python” meant?"),
        ('["python"]', '["python", "python"]', "languages", "twice"),
        ('["python"]', '"python"', "languages", "list of 100 texts"),
        ("time_s = 1.5", "time_s = 0", "limits.time_s", "between 0.01 and 300"),
        ("time_s = 1.5", 'time_s = "1"', "limits.time_s", "A number must stand here"),
        ("time_s = 1.5", "time = 1.5", "limits", "Is “time_s” meant?"),
        ("time_s = 1.5", "time_s = 2\nwall_time_s = 1", "limits.wall_time_s", "between 2 and 300"),
        ("time_s = 1.5", 'may_fork = "yes"', "limits.may_fork", "true or false"),
        ("memory_mb = 64", "memory_mb = 64.5", "limits.memory_mb", "A whole number must stand here"),
        ("memory_mb = 64", 'memory_mb = 64\n[checker]\nname = "token"', "checker.name", "Is “tokens” meant?"),
        ("memory_mb = 64", "memory_mb = 64\n[checker]\nspeed = 3", "checker.name", "do not fit the checker"),
        ("memory_mb = 64", "memory_mb = 64\n[checker]\nspeed = []", "checker.speed", "true or false"),
        ("[limits]", "limits = 3\n[other]", "limits", "A table must stand here"),
        ("[limits]", "[limit]", "", "Is “limits” meant?"),
        ("[[hint]]", "[hint]", "hint", "A list of tables"),
        ('fr = "Multipliez."\nen = "Multiply."', "", "hint[1]", "empty"),
        ("points = 4\nlang", 'points = 4\nprogram_files = ["no.txt"]\nlang', "program_files", "no file files/no.txt"),
        ("points = 4\nlang", 'points = 4\nexpectations = ["A 2!"]\nlang', "expectations", "by its code"),
    ],
)
def test_a_mistake_is_named_with_its_field(code_tree, change, refusal, old, new, field, words):
    mistake = refusal(change(code_tree, old, new))

    assert mistake.path == "activity.toml"
    assert mistake.field.rstrip(".") == field
    assert words in str(mistake)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('["png", ".PDF"]', "[]", "upload.extensions", "At least one extension"),
        ('".PDF"', '"pdg"', "upload.extensions", "is not known here. Is “"),
        ("max_files = 2", "max_files = 11", "upload.max_files", "between 1 and 10"),
        ("max_file_mb = 0.5", "max_file_mb = 21", "upload.max_file_mb", "between 0.001 and 20"),
        ("points = 5", "", "points", "missing"),
        ("points = 5", "points = 5\nlanguages = []", "", "“languages” is not known here"),
    ],
)
def test_a_mistake_in_upload_rules_is_named_with_its_field(upload_tree, change, refusal, old, new, field, words):
    mistake = refusal(change(upload_tree, old, new))

    assert mistake.field == field
    assert words in str(mistake)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("statment.en.md", b"x", "Is “statement.en.md” meant?"),
        ("statement.md", b"x", "Both a file for all languages and one for a single language"),
        ("statement.en.md", b" \n", "must not be empty"),
        ("statement.en.md", b"a\n\xff", "Line 2 is not UTF-8"),
        ("statement.en.md", b"a\0", "NUL"),
        ("starter/double.py", b"", "starter/<language>/"),
        ("starter/java/Double.java", b"", "starter/<language>/"),
        ("activity.toml", b"format = 1\nslug = \n", "not valid TOML at line 2"),
        ("activity.toml", b"format = 1\nslug = [", "not valid TOML"),
        ("activity.toml", b"a = " + b"9" * 5000, "not valid TOML"),
        ("activity.toml", b"#" * 2_000_001, "2 MB at most"),
        ("activity.toml", b"\xff", "not UTF-8"),
        ("../outside", b"", "inside the folder"),
    ],
)
def test_a_bad_file_is_named(code_tree, refusal, path, content, words):
    code_tree[path] = content

    mistake = refusal(code_tree)

    assert words in str(mistake)


def test_an_activity_needs_its_toml_and_a_statement(code_tree, refusal):
    without_statement = {path: data for path, data in code_tree.items() if not path.startswith("statement")}
    without_toml = {path: data for path, data in code_tree.items() if path != "activity.toml"}

    assert refusal(without_statement).path == "statement.fr.md"
    assert refusal(without_toml).path == "activity.toml"


def test_scripts_are_refused_for_a_language_that_has_no_function_tests(code_tree, change, refusal):
    code_tree["tests/rest/3.py"] = b"import answer\n"
    tree = change(code_tree, '["python"]', '["python", "cpp"]')

    mistake = refusal(tree)

    assert mistake.field == "languages"
    assert "cpp" in str(mistake)


def test_a_deeply_nested_toml_is_refused_as_a_mistake():
    tree = {"activity.toml": b"a = " + b"[" * 100_000}

    with pytest.raises(ContentError, match="not valid TOML"):
        parse_activity(tree)

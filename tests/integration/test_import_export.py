from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from etude.app import create_app
from etude.cli import checked
from etude.cli.checked import Checks
from etude.cli.main import main, root
from etude.cli.talk import listen
from etude.config import Config
from etude.content.tree import write_tree
from etude.extensions import db
from etude.jail import IsolationUnavailable
from etude.models import Activity, ActivityVersion, Assignment, AuditEntry, Base, Course, School
from etude.queue import TaskMessage
from tests import classroom, factories
from tests.authoring import SAMPLE
from tests.dmoj_packages import build_package


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with an empty school, as `etude serve` leaves it."""
    monkeypatch.setenv("ETUDE_LANGUAGE", "en")
    config = Config(data=tmp_path / "data")
    config.data.mkdir(mode=0o700)
    config.make_secret_key()
    app = create_app(config)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with db.session.begin():
            db.session.add(School(id=1, name="École", locale="fr", zone="America/Toronto", contact="Ada"))
        db.engine.dispose()
    return config.data


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the solutions to the worker, for tests of something else: judging the whole sample takes its time."""
    monkeypatch.setattr("etude.cli.import_.check_now", lambda _config, _slugs: Checks())


def run(data: Path, *arguments: object) -> tuple[int, str, str]:
    listen([])
    result = CliRunner().invoke(root, ["--data", str(data), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def look(data: Path, query: sa.Select) -> list[object]:
    with create_app(Config(data=data)).app_context():
        found = list(db.session.scalars(query))
        db.engine.dispose()
        return found


def test_a_package_of_another_system_is_imported_judged_and_can_be_exported(data: Path, tmp_path: Path) -> None:
    package = build_package("generated", tmp_path / "in")

    code, out, _err = run(data, "import", package)
    exported = run(data, "export", "generated", tmp_path / "out")

    assert code == 0
    assert "generated  code  new  2 of 2 solutions get the verdict they should" in out
    assert look(data, sa.select(Activity.title_fr)) == ["Generated"]
    assert exported[0] == 0


def test_a_broken_package_of_another_system_leaves_nothing(data: Path, tmp_path: Path) -> None:
    package = build_package("generated", tmp_path / "in")
    (package / "gen.py").unlink()

    code, _out, err = run(data, "import", package)

    assert (code, look(data, sa.select(Activity.id))) == (2, [])
    assert "init.yml:11, test_cases[3].batched[2].generator: There is no file “gen.py” in the package." in err


def test_a_folder_is_imported_and_told(data: Path) -> None:
    code, out, _err = run(data, "import", SAMPLE / "hello")

    assert code == 0
    assert "hello  code  new" in out
    assert look(data, sa.select(Activity.title_fr)) == ["Dire bonjour"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An activity with one accepted solution."""
    write_tree(classroom.TREE, tmp_path / "double")
    return tmp_path / "double"


def test_the_solutions_that_came_along_are_judged_and_the_outcome_is_told(data: Path, folder: Path) -> None:
    code, out, _err = run(data, "import", folder)

    assert code == 0
    assert "double  code  new  1 of 1 solutions get the verdict they should" in out
    (result,) = look(data, sa.select(ActivityVersion.check_result))
    assert result["state"] == "done"


def test_an_activity_that_its_solutions_contradict_is_told_and_hidden(data: Path, folder: Path) -> None:
    (folder / "solutions/accepted/main.py").write_text("print('never right')\n")
    with create_app(Config(data=data)).app_context():
        course_id = factories.course(code="ICS3U").id
        db.engine.dispose()

    code, out, _err = run(data, "import", folder, "--course", "ICS3U", "--json")

    assert code == 0
    told = json.loads(out.splitlines()[-1])["activities"][0]
    assert told["check"] == {"state": "done", "agree": 0, "total": 1}
    assert look(data, sa.select(Assignment.is_visible).where(Assignment.course_id == course_id)) == [False]


def test_a_machine_that_cannot_isolate_says_so_and_leaves_the_check_to_the_worker(
    data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_job: object, *_rest: object, **_options: object) -> None:
        raise IsolationUnavailable("user namespaces are switched off")

    monkeypatch.setattr(checked, "grade", refuse)

    code, out, _err = run(data, "import", folder)

    assert code == 0
    assert "its solutions are still to be judged" in out
    assert "This machine cannot judge programs: user namespaces are switched off. A worker that can" in out
    assert look(data, sa.select(TaskMessage.subject)) == ["check_activity:1"]


@pytest.mark.long
def test_a_dry_run_tells_the_same_and_changes_nothing(data: Path) -> None:
    run(data, "import", SAMPLE / "duration")

    code, out, _err = run(data, "import", SAMPLE / "hello", "--dry-run", "--json")

    assert code == 0
    assert json.loads(out) == {
        "dry_run": True,
        "activities": [{"slug": "hello", "kind": "code", "change": "new"}],
        "errors": [],
        "warnings": [],
    }
    assert look(data, sa.select(Activity.slug)) == ["duration"]


@pytest.mark.usefixtures("unjudged")
def test_the_same_again_is_unchanged(data: Path) -> None:
    run(data, "import", SAMPLE / "hello")

    _code, out, _err = run(data, "import", SAMPLE / "hello")

    assert "unchanged" in out


@pytest.mark.usefixtures("unjudged")
def test_a_course_is_made_with_its_activities_and_again_changes_nothing(data: Path) -> None:
    code, _out, _err = run(data, "import", SAMPLE)
    again, out, _err = run(data, "import", SAMPLE)

    assert (code, again) == (0, 0)
    assert look(data, sa.select(Course.code)) == ["ETUDE-1"]
    assert len(look(data, sa.select(Assignment.id))) == 12
    assert "new" not in out


@pytest.mark.usefixtures("unjudged")
def test_activities_go_into_the_course_that_is_named(data: Path) -> None:
    run(data, "import", SAMPLE)

    code, _out, _err = run(data, "import", SAMPLE / "hello", "--course", "ETUDE-1")
    unknown, _out, err = run(data, "import", SAMPLE / "hello", "--course", "NOWHERE")

    assert (code, unknown) == (0, 2)
    assert err == "There is no course with the code “NOWHERE”.\n"


def test_a_mistake_is_told_with_its_place_and_nothing_is_taken(data: Path, tmp_path: Path) -> None:
    several = tmp_path / "several"
    for slug in ("hello", "duration"):
        shutil.copytree(SAMPLE / slug, several / slug)
    toml = several / "hello" / "activity.toml"
    toml.write_text(toml.read_text().replace("points = 10", "points = -1"))

    code, out, err = run(data, "import", several)

    assert code == 2
    assert err == "hello/activity.toml, points: The number must lie between 0 and 10000.\n"
    assert "duration  code  not taken" in out
    assert look(data, sa.select(Activity.id)) == []


def test_sentences_are_french_where_the_terminal_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETUDE_LANGUAGE", "fr")

    code, _out, err = run(data, "import", "nowhere")

    assert code == 2
    assert err == "Il n’y a rien à l’emplacement nowhere.\n"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_one_sentence(data: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)

    code, out, err = run(data, "import", path)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("unjudged")
def test_an_archive_is_imported_like_its_folder(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "hello.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (SAMPLE / "hello").rglob("*"):
            if file.is_file():
                archive.write(file, Path("hello") / file.relative_to(SAMPLE / "hello"))

    run(data, "import", SAMPLE / "hello")
    _code, out, _err = run(data, "import", path)

    assert "unchanged" in out


@pytest.mark.parametrize("slug", sorted(path.name for path in SAMPLE.iterdir() if path.is_dir()))
@pytest.mark.usefixtures("unjudged")
def test_a_second_export_is_byte_identical(data: Path, tmp_path: Path, slug: str) -> None:
    run(data, "import", SAMPLE / slug)
    assert run(data, "export", slug, tmp_path / "first")[0] == 0
    _code, out, _err = run(data, "import", tmp_path / "first" / slug)

    code, _out, _err = run(data, "export", slug, tmp_path / "second")

    assert code == 0
    assert "unchanged" in out
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "first", tmp_path / "second")
    )
    assert first == second
    assert look(data, sa.select(AuditEntry.tag)).count("content:activity:exported") == 2


@pytest.mark.usefixtures("unjudged")
def test_an_export_overwrites_nothing(data: Path, tmp_path: Path) -> None:
    run(data, "import", SAMPLE / "hello")
    run(data, "export", "hello", tmp_path)

    again, _out, err = run(data, "export", "hello", tmp_path)
    unknown, _out, missing = run(data, "export", "nothing", tmp_path)
    (tmp_path / "file").write_text("")
    no_folder, _out, _err = run(data, "export", "hello", tmp_path / "file")

    assert (again, unknown, no_folder) == (2, 1, 2)
    assert "is not empty" in err
    assert missing == "There is no activity “nothing”.\n"


@pytest.mark.long
def test_an_unwritable_folder_is_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(data, "import", SAMPLE / "hello")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "locked"))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(SystemExit) as ended:
        main(["--data", str(data), "export", "hello", str(tmp_path / "locked")])

    assert ended.value.code == 3
    assert "cannot be written to" in capsys.readouterr().err


def test_check_and_grade_refuse_unknown_paths_in_one_sentence(data: Path, tmp_path: Path) -> None:
    checked, _out, check_err = run(data, "check", tmp_path / "nowhere")
    graded, _out, grade_err = run(data, "grade", SAMPLE / "hello", tmp_path / "answer.txt")
    quiz, _out, quiz_err = run(data, "grade", SAMPLE / "quiz-basics", tmp_path / "answer.py")
    missing, _out, missing_err = run(data, "grade", SAMPLE / "hello", tmp_path / "answer.py")

    assert (checked, graded, quiz, missing) == (2, 2, 2, 2)
    assert check_err.startswith("There is nothing at ")
    assert "--language: python, cpp" in grade_err
    assert quiz_err == "quiz-basics is no code activity: there is nothing to run.\n"
    assert "cannot be read: No such file or directory." in missing_err


def test_check_judges_quizzes_and_hand_ins_and_says_no_when_one_disagrees(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "quiz"
    shutil.copytree(SAMPLE / "quiz-basics", folder)
    agree, out, _err = run(data, "check", folder, SAMPLE / "flowchart", "--json")
    solution = next((folder / "solutions" / "accepted").iterdir())
    solution.rename(folder / "solutions" / "wrong_answer" / f"x{solution.name}")

    disagree, told, _err = run(data, "check", folder)

    assert (agree, disagree) == (0, 1)
    totals = json.loads(out)[-1]
    assert totals["total"] == totals["agree"] > 5
    assert "✗" in told

"""`etude grade`: judge an answer; no web, no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say, tell
from etude.content import ContentError, build_job, read_activity
from etude.content.programs import language_of_files
from etude.grading.__main__ import UsageError, read_answer
from etude.grading.engine import grade
from etude.grading.errors import JobError
from etude.grading.jails import JailSet
from etude.grading.report import exit_code, to_document, to_lines
from etude.jail import JailError
from etude.models.school import LOCALES

if TYPE_CHECKING:
    from etude.content import ActivityContent


@click.command("grade")
@click.argument("activity", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--language", help="The programming language, where the files' names do not tell it.")
@click.option(
    "--course-language", type=click.Choice(LOCALES), default="en", help="Which tests: those in French or in English."
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def command(
    context: click.Context, /, activity: Path, files: tuple[Path, ...], language: str | None, **options: object
) -> None:
    """Judge an answer. Exit code: 0 accepted, 1 any other verdict, 2 wrong use, 3 this machine cannot."""
    config = read_config()
    try:
        content = read_activity(activity)
        answer, found = read_answer(files, _language(content, files, language), content)
        job = build_job(content, found, answer, course_language=str(options["course_language"]))
        with JailSet(uid=config.jail_uid) as jails:
            verdict = grade(job, jails, cache_dir=None)
    except JailError as error:
        raise CommandError(
            _("This machine cannot judge programs: %(reason)s", reason=error), code=Exit.CANNOT
        ) from error
    except ContentError as error:
        raise CommandError(tell(error), code=Exit.WRONG_USE) from error
    except (UsageError, JobError) as error:
        raise CommandError(_("This cannot be judged: %(reason)s.", reason=error), code=Exit.WRONG_USE) from error
    except OSError as error:
        sentence = _("%(path)s cannot be read: %(reason)s.", path=error.filename or activity, reason=error.strerror)
        raise CommandError(sentence, code=Exit.WRONG_USE) from error
    for line in [json.dumps(to_document(verdict))] if options["as_json"] else to_lines(verdict):
        say(line)
    context.exit(exit_code(verdict))


def _language(content: ActivityContent, files: tuple[Path, ...], chosen: str | None) -> str:
    """Return the language of an answer: the one that was chosen, else the one that its files' names tell."""
    if content.kind != "code":
        sentence = _("%(slug)s is no code activity: there is nothing to run.", slug=content.slug)
        raise CommandError(sentence, code=Exit.WRONG_USE)
    known = ", ".join(content.languages)
    if chosen is not None and chosen not in content.languages:
        sentence = _(
            "%(slug)s does not take %(language)s. It takes: %(known)s.", slug=content.slug, language=chosen, known=known
        )
        raise CommandError(sentence, code=Exit.WRONG_USE)
    found = chosen or language_of_files([file.name for file in files], content.languages)
    if found is None:
        sentence = _(
            "The language cannot be told from the files’ names. Give one with --language: %(known)s.", known=known
        )
        raise CommandError(sentence, code=Exit.WRONG_USE)
    return found

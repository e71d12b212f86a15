"""`etude grade`: judge an answer; no web, no database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say, tell, told
from etude.content import ContentError, build_job, read_activity
from etude.grading.__main__ import UsageError, read_answer
from etude.grading.auditing import AuditedJail
from etude.grading.engine import grade
from etude.grading.errors import JobError
from etude.grading.jail_pool import JailPool, processors
from etude.grading.report import exit_code, to_document, to_lines
from etude.jail import Jail, JailError
from etude.system_errors import reason
from etude.terminal import LANGUAGES


@click.command("grade")
@click.argument("activity", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--language", help="The programming language, where the files’ names do not tell it.")
@click.option(
    "--course-language", type=click.Choice(LANGUAGES), default="en", help="Which tests: those in French or in English."
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.option("--audit", is_flag=True, help="Name each system call that the jail refused the program.")
@click.pass_context
def command(
    context: click.Context, /, activity: Path, files: tuple[Path, ...], language: str | None, **options: object
) -> None:
    """Judge an answer. Exit code: 0 accepted, 1 any other verdict, 2 wrong use, 3 this machine cannot."""
    config = read_config()
    try:
        content = read_activity(activity)
        answer, found = read_answer(files, language, content)
        job = build_job(content, found, answer, course_language=str(options["course_language"]))
        make = AuditedJail if options["audit"] else Jail
        with (
            JailPool(processors(), uid=config.jail_uid, tier=config.sandbox, make=make) as pool,
            pool.borrow() as jails,
        ):
            verdict = grade(job, jails, cache_dir=None)
    except JailError as error:
        raise CommandError(
            _("This machine cannot judge programs: %(reason)s", reason=error), code=Exit.CANNOT
        ) from error
    except ContentError as error:
        raise CommandError(tell(error), code=Exit.WRONG_USE) from error
    except UsageError as error:
        raise CommandError(told(error), code=Exit.WRONG_USE) from error
    except JobError as error:
        raise CommandError(_("This cannot be judged: %(reason)s", reason=error), code=Exit.WRONG_USE) from error
    except OSError as error:
        sentence = _("%(path)s cannot be read: %(reason)s.", path=error.filename or activity, reason=reason(error))
        raise CommandError(sentence, code=Exit.WRONG_USE) from error
    lines = to_lines(verdict, told, is_audited=bool(options["audit"]))
    for line in [json.dumps(to_document(verdict))] if options["as_json"] else lines:
        say(line)
    context.exit(exit_code(verdict))

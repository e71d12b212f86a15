"""`python -m etude.grading ACTIVITY FILE…`: judge an answer on this machine, without web and database."""

from __future__ import annotations

import argparse
import json
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from etude import terminal
from etude.content import ContentError, build_job, read_activity
from etude.grading import languages
from etude.grading.auditing import AuditedJail
from etude.grading.engine import grade
from etude.grading.errors import GradingError
from etude.grading.jail_pool import JailPool, processors
from etude.grading.messages import _
from etude.grading.report import EXIT_MACHINE_CANNOT, EXIT_WRONG_USE, exit_code, to_document, to_lines
from etude.jail import Jail, JailError
from etude.marked import Notice, fill
from etude.system_errors import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from etude.content import ActivityContent
    from etude.marked import Marked


MAX_FILE_BYTES = 16 << 20
OWN_CATALOGUE = Path(__file__).parents[1] / "translations"
PARSERS_WORDS = (
    _("usage: "),
    _("positional arguments"),
    _("options"),
    _("show this help message and exit"),
    _("%(prog)s: error: %(message)s\n"),
    _("argument %(argument_name)s: %(message)s"),
    _("the following arguments are required: %s"),
    _("unrecognized arguments: %s"),
    _("expected one argument"),
    _("invalid choice: %(value)r (choose from %(choices)s)"),
    _("ambiguous option: %(option)s could match %(matches)s"),
    _("ignored explicit argument %r"),
)
"""What argparse can say of this command; it asks gettext for each by itself."""


class UsageError(GradingError):
    """What was asked for makes no sense; the sentence is for the person who asked."""


def main(argv: Sequence[str] | None = None) -> int:
    """Judge and print. Returns the exit code: 0 AC, 1 another verdict, 2 wrong use, 3 this machine cannot."""
    terminal.lend_words(OWN_CATALOGUE, _language())
    arguments = _parser().parse_args(argv)
    try:
        content = read_activity(arguments.activity)
        files, language = read_answer(arguments.files, arguments.language, content)
        job = build_job(content, language, files, course_language=arguments.course_language)
        make = AuditedJail if arguments.audit else Jail
        with JailPool(processors(), make=make) as pool, pool.borrow() as jails:
            verdict = grade(job, jails, cache_dir=arguments.cache)
    except JailError as error:
        return _complain(
            Notice(_("This machine cannot judge programs: %(reason)s"), {"reason": error}), EXIT_MACHINE_CANNOT
        )
    except (GradingError, ContentError, OSError) as error:
        return _complain(_sentence(error, arguments.activity), EXIT_WRONG_USE)
    lines: Iterable[str] = to_lines(verdict, _told, is_audited=arguments.audit)
    if arguments.json:
        lines = [json.dumps(to_document(verdict))]
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return exit_code(verdict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m etude.grading",
        description=_say(
            _("Judge an answer. Exit code: 0 accepted, 1 any other verdict, 2 wrong use, 3 this machine cannot.")
        ),
    )
    parser.add_argument("activity", type=Path, metavar=_say(_("ACTIVITY")), help=_say(_("The folder of the activity.")))
    parser.add_argument(
        "files", type=Path, nargs="+", metavar=_say(_("FILE")), help=_say(_("The files of the answer."))
    )
    parser.add_argument(
        "--language",
        metavar=_say(_("NAME")),
        help=_say(_("The programming language, where the files’ names do not tell it.")),
    )
    which = _say(_("Which tests: those in French or in English."))
    parser.add_argument("--course-language", choices=terminal.LANGUAGES, default="en", help=which)
    parser.add_argument("--json", action="store_true", help=_say(_("Print the verdict as JSON.")))
    refused = _say(_("Name each system call that the jail refused the program."))
    parser.add_argument("--audit", action="store_true", help=refused)
    kept = _say(_("A folder in which compiled programs are kept."))
    parser.add_argument("--cache", type=Path, metavar=_say(_("FOLDER")), help=kept)
    return parser


def _sentence(error: GradingError | ContentError | OSError, activity: Path) -> Marked:
    """Return what to say of an error: a mistake in content with its file and field, a refusal of the system."""
    if isinstance(error, OSError):
        values = {"path": error.filename or activity, "reason": reason(error)}
        return Notice(_("%(path)s cannot be read: %(reason)s."), values)
    if isinstance(error, ContentError) and (place := ", ".join(filter(None, (error.path, error.field)))):
        return Notice(_("%(place)s: %(text)s"), {"place": place, "text": error})
    return error


def _language() -> str:
    return terminal.wished_language() or terminal.terminal_language()


def _told(said: Marked) -> str:
    """Return what is marked in the language of the terminal."""
    return fill(said, _say)


def _say(sentence: str) -> str:
    return terminal.translate(sentence, _language())


def _complain(said: Marked, code: int) -> int:
    sys.stderr.write(f"{_told(said)}\n".encode("utf-8", "replace").decode())  # names of files need not be UTF-8
    return code


def read_answer(paths: Sequence[Path], language: str | None, content: ActivityContent) -> tuple[dict[str, bytes], str]:
    """Return the answer's files by name, and its language. A single file gets the language's usual name (`main.py`).

    Raises UsageError when there is nothing to run, when the language is none of the activity's or cannot be told;
    OSError for unreadable files.
    """
    if content.kind != "code":
        raise UsageError(_("%(slug)s is no code activity: there is nothing to run."), slug=content.slug)
    if language is None:
        language = _language_of(paths, content.languages)
    if language not in content.languages:
        sentence = _("%(slug)s does not take %(language)s. It takes: %(known)s.")
        raise UsageError(sentence, slug=content.slug, language=language, known=", ".join(content.languages))
    entry = languages.load()[language]
    if len(paths) == 1 and paths[0].name.endswith(entry.extensions):
        return {entry.source_name: _read_file(paths[0])}, language
    return {path.name: _read_file(path) for path in paths}, language


def _read_file(path: Path) -> bytes:
    """Read one file of an answer; a pipe or a device could be without end."""
    try:
        status = path.stat()
    except ValueError as error:  # a name with a NUL
        raise UsageError(_("“%(path)s” is no ordinary file."), path=path) from error
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(_("“%(path)s” is no ordinary file."), path=path)
    if status.st_size > MAX_FILE_BYTES:
        raise UsageError(_("“%(path)s” is larger than %(most)s MB."), path=path, most=MAX_FILE_BYTES >> 20)
    return path.read_bytes()


def _language_of(paths: Sequence[Path], names: Sequence[str]) -> str:
    known = languages.load()
    for name in names:
        if any(path.name.endswith(known[name].extensions) for path in paths):
            return name
    sentence = _("The language cannot be told from the files’ names. Give one with --language: %(known)s.")
    raise UsageError(sentence, known=", ".join(names))


if __name__ == "__main__":
    sys.exit(main())

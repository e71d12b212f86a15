"""`python -m etude.grading ACTIVITY FILE…`: judge an answer on this machine, without web and database."""

from __future__ import annotations

import argparse
import json
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from etude.content import ContentError, build_job, read_activity
from etude.grading import languages
from etude.grading.engine import grade
from etude.grading.errors import GradingError
from etude.grading.jails import JailSet
from etude.grading.messages import _
from etude.grading.report import EXIT_MACHINE_CANNOT, EXIT_WRONG_USE, exit_code, to_document, to_lines
from etude.jail import JailError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etude.content import ActivityContent


MAX_FILE_BYTES = 16 << 20


class UsageError(GradingError):
    """What was asked for makes no sense; the sentence is for the person who asked."""


def main(argv: Sequence[str] | None = None) -> int:
    """Judge and print. Returns the exit code: 0 AC, 1 another verdict, 2 wrong use, 3 this machine cannot."""
    arguments = _parser().parse_args(argv)
    try:
        content = read_activity(arguments.activity)
        files, language = read_answer(arguments.files, arguments.language, content)
        job = build_job(content, language, files, course_language=arguments.course_language)
        with JailSet() as jails:
            verdict = grade(job, jails, cache_dir=arguments.cache)
    except JailError as error:
        return _complain(f"this machine cannot run programs safely: {error}", EXIT_MACHINE_CANNOT)
    except (GradingError, ContentError, OSError) as error:
        return _complain(str(error), EXIT_WRONG_USE)
    lines = [json.dumps(to_document(verdict))] if arguments.json else to_lines(verdict)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return exit_code(verdict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etude.grading", description="Judge an answer to a code activity.")
    parser.add_argument("activity", type=Path, help="the activity's folder")
    parser.add_argument("files", type=Path, nargs="+", metavar="file", help="the answer's files")
    parser.add_argument("--language", help="by default: by the files' names, among the activity's languages")
    parser.add_argument("--course-language", choices=("fr", "en"), default="en", help="which tests (default: en)")
    parser.add_argument("--json", action="store_true", help="print the verdict as JSON")
    parser.add_argument("--cache", type=Path, help="a folder to keep compiled programs in")
    return parser


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n".encode("utf-8", "replace").decode())  # names of files need not be UTF-8
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

"""`etude check`: every solution that an activity carries, against the verdict it should get."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etude.cli.main import read_config
from etude.cli.talk import CommandError, Exit, _, say, tell
from etude.content import Agreement, ContentError, check_activity
from etude.features.authoring.packages import read_path
from etude.grading.engine import REDUCED, grade
from etude.grading.errors import JobError
from etude.grading.jail_pool import JailPool, processors
from etude.importers.bench import Bench
from etude.jail import JailError
from etude.system_errors import reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from etude.config import Config
    from etude.content import ActivityContent
    from etude.grading.job import Job
    from etude.grading.verdict import Verdict


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print every agreement as JSON, and the totals last.")
def command(paths: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001
    """Judge every solution of activities or courses. Exit code 1 when one does not get the verdict it should."""
    try:
        contents = _read_all(paths, read_config())
        agreements = []
        for agreement in _judge_all(contents, read_config()):
            agreements.append(agreement)
            if not as_json:
                say(_line(agreement))
    except ContentError as error:
        raise CommandError(tell(error), code=Exit.WRONG_USE) from error
    except JobError as error:
        sentence = _("The engine does not take this activity: %(reason)s", reason=error)
        raise CommandError(sentence, code=Exit.WRONG_USE) from error
    except JailError as error:
        raise CommandError(
            _("This machine cannot judge programs: %(reason)s", reason=error), code=Exit.CANNOT
        ) from error
    agree = sum(agreement.agrees for agreement in agreements)
    if as_json:
        rows: list[dict[str, object]] = [_document(agreement) for agreement in agreements]
        say(json.dumps([*rows, {"total": len(agreements), "agree": agree}], ensure_ascii=False))
    else:
        say(_("%(agree)s of %(total)s solutions get the verdict they should.", agree=agree, total=len(agreements)))
    if agree != len(agreements):
        raise click.exceptions.Exit(Exit.NO)


def _read_all(paths: tuple[Path, ...], config: Config) -> list[ActivityContent]:
    """Read every path; notes on what was left out go to standard error, for the list is on standard output."""
    contents: list[ActivityContent] = []
    with Bench(uid=config.jail_uid, tier=config.sandbox) as bench:
        for path in paths:
            if not path.exists():
                raise CommandError(_("There is nothing at %(path)s.", path=path), code=Exit.WRONG_USE)
            try:
                package = read_path(path, bench)
            except OSError as error:
                sentence = _("%(path)s cannot be read: %(reason)s.", path=path, reason=reason(error))
                raise CommandError(sentence, code=Exit.WRONG_USE) from error
            for fault in package.errors:
                raise fault
            for note in package.warnings:
                click.echo(_("Note: %(warning)s", warning=tell(note)), err=True)
            contents += package.contents
    return contents


def _judge_all(contents: list[ActivityContent], config: Config) -> Iterator[Agreement]:
    """Judge all solutions on all processors; in the order in which the activities carry them."""
    lanes = processors()
    with JailPool(lanes, uid=config.jail_uid, tier=config.sandbox) as pool, ThreadPoolExecutor(lanes) as threads:

        def judge(job: Job) -> Verdict:
            with pool.borrow() as jails:
                return grade(job, jails, cache_dir=None)

        for content in contents:
            yield from check_activity(content, judge, threads.map)


def _document(agreement: Agreement) -> dict[str, object]:
    return {
        "activity": agreement.activity,
        "file": agreement.file,
        "language": agreement.language,
        "course_language": agreement.course_language,
        "expected": list(agreement.expected),
        "verdict": agreement.verdict,
        "agrees": agreement.agrees,
        "missed": [str(one) for one in agreement.missed],
        "tier": agreement.tier,
    }


def _line(agreement: Agreement) -> str:
    mark = "✓" if agreement.agrees else "✗"
    verdict = f"{agreement.verdict} ({REDUCED})" if agreement.tier == REDUCED else agreement.verdict
    expected = "" if agreement.verdict in agreement.expected else f"  ({'|'.join(agreement.expected)})"
    missed = "".join(f"\n    {tell(one)}" for one in agreement.missed)
    return f"{mark} {agreement.activity}/{agreement.file} [{agreement.course_language}]  {verdict}{expected}{missed}"

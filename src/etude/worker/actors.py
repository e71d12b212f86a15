"""The actors: what a worker does with a task. Each may be delivered twice, or to two workers: the rows decide."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import dramatiq
import sqlalchemy as sa
from dramatiq.errors import Retry

from etude.content import ContentError
from etude.core import clock, logging
from etude.core.errors import NotFound
from etude.core.metrics import metrics
from etude.extensions import db
from etude.features.authoring import checking, following
from etude.grading import languages
from etude.grading.engine import grade, run_once
from etude.grading.errors import JobError
from etude.grading.limits import MAX_CPU_TIME_S
from etude.grading.verdict import Status
from etude.jail import IsolationUnavailable
from etude.kinds import kinds
from etude.models import WorkerState
from etude.models.submission import judging
from etude.notify import Message, NotSent, channels
from etude.queue import CHECK_ACTIVITY, CHECK_SOURCE, GRADE_SUBMISSION, RUN_PROGRAM, SEND_MAIL, SEND_WEBHOOK
from etude.web.contents import content_of
from etude.worker.faults import NO_ROOM, find_fault
from etude.worker.recording import record
from etude.worker.records import function_tests, judgement_of, outcome_document, run_document
from etude.worker.runs import OUR_FAULT, end_run, take_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from etude.config import Config
    from etude.grading.jail_pool import JailPool
    from etude.grading.job import Job
    from etude.grading.limits import Limits
    from etude.grading.verdict import TestResult, Verdict
    from etude.models.submission.judging import Claim, Judgement
    from etude.queue.sending import ActorName

_log = logging.get(__name__)
TELL_EVERY_S = 0.5
"""How often a long judgement tells the page how far it is."""
ISOLATION_RETRY_MS = 15_000
ELSEWHERE_MS = 2000
"""How long what this machine gives back waits: time enough for it to stop taking more."""
MAIL_RETRIES = 20
PRIORITIES = {
    RUN_PROGRAM.name: 0, GRADE_SUBMISSION.name: 10, CHECK_ACTIVITY.name: 15, CHECK_SOURCE.name: 15,
    SEND_MAIL.name: 20, SEND_WEBHOOK.name: 20,
}  # fmt: skip
"""Who waits in front of a page comes first; lower is sooner."""


class Actors:
    """The actors of one worker process, and what they are doing at the moment."""

    def __init__(self, app: Flask, config: Config, pool: JailPool) -> None:
        self._app, self._config, self._pool = app, config, pool
        self._held: dict[str, Claim] = {}
        self._lock = Lock()
        self.lost_isolation = False
        self.suspects_fault = False
        self.over = Event()

    def declare(self, broker: dramatiq.Broker) -> None:
        """Make the actors known to a broker under the names that the web process sends to."""
        options: dict[str, dict[str, Any]] = {
            GRADE_SUBMISSION.name: {"retry_when": lambda *_told: True, "min_backoff": 1000, "max_backoff": 30_000},
            RUN_PROGRAM.name: {"max_retries": 3, "min_backoff": 1000, "max_backoff": 5000},
            CHECK_ACTIVITY.name: {"max_retries": 20, "min_backoff": 1000, "max_backoff": 60_000},
            SEND_MAIL.name: {"max_retries": MAIL_RETRIES, "min_backoff": 15_000, "max_backoff": 3_600_000},
        }
        options[CHECK_SOURCE.name] = options[CHECK_ACTIVITY.name]
        options[SEND_WEBHOOK.name] = options[SEND_MAIL.name]
        calls: tuple[tuple[ActorName, Callable[..., None]], ...] = (
            (GRADE_SUBMISSION, self.grade_submission),
            (RUN_PROGRAM, self.run_program),
            (CHECK_ACTIVITY, self.check_activity),
            (CHECK_SOURCE, self.check_source),
            (SEND_MAIL, self.send_mail),
            (SEND_WEBHOOK, self.send_webhook),
        )
        for actor, call in calls:
            make = dramatiq.actor(
                actor_name=actor.name,
                queue_name=actor.queue,
                broker=broker,
                priority=PRIORITIES[actor.name],
                **options[actor.name],
            )
            make(call)

    def grade_submission(self, submission_id: int) -> None:
        """Judge a submission and record the result, unless it has one already or another worker took it over."""
        logging.bind(submission_id=submission_id)
        with self._app.app_context():
            with db.session.begin(lasting=False):
                claimed = judging.claim(db.session, submission_id, clock.now())
            if claimed is None:
                return
            with self._holding(claimed):
                judgement = self._judge(claimed)
                is_recorded = record(claimed, judgement, self.over)
        if is_recorded:
            metrics.count("etude_verdicts_total", verdict=str(judgement.status))
        _log.info("judged", status=judgement.status, is_recorded=is_recorded)

    def run_program(self, run_id: int) -> None:
        """Run a program for the page's Run and keep what it printed for the page to fetch."""
        logging.bind(run_id=run_id)
        with self._app.app_context():
            taken = take_run(run_id)
            if taken is None:
                return
            token, job = taken
            try:
                with self._pool.borrow() as jails:
                    result = {"state": "done", **run_document(run_once(job, jails, cache_dir=self._config.build_cache))}
            except IsolationUnavailable as error:
                self.lost_isolation = True
                _log.warning("isolation_lost", reason=str(error))
                result = {"state": "failed", "message": {"id": OUR_FAULT}}
            except JobError:
                result = {"state": "failed", "message": {"id": OUR_FAULT}}
            end_run(run_id, token, result)

    def check_activity(self, version_id: int) -> None:
        """Judge the solutions that a version of an activity carries; again later while programs cannot be isolated."""
        logging.bind(version_id=version_id)
        with self._app.app_context():
            self._leave_to_others(version_id)
            with self._judging() as judge:
                checking.run_check(version_id, judge, clock.now())

    def check_source(self, course_id: int, commit: str) -> None:
        """Judge what the repository of a course brings, and take it; again later as above."""
        logging.bind(course_id=course_id)
        with self._app.app_context(), self._judging() as judge:
            following.check_and_take(course_id, commit, judge, clock.now())

    @contextmanager
    def _judging(self) -> Iterator[Callable[[Job], Verdict]]:
        """Lend what judges a job; where programs cannot be isolated, the task is tried again later."""
        try:
            with self._pool.borrow() as jails:
                yield lambda job: grade(job, jails, cache_dir=self._config.build_cache)
        except IsolationUnavailable as error:
            self.lost_isolation = True
            _log.warning("isolation_lost", reason=str(error))
            raise Retry("programs cannot be isolated at the moment", delay=ISOLATION_RETRY_MS) from error

    def send_mail(self, address: str, subject: str, text: str) -> None:
        """Send one message by e-mail; tried again for about a day while the mail server cannot be reached."""
        self._send("email", Message(to=address, subject=subject, text=text))

    def send_webhook(self, subject: str, text: str) -> None:
        """Post one message to the school's webhook; tried again as e-mail is."""
        self._send("webhook", Message(to="", subject=subject, text=text))

    def _send(self, channel: str, message: Message) -> None:
        try:
            channels.load()[channel].send(self._config, message)
        except NotSent as error:
            if not error.is_final:
                raise
            _log.warning("mail_not_sent", channel=channel, reason=str(error))

    def give_back(self) -> int:
        """Give back what is being judged, so that another worker takes it up at once; return how many."""
        with self._lock:
            held, self._held = list(self._held.values()), {}
        with self._app.app_context():
            for claimed in held:
                with db.session.begin():
                    judging.release(db.session, claimed, clock.now())
        return len(held)

    @contextmanager
    def _holding(self, claimed: Claim) -> Iterator[None]:
        with self._lock:
            self._held[claimed.token] = claimed
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(claimed.token, None)

    def _judge(self, claimed: Claim) -> Judgement:
        """Grade outside of any transaction. A fault of ours becomes a judgement that blames nobody."""
        try:
            content = content_of(db.session, claimed.activity_version_id)
            db.session.rollback()
            build_job = kinds.load()[claimed.kind].build_job
            assert build_job is not None
            job = build_job(content, claimed.document, claimed.language, claimed.locale)
            job = replace(job, limits=scale_limits(job.limits, claimed.time_factor))
            self._require(claimed, job)
            with self._pool.borrow() as jails:
                verdict = grade(job, jails, cache_dir=self._config.build_cache, on_test=self._teller(claimed, job))
            if verdict.status is Status.IE:
                self._doubt(claimed)
            return judgement_of(verdict, job)
        except IsolationUnavailable as error:
            self.lost_isolation = True
            _log.warning("isolation_lost", reason=str(error))
            raise self._give_up(claimed, "programs cannot be isolated at the moment", ISOLATION_RETRY_MS) from error
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise  # the task is tried again
            self.suspects_fault = True
            raise self._give_up(claimed, "the disk is full", ELSEWHERE_MS) from error
        except (sa.exc.DBAPIError, Retry):
            raise
        except (JobError, ContentError, LookupError, ValueError, TypeError, AssertionError):
            _log.exception("judging_failed")
            return judging.fault(OUR_FAULT)

    def _require(self, claimed: Claim, job: Job) -> None:
        """Give back what this machine has no compiler for; the queue would not have given it, but compilers go too."""
        if not all(_is_here(name) for name in job.languages):
            raise self._give_up(claimed, "a language is missing here", ELSEWHERE_MS)

    def _doubt(self, claimed: Claim) -> None:
        """Give back what ended as a fault of ours on a machine that is known to have one: others will judge it."""
        if find_fault(self._config.data, db.engine) is not None:
            self.suspects_fault = True
            raise self._give_up(claimed, "this machine has a fault", ELSEWHERE_MS)

    def _give_up(self, claimed: Claim, why: str, delay_ms: int) -> Retry:
        """Release a submission, which costs it no delivery; return what sends its task back to the queue."""
        with db.session.begin():
            judging.release(db.session, claimed, clock.now())
        return Retry(why, delay=delay_ms)

    def _leave_to_others(self, version_id: int) -> None:
        """Let a machine check an activity that has all its languages, if there is one and it is not this."""
        try:
            content = content_of(db.session, version_id)
        except (NotFound, ContentError):  # the check itself says so
            return
        needed = {one.language for one in content.solutions if one.language}
        for validator in (content.validator, content.static_validator):
            needed |= {validator.language} if validator is not None else set()
        if all(_is_here(name) for name in needed):
            db.session.rollback()
            return
        if any(one.can(needed) for one in WorkerState.get_alive(db.session, clock.now())):
            raise Retry("another worker has all languages", delay=ELSEWHERE_MS)
        db.session.rollback()

    def _teller(self, claimed: Claim, job: Job) -> Callable[[TestResult], None]:
        """Return what the engine calls after each test: it tells the page now and then, when judging takes long.

        The first test that failed, and that students see, is told at once: the rest is still to be run.
        """
        of = sum(len(group.tests) for group in job.groups)
        told_at, done = time.monotonic(), 0
        first: dict[str, Any] = {}

        def tell(result: TestResult) -> None:
            nonlocal told_at, done
            done += 1
            is_first = not first and result.status not in {Status.AC, Status.IE} and result.visibility != "hidden"
            if is_first:
                first["first"] = {**outcome_document(result, function_tests(job)), "points": None}
            if done == of or not (is_first or time.monotonic() - told_at >= TELL_EVERY_S):
                return
            told_at = time.monotonic()
            try:
                with db.session.begin(lasting=False):
                    judging.note_tests_done(db.session, claimed, {"done": done, "of": of, **first}, clock.now())
            except sa.exc.DBAPIError as error:  # the judgement goes on; the page learns of it when the database is back
                _log.warning("progress_not_told", reason=type(error).__name__)

        return tell


def _is_here(name: str) -> bool:
    known = languages.load().get(name)
    return known is not None and known.toolchain.state().is_available


def scale_limits(limits: Limits, factor: float) -> Limits:
    """Return limits with their times multiplied, for students who were given more time."""
    if factor == 1.0:
        return limits
    wall_time_s = None if limits.wall_time_s is None else limits.wall_time_s * factor
    return replace(limits, cpu_time_s=min(limits.cpu_time_s * factor, MAX_CPU_TIME_S), wall_time_s=wall_time_s)

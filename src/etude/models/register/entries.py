"""The entries of the register, one per table."""

from __future__ import annotations

from etude.core.errors import _
from etude.models.register.meanings import (
    A_DAY,
    ALWAYS,
    BIN,
    DEVICES,
    FOUR_HUNDRED_DAYS,
    LOG,
    NINETY_DAYS,
    SIGN_INS,
    THIRTY_DAYS,
    TWO_DAYS,
    UNTIL_DONE,
    WITH_IT,
    Category,
    Group,
    Kept,
    TableEntry,
)

WHO = _("to know whose account and work it is")
REACH = _("to send invitations and links to staff who want it")
LET_IN = _("to let the right person in, and nobody else")
THEFT = _("to find out and end what somebody else does with an account")
SHOW = _("to show the pages as the person wants them")
TEACH = _("to know who teaches and learns where, and what each may see")
LEARN = _("to learn: nothing that was typed is lost, and staff can help")
ASSESS = _("to assess what was learnt, and to justify the marks")
JUDGE = _("to judge programs, and to say what came of it")
PROVE = _("to prove later who did what")
WRITE = _("to give courses and activities")
RUN = _("to run the site")


def _group(category: Category, purpose: str, columns: str) -> Group:
    return Group(category, purpose, frozenset(columns.split()))


def _work(purpose: str, columns: str) -> Group:
    return _group(Category.WORK, purpose, columns)


def _mark(columns: str) -> Group:
    return _group(Category.MARK, ASSESS, columns)


def _place(columns: str) -> Group:
    return _group(Category.PLACE, TEACH, columns)


def _trace(purpose: str, columns: str) -> Group:
    return _group(Category.TRACE, purpose, columns)


def _content(columns: str) -> Group:
    return _group(Category.CONTENT, WRITE, columns)


def _technical(columns: str) -> Group:
    return _group(Category.TECHNICAL, RUN, columns)


def _table(name: str, kept: Kept, *groups: Group, owner: str = "", is_record: bool = False) -> TableEntry:
    return TableEntry(name=name, kept=kept, groups=groups, owner=owner, is_record=is_record)


TABLES: tuple[TableEntry, ...] = (
    _table(
        "user",
        BIN,
        _group(Category.IDENTITY, WHO, "login login_key given_name family_name sort_key"),
        _group(Category.CONTACT, REACH, "email email_key"),
        _group(Category.SECRET, LET_IN, "password_hash totp_secret"),
        _group(Category.SIGN_IN, LET_IN, "claimed_at last_seen_at failed_logins locked_until"),
        _group(Category.PREFERENCE, SHOW, "locale theme zone"),
        _place("school_role"),
        _trace(PROVE, "created_at updated_at deleted_at deleted_by_id"),
        _technical("id must_change_password session_epoch totp_last_step"),
        owner="id",
        is_record=True,
    ),
    _table(
        "erasure",
        ALWAYS,
        _trace(PROVE, "id user_id account_made_at erased_at kept_until"),
    ),
    _table(
        "known_device",
        DEVICES,
        _group(Category.SIGN_IN, LET_IN, "user_id first_used_at last_used_at failed_logins locked_until"),
        _group(Category.SECRET, LET_IN, "secret_hash"),
        _technical("id"),
        owner="user_id",
    ),
    _table(
        "one_time_link",
        SIGN_INS,
        _group(Category.SIGN_IN, LET_IN, "user_id purpose made_at expires_at used_at"),
        _group(Category.SECRET, LET_IN, "token_hash"),
        _technical("id user_epoch"),
        owner="user_id",
    ),
    _table(
        "recovery_code",
        WITH_IT,
        _group(Category.SIGN_IN, LET_IN, "user_id used_at"),
        _group(Category.SECRET, LET_IN, "code_hash"),
        _technical("id"),
        owner="user_id",
    ),
    _table(
        "user_session",
        SIGN_INS,
        _group(Category.SIGN_IN, THEFT, "user_id started_at last_seen_at ended_at second_factor_at address browser"),
        _group(Category.SECRET, LET_IN, "secret_hash"),
        _technical("id epoch"),
        owner="user_id",
    ),
    _table(
        "enrolment",
        BIN,
        _place("course_id user_id section_id role confirmed_at"),
        _trace(PROVE, "import_id deleted_at deleted_by_id created_at updated_at"),
        _technical("id"),
        owner="user_id",
        is_record=True,
    ),
    _table(
        "draft",
        WITH_IT,
        _work(LEARN, "assignment_id user_id language files saved_at"),
        _technical("id version"),
        owner="user_id",
    ),
    _table(
        "draft_version",
        WITH_IT,
        _work(LEARN, "draft_id version reason language files begun_at saved_at"),
        _technical("id"),
        owner="draft_id",
    ),
    _table(
        "run",
        A_DAY,
        _work(JUDGE, "assignment_id user_id language files stdin result asked_at ended_at"),
        _technical("id state token deliveries"),
        owner="user_id",
    ),
    _table(
        "console",
        NINETY_DAYS,
        _trace(RUN, "assignment_id user_id language opened_at ended_at ending exit_code signal cpu_ms is_kept demo_id"),
        _technical("id key"),
        owner="user_id",
    ),
    _table(
        "console_record",
        THIRTY_DAYS,
        _work(LEARN, "console_id output is_whole kept_at"),
        owner="console_id",
    ),
    _table(
        "console_hint",
        NINETY_DAYS,
        _work(LEARN, "assignment_id user_id by_id text sent_at dismissed_at"),
        _technical("id"),
        owner="user_id",
    ),
    _table(
        "console_demo",
        NINETY_DAYS,
        _trace(RUN, "course_id section_id assignment_id by_id began_at ended_at ending most_followers"),
        _work(TEACH, "language files"),
        _technical("id key"),
        owner="by_id",
    ),
    _table("console_look", NINETY_DAYS, _trace(PROVE, "id console_id by_id began_at ended_at"), owner="console_id"),
    _table(
        "submission",
        WITH_IT,
        _work(ASSESS, "answer verdict queued_at"),
        _mark("id assignment_id user_id attempt kind language is_trial counts state submitted_at judged_at late_days"),
        _mark("status raw_score score max_score"),
        _technical("activity_version_id once token deliveries revision"),
        owner="user_id",
        is_record=True,
    ),
    _table(
        "submission_file",
        WITH_IT,
        _work(ASSESS, "submission_id stored_file_id position name content_type"),
        _technical("id"),
        owner="submission_id",
    ),
    _table(
        "test_outcome",
        WITH_IT,
        _work(JUDGE, "submission_id position name test_group visibility status points cpu_us wall_us memory_kb"),
        _work(JUDGE, "exit_code signal is_function_test message notes cut stdin_head obtained_head stderr_head"),
        _work(JUDGE, "printed_head"),
        _technical("id expected_head judge_note_head"),
        owner="submission_id",
    ),
    _table(
        "test_picture",
        WITH_IT,
        _work(JUDGE, "submission_id position name content_type data"),
        _technical("id"),
        owner="submission_id",
    ),
    _table(
        "review",
        WITH_IT,
        _work(ASSESS, "comment"),
        _mark("submission_id reviewer_id points released_at created_at updated_at"),
        _technical("id version"),
        owner="submission_id",
        is_record=True,
    ),
    _table(
        "progress",
        WITH_IT,
        _mark("assignment_id user_id course_id state best_score best_submission_id attempts_used submission_count"),
        _mark("hints_opened started_at last_submitted_at completed_at completed_by_id is_marked_by_hand"),
        _technical("id has_fault"),
        owner="user_id",
        is_record=True,
    ),
    _table(
        "override",
        WITH_IT,
        _work(ASSESS, "reason"),
        _mark("assignment_id user_id section_id opens_at due_at closes_at attempts time_factor created_at updated_at"),
        _technical("id"),
        owner="user_id",
        is_record=True,
    ),
    _table(
        "audit_entry",
        LOG,
        _trace(PROVE, "id at tag actor_id course_id target_type target_id fields request_id"),
        _technical("detail_digest previous_digest digest"),
    ),
    _table("audit_detail", LOG, _trace(PROVE, "entry_id document"), _technical("id salt")),
    _table("audit_seal", ALWAYS, _technical("id entry_id digest entries sealed_at")),
    _table(
        "course",
        BIN,
        _content("id code title description locale zone class_code claims_open_until archived_at owner_id"),
        _content("keeps_console_output"),
        _trace(PROVE, "deleted_at deleted_by_id created_at updated_at"),
    ),
    _table("section", BIN, _place("id course_id name"), _trace(PROVE, "deleted_at deleted_by_id")),
    _table("roster_import", WITH_IT, _trace(PROVE, "id course_id made_by_id made_at undone_at account_count made")),
    _table(
        "activity",
        BIN,
        _content("id slug kind title_fr title_en languages latest_version_id owner_id"),
        _trace(PROVE, "deleted_at deleted_by_id created_at updated_at"),
    ),
    _table(
        "activity_version",
        WITH_IT,
        _content("id activity_id number digest points document check_result made_by_id made_at note restored_number"),
    ),
    _table(
        "course_source",
        WITH_IT,
        _content("course_id url branch folder every_minutes user known_hosts set_by_id faults taken chosen pending"),
        _group(Category.SECRET, WRITE, "secret"),
        _technical("due_at tried_at state commit subject taken_commit taken_at"),
    ),
    _table(
        "assignment",
        BIN,
        _content("id course_id activity_id position points opens_at due_at closes_at attempts late_percent"),
        _content("late_floor_percent is_visible"),
        _trace(PROVE, "deleted_at deleted_by_id created_at updated_at"),
    ),
    _table("rejudgement", FOUR_HUNDRED_DAYS, _trace(PROVE, "id assignment_id asked_by_id asked_at")),
    _table(
        "rejudged_answer",
        WITH_IT,
        _mark("rejudgement_id submission_id judged_at status_before score_before tests_before status_after"),
        _mark("score_after tests_after is_changed is_kept"),
        _technical("id"),
        owner="submission_id",
        is_record=True,
    ),
    _table("alarm", TWO_DAYS, _technical("name first_at seen_at told_at")),
    _table("error_group", THIRTY_DAYS, _technical("fingerprint kind place count first_at last_at log_id")),
    _table("measurement", TWO_DAYS, _technical("id slot source totals gauges")),
    _table("outage", NINETY_DAYS, _technical("id service began_at ended_at")),
    _table("school", ALWAYS, _content("id name locale zone contact address created_at updated_at")),
    _table("stored_file", WITH_IT, _technical("id sha256 size_bytes stored_at")),
    _table("event", A_DAY, _technical("id topic payload created_at")),
    _table("job_run", ALWAYS, _technical("name leased_until last_started_at last_succeeded_at last_error")),
    _table(
        "task_message",
        UNTIL_DONE,
        _technical("id queue body eta enqueued_at leased_until claim subject urgency turn owner_id needs protocol"),
    ),
    _table(
        "worker_state",
        A_DAY,
        _technical("name seen_at tier reason fix fault version protocol cores languages clock_difference_s"),
        _technical("free_bytes"),
    ),
)
"""Every table."""

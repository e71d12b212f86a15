"""Every table, one family per folder; importing this package makes all of them known to the metadata."""

from __future__ import annotations

from etude.models.activity import Activity, ActivityVersion, Assignment, Override
from etude.models.audit_entry import AuditDetail, AuditEntry, AuditSeal
from etude.models.base import Base
from etude.models.course import Course, CourseSource, Enrolment, RosterImport, Section
from etude.models.live import Event, JobRun
from etude.models.monitoring import Alarm, ErrorGroup, Measurement
from etude.models.outages import Outage
from etude.models.progress import Progress
from etude.models.school import School
from etude.models.submission import (
    Console,
    Draft,
    DraftVersion,
    RejudgedAnswer,
    Rejudgement,
    Review,
    Run,
    StoredFile,
    Submission,
    SubmissionFile,
    TestOutcome,
    TestPicture,
)
from etude.models.user import Erasure, KnownDevice, OneTimeLink, RecoveryCode, User, UserSession
from etude.models.watching import ConsoleDemo, ConsoleHint, ConsoleLook, ConsoleRecord
from etude.models.workers import WorkerState

__all__ = [
    "Activity",
    "ActivityVersion",
    "Alarm",
    "Assignment",
    "AuditDetail",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "Console",
    "ConsoleDemo",
    "ConsoleHint",
    "ConsoleLook",
    "ConsoleRecord",
    "Course",
    "CourseSource",
    "Draft",
    "DraftVersion",
    "Enrolment",
    "Erasure",
    "ErrorGroup",
    "Event",
    "JobRun",
    "KnownDevice",
    "Measurement",
    "OneTimeLink",
    "Outage",
    "Override",
    "Progress",
    "RecoveryCode",
    "RejudgedAnswer",
    "Rejudgement",
    "Review",
    "RosterImport",
    "Run",
    "School",
    "Section",
    "StoredFile",
    "Submission",
    "SubmissionFile",
    "TestOutcome",
    "TestPicture",
    "User",
    "UserSession",
    "WorkerState",
]

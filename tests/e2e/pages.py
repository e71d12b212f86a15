"""Every page of the site: by the endpoint that draws it, who opens it, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.school import School
    from tests.e2e.work import Work


@dataclass(frozen=True)
class Visit:
    """One page; `who` as in School.states, or "student" and "other" of the work."""

    endpoint: str
    who: str
    path: str
    status: int = 200
    essential: bool = False
    """Looked at in `make test` too; the others in `make test-long`."""

    @property
    def name(self) -> str:
        return f"{self.path} ({self.who or 'nobody'})"


PUBLIC = (
    Visit("pages.landing", "", "/", essential=True),
    Visit("pages.about", "", "/about"),
    Visit("pages.accessibility", "", "/accessibility"),
    Visit("pages.privacy", "", "/privacy"),
    Visit("pages.help_index", "", "/help"),
    Visit("pages.help_students", "", "/help/students"),
    Visit("pages.help_teachers", "", "/help/teachers"),
    Visit("auth.sign_in", "", "/auth/sign-in", essential=True),
    Visit("links.forgot_password", "", "/auth/forgot"),
    Visit("join.ask_class_code", "", "/join"),
    Visit("join.pick_name", "", "/join/{code}"),
    Visit("join.claim", "", "/join/{code}/name?place={place}"),
    Visit("error", "", "/nowhere", status=404),
)
STUDENT = (
    Visit("courses.list_courses", "student", "/courses"),
    Visit("courses.show_course", "student", "/courses/{course}", essential=True),
    Visit("activities.show_assignment", "student", "{hello}", essential=True),
    Visit("activities.show_assignment", "student", "{hello}?language=cpp"),
    Visit("activities.show_assignment", "student", "{soundtrack}"),
    Visit("activities.show_assignment", "student", "{flowchart}", essential=True),
    Visit("activities.show_assignment", "student", "{quiz-collections}", essential=True),
    Visit("activities.list_own_work", "student", "{hello}/work"),
    Visit("activities.show_submission", "student", "{wrong}", essential=True),
    Visit("activities.show_submission", "student", "{broken}"),
    Visit("activities.show_submission", "student", "{quiz}"),
    Visit("activities.show_submission", "student", "{upload}"),
    Visit("activities.show_submission", "other", "{marked}"),
    Visit("activities.show_submission", "other", "{right}"),
    Visit("files.view", "student", "{file}/view"),
    Visit("auth.profile", "student", "/auth/profile"),
    Visit("auth.change_password", "student", "/auth/password"),
    Visit("sessions.show", "student", "/auth/sessions"),
    Visit("audit_log.show_own", "student", "/auth/trail"),
    Visit("error", "student", "/school/accounts", status=403),
)
TEACHER = (
    Visit("courses.list_courses", "teacher", "/courses"),
    Visit("courses.show_course", "teacher", "/courses/{course}", essential=True),
    Visit("courses.show_course", "teacher", "/courses/{course}?view=student"),
    Visit("courses.create_course", "teacher", "/courses/new"),
    Visit("courses.edit_course", "teacher", "/courses/{course}/settings"),
    Visit("course_source.show", "teacher", "/courses/{course}/repository"),
    Visit("courses.duplicate", "teacher", "/courses/{course}/copy"),
    Visit("assignments.choose", "teacher", "/courses/{course}/assignments/new"),
    Visit("assignments.edit", "teacher", "{hello}/settings"),
    Visit("rejudging.show", "teacher", "{hello}/judgements"),
    Visit("overrides.list_overrides", "teacher", "{toolbox}/exceptions"),
    Visit("overrides.edit_override", "teacher", "{exception}"),
    Visit("progress.show_class", "teacher", "/courses/{course}/progress", essential=True),
    Visit("progress.print_class", "teacher", "/courses/{course}/progress/print"),
    Visit("progress.show_student", "teacher", "/courses/{course}/students/{student_id}"),
    Visit("class_consoles.list_consoles", "teacher", "/courses/{course}/consoles"),
    Visit("console_records.list_records", "teacher", "/courses/{course}/students/{student_id}/consoles"),
    Visit("activities.show_student_work", "teacher", "{hello}/students/{student_id}"),
    Visit("activities.show_submission", "teacher", "{wrong}"),
    Visit("reviews.list_reviews", "teacher", "/courses/{course}/reviews"),
    Visit("reviews.show_review", "teacher", "{upload}/review", essential=True),
    Visit("reviews.show_review", "teacher", "{wrong}/review"),
    Visit("reviews.show_review", "teacher", "{quiz}/review"),
    Visit("roster.show_roster", "teacher", "/courses/{course}/people", essential=True),
    Visit("roster.add_member", "teacher", "/courses/{course}/people/add"),
    Visit("roster.add_student", "teacher", "/courses/{course}/people/new"),
    Visit("roster.show_removed", "teacher", "/courses/{course}/people/removed"),
    Visit("roster.show_member", "teacher", "{member}"),
    Visit("imports.paste", "teacher", "/courses/{course}/people/import"),
    Visit("claims.show", "teacher", "/courses/{course}/class-code"),
    Visit("cards.make", "teacher", "/courses/{course}/cards"),
    Visit("audit_log.show_course", "teacher", "/courses/{course}/audit"),
    Visit("bin.show_course_bin", "teacher", "/courses/{course}/bin"),
    Visit("bin.show_bin", "teacher", "/bin/courses"),
    Visit("authoring.list_activities", "teacher", "/activities"),
    Visit("authoring.show", "teacher", "{activity}"),
    Visit("authoring.list_versions", "teacher", "{activity}/versions"),
    Visit("activity_files.show", "teacher", "{activity}/files"),
    Visit("activity_editor.choose_kind", "teacher", "/activities/new"),
    Visit("activity_editor.create", "teacher", "/activities/new/code"),
    Visit("activity_editor.create", "teacher", "/activities/new/quiz"),
    Visit("activity_editor.create", "teacher", "/activities/new/upload"),
    Visit("activity_editor.edit", "teacher", "{activity}/edit"),
    Visit("activity_import.upload", "teacher", "/activities/import"),
    Visit("second_factor.show", "teacher", "/auth/second-factor"),
    Visit("second_factor.enable", "teacher", "/auth/second-factor/enable"),
    Visit("auth.profile", "teacher", "/auth/profile"),
    Visit("pages.design", "teacher", "/design"),
)
ADMIN = (
    Visit("courses.list_courses", "admin", "/courses"),
    Visit("accounts.show_accounts", "admin", "/school/accounts", essential=True),
    Visit("accounts.show_account", "admin", "{account}"),
    Visit("accounts.invite", "admin", "/school/accounts/new"),
    Visit("accounts.show_bin", "admin", "/school/accounts/bin"),
    Visit("school.edit", "admin", "/school/settings"),
    Visit("audit_log.show", "admin", "/school/audit"),
    Visit("backups.list_backups", "admin", "/school/backups/"),
    Visit("health.show", "admin", "/school/health"),
)
EMPTY = (
    Visit("courses.show_course", "teacher", "/courses/{empty}"),
    Visit("courses.show_course", "teacher", "/courses/{empty}?view=student"),
    Visit("assignments.choose", "teacher", "/courses/{empty}/assignments/new"),
    Visit("progress.show_class", "teacher", "/courses/{empty}/progress"),
    Visit("progress.print_class", "teacher", "/courses/{empty}/progress/print"),
    Visit("reviews.list_reviews", "teacher", "/courses/{empty}/reviews"),
    Visit("roster.show_roster", "teacher", "/courses/{empty}/people"),
    Visit("claims.show", "teacher", "/courses/{empty}/class-code"),
    Visit("cards.make", "teacher", "/courses/{empty}/cards"),
    Visit("audit_log.show_course", "teacher", "/courses/{empty}/audit?tag=school:backup:created"),
    Visit("join.pick_name", "", "/join/{empty_code}"),
)
"""The pages of a course that has nobody and nothing in it yet."""
VISITS = (*PUBLIC, *STUDENT, *TEACHER, *ADMIN, *EMPTY)

NO_PAGES = {
    "pages.assets": "files of the front end",
    "pages.favicon": "leads to the icon",
    "metrics.ready": "JSON",
    "metrics.show": "text for machines",
    "pages.health": "JSON",
    "pages.home": "leads to the courses or the sign-in form",
    "pages.licences": "plain text",
    "console_sockets.follow_by_socket": "a WebSocket",
    "console_sockets.show_state": "JSON",
    "pages.robots": "plain text",
    "activities.show_results": "a fragment of the page of an answer",
    "activity_files.download": "a file",
    "authoring.show_check": "a fragment of the page of an activity",
    "authoring.export": "an archive",
    "backups.download": "an archive",
    "files.content": "a file",
    "files.download": "a file",
    "consoles.follow_console": "a stream",
    "consoles.show_terminal": "the frame of the live console, without words",
    "class_consoles.follow_consoles": "a stream",
    "class_consoles.follow_look": "a stream",
    "demos.follow_demo": "a stream",
    "demos.follow_by_socket": "a WebSocket",
    "demos.show_demo": "needs a program that is shown: test_demos",
    "demos.show_program": "a fragment of that page",
    "demos.show_screen": "JSON",
    "demos.tell_demo": "JSON",
    "class_consoles.show_look": "needs a program that runs: test_class_consoles",
    "console_records.show_record": "plain text that a course asks to be kept: test_console_records",
    "live.follow_course": "a stream",
    "live.follow_submission": "a stream",
    "progress.export_class": "CSV",
    "privacy.export": "an archive",
    "privacy.export_in_course": "an archive",
    "progress.export_course": "an archive",
    "privacy.export_own": "an archive",
    "audit_log.export": "CSV",
    "audit_log.export_course": "CSV",
    "audit_log.export_lines": "JSON lines",
    "audit_log.export_course_lines": "JSON lines",
    "runs.show_run": "JSON",
    "auth.create_admin": "opened once, before the school is there: test_first_pages",
    "links.use_link": "works once: test_first_pages",
    "auth.ask_code": "a step of signing in: test_first_pages",
    "second_factor.renew_codes": "needs the second step: test_first_pages",
    "second_factor.remove": "needs the second step: test_first_pages",
    "authoring.compare": "needs a second version: test_teacher",
    "authoring.compare_any": "leads to the page above",
    "activity_import.review": "needs an uploaded package: test_teacher",
    "activity_files.picture": "a picture: test_pictures",
    "pictures.show": "a picture: test_pictures",
    "pictures.show_made": "a picture: test_engine_results",
}
"""Endpoints that answer GET with no page, or one that another test opens."""


def fill(visit: Visit, school: School, work: Work) -> Visit:
    """Return the visit with the ids of this school in its path, and the name of its person."""
    values = {
        "code": school.class_code,
        "course": school.course,
        "place": school.free_place(),
        "student_id": school.user_id(work.student),
        "activities": school.activities(),
        "empty": school.empty_course,
        "empty_code": school.empty_code,
        **{name: school.path(name) for name in school.assignments},
        **vars(work),
    }
    who = {"student": work.student, "other": work.other}.get(visit.who, visit.who)
    return Visit(visit.endpoint, who, visit.path.format_map(values), visit.status)

"""Where each form of the product stands, and how each of its rules is broken: by what the form itself declares."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.installation import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

FUNCTIONS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
MAIN = "main form[data-validate]"
PICTURE = {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}


@dataclass(frozen=True)
class Place:
    """A page with a form; `forms` are the classes that are proved there, `who` as in tests.e2e.pages."""

    forms: tuple[str, ...]
    who: str
    path: str
    selector: str = MAIN
    button: str = "button.main"
    has_blanks: bool = True
    """Spaces alone are tried too."""
    who_in_english: str = ""
    """Somebody else than in French, where a limit counts what one person sends within a minute."""

    @property
    def name(self) -> str:
        return f"{self.path} {self.selector if self.selector != MAIN else ''}".strip()


PLACES = (
    Place(("auth.SignInForm",), "", "/auth/sign-in"),
    Place(("roster.ClassCodeForm",), "", "/join"),
    Place(("roster.ClaimForm", "web.NewPasswordForm"), "", "/join/{code}/name?place={place}"),
    Place(("courses.CourseForm",), "teacher", "/courses/new"),
    Place(("courses.CourseForm",), "teacher", "/courses/{course}/settings"),
    Place(("courses.DuplicateForm",), "teacher", "/courses/{course}/copy"),
    Place(("authoring.SourceForm",), "teacher", "/courses/{course}/repository", has_blanks=False),
    Place(("courses.AssignmentForm", "courses.DatedForm"), "teacher", "{hello}/settings"),
    Place(("courses.OverrideForm", "courses.DatedForm"), "teacher", "{toolbox}/exceptions"),
    Place(("roster.AddStudentForm",), "teacher", "/courses/{course}/people/new"),
    Place(("roster.AddMemberForm",), "teacher", "/courses/{course}/people/add"),
    Place(("roster.ImportForm",), "teacher", "/courses/{course}/people/import"),
    Place(("roster.CardsForm",), "teacher", "{cards}"),
    Place(("accounts.AccountForm", "web.PersonFields"), "admin", "/school/accounts/new"),
    Place(("accounts.SchoolForm", "web.SchoolFields"), "admin", "/school/settings"),
    Place(("auth.ProfileForm",), "teacher", "/auth/profile"),
    Place(("auth.ChangePasswordForm",), "teacher", "/auth/password", has_blanks=False, who_in_english="admin"),
    Place(("auth.EnableSecondFactorForm",), "teacher", "/auth/second-factor/enable"),
    Place(
        ("authoring.CodeForm", "authoring.DoForm", "authoring.ActivityForm", "authoring.TestRow", "authoring.GroupRow",
         "authoring.HintForm", "authoring.SolutionRow", "authoring.StarterRow", "authoring.LanguageRow"),
        "teacher", "{activities[hello]}/edit"),
    Place(("authoring.QuizForm", "authoring.QuestionRow", "authoring.ChoiceRow"), "teacher",
          "{activities[quiz-basics]}/edit"),
    Place(("authoring.UploadForm",), "teacher", "{activities[flowchart]}/edit"),
    Place(("authoring.FilesForm",), "teacher", "{activities[hello]}/files"),
    Place(("authoring.ImportForm",), "teacher", "/activities/import"),
    Place(("reviews.ReviewForm",), "teacher", "{upload}/review", button="button[name=release]"),
    Place(("quiz.QuizForm",), "student", "{quiz-collections}", selector="form#quiz"),
    Place(("upload.UploadForm",), "student", "{flowchart}", selector="form#hand-in"),
)  # fmt: skip
ONCE = (
    Place(("auth.CreateAdminForm",), "", "{admin_path}", has_blanks=False),
    Place(("auth.ForgotPasswordForm",), "", "/auth/forgot", has_blanks=False),
    Place(("web.NewPasswordForm",), "", "{invitation}"),
    Place(("auth.CodeForm",), "half", "/auth/code"),
    Place(("auth.PresentPasswordForm",), "admin", "/auth/second-factor/remove", has_blanks=False),
)
"""Forms that are met once, on a school of their own."""

NO_INPUTS = {
    "activities.DraftForm": "JSON of the editor, which saves by itself",
    "activities.RunForm": "JSON of the editor",
    "activities.ConsoleForm": "JSON of the editor, with the size of the terminal’s window",
    "activities.WindowForm": "JSON of the terminal, when its window changes",
    "consoles.HintForm": "needs a program that runs; its sentences stand in tests/unit/features/consoles",
    "consoles.StopForm": "one reason that may be left out, in a fold; checked in tests/unit/features/consoles",
    "activities.TextForm": "JSON of the editor",
    "audit_log.FilterForm": "sent by GET and changes nothing: what is too long finds nobody",
    "activities.RestoreForm": "a button beside each version",
    "authoring.FileRow": "the fields of SolutionRow",
    "code.CodeForm": "one program, checked as it is stored; its sentences stand in test_handing_in",
    "pages.ShowcaseForm": "shows what fields look like and is never sent",
}
"""Forms whose rules no page can break, each with its reason. Hidden fields are filled in by the page itself."""


@dataclass
class Case:
    """One broken rule: at which field, what is put where; `typed` goes in by the keyboard."""

    field: str
    rule: str
    put: dict[str, Any] = field(default_factory=dict)
    typed: str | None = None
    sent: str | None = None
    """What is sent past the page's check, where it differs from what can be typed."""
    is_told: bool = True

    def __str__(self) -> str:
        value = str(self.sent or self.typed or self.put)
        return f"{self.field} {self.rule} {value[:40]}"


def ask(form: Locator, function: str, argument: object = None) -> Any:
    """Call a function of forms.js on a form in its page; return what it returns."""
    return form.evaluate(f"(form, argument) => {{ {FUNCTIONS}\n return {function}(form, argument); }}", argument)


def cases(form: Locator, *, has_blanks: bool = True) -> list[Case]:
    """Return a broken value for every rule that the inputs of a form carry."""
    found: dict[tuple[str, str, str], Case] = {}
    for one in ask(form, "describe"):
        is_box = one["type"] in ("select-one", "radio", "checkbox")
        for case in _chosen(one) if is_box else (*_given(one, has_blanks=has_blanks), *_written(one)):
            row = re.sub(r"\d+", "0", case.field)  # one row stands for all of its kind
            found.setdefault((row, case.rule, str(list(case.put.values())) + str(case.typed)), case)
    return list(found.values())


def _chosen(one: dict[str, Any]) -> Iterator[Case]:
    if one["tag"] == "SELECT" or one["type"] == "radio" or one["isLeastOne"]:
        yield Case(one["name"], "choice", sent="no-such", is_told=False)  # a list offers nothing else
    if one["isLeastOne"]:
        yield Case(one["name"], "valueMissing", {one["name"]: ""})


def _given(one: dict[str, Any], *, has_blanks: bool) -> Iterator[Case]:
    name = one["name"]
    if one["required"]:
        yield Case(name, "valueMissing", {name: ""})
        if has_blanks and one["type"] in ("text", "textarea"):
            yield Case(name, "valueMissing", {name: "   "})
    if one["minLength"] > 0:
        yield Case(name, "tooShort", typed="a")
    if "longest" in one["data"]:
        yield Case(name, "longest", {name: _long(one)})


def _written(one: dict[str, Any]) -> Iterator[Case]:
    name, data = one["name"], one["data"]
    if one["pattern"]:
        yield Case(name, "patternMismatch", {name: "!! é !!/"})
    if one["type"] == "email":
        yield Case(name, "typeMismatch", {name: "ab"})
    if one["type"] in ("number", "date", "datetime-local"):
        yield from _out_of_range(one)
    if "number" in data:
        yield from _no_number(name, data)
    yield from _beside_others(name, data)


def _long(one: dict[str, Any]) -> str:
    ends = {"email": "@example.org", "url": "http://"}
    number = int(one["data"]["longest"]) + 1
    if one["type"] == "email":
        return ("a" * number)[len(ends["email"]) :] + ends["email"]
    return (ends["url"] + "a" * number)[:number] if one["type"] == "url" else "a" * number


def _out_of_range(one: dict[str, Any]) -> Iterator[Case]:
    name = one["name"]
    if one["type"] == "number":
        yield Case(name, "badInput", typed="1e", sent="dix")
        yield Case(name, "stepMismatch", {name: "1.5"})
        below, above = (str(int(one["min"] or -(10**8)) - 1), str(int(one["max"] or 10**8) + 1))
    else:
        yield Case(name, "badInput", typed="12", sent="demain")
        time = "T10:00" if one["type"] == "datetime-local" else ""
        below, above = f"1999-12-31{time}", f"2201-01-01{time}"
    if one["min"]:
        yield Case(name, "rangeUnderflow", {name: below})
    if one["max"]:
        yield Case(name, "rangeOverflow", {name: above})


def _no_number(name: str, data: dict[str, str]) -> Iterator[Case]:
    yield Case(name, "number", {name: "dix"})
    if data["number"] in ("whole", "cents"):
        yield Case(name, "number", {name: "1.234"})
    if "between" in data:
        lowest, highest = data["between"].split()
        yield Case(name, "between", {name: str(int(float(highest)) + 1)})
        yield Case(name, "between", {name: "-1" if float(lowest) >= 0 else f"{float(lowest) - 1:f}"})


def _beside_others(name: str, data: dict[str, str]) -> Iterator[Case]:
    if "sameAs" in data:
        yield Case(name, "sameAs", {name: "une autre phrase"})
    if "after" in data:
        yield Case(name, "after", {data["after"]: "2026-12-02T10:00", name: "2026-12-02T10:00"})
    if "notBefore" in data:
        yield Case(name, "notBefore", {data["notBefore"]: "2026-12-02T10:00", name: "2026-12-02T09:59"})
    if "orElse" in data:
        yield Case(name, "orElse", {data["orElse"]: "", name: " "})
    if "neededWith" in data:
        other, wanted = data["neededWith"].split()
        yield Case(name, "neededWith", {other: wanted, name: ""})
    if "neededBy" in data:
        yield Case(name, "neededBy", {name: ""})


KEPT_BY = {
    "DataRequired": {"valueMissing"}, "InputRequired": {"valueMissing"}, "FileRequired": {"valueMissing"},
    "Length": {"longest", "tooShort"}, "NumberRange": {"rangeUnderflow"}, "Regexp": {"patternMismatch"},
    "Email": {"typeMismatch"}, "EqualTo": {"sameAs"}, "After": {"after"}, "NotBefore": {"notBefore"},
    "OrElse": {"orElse"}, "NeededWith": {"neededWith"}, "NumberIn": {"number", "between"}, "PointsField": {"number"},
    "WholeNumberField": {"badInput"}, "DayField": {"badInput"}, "LocalTimeField": {"badInput"}, "_Number": {"number"},
    "IntegerField": {"badInput"},
}  # fmt: skip
"""By which broken values a rule of a class is seen to be kept: any of them will do."""


def put(page: Page, form: Locator, case: Case) -> None:
    """Break the rule in the page, by hand where the browser asks for a hand."""
    ask(form, "complete", PASSWORD)
    ask(form, "put", case.put)
    if case.typed is not None:
        box = form.locator(f'[name="{case.field}"]')
        if box.get_attribute("type") in ("date", "datetime-local"):
            box.fill("")
            box.focus()
            page.keyboard.type(case.typed)
        else:
            box.fill("")
            box.press_sequentially(case.typed)

"""Programs: typed in the page, judged by tests in the jail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from etude.content import build_job as build_content_job
from etude.content import build_limits
from etude.grading import languages
from etude.grading.messages import _
from etude.kinds import Answer, Kind, PageInput
from etude.kinds.code.forms import CodeForm, field_name, file_names, make_form, offered
from etude.kinds.code.results import show_results
from etude.web import program_errors
from etude.web.judges import missing_note
from etude.web.templating import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from etude.content import ActivityContent
    from etude.grading.job import Job

RUNS_IN_PAGE = frozenset({"python"})
"""Languages that the browser itself can run; the others go to the jail."""


def read_answer(form: CodeForm, _content: ActivityContent) -> Answer:
    """Return the program of a valid form."""
    return Answer(document={"files": form.files()}, language=form.language.data or "")


def build_job(content: ActivityContent, document: Mapping[str, Any], language: str, locale: str) -> Job:
    """Return the engine's job for a program."""
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in document["files"].items()}
    return build_content_job(content, language, files, course_language=locale)


def fill_page(page: PageInput) -> dict[str, Any]:
    """Return what the bench shows: the languages, the files with what was typed, the limits."""
    choices = offered(page.content)
    shown = choices or page.content.languages[:1]  # the statement can still be read where nothing can be run
    language = page.language if page.language in shown else shown[0]
    entry = languages.load()[language]
    if isinstance(page.form, CodeForm):
        page.form.language.data = language
    return {
        "languages": [(languages.load()[one].label, f"?language={one}", one == language) for one in shown],
        "missing_note": _missing_note(page, choices),
        "takes_programs": bool(choices),
        "language": {
            "name": language,
            "label": entry.label,
            "editor": language,
            "runs_in_page": language in RUNS_IN_PAGE,
            "rules": program_errors.rules(language) if language in RUNS_IN_PAGE else [],
        },
        "files": _files(page, language),
        "data_files": _data_files(page),
        "data_names": sorted(page.content.files_beside_program(page.locale)),
        "limits_text": _limits_text(page.content, language),
    }


def _files(page: PageInput, language: str) -> list[dict[str, Any]]:
    """Return each file with the text that stands in it: what was just sent, else the draft, else the starter."""
    typed = dict((page.answer or {}).get("files", {}))
    if isinstance(page.form, CodeForm) and page.form.is_submitted():
        typed = page.form.files()
    starter = page.content.starter_files(language, page.locale)
    return [
        {
            "name": name,
            "field": field_name(index),
            "text": typed.get(name, starter.get(name, b"").decode("utf-8", "replace")),
            "is_read_only": False,
        }
        for index, name in enumerate(file_names(page.content, language, page.locale))
    ]


def _data_files(page: PageInput) -> dict[str, str]:
    """Return the texts that a program may open, for Run in the page; what is no text is left out."""
    found: dict[str, str] = {}
    for name, data in page.content.files_beside_program(page.locale).items():
        try:
            found[name] = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def _missing_note(page: PageInput, choices: list[str]) -> str:
    """Return what is said of languages that this machine lacks: to staff always, to students when none is left."""
    if choices and not page.is_staff:
        return ""
    return missing_note(page.content.languages, is_staff=page.is_staff)


def _limits_text(content: ActivityContent, language: str) -> str:
    """Return the limits of a language, and its version where the activity asks for one that is not the usual."""
    settings = content.settings_of(language)
    limits = build_limits(content.limits, settings)
    values = {"time": show_number(limits.cpu_time_s), "memory": limits.memory_bytes >> 20}
    text = str(gettext("%(time)s s, %(memory)s MB", **values))
    return f"{text}, {settings.version}" if settings.version else text


ENTRY = Kind(
    name="code",
    label=_("Program"),
    template="kinds/code/show.html",
    results_template="kinds/code/_results.html",
    judged_by="worker",
    make_form=make_form,
    read_answer=read_answer,
    page=fill_page,
    results=show_results,
    build_job=build_job,
)

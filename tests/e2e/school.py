"""A school in use behind the browser tests: an admin, a teacher, a course with names; all made through the pages."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from html import unescape
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from tests.installation import PASSWORD, Installation, filled_in

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Browser, BrowserContext, StorageState

KEPT_FREE = 2
"""So many names stay unclaimed, for the tests of the page where one claims."""
NAMES = [
    "Amélie Gagnon", "Noah Tremblay", "Zoé Bélanger", "Liam O’Connor", "Emma Nguyen", "Félix Lavoie", "Aïcha Diallo",
    "Mathis Roy", "Léa Bouchard", "Émile Côté", "Chloé Pelletier", "Thomas Đặng", "Jade Morin", "Samuel Fortin",
    "Inès Haddad", "William Gauthier", "Maëlle Ouellet", "Gabriel Caron", "Rose Beaulieu", "Nathan Lévesque",
    "Alice Poirier", "Olivier Simard", "Camille Martel", "Édouard Nadeau", "Victoria Singh", "Antoine Girard",
    "Florence Leblanc", "Jacob Desjardins", "Juliette Hébert", "Raphaël Cloutier",
]  # fmt: skip
ACTIVITIES = [
    "hello", "duration", "pitch", "flowchart", "quiz-basics", "metronome", "bounces", "scale", "toolbox", "survey",
    "quiz-collections", "soundtrack",
]  # fmt: skip
HELLO = 'prenom = input()\nprint(f"Bonjour, {prenom} !")\n'
HELLO_WRONG = 'prenom = input()\nprint("Bonjour,", prenom)\n'
HELLO_BROKEN = "prenom = input()\nprint(prenom\n"


def send(context: BrowserContext, path: str, *, to: str = "", **values: Any) -> APIResponse:
    """Send the form of a page with what the page has filled in; fail when the site refuses it."""
    page = context.request.get(path)
    answer = context.request.post(to or path, form={**filled_in(page.text()), **values})
    assert answer.ok, (path, answer.status, texts(answer.text()))
    return answer


def texts(html: str) -> str:
    """Return what a reader sees of a page's main part."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else html))).strip()


@dataclass
class School:
    """The running school; `states` holds the cookies of everybody who is signed in, by name."""

    site: Installation
    browser: Browser
    states: dict[str, StorageState] = field(default_factory=dict)
    course: int = 0
    class_code: str = ""
    empty_course: int = 0
    empty_code: str = ""
    assignments: dict[str, int] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    _activities: dict[str, str] = field(default_factory=dict)
    _free: itertools.count[int] = field(default_factory=itertools.count)
    _sections: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def address(self) -> str:
        return self.site.address

    def path(self, activity: str) -> str:
        """Return the path of an assignment, by the name of its activity."""
        return f"/assignments/{self.assignments[activity]}"

    def context(self, who: str = "", **options: Any) -> BrowserContext:
        """Return a browser's context where this person is signed in (nobody for "")."""
        if who:
            options["storage_state"] = self.states[who]
        return self.browser.new_context(**{"base_url": self.address, **options})

    def keep(self, who: str, context: BrowserContext) -> None:
        """Remember who is signed in here."""
        self.states[who] = context.storage_state()
        context.close()

    def found(self) -> None:
        """Make the admin with the one-time link, the teacher with an invitation, and the course's class."""
        self._make_admin()
        self._make_teacher()
        self._open_class()
        self._make_empty_course()

    def _make_admin(self) -> None:
        context = self.context()
        values = {"given_name": "Ada", "family_name": "Rivard", "login": "ada", "contact": "Ada Rivard, poste 12"}
        send(context, self.site.admin_path, **values, school_name="École des Rives", locale="fr",
             zone="America/Toronto", password=PASSWORD, repeated=PASSWORD)  # fmt: skip
        courses = context.request.get("/courses").text()
        found = re.search(r'href="/courses/(\d+)"', courses)
        assert found is not None, texts(courses)
        self.course = int(found[1])
        self.keep("admin", context)

    def _make_teacher(self) -> None:
        context = self.context("admin")
        values = {"given_name": "Jeanne", "family_name": "Lefèvre", "login": "jeanne", "email": ""}
        handed = send(context, "/school/accounts/new", **values, school_role="teacher").text()
        link = re.search(r"/auth/invitation/[\w.~-]+", handed)
        assert link is not None, texts(handed)
        send(context, f"/courses/{self.course}/people/add", login="jeanne", role="teacher", section="0")
        context.close()
        own = self.context()
        send(own, link[0], password=PASSWORD, repeated=PASSWORD)
        self.keep("teacher", own)

    def _open_class(self) -> None:
        context = self.context("teacher")
        self.paste(context, NAMES)
        page = send(context, f"/courses/{self.course}/class-code", minutes="240").text()
        code = re.search(r'class="projector-code"[^>]*>([A-Z]+)<', page)
        assert code is not None, texts(page)
        self.class_code = code[1]
        ids = re.findall(r"/assignments/(\d+)/settings", context.request.get(f"/courses/{self.course}").text())
        self.assignments = dict(zip(ACTIVITIES, map(int, ids), strict=True))
        context.close()

    def _make_empty_course(self) -> None:
        """Make a course with nobody and nothing in it, whose class is open."""
        context = self.context("teacher")
        made = send(context, "/courses/new", code="VIDE-1", title="Un cours vide", locale="fr", zone="America/Toronto")
        self.empty_course = int(made.url.rpartition("/")[2])
        page = send(context, f"/courses/{self.empty_course}/class-code", minutes="240").text()
        code = re.search(r'class="projector-code"[^>]*>([A-Z]+)<', page)
        assert code is not None, texts(page)
        self.empty_code = code[1]
        context.close()

    def paste(self, context: BrowserContext, names: list[str], *, section: str = "") -> None:
        """Bring names into the course, as the teacher does: paste, look, confirm."""
        place = f"/courses/{self.course}/people/import"
        plan = send(context, place, text="\n".join(names), order="given", section=section).text()
        answer = context.request.post(f"{place}/confirm", form=filled_in(plan))
        assert answer.ok, texts(answer.text())

    def student(self) -> str:
        """Let the next student claim the name with the class code; return the name."""
        name = self._next_name()
        given, family = name.split(" ")
        context = self.context()
        listed = context.request.get(f"/join/{self.class_code}").text()
        found = re.search(rf'value="(\d+)"[^>]*><span>{re.escape(family)}, {re.escape(given)}', unescape(listed))
        assert found is not None, texts(listed)
        self.places[name] = found[1]
        claim = f"/join/{self.class_code}/name?place={found[1]}"
        login = re.search(r'autocomplete="username" value="([^"]+)"', context.request.get(claim).text())
        assert login is not None
        self.logins[name] = login[1]
        send(context, claim, password=PASSWORD, repeated=PASSWORD)
        self.keep(name, context)
        return name

    def section_of_strangers(self, size: int) -> str:
        """Make a section of students that no other test knows; return the path of its cards."""
        number = next(self._sections)
        section = f"S-{ascii_lowercase[number]}"
        names = [f"Yaël {section.title()}{ascii_lowercase[i]}" for i in range(size)]
        context = self.context("teacher")
        self.paste(context, names, section=section)
        page = context.request.get(f"/courses/{self.course}/cards").text()
        context.close()
        found = re.search(rf'href="([^"]+/cards\?section=\d+)">{section}<', page)
        assert found is not None, texts(page)
        return found[1]

    def _next_name(self) -> str:
        """Return a name of the class that nobody has; when all are taken, the teacher adds one."""
        number = next(self._free)
        if number < len(NAMES) - KEPT_FREE:
            return NAMES[number]
        name = f"Zélie Renaud-{ascii_lowercase[number % 26]}{ascii_lowercase[number // 26]}".title()
        context = self.context("teacher")
        self.paste(context, [name])
        context.close()
        return name

    def free_place(self) -> str:
        """Return the place of a name that nobody has claimed."""
        context = self.context()
        places = re.findall(r'name="place" value="(\d+)"', context.request.get(f"/join/{self.class_code}").text())
        context.close()
        return str(places[-1])

    def user_id(self, name: str) -> int:
        """Return the account of a student of the class."""
        given, family = name.split(" ")
        context = self.context("teacher")
        table = unescape(context.request.get(f"/courses/{self.course}/progress").text())
        context.close()
        found = re.search(rf'/students/(\d+)">(?:{family}, {given}|{given} {family})', table)
        assert found is not None, texts(table)
        return int(found[1])

    def activities(self) -> dict[str, str]:
        """Return the path of each activity of the library, by its short name."""
        if not self._activities:
            context = self.context("teacher")
            listed = context.request.get("/activities").text()
            context.close()
            found = re.findall(r'href="(/activities/\d+)">[^<]*</a> <span[^>]*>([\w-]+)<', listed)
            self._activities = {slug: path for path, slug in found}
        return self._activities

    def hand_in(self, who: str, activity: str, code: str, *, language: str = "python") -> str:
        """Hand a program in without a browser; return the path of the answer."""
        context = self.context(who)
        path = self.path(activity)
        answer = send(context, path, to=f"{path}/submissions", code=code, language=language)
        context.close()
        return answer.url.removeprefix(self.address)

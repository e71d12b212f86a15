"""The first lesson: a teacher who has never seen Étude, thirty students without e-mail, one lesson, in real browsers.

ETUDE_SHOTS names a folder for pictures of what they saw.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import installation
from tests.e2e import bench
from tests.e2e.conftest import PATIENCE_MS, Watch
from tests.e2e.school import HELLO, HELLO_WRONG, NAMES
from tests.e2e.work import drawing
from tests.installation import PASSWORD, Installation, etude, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.long]

ROOT = Path(__file__).parents[2]


@dataclass
class Lesson:
    """The room: the site, its browsers, what was seen and how long it took."""

    site: Installation
    browser: Browser
    watch: Watch
    pages: dict[str, Page] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)
    code: str = ""
    course: str = ""
    paths: dict[str, str] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)

    def sit_down(self, name: str, *, width: int = 1280) -> Page:
        """Give somebody a computer, or a phone."""
        context: BrowserContext = self.browser.new_context(
            base_url=self.site.address, locale="fr-CA", viewport={"width": width, "height": 800}, color_scheme="light"
        )
        context.set_default_timeout(2 * PATIENCE_MS)
        self.watch.over(context)
        self.pages[name] = context.new_page()
        return self.pages[name]

    def stand_up(self, name: str) -> None:
        self.pages.pop(name).context.close()

    def picture(self, page: Page, name: str) -> None:
        """Keep a picture of a page where ETUDE_SHOTS says."""
        if folder := os.environ.get("ETUDE_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.took_s[name] = time.monotonic() - begun


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh clone with what was built; the working tree where it is not all committed."""
    status = subprocess.run(
        ["git", "status", "--porcelain", "src"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if status.returncode or status.stdout.strip():
        return ROOT / "src"
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
    shutil.copytree(ROOT / "src/etude/static/dist", clone / "src/etude/static/dist")
    for catalogue in (ROOT / "src").rglob("*.mo"):
        shutil.copy(catalogue, clone / catalogue.relative_to(ROOT))
    monkeypatch.setattr(installation, "SOURCES", clone / "src")
    return clone / "src"


@pytest.fixture
def lesson(browser: Browser, sources: Path, tmp_path: Path) -> Iterator[Lesson]:
    empty = tmp_path / "somewhere"
    empty.mkdir()
    with running(empty / "data", "--language", "fr", "--zone", "America/Toronto") as site:
        lesson = Lesson(site, browser, Watch((site.address,)))
        lesson.watch.expected = [r"status of 4(22|01|09)", "ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED"]
        yield lesson
        for name in list(lesson.pages):
            lesson.stand_up(name)


def begin(lesson: Lesson) -> None:
    """The teacher opens the link of the terminal, makes the account, finds the sample course, pastes the names."""
    page = lesson.sit_down("teacher")
    page.goto(lesson.site.admin_path)
    lesson.picture(page, "01-first-start")
    typed = {"school_name": "École des Rives", "contact": "Jeanne Lefèvre, poste 214", "given_name": "Jeanne",
             "family_name": "Lefèvre", "login": "jeanne", "password": PASSWORD, "repeated": PASSWORD}  # fmt: skip
    for name, text in typed.items():
        page.fill(f"main [name={name}]", text)
    page.click("main form button.main")
    page.click("main a:has-text('Premiers pas en programmation')")
    lesson.course = re.sub(r"^https?://[^/]+", "", page.url)
    ids = page.locator("tr[id^=assignment-]").evaluate_all(
        "rows => rows.map((row) => row.id.replace('assignment-', ''))"
    )
    lesson.paths = {"hello": f"/assignments/{ids[0]}", "flowchart": f"/assignments/{ids[3]}"}
    lesson.picture(page, "02-course")
    page.goto(f"{lesson.course}/people/import")
    page.fill("[name=text]", "\n".join(NAMES))
    page.click("main form button.main")
    lesson.picture(page, "03-what-will-be-made")
    page.click("main form button.main")
    expect(page.locator("main")).to_contain_text("Gagnon, Amélie")
    page.goto(f"{lesson.course}/class-code")
    page.select_option("[name=minutes]", "90")
    page.click("main form button.main")
    lesson.code = page.inner_text(".projector-code")
    lesson.picture(page, "04-class-code")


def join(lesson: Lesson, name: str, number: int) -> None:
    """A student types the code, picks the name, sets a password."""
    given, family = name.split(" ")
    page = lesson.sit_down(name, width=390 if number % 3 == 0 else 1280)
    page.goto("/join")
    page.fill("[name=code]", lesson.code)
    page.click("main form button.main")
    if number == 0:
        lesson.picture(page, "05-who-are-you-phone")
    page.click(f"button:has-text('{family}, {given}')")
    lesson.logins[name] = page.locator("main strong[translate=no]").inner_text()
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=repeated]", PASSWORD)
    page.click("main form button.main")
    expect(page.locator(".menu > summary")).to_contain_text(name)


def write(lesson: Lesson, name: str, number: int) -> None:
    """A student writes the first program and runs it; every third one in the page itself."""
    page = lesson.pages[name]
    page.goto(lesson.paths["hello"])
    page.wait_for_selector("html[data-ready]")
    bench.write(page, HELLO_WRONG if number % 5 == 4 else HELLO)
    if number % 6 == 1:
        bench.warm_up(page)
        assert f"Bonjour, {name}" in bench.run_to_end(page, name)
        lesson.picture(page, f"06-run-{number}")


def hand_in(lesson: Lesson, name: str, number: int) -> None:
    page = lesson.pages[name]
    page.click("#submit")
    bench.wait_for_verdict(page)
    is_right = number % 5 != 4
    expect(page.locator("#results .alert.success")).to_have_count(1 if is_right else 0)
    if number in (0, 4, 7):
        lesson.picture(page, f"07-verdict-{number}")


def lose_the_network(lesson: Lesson, name: str) -> None:
    """In mid-sentence; what was typed meanwhile is on the server when the network is back."""
    page = lesson.pages[name]
    page.context.set_offline(True)
    bench.type_first(page, "# écrit sans réseau\n")
    expect(page.locator("#save-state")).to_contain_text("Pas enregistré")
    lesson.picture(page, "08-no-network")
    page.context.set_offline(False)
    bench.wait_until_saved(page)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert bench.program(page).startswith("# écrit sans réseau\n")


def lose_the_password(lesson: Lesson, name: str) -> None:
    """The student stands before the teacher, who gives three words; they open the account once."""
    lesson.stand_up(name)
    teacher = lesson.pages["teacher"]
    teacher.goto(f"{lesson.course}/people")
    given, family = name.split(" ")
    teacher.click(f"text={family}, {given}")
    teacher.click("details.fold:has(button.main) > summary")
    teacher.click("details.fold button.main")
    words = teacher.inner_text(".three-words")
    lesson.picture(teacher, "09-three-words")
    page = lesson.sit_down(name)
    bench.sign_in(page, lesson.logins[name], words)
    page.fill("[name=password]", "ma toute nouvelle phrase")
    page.fill("[name=repeated]", "ma toute nouvelle phrase")
    page.click("main form button.main")
    page.wait_for_url(re.compile("/courses|/home"))
    page.goto(lesson.paths["hello"])
    expect(page.locator("#results")).to_have_attribute("data-state", "judged")


def send_a_photo(lesson: Lesson, name: str) -> None:
    page = lesson.pages[name]
    page.goto(lesson.paths["flowchart"])
    page.set_input_files("#camera", {"name": "IMG_2041.png", "mimeType": "image/png", "buffer": drawing(1200, 1600)})
    page.click("#submit")
    expect(page.locator(".versions > li")).to_have_count(1)
    lesson.picture(page, "10-photo-handed-in")


def review(lesson: Lesson, name: str) -> None:
    """The teacher marks the photo; the student reads it."""
    page = lesson.pages["teacher"]
    page.goto(f"{lesson.course}/reviews")
    page.click(f"main table >> text={name}")
    page.fill("[name=points]", "9")
    page.fill("[name=comment]", "Très clair ! Ajoutez le cas où l’âge est égal à 12.")
    lesson.picture(page, "11-review")
    page.click("button[name=release]")
    page.wait_for_load_state()
    own = lesson.pages[name]
    own.goto(lesson.paths["flowchart"])
    expect(own.locator(".versions .alert.success")).to_contain_text("9")
    lesson.picture(own, "12-marked")


def export(lesson: Lesson, tmp_path: Path) -> str:
    page = lesson.pages["teacher"]
    page.goto(f"{lesson.course}/progress")
    expect(page.locator("table.matrix tbody tr")).to_have_count(len(NAMES))
    lesson.picture(page, "13-table")
    with page.expect_download() as download:
        page.click("text=CSV")
    download.value.save_as(tmp_path / "table.csv")
    return (tmp_path / "table.csv").read_text(encoding="utf-8-sig")


def restore_elsewhere(lesson: Lesson, tmp_path: Path) -> str:
    """Make a backup, restore it into an empty folder, start that site; return its table as the teacher sees it."""
    data = lesson.site.data
    made = etude("backup", "create", "--data", str(data))
    assert made.returncode == 0, made.stderr
    backup = max((data / "backups").iterdir())
    target = tmp_path / "restored"
    restored = etude("restore", str(backup), "--data", str(target))
    assert restored.returncode == 0, restored.stderr
    with running(target) as site:
        context = lesson.browser.new_context(
            base_url=site.address, locale="fr-CA", viewport={"width": 1280, "height": 800}
        )
        page = context.new_page()
        bench.sign_in(page, "jeanne")
        page.goto(f"{lesson.course}/progress")
        lesson.picture(page, "14-restored")
        table = page.inner_text("table.matrix")
        context.close()
    return table


def test_first_lesson(lesson: Lesson, tmp_path: Path) -> None:
    begun = time.monotonic()
    with lesson.step("the teacher begins"):
        begin(lesson)
    with lesson.step("30 students join"):
        for number, name in enumerate(NAMES):
            join(lesson, name, number)
    with lesson.step("they write and run a program"):
        for number, name in enumerate(NAMES):
            write(lesson, name, number)
    with lesson.step("they hand it in"):
        for number, name in enumerate(NAMES):
            hand_in(lesson, name, number)
    with lesson.step("no network, lost passwords, a photo, a review"):
        lose_the_network(lesson, NAMES[5])
        for name in NAMES[10:12]:
            lose_the_password(lesson, name)
        send_a_photo(lesson, NAMES[3])
        review(lesson, NAMES[3])
    with lesson.step("table exported"):
        table = export(lesson, tmp_path)
    with lesson.step("backup restored elsewhere"):
        restored = restore_elsewhere(lesson, tmp_path)

    assert len(table.strip().splitlines()) >= len(NAMES)
    assert table.count("10") >= 24
    assert restored.count("✓ 10") == 24
    assert "✓ 9" in restored
    assert lesson.watch.left() == []
    whole_s = time.monotonic() - begun
    print("\n".join(f"{seconds:6.1f} s  {name}" for name, seconds in {**lesson.took_s, "in all": whole_s}.items()))  # noqa: T201
    assert whole_s < 15 * 60

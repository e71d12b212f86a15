"""What leaves the screen: a photo from the camera, a hand-in over a slow network, an answer on paper."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e import bench
from tests.e2e.paper import words_of
from tests.e2e.school import HELLO_WRONG
from tests.e2e.work import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FilePayload, Page

    from tests.e2e.school import School

pytestmark = pytest.mark.browser
SLOW_BYTES_S = 150_000


def noisy_picture() -> bytes:
    """A picture of about 750 KB: noise cannot be made smaller."""
    target = io.BytesIO()
    Image.frombytes("RGB", (500, 500), random.Random(1).randbytes(750_000)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.long
def test_the_button_of_the_camera_asks_a_phone_for_its_camera_and_hands_its_photo_in(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.path("flowchart"), student, width=390, has_touch=True, is_mobile=True)
    photo: FilePayload = {"name": "IMG_2041.png", "mimeType": "image/png", "buffer": drawing()}

    expect(page.locator("#camera")).to_have_attribute("capture", "environment")
    expect(page.locator("#camera")).to_have_attribute("accept", "image/*")
    with page.expect_file_chooser() as asked:
        page.locator("label[for=camera]").tap()
    asked.value.set_files(photo)
    expect(page.locator("#chosen")).to_contain_text("IMG_2041.png")
    page.locator("#submit").tap()

    expect(page.locator(".versions > li")).to_have_count(1)
    expect(page.locator(".versions > li").first).to_contain_text("IMG_2041.png")


@pytest.mark.long
def test_a_slow_network_shows_how_much_is_sent(open_page: Callable[..., Page], school: School, student: str) -> None:
    page = open_page(school.path("flowchart"), student)
    page.set_input_files("#files", {"name": "bruit.png", "mimeType": "image/png", "buffer": noisy_picture()})
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW_BYTES_S}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    page.evaluate("""() => {
        const bar = document.querySelector("#progress");
        window.sent = [];
        new MutationObserver(() => window.sent.push(bar.hidden ? -1 : bar.value)).observe(bar, { attributes: true });
    }""")

    page.click("#submit")
    expect(page.locator("#status")).to_have_text(re.compile(r"\b[1-9]\d?\s%"))

    seen = [share for share in page.evaluate("window.sent") if share >= 0]
    assert seen == sorted(seen)
    assert any(0 < share < 100 for share in seen)
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    expect(page.locator(".versions > li")).to_have_count(1, timeout=30_000)


@pytest.mark.long
def test_an_answer_on_paper_has_program_and_verdict_and_no_navigation(
    open_page: Callable[..., Page], school: School, student: str
) -> None:
    page = open_page(school.hand_in(student, "hello", HELLO_WRONG), student)
    bench.wait_for_verdict(page)

    on_paper = {size: words_of(page.pdf(format=size)) for size in ("Letter", "A4")}

    for words in on_paper.values():
        assert "".join(HELLO_WRONG.split()) in words
        assert "Àrevoir" in words
        assert "Vieprivée" not in words
        assert "Mescours" not in words
        assert "English" not in words
    assert "Mescours" in "".join(page.locator("body").inner_text().split())

"""What a class is shown, as the web process and its browsers meet it: over the holder's socket."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing, suppress
from functools import partial

import pytest

from etude.consoles import client, stage, wire
from etude.consoles.stage import Stages
from etude.grading.job import RunJob
from etude.grading.limits import Limits
from tests.unit.consoles.test_holder import Holder
from tests.web_sockets import Browser

COUNTS = "for number in (1, 2, 3): print('line', number)"
CLASS_SIZE = 60


@pytest.fixture(scope="module")
def holder(tmp_path_factory):
    holder = Holder(tmp_path_factory.mktemp("holder"))
    yield holder
    holder.close()


@pytest.fixture
def show(holder, request):
    """Put a program on a stage of its own; the stage's name."""
    shown = []

    def show(source, **pace):
        key = f"stage-{request.node.name}-{len(shown)}"
        holder.ask(do="stage", key=key, session="")
        shown.append(key)
        if pace:
            holder.ask(do="pace", key=key, **{"is_paused": False, **pace})
        run(holder, key, source)
        return key

    yield show
    for key in shown:
        with suppress(client.Refused):
            holder.ask(do="close", key=key)


def run(holder, key, source):
    job = wire.job_document(RunJob(language="python", files={"main.py": source.encode()}, limits=Limits()))
    holder.ask(do="open", key=f"console-{key}-{id(source)}", owner=hash(key), job=job, rows=24, columns=80, stage=key)


def screen_of(holder, key, after=0):
    answer = holder.ask(do="screen", key=key, after=after)
    return wire.unpack(answer.get("output", "")), answer


def follow_until(holder, key, wanted):
    """Follow a stage until its state is the wanted one; all that was shown by then."""
    shown = b""
    for news in holder.follow(key):
        assert news is not None, shown
        if "output" in news:
            shown = wire.unpack(news["output"]) if not news["is_whole"] else shown + wire.unpack(news["output"])
        if news.get("state") == wanted:
            return shown
    raise AssertionError(shown)


def test_program_is_shown_to_whoever_comes_late_too_and_the_stage_stays_when_it_ends(holder, show):
    key = show(COUNTS)

    early = follow_until(holder, key, "done")
    late, standing = screen_of(holder, key)

    assert early == late == b"line 1\r\nline 2\r\nline 3\r\n"
    assert standing["state"] == "done"
    assert standing["notices"]["window"] == [24, 80]


def test_line_by_line_whoever_shows_calls_for_each_and_the_end_comes_behind_the_last(holder, show):
    key = show(COUNTS, pace="step")
    shown = []

    for _ in range(3):
        holder.ask(do="step", key=key)
        seen = 0  # lines: those that stand there already come first, then each as it is let through
        for news in holder.follow(key):
            assert news is not None, shown
            seen += wire.unpack(news["output"]).count(b"\n") if "output" in news else 0
            if seen == len(shown) + 1:
                break
        output, standing = screen_of(holder, key)
        shown.append((output.count(b"\n"), standing["state"]))
    end = follow_until(holder, key, "done")

    assert [count for count, _state in shown] == [1, 2, 3]
    assert shown[0][1] == shown[1][1] == "running"
    assert end.endswith(b"line 3\r\n")


def test_a_pause_holds_back_and_live_again_shows_the_rest(holder, show):
    key = show(COUNTS, pace="live", is_paused=True)

    paused, standing = screen_of(holder, key)
    holder.ask(do="pace", key=key, pace="live", is_paused=False)
    shown = follow_until(holder, key, "done")

    assert (paused, standing["notices"]["is_paused"]) == (b"", True)
    assert shown.count(b"\n") == 3


def test_next_program_takes_the_place_of_the_last_on_every_screen(holder, show):
    key = show("print('first')")
    follow_until(holder, key, "done")
    _, before = screen_of(holder, key)

    run(holder, key, "print('second')")
    for _news in holder.follow(key, after=before["place"]):
        output, standing = screen_of(holder, key, after=before["place"])
        if standing["state"] == "done":
            break

    assert (output, standing["is_whole"]) == (b"second\r\n", False)
    assert standing["notices"]["run"] == before["notices"]["run"] + 1


def test_what_a_compiler_says_is_told_to_the_class(holder, show):
    key = show("print(")

    follow_until(holder, key, "done")

    assert "SyntaxError" in screen_of(holder, key)[1]["notices"]["compiler"]


def look_at(opened, holder, key, user):
    browser = opened.enter_context(closing(Browser()))
    ticket = holder.ask(do="ticket", key=key, user=user)["ticket"]
    asked = {"do": "socket", "key": key, "user": user, "ticket": ticket, "head": browser.head(), "after": 0}
    client.hand_over(holder.path, asked, browser.theirs)
    browser.theirs.close()
    return browser


@pytest.fixture
def look(holder):
    """Look at a stage as one more browser."""
    with ExitStack() as opened:
        yield partial(look_at, opened, holder)


def test_a_class_of_sixty_follows_at_once_and_cannot_type(holder, show, look):
    key = show("name = input('Name? ')\nprint('Hello,', name)")
    browsers = [look(key, user) for user in range(CLASS_SIZE)]

    for browser in browsers:
        browser.read_until(b"Name? ")
    standing = holder.ask(do="state", key=key)
    browsers[0].send(typed="zzz\r")
    browsers[0].read_to_end()
    output, _ = screen_of(holder, key)
    closed = holder.ask(do="close", key=key)
    for browser in browsers[1:]:
        browser.read_to_end()

    assert standing["followers"] == CLASS_SIZE
    assert b"zzz" not in output
    assert closed["most_followers"] == CLASS_SIZE
    assert {browser.state for browser in browsers[1:]} == {"ended"}


def test_a_stage_that_nobody_shows_on_any_more_ends_by_itself(monkeypatch):
    monkeypatch.setattr(stage, "AWAY_S", 60.0)
    monkeypatch.setattr(stage, "RELOAD_S", 0.0)

    async def leave():
        ended = asyncio.get_running_loop().create_future()
        stages = Stages(asyncio.get_running_loop(), lambda one, why: ended.set_result((one.key, why, one.state)))
        one = stages.open("key", None)
        stages.act(one, {"do": "here", "is_leaving": True})
        return await ended, len(stages)

    assert asyncio.run(leave()) == (("key", "left", {"state": "ended"}), 0)


def test_a_page_that_is_there_again_after_it_was_loaded_again_keeps_the_stage():
    async def reload():
        stages = Stages(asyncio.get_running_loop(), lambda *_: None)
        one = stages.open("key", None)
        stages.act(one, {"do": "here", "is_leaving": True})
        soon = one._timer.when()
        stages.act(one, {"do": "here", "is_leaving": False})
        later = one._timer.when()
        one.close()
        return later - soon

    assert asyncio.run(reload()) > stage.RELOAD_S


def test_what_cannot_be_asked_is_refused():
    async def ask():
        stages = Stages(asyncio.get_running_loop(), lambda *_: None)
        one = stages.open("key", None)
        one._timer.cancel()
        stages.act(one, {"do": "sing"})

    with pytest.raises(KeyError):
        asyncio.run(ask())

"""A stage: what a class is shown, one program after the other, at a pace, for as long as whoever shows it is there.

It is followed like a console; nothing can be typed into it. Its own end is told as that of a console.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from etude.consoles import wire
from etude.consoles.scrollback import Scrollback

if TYPE_CHECKING:
    from collections.abc import Callable

    from etude.consoles.session import Session

MAX_ONLOOKERS = 200
"""Of one stage at the same time: a large class, some of it with two pages."""
AWAY_S = 150.0
"""Whose page says nothing for so long has gone; a page in the background may speak once a minute only."""
RELOAD_S = 15.0
"""A page that is left may be there again at once: it was loaded again."""
MAX_COMPILER_CHARS = 4000


class Stage:
    """What is shown, and who is there. `ended` is called once, with the reason: left (nobody shows any more)."""

    def __init__(self, key: str, loop: asyncio.AbstractEventLoop, ended: Callable[[Stage, str], None]) -> None:
        self.key = key
        self.followers = self.most_followers = 0
        self.is_over = False
        self._loop, self._ended = loop, ended
        self._session: Session | None = None
        self._empty = Scrollback()
        """Shown while there is no program."""
        self._runs = 0
        self._pace, self._is_paused = "live", False
        self._news: set[asyncio.Event] = set()
        self._timer = loop.call_later(AWAY_S, self._leave)

    @property
    def scrollback(self) -> Scrollback:
        """What the program on the stage has shown."""
        return self._empty if self._session is None else self._session.scrollback

    @property
    def state(self) -> dict[str, Any]:
        """How it stands: waiting for a program, compiling, running, done; ended with the stage."""
        if self.is_over:
            return {"state": "ended"}
        if self._session is None:
            return {"state": "waiting"}
        state = self._session.state["state"]
        return {"state": "done" if state == "ended" else state}

    @property
    def changes(self) -> object:
        """What is another when the state is."""
        return self._runs, self.state["state"]

    @property
    def notices(self) -> dict[str, Any]:
        """What a page is told besides: the window's size, the pace, which program it is, what a compiler said."""
        window = None if self._session is None else self._session.notices["window"]
        pace = {"pace": self._pace, "is_paused": self._is_paused, "run": self._runs}
        return {"window": window, **pace, "compiler": self._compiler()}

    @property
    def noticed(self) -> object:
        """What is another when the notices are."""
        window = None if self._session is None else self._session.window
        return self._runs, window, self._pace, self._is_paused, self.state["state"]

    @property
    def next_place(self) -> int:
        """Where the output of the next program begins: behind all that was shown."""
        return self.scrollback.end + 1 if self._runs else 0

    def attach(self, session: Session) -> None:
        """Show a session, in the place of the one before."""
        self._detach()
        self._session, self._runs = session, self._runs + 1
        session.gate.set(self._pace, is_paused=self._is_paused)
        session.on_news = self._wake
        self._wake()

    def set_pace(self, pace: str, *, is_paused: bool) -> None:
        """Change the pace, for whoever shows as for the class. Raises KeyError for one that is none."""
        if self._session is not None:
            self._session.gate.set(pace, is_paused=is_paused)
            self._session.show()
        self._pace, self._is_paused = pace, is_paused
        self._wake()

    def step(self) -> None:
        """Let the next line through."""
        if self._session is not None:
            self._session.gate.call()
            self._session.show()

    def be_here(self, *, is_leaving: bool) -> None:
        """Note that whoever shows is there, or leaves the page."""
        self._timer.cancel()
        if not self.is_over:
            self._timer = self._loop.call_later(RELOAD_S if is_leaving else AWAY_S, self._leave)

    def close(self) -> None:
        """End it; the program goes on for whoever ran it."""
        self._timer.cancel()
        self.is_over = True
        self._detach()
        self._wake()

    def watch(self) -> asyncio.Event:
        """Return what is set whenever something happens, until `unwatch`."""
        event = asyncio.Event()
        self._news.add(event)
        self.followers += 1
        self.most_followers = max(self.most_followers, self.followers)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        """Look no more."""
        self._news.discard(event)
        self.followers -= 1

    def _compiler(self) -> str:
        end = {} if self._session is None else self._session.end
        return str(end["compile"]["output"])[:MAX_COMPILER_CHARS] if end.get("why") == "compile" else ""

    def _detach(self) -> None:
        if self._session is None:
            return
        session, self._session = self._session, None
        self._empty = session.scrollback.copy()  # what the class has seen, and no more
        session.on_news = None
        session.gate.set("live", is_paused=False)
        session.show()

    def _leave(self) -> None:
        self.close()
        self._ended(self, "left")

    def _wake(self) -> None:
        for event in self._news:
            event.set()


class Stages:
    """All stages of a holder, and what can be asked about them. `ended` is called with each that ended by itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ended: Callable[[Stage, str], None]) -> None:
        self._loop, self._ended = loop, ended
        self._stages: dict[str, Stage] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._stages)

    def find(self, key: object) -> Stage | None:
        """Return the stage of this name."""
        return self._stages.get(str(key))

    def open(self, key: str, session: Session | None) -> Stage:
        """Make a stage, with the console that is shown first."""
        stage = self._stages[key] = Stage(key, self._loop, self._end)
        if session is not None:
            stage.attach(session)
        return stage

    def act(self, stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what is asked of one, and return how it stands. Raises KeyError for what cannot be asked."""
        match asked["do"]:
            case "pace":
                stage.set_pace(asked["pace"], is_paused=asked["is_paused"])
            case "step":
                stage.step()
            case "here":
                stage.be_here(is_leaving=asked["is_leaving"])
            case "screen":
                return {**_screen(stage, int(asked["after"])), **_standing(stage)}
            case "close":
                stage.close()
                del self._stages[stage.key]
            case other if other != "state":
                raise KeyError(other)
        return _standing(stage)

    def _end(self, stage: Stage, why: str) -> None:
        del self._stages[stage.key]
        self._ended(stage, why)


def _standing(stage: Stage) -> dict[str, Any]:
    counts = {"followers": stage.followers, "most_followers": stage.most_followers}
    return {**stage.state, **counts, "notices": stage.notices}


def _screen(stage: Stage, place: int) -> dict[str, Any]:
    """Return what is new behind a place, for a page that asks now and then."""
    if place == stage.scrollback.end:
        return {}
    data, is_whole = stage.scrollback.after(place)
    return {"output": wire.pack(data), "is_whole": is_whole, "place": stage.scrollback.end}

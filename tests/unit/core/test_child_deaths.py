from __future__ import annotations

import multiprocessing

from etude.core.child_deaths import ChildDeaths


def test_forked_web_process_shares_the_number_which_stops_at_255() -> None:
    deaths = ChildDeaths()
    before = deaths.count
    process = multiprocessing.get_context("fork").Process(target=setattr, args=(deaths, "count", 300))

    process.start()
    process.join()

    assert (before, deaths.count) == (0, 255)

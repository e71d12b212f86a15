from __future__ import annotations

from etude.core.metrics import Metrics, series


def test_series_is_named_as_prometheus_names_it() -> None:
    name = series("etude_verdicts_total", {"verdict": "AC", "tier": "full"})

    assert name == 'etude_verdicts_total{verdict="AC",tier="full"}'


def test_counters_begin_at_nothing_and_add_up() -> None:
    mine = Metrics()

    mine.count("a_total", kind="x")
    mine.count("a_total", 2.5, kind="x")
    mine.count("a_total", kind="y")

    assert mine.totals() == {'a_total{kind="x"}': 3.5, 'a_total{kind="y"}': 1.0}


def test_duration_is_in_every_bucket_that_it_fits_in() -> None:
    mine = Metrics()

    mine.observe("page_seconds", 0.2)

    totals = mine.totals()
    assert totals['page_seconds_bucket{le="0.1"}'] == 0
    assert totals['page_seconds_bucket{le="0.3"}'] == totals['page_seconds_bucket{le="+Inf"}'] == 1
    assert (totals["page_seconds_count"], totals["page_seconds_sum"]) == (1, 0.2)


def test_gauge_is_read_when_it_is_asked_for() -> None:
    mine, open_now = Metrics(), [1, 2]
    mine.watch("open", lambda: len(open_now))

    open_now.append(3)

    assert mine.gauges() == {"open": 3}


def test_forked_process_begins_anew() -> None:
    mine = Metrics()
    mine.count("a_total")

    mine.clear()

    assert mine.totals() == {}

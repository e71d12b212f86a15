"""`etude serve` on a whole machine: its start, its processes, its end."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.installation import Installation, Visitor, etude, free_port, running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STOP_S = 5.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that every test of this module may look at, and none stops."""
    with running(tmp_path_factory.mktemp("school") / "data") as site:
        yield site


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; one that ended and that nobody asked about (in a container) does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_first_start_prints_the_address_and_the_admins_link(site: Installation) -> None:
    printed = "".join(site.printed)

    assert f"http://127.0.0.1:{site.port}/\n" in printed
    assert f"http://127.0.0.1:{site.port}{site.admin_path}" in printed
    assert "--host 0.0.0.0" in printed
    assert "Traceback" not in printed


def test_first_start_keeps_its_data_to_itself(site: Installation) -> None:
    assert site.data.stat().st_mode & 0o777 == 0o700
    assert (site.data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (site.data / "logs" / "etude.log").is_file()


def test_it_answers_that_it_is_well(site: Installation) -> None:
    assert '"ok"' in Visitor(site).get("/healthz")


def test_second_start_on_the_same_data_is_one_sentence_that_names_the_first(site: Installation) -> None:
    done = etude("serve", "--port", str(free_port()), "--data", str(site.data))

    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"Étude already runs on this data folder \(process {site.process.pid}\)\. .*\n", done.stderr)
    assert site.is_up()


def test_port_in_use_is_one_sentence_with_the_way_out(site: Installation, tmp_path: Path) -> None:
    done = etude("serve", "--port", str(site.port), "--data", str(tmp_path / "other"))

    assert done.returncode == 1
    assert re.fullmatch(rf"Port {site.port} of 127\.0\.0\.1 cannot be used \(.*\)\. .*--port\.\n", done.stderr)


@pytest.mark.long
def test_doctor_finds_nothing_wrong_with_the_data_of_a_running_school(site: Installation) -> None:
    done = etude("doctor", "--data", str(site.data))

    assert "✓ database: SQLite" in done.stdout
    assert "✓ queue: tasks that wait: " in done.stdout  # the sample's solutions may still be judged


@pytest.mark.long
def test_first_backup_is_made_by_itself_soon_after_the_start(site: Installation) -> None:
    wait_for(lambda: list((site.data / "backups").glob("etude-*.json")), "a proved backup")

    listed = etude("backup", "list", "--data", str(site.data))

    assert listed.stdout.endswith("restore tried, whole\n")


def test_worker_that_was_killed_is_started_again(site: Installation) -> None:
    first = wait_for(site.worker, "the worker")

    first.kill()

    again = wait_for(lambda: (found := site.worker()) and found.pid != first.pid and found, "another worker")
    assert again.is_running()
    assert site.is_up()


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGTERM, id="SIGTERM"), pytest.param(signal.SIGINT, id="Ctrl-C", marks=pytest.mark.long)],
)
def test_it_ends_within_five_seconds_with_a_stream_open_and_leaves_no_process(
    number: signal.Signals, tmp_path: Path
) -> None:
    with running(tmp_path / "data") as site:
        admin = Visitor(site)
        admin.become_admin()
        course = re.search(r"/courses/(\d+)", admin.get("/courses"))
        assert course is not None
        with admin.stream(f"/events/courses/{course[1]}") as stream:
            wait_for(site.is_judging, "the jails")
            processes = site.processes()

            took_s = site.stop(number)

            stream.read()  # to its end: it was closed in order
        assert took_s < STOP_S
        assert len(processes) > 3
        wait_for(lambda: not any(is_alive(one) for one in processes), "the end of all", timeout_s=STOP_S - took_s)
        assert "Traceback" not in "".join(site.printed)


@pytest.mark.long
def test_second_start_offers_no_link_to_a_school_that_has_its_admin(tmp_path: Path) -> None:
    with running(tmp_path / "data", "--empty", "--language", "fr", "--backup-key") as site:
        Visitor(site).become_admin()
        path = site.admin_path
        assert "\nAGE-SECRET-KEY-1" in "".join(site.printed)
        site.stop()

    with running(tmp_path / "data") as site:
        assert "first-admin" not in "".join(site.printed)
        status, _page = Visitor(site).post("/auth/sign-in", login="ada", password="wrong again")
        assert status == 422
        assert path not in (site.data / "logs" / "etude.log").read_text()

"""Run: Python in the page in its three ways of reading the keyboard, the server's sandbox for the rest, and Stop."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

READY_MS = 40_000  # starting Python takes 2 s, and 7 s on a loaded machine
FINISHED = "#run:not([disabled])"
ATTEMPTS = """import js
def attempt(name, act):
    try: print(name, 'GOT', act())
    except BaseException as error: print(name, 'refused', type(error).__name__)
def xhr():
    request = js.XMLHttpRequest.new(); request.open('GET', js.location.origin + '/secret', False); request.send()
    return request.responseText
attempt('xhr', xhr)
attempt('eval', lambda: js.eval('1'))
attempt('worker', lambda: js.Worker.new('data:text/javascript,1'))
attempt('socket', lambda: js.WebSocket.new('ws://' + js.location.host + '/secret'))
"""
LOOPS = {
    "silent": "print('go')\nwhile True:\n    pass",
    "stubborn": "print('go')\nwhile True:\n    try:\n        pass\n    except BaseException:\n        pass",
    "waiting": "input('go')",
}


def _run(page):
    page.click("#run")
    page.wait_for_selector(FINISHED, timeout=READY_MS)
    return page.inner_text("#console-log")


def _ready(page):
    """Wait until Python is there: a slow start would send the run to the server."""
    page.evaluate("etude.bench.runner.load().then(() => 1)")


def test_program_asks_and_is_answered(bench):
    page = bench()
    _ready(page)
    assert page.evaluate("crossOriginIsolated")

    page.click("#run")
    page.wait_for_selector("#console-input:focus", timeout=READY_MS)
    page.keyboard.type("sol")
    page.keyboard.press("Enter")
    page.wait_for_selector(FINISHED)

    assert "Note de départ ? sol\nsol la si do ré mi fa sol" in page.inner_text("#console-log")
    assert page.evaluate("document.activeElement.id") == "run"


@pytest.mark.parametrize("host", ["127.0.0.1", "etude.lan"])
def test_program_reads_without_shared_memory_on_plain_http(bench, school, write, host):
    school.isolated = False
    page = bench(host=host)
    _ready(page)
    write(page, "import sys\nprint(sum(int(line) for line in sys.stdin))")

    page.click("#run")
    for line in ("1", "2"):
        page.wait_for_selector("#console-input:focus", timeout=READY_MS)
        page.keyboard.type(line)
        page.keyboard.press("Enter")
    page.wait_for_selector("#console-input:focus")
    page.keyboard.press("Control+d")
    page.wait_for_selector(FINISHED)

    assert page.inner_text("#console-log").split() == ["1", "2", "3"]
    assert page.evaluate("etude.bench.runner.info.mode") == "jspi"


@pytest.mark.long
def test_program_reads_lines_typed_before_where_nothing_else_works(bench, school):
    school.isolated, school.forced_mode = False, "given"
    page = bench()
    _ready(page)

    page.click("#run")
    page.wait_for_selector("#stdin:focus")
    expect(page.locator("#status")).to_contain_text("This program reads input")
    page.keyboard.type("la")

    assert "la si do ré mi fa sol la" in _run(page)


@pytest.mark.parametrize("name", LOOPS)
def test_stop_ends_any_loop(bench, write, name):
    page = bench()
    _ready(page)
    write(page, LOOPS[name])

    page.click("#run")
    expect(page.locator("#console-log")).to_contain_text("go")
    page.click("#stop")
    page.wait_for_selector(FINISHED)

    expect(page.locator("#status")).to_have_text("Stopped.")
    write(page, "print('again')")
    assert "again" in _run(page)


def test_program_that_never_stops_printing_is_ended(bench, write):
    page = bench()
    _ready(page)
    write(page, "while True:\n    print('encore')")

    printed = _run(page)

    expect(page.locator("#status")).to_have_text("Too much output: the rest is not shown.")
    assert len(printed) < 420_000
    write(page, "print('again')")
    assert _run(page).strip() == "again"


def test_stop_without_shared_memory_starts_python_anew(bench, school, write):
    school.isolated = False
    page = bench()
    _ready(page)
    write(page, "print('go')\nwhile True: pass")
    page.click("#run")
    expect(page.locator("#console-log")).to_contain_text("go")

    page.click("#stop")
    page.wait_for_selector(FINISHED)
    _ready(page)

    write(page, "print('again')")
    assert "again" in _run(page)


def test_stop_while_python_loads_forgets_the_program(bench, write):
    page = bench()
    write(page, "print('first')")

    page.click("#run")
    page.click("#stop")
    page.wait_for_selector(FINISHED)
    _ready(page)
    write(page, "print('second')")

    assert _run(page).strip() == "second"


@pytest.mark.long
def test_program_cannot_reach_the_site(bench, school, write):
    page = bench(expect="Content Security Policy|Refused|Failed to|WebSocket|violates")
    _ready(page)
    write(page, ATTEMPTS)

    printed = _run(page)

    assert "xhr refused" in printed
    assert "eval refused" in printed
    assert school.secrets_read == 0


def test_each_run_starts_anew_with_the_files_of_the_activity(bench, write):
    page = bench()
    _ready(page)
    write(page, "print(open('notes.txt').read())\nopen('left.txt', 'w').write('x')\nimport os; os.environ['A'] = '1'")
    assert "do\nré" in _run(page)

    write(page, "import os\nprint(sorted(os.listdir()))")

    assert _run(page).strip() == "['main.py', 'notes.txt']"


def test_error_is_marked_at_its_line_and_explained(bench, write):
    page = bench()
    _ready(page)
    write(page, "a = 1\nprint(b)\n")

    printed = _run(page)

    assert 'File "main.py", line 2' in printed
    assert "pyodide" not in printed
    expect(page.locator("#status")).to_have_text("Line 2: The name “b” is not known.")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)


def test_mod_enter_runs(bench, write):
    page = bench()
    _ready(page)
    write(page, "print('by keyboard')")

    page.focus(".cm-content")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(FINISHED)

    expect(page.locator("#console-log")).to_contain_text("by keyboard")


def test_slow_python_gives_way_to_the_server(bench, school, write):
    school.patience_ms = 0
    school.run_result = {
        "state": "done",
        "stdout": "42\n",
        "stderr": "",
        "exit_code": 0,
        "signal": None,
        "cpu_ms": 12,
        "compile": {"ok": True, "output": "", "lines": []},
        "message": "",
    }
    school.run_done.set()
    page = bench()
    write(page, "print(42)")

    printed = _run(page)

    assert printed.strip() == "42"
    expect(page.locator("#status")).to_have_text("Done on the server in 12 ms.")
    assert school.runs[0]["files"] == {"main.py": "print(42)"}


def test_page_without_python_uses_the_server(bench, school, write):
    school.worker_missing = True
    school.run_result = {
        "state": "done",
        "stdout": "",
        "stderr": 'File "main.py", line 1\nNameError: b',
        "exit_code": 1,
        "signal": None,
        "cpu_ms": 9,
        "compile": None,
        "message": "",
    }
    school.run_done.set()
    page = bench(expect="404")
    write(page, "print(b)")

    _run(page)

    expect(page.locator("#status")).to_have_text("Error at line 1.")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)


def test_compiled_language_runs_on_the_server_with_typed_input(bench, school):
    school.run_result = {
        "state": "done",
        "stdout": "3\n",
        "stderr": "",
        "exit_code": 0,
        "signal": None,
        "cpu_ms": 1,
        "compile": {"ok": True, "output": "", "lines": []},
        "message": "",
    }
    page = bench("/assignments/2")
    page.click("#run")
    page.wait_for_selector("#stdin:focus")
    page.keyboard.type("1 2")

    page.click("#run")
    expect(page.locator("#status")).to_have_text("Running on the server…")
    school.run_done.set()
    page.wait_for_selector(FINISHED)

    assert page.inner_text("#console-log").strip() == "3"
    assert school.runs[0]["stdin"] == "1 2"
    assert school.runs[0]["language"] == "cpp"


def test_compile_errors_are_marked_at_their_lines(bench, school):
    lines = [{"file": "main.cpp", "line": 5, "column": 3, "message": "expected ‘;’"}]
    school.run_result = {
        "state": "done",
        "stdout": "",
        "stderr": "",
        "exit_code": None,
        "signal": None,
        "cpu_ms": 0,
        "message": "",
        "compile": {"ok": False, "output": "main.cpp:5:3: error", "lines": lines},
    }
    school.run_done.set()
    page = bench("/assignments/2")
    page.evaluate("document.getElementById('stdin').value = '1 2'")

    _run(page)

    expect(page.locator("#status")).to_contain_text("does not compile")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)


def test_stop_gives_up_waiting_for_the_server(bench, school):
    page = bench("/assignments/2")
    page.evaluate("document.getElementById('stdin').value = '1 2'")
    page.click("#run")
    expect(page.locator("#status")).to_have_text("Running on the server…")

    page.click("#stop")

    expect(page.locator("#status")).to_have_text("Stopped.")
    expect(page.locator("#run")).to_be_enabled()


def test_lost_connection_is_said_and_run_can_be_pressed_again(bench, school):
    page = bench("/assignments/2", expect="Failed to load|ERR_INTERNET")
    page.evaluate("document.getElementById('stdin').value = '1 2'")
    page.context.set_offline(True)

    page.click("#run")

    expect(page.locator("#status")).to_contain_text("could not be run")
    expect(page.locator("#run")).to_be_enabled()

"""What each level of caching saves: `python -m benchmarks.load.caches FOLDER`, in processor time of one process."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load.walk import COURSE_ID, find_values, sign_in
from benchmarks.site_ import percentile, report

from etude.app import create_app
from etude.config import Config
from etude.core.caching import memory
from etude.extensions import cache, limiter
from etude.web.markdown import render

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 40
STATEMENT = Path(__file__).parents[2] / "src" / "etude" / "sample" / "soundtrack" / "statement.en.md"


def cpu_ms(act: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """Return the median processor time of an act, in milliseconds; what comes before each is not counted."""
    taken = []
    for _ in range(TIMES):
        before()
        began = time.process_time()
        act()
        taken.append((time.process_time() - began) * 1000)
    return percentile(taken, 0.5)


def main() -> None:
    app = create_app(Config(data=Path(sys.argv[1])))
    limiter.enabled = False
    with app.app_context():
        student = sign_in(app, find_values()["student_id"])
    anybody, text = app.test_client(), STATEMENT.read_text()
    etag = anybody.get("/help").headers["ETag"]
    levels = {
        "routes": (lambda: anybody.get("/help").close(), cache.clear),
        "frequent queries": (lambda: student.get(f"/courses/{COURSE_ID}").close(), memory.clear),
        "Markdown by its text": (lambda: render(text), render.cache_clear),
    }
    for name, (act, forget) in levels.items():
        act()
        kept, anew = cpu_ms(act), cpu_ms(act, forget)
        report(name, kept_cpu_ms=round(kept, 3), anew_cpu_ms=round(anew, 3), gain=round(anew / max(kept, 0.001), 1))
    first, again = anybody.get("/help"), anybody.get("/help", headers={"If-None-Match": etag})
    report("browser", first_bytes=len(first.data), again_status=again.status_code, again_bytes=len(again.data))


if __name__ == "__main__":
    main()

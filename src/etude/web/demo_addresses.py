"""Where the page of whoever shows a console to the class asks for what."""

from __future__ import annotations

from typing import Any

from flask import url_for


def presenter_addresses(demo_id: int) -> dict[str, str]:
    """Return where the page of whoever shows asks for what."""
    place: dict[str, Any] = {"demo_id": demo_id}
    return {
        "pace": url_for("presenting.set_pace", **place),
        "step": url_for("presenting.step", **place),
        "presence": url_for("presenting.be_here", **place),
        "end": url_for("presenting.end_demo", **place),
        "page": url_for("demos.show_demo", **place),
    }

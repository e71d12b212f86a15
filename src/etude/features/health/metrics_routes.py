"""What machines ask: whether this process is ready to serve, and what the school's processes counted."""

from __future__ import annotations

import hmac
import time
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, g, request

from etude.core import clock
from etude.core.errors import NotFound
from etude.core.metrics import metrics
from etude.extensions import limiter
from etude.features.health import exposition, readiness
from etude.permissions import public
from etude.web.request import settings

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("metrics", __name__)
KEPT = "etude_readiness"
THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""Anybody may send any word as a method; each would be a series more."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    app = state.app
    assert isinstance(app, Flask)
    app.extensions[KEPT] = readiness.Kept()
    app.after_request(_count)


def _count(response: Response) -> Response:
    """Count a request. What streams is no page: it lasts as long as its reader looks."""
    method = request.method if request.method in METHODS else "other"
    metrics.count("etude_requests_total", method=method, status=f"{response.status_code // 100}xx")
    if not response.is_streamed:
        metrics.observe("etude_request_seconds", time.perf_counter() - g.started)
    return response


@blueprint.get("/readyz")
@public
@limiter.exempt
def ready() -> ResponseReturnValue:
    """Answer whether this process can serve: 200, or 503 with the names of what is missing; and what needs a person."""
    kept: readiness.Kept = current_app.extensions[KEPT]
    faults, warnings = kept.get(lambda: readiness.examine(settings(), clock.now()))
    answer = {"status": "not ready" if faults else "ready", "faults": faults, "warnings": warnings}
    return answer, 503 if faults else 200


@blueprint.get("/metrics")
@public
@limiter.limit("120 per minute")
def show() -> Response:
    """Show the metrics to this machine, or to who has the token; to others there is no such page."""
    if not (_has_token() or _is_this_machine()):
        raise NotFound
    return Response(exposition.write(settings().backups, clock.now()), content_type=exposition.TYPE)


def _has_token() -> bool:
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _is_this_machine() -> bool:
    """Tell whether a program of this machine asks, and not a proxy on it for somebody else."""
    return request.remote_addr in THIS_MACHINE and not any(name in request.headers for name in FORWARDED)

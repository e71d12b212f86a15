"""The start page, the built front-end files, health checks, the choice of language and theme."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, render_template, request, send_from_directory, url_for
from flask_login import current_user

from etude.core.caching import IMMUTABLE
from etude.core.errors import NotFound
from etude.extensions import db, limiter
from etude.permissions import public
from etude.web.templating import DIST, manifest

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pages", __name__, template_folder="templates")
YEAR_SECONDS = 365 * 24 * 3600
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


@blueprint.get("/")
@public
def landing() -> ResponseReturnValue:
    """Show what Étude is and where to sign in."""
    return render_template("pages/landing.html")


@blueprint.get("/home")
@public
def home() -> ResponseReturnValue:
    """Take a signed-in person to the courses, anybody else to the sign-in form."""
    return redirect(url_for("courses.list_courses" if current_user.is_authenticated else "auth.sign_in"))


@blueprint.get("/assets/<path:name>")
@public
@limiter.exempt
def assets(name: str) -> Response:
    """Serve a built file; its name holds its hash, so browsers may keep it for ever. Compressed ahead where it pays."""
    path = PurePosixPath(name)
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and (DIST / (name + ".gz")).is_file()
    if path.suffix not in TYPES:
        raise NotFound
    response = send_from_directory(DIST, name + (".gz" if packed else ""), max_age=YEAR_SECONDS)
    response.headers["Content-Type"] = TYPES[path.suffix]
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if path.name.startswith("py-worker"):
        # A worker obeys the policy of its own response: the student's program may load Python and nothing else.
        python = request.host_url + "assets/" + manifest()["pyodide/"]
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {request.host_url}assets/ 'wasm-unsafe-eval'; connect-src {python}; worker-src 'none'"
        )
    return response


@blueprint.get("/healthz")
@public
@limiter.exempt
def health() -> ResponseReturnValue:
    """Answer that the process lives and reads its database."""
    db.session.execute(sa.text("SELECT 1"))
    return {"status": "ok"}


@blueprint.get("/help")
@public
def help_index() -> ResponseReturnValue:
    """Show the help for students and for teachers."""
    return render_template("pages/help.html")


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is stored, where, for how long, and who is responsible."""
    return render_template("pages/privacy.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """Say how the pages can be used without a mouse, a screen or colours."""
    return render_template("pages/accessibility.html")


@blueprint.get("/about")
@public
def about() -> ResponseReturnValue:
    """Show the version and the licences."""
    return render_template("pages/about.html")

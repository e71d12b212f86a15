"""Pages that need no account: the start page, help, privacy, accessibility, about; the built files; health checks."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_from_directory, url_for
from flask_login import current_user

from etude.core import clock
from etude.core.caching import IMMUTABLE
from etude.core.errors import NotFound
from etude.extensions import db, limiter
from etude.features.pages.forms import ShowcaseForm
from etude.features.pages.licences import libraries
from etude.features.pages.page_cache import cached_page, render_for_everybody
from etude.models import School
from etude.models.register.owning import what_is_stored
from etude.permissions import Permission, public, requires
from etude.web.i18n import choose_locale
from etude.web.request import isolate
from etude.web.templating import DIST, asset, manifest

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("pages", __name__, template_folder="templates")
YEAR_SECONDS = 365 * 24 * 3600
DAY_SECONDS = 24 * 3600
LICENCES = "THIRD-PARTY-LICENCES.txt"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
    ".txt": "text/plain; charset=utf-8",
}


@blueprint.get("/")
@public
@cached_page
def landing() -> str:
    """Show what Étude is and where to sign in."""
    return render_for_everybody("pages/landing.html", can_join="join.ask_class_code" in current_app.view_functions)


@blueprint.get("/home")
@public
def home() -> ResponseReturnValue:
    """Take a signed-in person to the courses, anybody else to the sign-in form."""
    return redirect(url_for("courses.list_courses" if current_user.is_authenticated else "auth.sign_in"))


@blueprint.get("/help")
@public
@cached_page
def help_index() -> str:
    """Show the way to the help for students and to that for teachers."""
    return render_for_everybody("pages/help.html")


@blueprint.get("/help/students")
@public
@cached_page
def help_students() -> str:
    """Explain the screens that students see."""
    return _prose("help_students")


@blueprint.get("/help/teachers")
@public
@cached_page
def help_teachers() -> str:
    """Explain the screens that teachers see."""
    return _prose("help_teachers")


@blueprint.get("/privacy")
@public
@cached_page
def privacy() -> str:
    """Say what is stored, where, for how long, and who is responsible."""
    return _prose("privacy", stored=what_is_stored())


@blueprint.get("/accessibility")
@public
@cached_page
def accessibility() -> str:
    """Say how the pages can be used without a mouse, a screen or colours."""
    return _prose("accessibility")


@blueprint.get("/about")
@public
@cached_page
def about() -> str:
    """Show the version and the licences."""
    return render_for_everybody("pages/about.html", libraries=libraries())


def _prose(name: str, **values: object) -> str:
    """Return a page of prose: each language has a text of its own, which a translator can read in one piece."""
    return render_for_everybody(f"pages/{choose_locale()}/{name}.html", **values)


@blueprint.get("/about/licences")
@public
def licences() -> Response:
    """Serve the licences of what the browser loads, as the build gathered them."""
    response = send_from_directory(DIST, LICENCES, max_age=DAY_SECONDS)
    response.headers["Content-Type"] = TYPES[".txt"]
    return response


@blueprint.get("/design")
@requires(Permission.ACTIVITY_VIEW)
def design() -> str:
    """Show every component in one page, to those who write templates or activities."""
    form = ShowcaseForm(formdata=None)
    form.email.errors = form.groups.errors = [str(form.groups.validators[-1].message)]
    return render_template("pages/design.html", form=form, now=clock.now())


@blueprint.get("/robots.txt")
@public
@limiter.exempt
def robots() -> Response:
    """Ask search engines to stay out: a school's classroom is not for them."""
    response = Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")
    response.headers["Cache-Control"] = f"public, max-age={DAY_SECONDS}"
    return response


@blueprint.get("/favicon.ico")
@public
@limiter.exempt
def favicon() -> ResponseReturnValue:
    """Lead browsers that look for the old name to the icon; without a built front end there is none."""
    return redirect(asset("icon.svg"))


@blueprint.get("/assets/<path:name>")
@public
@limiter.exempt
def assets(name: str) -> Response:
    """Serve a built file; its name holds its hash, so browsers may keep it for ever. Compressed ahead where it pays."""
    path = PurePosixPath(name)
    if path.suffix not in TYPES:
        raise NotFound
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and (DIST / (name + ".gz")).is_file()
    response = send_from_directory(DIST, name + (".gz" if packed else ""), max_age=YEAR_SECONDS)
    response.headers["Content-Type"] = TYPES[path.suffix]
    response.headers["Cache-Control"] = IMMUTABLE
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if path.name.startswith("terminal"):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # its frame has no origin
    if path.name.startswith("py-worker"):
        # A worker obeys the policy of its own response: the student's program may load Python and nothing else.
        python = request.host_url + "assets/" + manifest()["pyodide/"]
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {request.host_url}assets/ 'wasm-unsafe-eval'; "
            f"connect-src {python}; worker-src 'none'"
        )
        isolate(response)
    return response


@blueprint.get("/healthz")
@public
@limiter.exempt
def health() -> ResponseReturnValue:
    """Answer that the process lives and reads its database."""
    School.get(db.session)
    return {"status": "ok"}

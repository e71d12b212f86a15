"""Pages that are the same for everybody: kept by language and theme, so that the second reader costs no template.

Such a page holds no name, no form, no token and no nonce: it is rendered as if nobody were signed in, whoever asks.
Nothing but the text is kept; cookies and headers belong to the answer, not to the page.
"""

from __future__ import annotations

import hashlib
import json
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import g, make_response, render_template, request

from etude import __version__
from etude.core.metrics import metrics
from etude.extensions import cache
from etude.web import i18n
from etude.web.request import Nobody

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

Parameters = ParamSpec("Parameters")
KEPT_S = 3600
"""How long a page is kept, in seconds; a change of the school's name or contact makes another key at once."""


def page_key(*_args: object, **_kwargs: object) -> str:
    """Return under what a page is kept: which page, in which language and theme, for which school and version."""
    school = json.dumps(i18n.school_values(), sort_keys=True)
    seen = [request.endpoint, request.view_args, i18n.choose_locale(), i18n.choose_theme(), school, __version__]
    return "page:" + hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def render_for_everybody(template: str, **context: object) -> str:
    """Return a page as a reader without an account sees it."""
    return render_template(template, current_user=Nobody(), navigation=[], **context)


def cached_page(view: Callable[Parameters, str]) -> Callable[Parameters, Response]:
    """Keep a view's text by `page_key`; answer with an ETag, and with 304 where the browser has that page already.

    The browser asks each time (`no-cache`), since the next click may choose another language, but gets 304 and no page.
    """

    @wraps(view)
    def make(*args: Parameters.args, **kwargs: Parameters.kwargs) -> str:
        g.is_made_anew = True
        return view(*args, **kwargs)

    kept = cache.cached(timeout=KEPT_S, make_cache_key=page_key)(make)

    @wraps(view)
    def answer(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Response:
        response = make_response(kept(*args, **kwargs))
        metrics.count("etude_cache_total", cache="pages", found="no" if "is_made_anew" in g else "yes")
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.update(["Cookie", "Accept-Language"])
        response.add_etag()
        response.make_conditional(request)
        return response

    return answer

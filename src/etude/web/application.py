"""Flask's application class with a memory for addresses."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, has_request_context, request

if TYPE_CHECKING:
    from flask import Request

REMEMBERED = 4096
LONGEST = 64
"""Characters of a text that is remembered: what visitors write in a query string must not fill the memory."""


class Application(Flask):
    """Flask, which builds the address of a page once: pages ask for the same dozen again and again.

    Within a request, an address without a host depends on nothing but the endpoint, the values, the request's method
    and the folder the site hangs in.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  the parent's own
        super().__init__(*args, **kwargs)
        self._known_address = lru_cache(maxsize=REMEMBERED)(self._build_address)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,  # noqa: ANN401  the parent's own
    ) -> str:
        """Return the address of an endpoint, as Flask does."""
        if (_anchor or _method or _scheme or _external) is None and has_request_context():
            now: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  documented
            if endpoint[:1] == ".":
                endpoint = f"{now.blueprint}{endpoint}" if now.blueprint else endpoint[1:]
            if all(map(_is_plain, values.values())):
                return self._known_address(now.root_path, now.method, endpoint, tuple(values.items()))
        given: dict[str, Any] = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme, "_external": _external}
        return super().url_for(endpoint, **given, **values)

    def _build_address(self, _folder: str, _method: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, **dict(values))


def _is_plain(value: object) -> bool:
    """Tell whether a value can be a key: of the types of which equal values are written alike (1 equals True)."""
    return type(value) is int or (type(value) is str and len(value) <= LONGEST)

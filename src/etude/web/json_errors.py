"""The one shape of an error in JSON: a sentence for the person, a name for the program, a number for the log."""

from __future__ import annotations

from typing import NamedTuple

from flask import g


class JsonError(NamedTuple):
    """An answer as a view returns it."""

    document: dict[str, str]
    status: int


CODES = {
    400: "BadRequest",
    401: "NotSignedIn",
    403: "NotAllowed",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    410: "Gone",
    413: "TooLarge",
    422: "Refused",
    429: "TooMany",
    500: "InternalError",
    503: "Unavailable",
}
"""The machine's name of each class of error: docs/reference/http-endpoints.md promises them."""


def json_error(sentence: str, status: int, *, code: str = "") -> JsonError:
    """Return an error: `error` is the sentence in the reader's language, `code` the name that programs may rely on."""
    named = code or CODES.get(status) or CODES[500 if status >= 500 else 400]
    return JsonError({"error": sentence, "code": named, "request_id": g.get("request_id", "")}, status)

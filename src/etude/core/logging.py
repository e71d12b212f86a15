"""Structured logging: one line per event with the ids of request, user, course and submission, through queue and
worker; never a secret, a form body or student code.

Lines go to stderr (console or JSON) and, as JSON, to a rotated file in the data folder.
"""

from __future__ import annotations

import logging
import logging.handlers
from typing import TYPE_CHECKING, Any

import structlog

from etude.core.incidents import IncidentHandler, mark

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

REDACTED = "[hidden]"
SECRET_WORDS = ("password", "secret", "token", "cookie", "authorization", "csrf", "code", "totp", "session_id", "card")
HARMLESS_KEYS = frozenset({"code_count", "status_code", "exit_code", "error_code"})
LOG_FILE_BYTES = 5 << 20
LOG_FILES_KEPT = 5
CARRIED = ("request_id", "user_id", "course_id", "submission_id")
"""The ids that a task takes along from the request that sent it, so that the worker's lines have them too."""


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key that names a secret or student code; a structlog processor."""
    for key in event:
        low = key.lower()
        if low not in HARMLESS_KEYS and any(word in low for word in SECRET_WORDS):
            event[key] = REDACTED
    return event


class RotatedFile(logging.handlers.RotatingFileHandler):
    """The library's handler, which lets the last line go beyond the size.

    The library writes every line out a second time to know its length beforehand.
    """

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: ARG002, N802  the signature of the parent
        """Tell whether the file is full."""
        if self.stream is None:
            self.stream = self._open()
        return self.stream.tell() >= self.maxBytes


def configure(
    *,
    level: str = "INFO",
    style: str = "console",
    folder: Path | None = None,
    screen_level: str = "",
    file_name: str = "etude.log",
) -> None:
    """Set up logging for the process.

    Args:
        level: DEBUG, INFO, WARNING or ERROR, for the screen and the file.
        screen_level: another level for the screen, where a person sits; "" is the same.
        style: "console" for people, "json" for machines; the file is always JSON.
        folder: where the file is written and rotated (5 files of 5 MiB); None writes no file.
        file_name: its name; two processes never rotate the same one.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        mark,
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    on_screen: Any = as_json if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setFormatter(_formatter(on_screen, shared))
    if screen_level:
        handlers[0].setLevel(screen_level)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file_name
        to_file = RotatedFile(path, maxBytes=LOG_FILE_BYTES, backupCount=LOG_FILES_KEPT)
        to_file.setFormatter(_formatter(as_json, shared))
        handlers.append(to_file)
    handlers.insert(1, IncidentHandler())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("apscheduler", "dramatiq", "alembic", "PIL", "babel"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("dramatiq.broker").setLevel(logging.ERROR)  # it warns of two workers on one broker, as we mean it


def _formatter(renderer: Any, shared: list[Any]) -> structlog.stdlib.ProcessorFormatter:  # noqa: ANN401
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer], foreign_pre_chain=shared
    )


def silence(name: str) -> None:
    """Let the modules below `name` speak of nothing but errors from now on."""
    logging.getLogger(name).setLevel(logging.ERROR)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def bind(**values: object) -> None:
    """Put values (request_id, user_id) on every line of this request or task."""
    structlog.contextvars.bind_contextvars(**values)


def carried() -> dict[str, object]:
    """Return the bound ids that a task of this request takes along."""
    bound = structlog.contextvars.get_contextvars()
    return {name: bound[name] for name in CARRIED if bound.get(name) is not None}


def clear() -> None:
    """Forget what was bound; called when a request or a task starts."""
    structlog.contextvars.clear_contextvars()

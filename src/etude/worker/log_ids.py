"""The ids of a task's log lines: those of the request that sent it, and the task's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dramatiq.middleware import Middleware

from etude.core import logging
from etude.queue.sending import IDS

if TYPE_CHECKING:
    import dramatiq
    from dramatiq.broker import MessageProxy


class LogIds(Middleware):
    """Binds them before a task begins; what the task before it on this thread bound is forgotten."""

    def before_process_message(self, broker: dramatiq.Broker, message: MessageProxy) -> None:  # noqa: ARG002
        """Bind the ids of one task."""
        logging.clear()
        logging.bind(**message.options.get(IDS, {}), task_id=message.message_id)

"""Every foreseeable failure of a command as one sentence and an exit code."""

from __future__ import annotations

import errno
import sys
from http import HTTPStatus

from etude.cli.talk import CommandError, Exit, _, told
from etude.config import ConfigError
from etude.core.errors import EtudeError
from etude.core.errors import _ as mark
from etude.system_errors import reason

DISK_IS_FULL = mark("The disk is full. Free some space, then start again.")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
DATABASE_REASONS = {
    "unable to open database file": mark("its file cannot be opened"),
    "attempt to write a readonly database": mark("its file may not be written to"),
    "database is locked": mark("another program holds it"),
    "disk I/O error": mark("the disk does not read or write as it should"),
    "file is not a database": mark("its file is no database"),
    "database disk image is malformed": mark("its file is damaged"),
}
"""What SQLite says, in words that can be translated."""


def explain(error: Exception) -> CommandError | None:
    """Return what to say of a failure; None for a fault of ours, which must not be hidden."""
    if isinstance(error, ConfigError):
        return CommandError(told(error), code=Exit.WRONG_USE)
    if isinstance(error, EtudeError):
        cannot = error.status == HTTPStatus.SERVICE_UNAVAILABLE
        return CommandError(told(error), code=Exit.CANNOT if cannot else Exit.NO)
    if isinstance(error, OSError):
        return CommandError(_os_sentence(error), code=Exit.CANNOT)
    if (sentence := _database_sentence(error)) is not None:
        return CommandError(sentence, code=Exit.CANNOT)
    return None


def _os_sentence(error: OSError) -> str:
    if error.errno in FULL:
        return _(DISK_IS_FULL)
    path = error.filename or "?"
    if error.errno in NOT_WRITABLE:
        return _("%(path)s cannot be written to. Give another folder with --data.", path=path)
    return _("The system refused: %(reason)s (%(path)s).", reason=reason(error), path=path)


def _database_sentence(error: Exception) -> str | None:
    """Return what is wrong with the database; None for any other error, and for a mistake in our own queries."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DatabaseError, OperationalError  # noqa: PLC0415  most commands never load it

    if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
        return None
    said = str(error.orig)
    if "disk is full" in said or "No space left" in said:
        return _(DISK_IS_FULL)
    return _("The database cannot be used: %(reason)s.", reason=_(DATABASE_REASONS.get(said, said)))

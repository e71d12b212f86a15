"""What the operating system says when it refuses, as sentences that can be translated.

The C library would answer in the language of LC_MESSAGES, where that is installed, whatever the reader's language is.
"""

from __future__ import annotations

import errno

from etude.marked import Notice, _

REASONS = {
    errno.ENOENT: _("No such file or directory"),
    errno.EACCES: _("Permission denied"),
    errno.EPERM: _("Operation not permitted"),
    errno.EISDIR: _("Is a directory"),
    errno.ENOTDIR: _("Not a directory"),
    errno.EEXIST: _("File exists"),
    errno.ENOSPC: _("No space left on device"),
    errno.EDQUOT: _("Disk quota exceeded"),
    errno.EFBIG: _("File too large"),
    errno.EROFS: _("Read-only file system"),
    errno.EIO: _("Input/output error"),
    errno.ELOOP: _("Too many levels of symbolic links"),
    errno.ENAMETOOLONG: _("File name too long"),
    errno.EMFILE: _("Too many open files"),
    errno.EBUSY: _("Device or resource busy"),
    errno.ENOMEM: _("Cannot allocate memory"),
    errno.EADDRINUSE: _("Address already in use"),
    errno.EADDRNOTAVAIL: _("Cannot assign requested address"),
}


def reason(error: OSError) -> Notice:
    """Return why the system refused; what is not known here is said in the system's own words."""
    known = REASONS.get(error.errno or 0)
    return Notice(known or error.strerror or str(error))

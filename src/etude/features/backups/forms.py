"""The form of the backup page: a button."""

from __future__ import annotations

from etude.forms import BaseForm


class BackupForm(BaseForm):
    """Nothing but the token against forged requests."""

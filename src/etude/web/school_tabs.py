"""The tabs at the top of the admin's pages; features that are not installed have no tab."""

from __future__ import annotations

from flask import current_app, request, url_for
from flask_babel import gettext as _

from etude.permissions import Permission, can


def school_tabs() -> list[tuple[str, str, bool]]:
    """Return label, address and whether it is the current page, for what this person may do in the school."""
    entries = [
        (_("Overview"), "admin.show_school", Permission.SCHOOL_MANAGE),
        (_("Accounts"), "accounts.show_accounts", Permission.ACCOUNT_MANAGE),
        (_("Audit log"), "audit_log.show", Permission.AUDIT_VIEW),
        (_("Health"), "health.show", Permission.SCHOOL_MANAGE),
        (_("Backups"), "backups.list_backups", Permission.BACKUP_MANAGE),
        (_("Settings"), "school.edit", Permission.SCHOOL_MANAGE),
    ]
    return [
        (label, url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint, right in entries
        if endpoint in current_app.view_functions and can(right)
    ]

"""The admin's page of backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.core.errors import NotFound
from etude.features.backups import notes, services
from etude.features.backups.forms import BackupForm
from etude.permissions import Permission, requires
from etude.web.i18n import translate
from etude.web.request import settings
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("backups", __name__, url_prefix="/school/backups", template_folder="templates")


@blueprint.get("/")
@requires(Permission.BACKUP_MANAGE)
def list_backups() -> ResponseReturnValue:
    """List the backups, newest first."""
    return render_template(
        "backups/list.html", backups=notes.list_backups(settings()), form=BackupForm(), tabs=school_tabs()
    )


@blueprint.post("/")
@requires(Permission.BACKUP_MANAGE)
def create() -> ResponseReturnValue:
    """Make a backup now and prove it."""
    if not BackupForm().validate_on_submit():
        raise NotFound
    backup = services.create_backup(settings(), at=clock.now(), actor_id=current_user.id)
    _tell(backup)
    return redirect(url_for(".list_backups"))


@blueprint.post("/<name>/verify")
@requires(Permission.BACKUP_MANAGE)
def verify(name: str) -> ResponseReturnValue:
    """Prove a backup again."""
    if not BackupForm().validate_on_submit():
        raise NotFound
    _tell(services.verify_backup(settings(), name, actor_id=current_user.id))
    return redirect(url_for(".list_backups"))


@blueprint.get("/<name>")
@requires(Permission.BACKUP_MANAGE)
def download(name: str) -> ResponseReturnValue:
    """Hand out a backup file, e.g. to keep it in another building."""
    path = services.find_for_download(settings(), name, actor_id=current_user.id)
    return send_file(
        path.resolve(), as_attachment=True, download_name=name, mimetype="application/x-tar", conditional=False
    )


def _tell(backup: notes.Backup) -> None:
    if backup.is_proved:
        flash(_("The backup is whole: a restore of it was tried and compared."), "good")
    else:
        fault = translate(backup.faults[0].sentence, backup.faults[0].values)
        flash(_("This backup is faulty: %(fault)s.", fault=fault), "bad")

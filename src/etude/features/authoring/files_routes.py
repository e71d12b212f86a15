"""The files that belong to an activity: pictures for the statement, data for the programs."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.content import ContentError
from etude.core import clock
from etude.core.errors import NotFound
from etude.extensions import db
from etude.features.authoring import services
from etude.features.authoring.forms import FilesForm, RemoveFileForm
from etude.features.authoring.page import find_content, latest_version
from etude.features.authoring.previewing import pictures_of
from etude.features.authoring.rights import get_activity, get_editable
from etude.permissions import Permission, requires
from etude.web.contents import content_of
from etude.web.i18n import choose_locale, translate
from etude.web.markdown import FILES
from etude.web.pictures import send_picture
from etude.web.sizes import show_bytes

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.models import Activity

blueprint = Blueprint("activity_files", __name__, template_folder="templates")


@blueprint.route("/activities/<int:activity_id>/files", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_WRITE)
def show(activity_id: int) -> ResponseReturnValue:
    """Show an activity's files, and take more."""
    activity = get_editable(activity_id, current_user)
    form = FilesForm()
    if not form.validate_on_submit():
        return _render(activity, form)
    files = {str(file.filename): file.read() for file in form.files.data if file.filename}
    try:
        services.add_files(activity_id, files, beside=form.beside.data, user_id=current_user.id, at=clock.now())
    except ContentError as error:
        form.files.errors = [f"{error.path}: {translate(error.sentence, dict(error.values))}"]
        return _render(activity, form)
    flash(_("The files are in the activity."), "success")
    return redirect(url_for(".show", activity_id=activity_id))


@blueprint.post("/activities/<int:activity_id>/files/remove")
@requires(Permission.ACTIVITY_WRITE)
def remove(activity_id: int) -> ResponseReturnValue:
    """Take a file out of an activity; earlier versions keep it."""
    get_editable(activity_id, current_user)
    form = RemoveFileForm()
    if form.validate_on_submit():
        services.remove_file(activity_id, form.name.data, user_id=current_user.id, at=clock.now())
        flash(_("The file was taken out. Earlier versions still have it."), "success")
    return redirect(url_for(".show", activity_id=activity_id))


@blueprint.get("/activities/<int:activity_id>/files/<path:name>")
@requires(Permission.ACTIVITY_VIEW)
def download(activity_id: int, name: str) -> ResponseReturnValue:
    """Hand out one file, always as a download: no browser runs it as a page of ours."""
    content = content_of(db.session, get_activity(db.session, activity_id).latest_version_id)
    if name not in content.files:
        raise NotFound
    return send_file(
        BytesIO(content.files[name]),
        as_attachment=True,
        download_name=name.rpartition("/")[2],
        mimetype="application/octet-stream",
        conditional=False,
    )


@blueprint.get("/activities/<int:activity_id>/versions/<int:number>/pictures/<path:name>")
@requires(Permission.ACTIVITY_VIEW)
def picture(activity_id: int, number: int, name: str) -> ResponseReturnValue:
    """Answer with a picture of a version, for the preview of its texts."""
    content = find_content(get_activity(db.session, activity_id), number)
    if content is None:
        raise NotFound
    return send_picture(content, name)


def _render(activity: Activity, form: FilesForm) -> ResponseReturnValue:
    content = content_of(db.session, activity.latest_version_id)
    pictures = pictures_of(activity, latest_version(activity).number, content)
    rows = [
        {
            "name": name,
            "size": show_bytes(len(data)),
            "beside": [one for one in ("fr", "en") if name in content.files_beside_program(one)],
            "picture_url": pictures.address(FILES + quote(name)),
        }
        for name, data in content.files.items()
    ]
    html = render_template(
        "authoring/files.html", activity=activity, title=activity.title(choose_locale()), form=form, rows=rows
    )
    return html, 422 if form.errors else 200

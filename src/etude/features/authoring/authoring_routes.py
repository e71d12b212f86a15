"""The school's activities: the list, each one's page, its versions; copying, deleting, exporting, checking."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.content import ContentError, zip_activity
from etude.core import clock
from etude.core.errors import Refused
from etude.extensions import db
from etude.features.authoring import library, page, services
from etude.features.authoring.code_forms import verdict_choices
from etude.features.authoring.forms import ConfirmForm, RestoreForm
from etude.features.authoring.previewing import pictures_of
from etude.features.authoring.rights import get_activity, get_editable, may_edit
from etude.permissions import Permission, requires
from etude.web.i18n import choose_locale, translate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("authoring", __name__, template_folder="templates")


@blueprint.get("/activities")
@requires(Permission.ACTIVITY_VIEW)
def list_activities() -> ResponseReturnValue:
    """List the school's activities by title."""
    found = library.get_library(request.args.get("page", 1, int), locale=choose_locale(), reader=current_user)
    return render_template("authoring/list.html", found=found)


@blueprint.get("/activities/<int:activity_id>")
@requires(Permission.ACTIVITY_VIEW)
def show(activity_id: int) -> ResponseReturnValue:
    """Show an activity as its authors see it."""
    shown = page.get_page(activity_id, reader=current_user, locale=choose_locale())
    statements = page.statements(shown.content)
    pictures = pictures_of(shown.activity, shown.number, shown.content)
    return render_template(
        "authoring/show.html", page=shown, statements=statements, verdicts=verdict_choices(), pictures=pictures
    )


@blueprint.get("/activities/<int:activity_id>/check")
@requires(Permission.ACTIVITY_VIEW)
def show_check(activity_id: int) -> ResponseReturnValue:
    """Show how far the check of the solutions is: the part of the page that is asked for again and again."""
    activity = get_activity(db.session, activity_id)
    check = page.get_check(page.latest_version(activity))
    return render_template("authoring/_check.html", check=check, activity_id=activity_id, verdicts=verdict_choices())


@blueprint.post("/activities/<int:activity_id>/check")
@requires(Permission.ACTIVITY_VIEW)
def check_again(activity_id: int) -> ResponseReturnValue:
    """Have the solutions judged."""
    if ConfirmForm().validate_on_submit():
        services.ask_again(activity_id, at=clock.now())
    return redirect(url_for(".show", activity_id=activity_id, _anchor="check"))


@blueprint.get("/activities/<int:activity_id>/versions")
@requires(Permission.ACTIVITY_VIEW)
def list_versions(activity_id: int) -> ResponseReturnValue:
    """List an activity's versions, the newest first."""
    activity = get_activity(db.session, activity_id)
    number = max(1, request.args.get("page", 1, int))
    versions = page.get_versions(activity, page=number)
    title = activity.title(choose_locale())
    latest = page.latest_version(activity).number
    return render_template(
        "authoring/versions.html", activity=activity, title=title, versions=versions, number=number, latest=latest
    )


@blueprint.get("/activities/<int:activity_id>/versions/compare")
@requires(Permission.ACTIVITY_VIEW)
def compare_any(activity_id: int) -> ResponseReturnValue:
    """Lead to what differs between the two versions that a person chose, the older one first."""
    chosen = sorted(request.args.get(name, 1, int) for name in ("older", "newer"))
    return redirect(url_for(".compare", activity_id=activity_id, number=max(0, chosen[1]), against=chosen[0]))


@blueprint.get("/activities/<int:activity_id>/versions/<int:number>")
@requires(Permission.ACTIVITY_VIEW)
def compare(activity_id: int, number: int) -> ResponseReturnValue:
    """Show what differs between a version and the one before it, or the one of `?against=`."""
    activity = get_activity(db.session, activity_id)
    against = request.args.get("against", number - 1, int)
    comparison = page.compare(activity, against, number)
    return render_template(
        "authoring/compare.html",
        activity=activity,
        title=activity.title(choose_locale()),
        comparison=comparison,
        is_side_by_side=request.args.get("view") == "side",
        may_edit=may_edit(db.session, current_user, activity),
    )


@blueprint.post("/activities/<int:activity_id>/versions/<int:number>/restore")
@requires(Permission.ACTIVITY_WRITE)
def restore(activity_id: int, number: int) -> ResponseReturnValue:
    """Bring back what a version said, as the newest version: the history only grows."""
    get_editable(activity_id, current_user)
    form = RestoreForm()
    if not form.validate_on_submit():
        return redirect(url_for(".list_versions", activity_id=activity_id))
    by = services.Act(user_id=current_user.id, at=clock.now())
    try:
        saved = services.restore(activity_id, number, started_from=form.started_from.data or 0, by=by)
    except (services.ChangedMeanwhile, ContentError) as error:
        flash(translate(error.sentence, dict(error.values)), "error")
        return redirect(url_for(".list_versions", activity_id=activity_id))
    if saved.is_changed:
        flash(
            _("What version %(number)s said is version %(now)s now. No mark changes.", number=number, now=saved.number),
            "success",
        )
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(url_for(".show", activity_id=activity_id, _anchor="check"))


@blueprint.post("/activities/<int:activity_id>/duplicate")
@requires(Permission.ACTIVITY_WRITE)
def duplicate(activity_id: int) -> ResponseReturnValue:
    """Copy an activity as one of one's own, and open the copy's form."""
    if not ConfirmForm().validate_on_submit():
        return redirect(url_for(".show", activity_id=activity_id))
    copy_id = services.duplicate(activity_id, user_id=current_user.id, at=clock.now())
    flash(_("This is your copy. Change its titles and its short name as you like."), "success")
    return redirect(url_for("activity_editor.edit", activity_id=copy_id))


@blueprint.post("/activities/<int:activity_id>/delete")
@requires(Permission.ACTIVITY_WRITE)
def delete(activity_id: int) -> ResponseReturnValue:
    """Put an activity in the bin, unless a course uses it."""
    get_editable(activity_id, current_user)
    if not ConfirmForm().validate_on_submit():
        return redirect(url_for(".show", activity_id=activity_id))
    try:
        services.delete(activity_id, user_id=current_user.id, at=clock.now())
    except Refused as error:
        flash(translate(error.sentence, error.values), "error")
        return redirect(url_for(".show", activity_id=activity_id))
    flash(_("The activity is in the bin. It can be restored from there."), "success")
    return redirect(url_for(".list_activities"))


@blueprint.get("/activities/<int:activity_id>/export")
@requires(Permission.ACTIVITY_VIEW)
def export(activity_id: int) -> ResponseReturnValue:
    """Hand out an activity's folder as a zip."""
    content = services.take_out(activity_id)
    name = f"{content.slug}.zip"
    archive = BytesIO(zip_activity(content))
    return send_file(archive, as_attachment=True, download_name=name, mimetype="application/zip", conditional=False)

"""The form of an activity: a new one of some kind, or one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from etude.core import clock
from etude.extensions import db
from etude.features.authoring import editing, page, services
from etude.features.authoring.forms import DoForm
from etude.features.authoring.library import kind_label
from etude.features.authoring.previewing import pictures_of
from etude.features.authoring.rights import get_editable
from etude.features.authoring.rows import change_rows, is_row_command
from etude.kinds import kinds
from etude.permissions import Permission, requires
from etude.web.contents import content_of
from etude.web.i18n import choose_locale, translate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.content import ActivityContent
    from etude.content.model import Kind
    from etude.features.authoring.forms import ActivityForm
    from etude.features.authoring.page import Comparison
    from etude.features.authoring.texts import Values
    from etude.models import Activity

blueprint = Blueprint("activity_editor", __name__, template_folder="templates")
CONFLICT = 409


@blueprint.get("/activities/new")
@requires(Permission.ACTIVITY_WRITE)
def choose_kind() -> ResponseReturnValue:
    """Ask which kind of activity it will be."""
    entries = [(name, translate(entry.label)) for name, entry in kinds.load().items() if name in editing.EDITORS]
    return render_template("authoring/choose_kind.html", kinds=entries)


@blueprint.route("/activities/new/<any(code, quiz, upload):kind>", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_WRITE)
def create(kind: str) -> ResponseReturnValue:
    """Write a new activity."""
    base = editing.blank_content(cast("Kind", kind))
    form = editing.new_form(kind)
    pressed = DoForm()
    if not pressed.is_submitted():
        return _render(form, base)
    values = editing.typed_values(kind)
    form, content = _press(pressed.do.data, values, base)
    if content is None:
        return _render(form, base, said=pressed)
    try:
        activity_id = services.create(content, user_id=current_user.id, at=clock.now())
    except services.SlugTaken as error:
        return _slug_taken(form, error, base)
    flash(_("The activity was made."), "success")
    return redirect(url_for("authoring.show", activity_id=activity_id))


@blueprint.route("/activities/<int:activity_id>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_WRITE)
def edit(activity_id: int) -> ResponseReturnValue:
    """Change an activity; each save makes a version, and no mark moves."""
    activity = get_editable(activity_id, current_user)
    pressed = DoForm()
    if not pressed.is_submitted():
        latest = content_of(db.session, activity.latest_version_id)
        return _render(editing.edit_form(latest, page.latest_version(activity).number), latest, activity)
    values = editing.typed_values(activity.kind)
    number = editing.started_from(values)
    base = _base(activity, number)
    form, content = _press(pressed.do.data, values, base)
    if content is None or not pressed.validate():
        return _render(form, base, activity, said=pressed)
    return _save(activity, form, base, content)


def _save(
    activity: Activity, form: ActivityForm, base: ActivityContent, content: ActivityContent
) -> ResponseReturnValue:
    """Store what the form says, or show it again with what was changed meanwhile."""
    number, activity_id = editing.started_from(dict(form.data)), activity.id
    try:
        by = services.Act(user_id=current_user.id, at=clock.now(), note=DoForm().note.data)
        saved = services.save(activity_id, content, started_from=number, by=by)
    except services.SlugTaken as error:
        return _slug_taken(form, error, base, activity)
    except services.ChangedMeanwhile as error:
        changes = page.compare(activity, number, error.latest) if number else None
        values: Values = {**form.data, "started_from": str(error.latest)}
        again = editing.make_form(base.kind, values)
        again.form_errors = [translate(error.sentence, error.values)]
        return _render(again, _base(activity, error.latest), activity, changes=changes)
    if saved.is_changed:
        flash(_("Version %(number)s was saved. No mark changes.", number=saved.number), "success")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(url_for("authoring.show", activity_id=activity_id))


def _base(activity: Activity, number: int) -> ActivityContent:
    """Return the content that a form began from; the latest when its version cannot be found."""
    return page.find_content(activity, number) or content_of(db.session, activity.latest_version_id)


def _press(do: str, values: Values, base: ActivityContent) -> tuple[ActivityForm, ActivityContent | None]:
    """Do what a button says with what was typed: the form to show next, and the content when it is to be saved."""
    if is_row_command(do):
        is_done = change_rows(values, do)
        form = editing.make_form(base.kind, values)
        form.form_errors = [] if is_done else [_("There are as many rows here as there can be.")]
        return form, None
    if do == "preview":
        return editing.make_form(base.kind, values), None
    form = editing.make_form(base.kind, editing.prune(base.kind, values))
    return form, editing.read_form(form, base)


def _slug_taken(
    form: ActivityForm, error: services.SlugTaken, base: ActivityContent, activity: Activity | None = None
) -> ResponseReturnValue:
    form.slug.errors = [translate(error.sentence, error.values)]
    return _render(form, base, activity)


def _render(
    form: ActivityForm,
    base: ActivityContent,
    activity: Activity | None = None,
    *,
    said: DoForm | None = None,
    changes: Comparison | None = None,
) -> ResponseReturnValue:
    """Show the form; 422 when it has errors, 409 when somebody saved meanwhile. `said`: the button and the note."""
    errors = [*form.all_errors(), *(said.all_errors() if said is not None else [])]
    html = render_template(
        "authoring/edit.html",
        form=form,
        said=said or DoForm(),
        errors=errors,
        kind=base.kind,
        kind_label=kind_label(base.kind),
        activity=activity,
        title=activity.title(choose_locale()) if activity is not None else "",
        kept=editing.kept(base),
        is_preview=said is not None and said.do.data == "preview",
        pictures=pictures_of(activity, editing.started_from(dict(form.data)), base),
        changes=changes,
        choices=form.row_choices(),
    )
    return html, CONFLICT if changes is not None else 422 if errors else 200

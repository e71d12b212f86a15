"""The school's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from etude.features.accounts import services
from etude.features.accounts.forms import SchoolForm
from etude.permissions import Permission, requires
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("school", __name__, url_prefix="/school/settings", template_folder="templates")


@blueprint.context_processor
def _tabs() -> dict[str, object]:
    return {"tabs": school_tabs()}


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
def edit() -> ResponseReturnValue:
    """Change the school's name, language, zone, contact and address."""
    form = SchoolForm(data=SchoolForm.stored())
    if not form.validate_on_submit():
        return render_template("accounts/school.html", form=form), 422 if form.is_submitted() else 200
    services.save_school(form.values())
    flash(_("The settings of the school are saved."), "success")
    return redirect(url_for(".edit"))

"""The admin's page of the school's health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, render_template

from etude.core import clock
from etude.core.child_deaths import CHILD_DEATHS
from etude.extensions import db
from etude.features.health import charts, page
from etude.models import ErrorGroup
from etude.permissions import Permission, requires
from etude.web.i18n import translate
from etude.web.judges import tier_label
from etude.web.request import settings
from etude.web.school_tabs import school_tabs

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from etude.core.errors import Marked

blueprint = Blueprint("health", __name__, template_folder="templates")


@blueprint.get("/school/health")
@requires(Permission.SCHOOL_MANAGE)
def show() -> ResponseReturnValue:
    """Show workers, queue, disk, database and backups, and what is wrong with what helps."""
    health = page.examine(settings(), clock.now(), deaths=current_app.extensions.get(CHILD_DEATHS))
    troubles = [(translate(one.found.sentence, one.found.values), _said(one.fix)) for one in health.troubles]
    values = {"health": health, "troubles": troubles, "tabs": school_tabs(), "tier_label": tier_label}
    values |= {"charts": charts.last_day(clock.now()), "error_groups": ErrorGroup.get_latest(db.session)}
    return render_template("health/show.html", **values)


def _said(fix: Marked | str) -> tuple[str, bool]:
    """Return what helps, and whether it is a command to be typed."""
    return (fix, True) if isinstance(fix, str) else (translate(fix.sentence, fix.values), False)

"""Hand-ins: files that a teacher looks at, with points and a comment."""

from __future__ import annotations

from etude.core.errors import _
from etude.kinds import Kind
from etude.kinds.upload.forms import make_form, read_answer
from etude.kinds.upload.page import page, results

ENTRY = Kind(
    name="upload",
    label=_("Hand-in"),
    template="kinds/upload/show.html",
    results_template="kinds/upload/show.html",
    judged_by="teacher",
    make_form=make_form,
    read_answer=read_answer,
    page=page,
    results=results,
)

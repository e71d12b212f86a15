"""What SQLite says."""

from __future__ import annotations

from etude.grading.explanations import Explanations, faults
from etude.grading.messages import _

ENTRY = Explanations(
    name="sql",
    rules=(
        (r"^no such table: (?P<name>.+)", _("There is no table named “%(name)s”: check how it is spelt.")),
        (
            r"^no such column: (?P<name>.+)",
            _("There is no column named “%(name)s”: check how it is spelt, and put texts between single quotes."),
        ),
        (r"^no such function: (?P<name>.+)", _("There is no function named “%(name)s”.")),
        (r"^near \"(?P<word>.*)\": syntax error", faults.UNEXPECTED),
        (r"^incomplete input", faults.END),
        (r"^unrecognized token: \"'", _("A text has no closing quote.")),
        (r"^unrecognized token: \"(?P<word>.*)\"", faults.UNEXPECTED),
        (r"^table (?P<name>\S+) already exists", _("There is a table named “%(name)s” already.")),
        (
            r"^table (?P<name>\S+) has (?P<columns>\d+) columns? but (?P<count>\d+) values",
            _("The table “%(name)s” has %(columns)s columns and is given %(count)s values."),
        ),
        (
            r"^(?P<count>\d+) values for (?P<columns>\d+) columns",
            _("%(columns)s columns are named and %(count)s values are given."),
        ),
        (
            r"^UNIQUE constraint failed: (?P<name>.+)",
            _("“%(name)s” must be different in each row, and this value is there already."),
        ),
        (r"^NOT NULL constraint failed: (?P<name>.+)", _("“%(name)s” must have a value.")),
        (
            r"^FOREIGN KEY constraint failed",
            _("The row refers to one that is not there, or others refer to the one that goes."),
        ),
        (r"^CHECK constraint failed: (?P<name>.+)", _("A value is not allowed by the table’s rule: %(name)s")),
        (
            r"^ambiguous column name: (?P<name>.+)",
            _("Several tables have a column “%(name)s”: write the table’s name and a dot before it."),
        ),
        (r"^misuse of aggregate", _("COUNT, SUM and the like cannot stand in WHERE: use HAVING.")),
    ),
)

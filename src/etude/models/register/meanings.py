"""The words of the register: categories of data, how long they are kept, and what an entry says of a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from etude.core.errors import _


class Category(StrEnum):
    """What kind of data a column holds, which decides whether it is exported and whether an erasure empties it."""

    IDENTITY = "identity"
    CONTACT = "contact"
    SIGN_IN = "sign_in"
    SECRET = "secret"  # noqa: S105  a kind of data, not a password
    PREFERENCE = "preference"
    PLACE = "place"
    WORK = "work"
    MARK = "mark"
    TRACE = "trace"
    CONTENT = "content"
    TECHNICAL = "technical"


CATEGORIES: dict[Category, str] = {
    Category.IDENTITY: _("Name and user name"),
    Category.CONTACT: _("How to reach a person"),
    Category.SIGN_IN: _("Sign-ins"),
    Category.SECRET: _("Passwords and other secrets, as hashes or sealed"),
    Category.PREFERENCE: _("Chosen language, colours and zone"),
    Category.PLACE: _("Courses, sections and roles"),
    Category.WORK: _("Work: drafts, answers, files and what programs printed"),
    Category.MARK: _("Points, states and dates of the work"),
    Category.TRACE: _("Who did what, and when"),
    Category.CONTENT: _("What staff wrote: courses, activities, rules"),
    Category.TECHNICAL: _("Numbers and states that the product needs"),
}
"""What each category is called for people."""

NEVER_EXPORTED = frozenset({Category.SECRET, Category.TECHNICAL})
EMPTIED = frozenset(
    {Category.IDENTITY, Category.CONTACT, Category.SIGN_IN, Category.SECRET, Category.PREFERENCE, Category.WORK}
)
"""What an erasure takes out of rows that stay."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long rows are kept. `setting` names the setting, or counts the days, of a table that removes by itself."""

    sentence: str
    setting: str | int | None = None


BIN = Kept(_("until it is deleted, and then as long as the bin keeps it"), "retention_days")
WITH_IT = Kept(_("as long as what it belongs to"))
SIGN_INS = Kept(_("as long as the school keeps sign-ins that are over"), "sign_ins_kept_days")
DEVICES = Kept(_("as long as the school knows browsers that are no longer used"), "devices_kept_days")
A_DAY = Kept(_("a day"), 1)
TWO_DAYS = Kept(_("two days"), 2)
THIRTY_DAYS = Kept(_("30 days"), 30)
FOUR_HUNDRED_DAYS = Kept(_("400 days"), 400)
NINETY_DAYS = Kept(_("90 days"), 90)
LOG = Kept(_("until the old beginning of the audit log is retired"))
ALWAYS = Kept(_("as long as there is the school"))
UNTIL_DONE = Kept(_("until it is done"))


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of a table that share a category and a purpose."""

    category: Category
    purpose: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEntry:
    """What the register says of a table.

    Attributes:
        name: the table's name.
        kept: how long its rows are kept.
        groups: its columns.
        owner: the column that leads to the person whose rows they are, or to a row of the table that is in turn the
            person's (`submission_id`); "" where rows are nobody's.
        is_record: the rows stay when a person is erased, emptied of what names the person; others go.
    """

    name: str
    kept: Kept
    groups: tuple[Group, ...]
    owner: str = ""
    is_record: bool = False

    def columns_of(self, categories: frozenset[Category]) -> list[str]:
        """Return the columns of these categories, by name."""
        return sorted(column for group in self.groups if group.category in categories for column in group.columns)

    def columns_but(self, categories: frozenset[Category]) -> list[str]:
        """Return the columns of the other categories, by name."""
        return self.columns_of(frozenset(Category) - categories)

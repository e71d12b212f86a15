"""The school: one row with what the first start asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.mixins import TimestampMixin
from etude.terminal import LANGUAGES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LOCALES = LANGUAGES
ONLY_ID = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolValues:
    """What the school says of itself."""

    name: str
    locale: str
    zone: str
    contact: str = ""
    address: str = ""


class School(TimestampMixin, Base):
    """One installation's name, language, time zone and the person responsible for its data."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    """Where browsers find this installation, e.g. `http://etude.lan:8000`; links in e-mails and cards begin with it."""

    @classmethod
    def get(cls, session: Session) -> School | None:
        """Return the school, or None before the first start asked for it."""
        return session.get(cls, ONLY_ID)

    @classmethod
    def describe(cls, session: Session, values: SchoolValues) -> dict[str, list[str]]:
        """Store what the school says of itself; return what changed, as name → [before, after]."""
        school = cls.get(session)
        if school is None:
            school = cls(id=ONLY_ID, name="", locale="", zone="", contact="", address="")
            session.add(school)
        changes: dict[str, list[str]] = {}
        for name, value in asdict(values).items():
            before = getattr(school, name)
            if before != value:
                changes[name] = [before, value]
                setattr(school, name, value)
        return changes

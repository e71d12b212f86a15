"""The school: one row with what the first start asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column

from etude.models.base import Base
from etude.models.mixins import TimestampMixin

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LOCALES = ("fr", "en")
ONLY_ID = 1


class School(TimestampMixin, Base):
    """One installation's name, language, time zone and the person responsible for its data."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")

    @classmethod
    def get(cls, session: Session) -> School | None:
        """Return the school, or None before the first start asked for it."""
        return session.get(cls, ONLY_ID)

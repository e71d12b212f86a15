"""Recovery codes: the way in for staff whose phone is gone."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.user.session import digest

CODE_COUNT = 10
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No i, l, o, 0, 1: they are mistaken for each other on paper."""


class RecoveryCode(Base):
    """One code, good once; only its hash is stored."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def get_unused(cls, session: Session, user_id: int, code: str) -> RecoveryCode | None:
        """Return the unused code of this account, if this is one; spaces, dashes and case do not matter."""
        plain = "".join(c for c in code.casefold() if c.isalnum())
        return session.scalar(
            sa.select(cls).where(cls.user_id == user_id, cls.code_hash == digest(plain), cls.used_at.is_(None))
        )

    @classmethod
    def count_unused(cls, session: Session, user_id: int) -> int:
        """Return how many codes are left."""
        return (
            session.scalar(
                sa.select(sa.func.count()).select_from(cls).where(cls.user_id == user_id, cls.used_at.is_(None))
            )
            or 0
        )

    @classmethod
    def replace_all(cls, session: Session, user_id: int) -> list[str]:
        """Store ten new codes instead of the old ones; return them as `abcde-fghjk` (49 bits each), shown once."""
        session.execute(sa.delete(cls).where(cls.user_id == user_id))
        codes = ["".join(secrets.choice(CODE_LETTERS) for _ in range(10)) for _ in range(CODE_COUNT)]
        session.add_all([cls(user_id=user_id, code_hash=digest(code)) for code in codes])
        return [f"{code[:5]}-{code[5:]}" for code in codes]

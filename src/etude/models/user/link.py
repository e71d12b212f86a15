"""One-time links: the first admin, invitations, password resets."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from etude.models.base import Base
from etude.models.retention import Retention
from etude.models.user.session import digest


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do, once."""

    CREATE_ADMIN = "create_admin"
    INVITATION = "invitation"
    RESET_PASSWORD = "reset_password"  # noqa: S105  a purpose, not a password


class OneTimeLink(Base):
    """A link that works once and not for ever; only the hash of its token is stored."""

    __tablename__ = "one_time_link"
    retention = Retention(since="expires_at", kept="sign_ins_kept_days")

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(
        sa.Enum(LinkPurpose, native_enum=False, length=24, values_callable=lambda e: [m.value for m in e])
    )
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True, default=None)
    user_epoch: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)

    def is_usable(self, at: datetime) -> bool:
        """Tell whether the link still works."""
        return self.used_at is None and at < self.expires_at

    @classmethod
    def get_by_token(cls, session: Session, token: str, purpose: LinkPurpose) -> OneTimeLink | None:
        """Return the link of this token for this purpose, locked for the transaction."""
        return session.scalar(
            sa.select(cls).where(cls.token_hash == digest(token), cls.purpose == purpose).with_for_update()
        )

"""A user: one account of the school."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from etude.core import clock
from etude.core.errors import Conflict
from etude.models.audit_entry.erasing import erase_people
from etude.models.base import Base
from etude.models.mixins import SoftDeleteMixin, TimestampMixin
from etude.models.retention import Retention
from etude.models.user.erasure import Erasure
from etude.models.user.folding import fold_login, sort_key
from etude.models.user.locking import LockMixin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

STEMS_AT_ONCE = 100
"""How many ranges go into one query."""


class SchoolRole(StrEnum):
    """What an account may do in the school as a whole."""

    ADMIN = "admin"
    TEACHER = "teacher"
    STUDENT = "student"


class Taken(Conflict):
    """Somebody has this user name or e-mail address already.

    Attributes:
        field: "login" or "email", for the form.
    """

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(
            _("Somebody has this user name already.")
            if field == "login"
            else _("Another account has this e-mail address already.")
        )


def _(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; it is translated where it is shown."""
    return sentence


def _has_records() -> sa.ColumnElement[bool]:
    """Tell which accounts were erased and have marks that are still kept."""
    return sa.exists().where(Erasure.user_id == User.id, Erasure.kept_until > clock.now())


class User(LockMixin, SoftDeleteMixin, TimestampMixin, Base):
    """An account. A student's needs neither an e-mail address nor, until the name is claimed, a password.

    What is removed for good takes the person's work with it, and the names in the audit log; who was erased stays as a
    number until the marks are past their time.
    """

    retention = Retention(since="deleted_at", kept="retention_days", batch=5, first=erase_people, but=_has_records)

    __tablename__ = "user"
    __table_args__ = (
        sa.Index("uq_user_login_key", "login_key", unique=True, sqlite_where=sa.text("deleted_at IS NULL"),
                 postgresql_where=sa.text("deleted_at IS NULL")),
        sa.Index("uq_user_email_key", "email_key", unique=True,
                 sqlite_where=sa.text("deleted_at IS NULL AND email_key IS NOT NULL"),
                 postgresql_where=sa.text("deleted_at IS NULL AND email_key IS NOT NULL")),
        sa.Index("ix_user_login_key", "login_key"),  # the unique one knows the living only
        sa.Index("ix_user_sort_key", "sort_key"),
        sa.Index("ix_user_school_role", "school_role", "sort_key"),
        sa.Index("ix_user_deleted_at", "deleted_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    login_key: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    sort_key: Mapped[str]
    email: Mapped[str | None] = mapped_column(default=None)
    email_key: Mapped[str | None] = mapped_column(default=None)
    school_role: Mapped[SchoolRole] = mapped_column(
        sa.Enum(SchoolRole, native_enum=False, length=16, values_callable=lambda e: [m.value for m in e]),
        default=SchoolRole.STUDENT,
    )
    password_hash: Mapped[str | None] = mapped_column(default=None)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    locale: Mapped[str] = mapped_column(default="")
    theme: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="")
    session_epoch: Mapped[int] = mapped_column(default=0)
    totp_secret: Mapped[str | None] = mapped_column(default=None)
    """Sealed (`core/sealing.py`); only `features/auth` reads it."""
    totp_last_step: Mapped[int] = mapped_column(default=0)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)

    @validates("login")
    def _fold_login(self, _key: str, login: str) -> str:
        self.login_key = fold_login(login)
        return login

    @validates("email")
    def _fold_email(self, _key: str, email: str | None) -> str | None:
        self.email_key = email.strip().casefold() if email else None
        return email.strip() if email else None

    @validates("family_name", "given_name")
    def _sort(self, key: str, name: str) -> str:
        family = name if key == "family_name" else (self.family_name or "")
        given = name if key == "given_name" else (self.given_name or "")
        self.sort_key = sort_key(family, given)
        return name

    # What Flask-Login asks of an account; whether it is locked or idle is checked where sessions are.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the account's id as text."""
        return str(self.id)

    @property
    def name(self) -> str:
        """The name as it is said: given name, then family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_admin(self) -> bool:
        """Tell whether the account administers the school."""
        return self.school_role is SchoolRole.ADMIN

    @property
    def is_staff(self) -> bool:
        """Tell whether the account is a teacher's or an admin's."""
        return self.school_role is not SchoolRole.STUDENT

    @property
    def has_second_factor(self) -> bool:
        """Tell whether a one-time code is asked at sign-in."""
        return self.totp_secret is not None

    @property
    def is_claimable(self) -> bool:
        """Tell whether the account is a name of a roster that nobody has claimed yet."""
        return self.password_hash is None and self.school_role is SchoolRole.STUDENT

    def set_password_hash(self, password_hash: str | None, *, must_change: bool = False) -> None:
        """Store a new hash and sign the account out everywhere."""
        self.password_hash = password_hash
        self.must_change_password = must_change
        self.session_epoch += 1
        self.unlock()

    @classmethod
    def get_by_login(cls, session: Session, login: str) -> User | None:
        """Return the living account of this user name or e-mail address; accents and case do not matter."""
        key = fold_login(login)
        found = session.scalar(sa.select(cls).where(cls.login_key == key, cls.deleted_at.is_(None)))
        if found is None and "@" in login:
            email_key = login.strip().casefold()
            found = session.scalar(sa.select(cls).where(cls.email_key == email_key, cls.deleted_at.is_(None)))
        return found

    @classmethod
    def get_for_update(cls, session: Session, user_id: int) -> User | None:
        """Return the account, read again and locked for the rest of the transaction."""
        return session.scalar(
            sa.select(cls).where(cls.id == user_id).with_for_update().execution_options(populate_existing=True)
        )

    @classmethod
    def get_any_for_update(cls, session: Session, user_id: int) -> User | None:
        """Return the account, deleted or not, read again and locked for the rest of the transaction."""
        options = {"populate_existing": True, "include_deleted": True}
        return session.scalar(sa.select(cls).where(cls.id == user_id).with_for_update().execution_options(**options))

    @classmethod
    def get_deleted_page(cls, session: Session, *, offset: int, limit: int) -> Sequence[User]:
        """Return a page of the accounts in the bin, the last deleted first."""
        return session.scalars(
            sa.select(cls)
            .where(cls.deleted_at.is_not(None))
            .order_by(cls.deleted_at.desc(), cls.id)
            .offset(offset)
            .limit(limit)
            .execution_options(include_deleted=True)
        ).all()

    @classmethod
    def get_logins_like(cls, session: Session, stem: str) -> set[str]:
        """Return the folded logins in use, deleted accounts included, that begin with `stem`."""
        return cls.get_logins_like_any(session, [stem])

    @classmethod
    def get_logins_like_any(cls, session: Session, stems: Iterable[str]) -> set[str]:
        """Return the folded logins in use, deleted accounts included, that begin with one of the stems."""
        lows = sorted({fold_login(stem) for stem in stems})
        found: set[str] = set()
        for start in range(0, len(lows), STEMS_AT_ONCE):
            ranges = [
                sa.and_(cls.login_key >= low, cls.login_key < low + "\U0010ffff")
                for low in lows[start : start + STEMS_AT_ONCE]
            ]
            query = sa.select(cls.login_key).where(sa.or_(*ranges))
            found.update(session.scalars(query, execution_options={"include_deleted": True}))
        return found

    @classmethod
    def get_page(cls, session: Session, *, offset: int, limit: int, role: SchoolRole | None = None) -> Sequence[User]:
        """Return a page of the living accounts, by family name; of one role, or of all."""
        query = sa.select(cls).order_by(cls.sort_key, cls.id).offset(offset).limit(limit)
        return session.scalars(query if role is None else query.where(cls.school_role == role)).all()

    @classmethod
    def refuse_taken(cls, session: Session, login: str, email: str, *, but_id: int | None = None) -> None:
        """Refuse a user name or an e-mail address that another living account has.

        Raises:
            Taken: it says which of the two.
        """
        by_login = session.scalar(sa.select(cls.id).where(cls.login_key == fold_login(login), cls.deleted_at.is_(None)))
        if by_login not in (None, but_id):
            raise Taken("login")
        email_key = email.strip().casefold()
        by_email = (
            session.scalar(sa.select(cls.id).where(cls.email_key == email_key, cls.deleted_at.is_(None)))
            if email_key
            else None
        )
        if by_email not in (None, but_id):
            raise Taken("email")

    @classmethod
    def count_by_role(cls, session: Session, role: SchoolRole | None) -> int:
        """Return how many living accounts there are, of one role or of all."""
        query = sa.select(sa.func.count()).select_from(cls).where(cls.deleted_at.is_(None))
        return session.scalar(query if role is None else query.where(cls.school_role == role)) or 0

    @classmethod
    def count_second_steps(cls, session: Session) -> int:
        """Return how many living accounts ask for the codes of a phone."""
        staff = cls.school_role.in_((SchoolRole.ADMIN, SchoolRole.TEACHER))
        query = sa.select(sa.func.count()).select_from(cls)
        return session.scalar(query.where(cls.deleted_at.is_(None), staff, cls.totp_secret.is_not(None))) or 0

    @classmethod
    def get_with_phones(cls, session: Session) -> Sequence[User]:
        """Return the accounts that have a second step, locked for a change: staff alone, some dozens."""
        return session.scalars(sa.select(cls).where(cls.totp_secret.is_not(None)).with_for_update()).all()

    @classmethod
    def get_names(cls, session: Session, user_ids: Iterable[int]) -> dict[int, str]:
        """Return the names of accounts by id, deleted ones included: for lists that tell of the past."""
        if not (wanted := set(user_ids)):
            return {}
        rows = session.execute(
            sa.select(cls.id, cls.given_name, cls.family_name).where(cls.id.in_(wanted)),
            execution_options={"include_deleted": True},
        )
        return {user_id: f"{given} {family}".strip() for user_id, given, family in rows}

    @classmethod
    def has_admin(cls, session: Session) -> bool:
        """Tell whether the school has a living admin who can sign in."""
        found = session.scalar(
            sa.select(cls.id).where(cls.school_role == SchoolRole.ADMIN, cls.password_hash.is_not(None)).limit(1)
        )
        return found is not None

    @classmethod
    def get_admins(cls, session: Session) -> Sequence[User]:
        """Return the living admins who can sign in, by name."""
        query = sa.select(cls).where(cls.school_role == SchoolRole.ADMIN, cls.password_hash.is_not(None))
        return session.scalars(query.order_by(cls.sort_key)).all()

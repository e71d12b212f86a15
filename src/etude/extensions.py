"""The Flask extensions, created unbound; `app.py` binds them to an application."""

from __future__ import annotations

from flask_babel import Babel
from flask_caching import Cache
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from etude.core.db import UnitOfWorkSession


class Database(SQLAlchemy):
    """Flask-SQLAlchemy-Lite with the session class of `core/db.py` made known to the type checker."""

    @property
    def session(self) -> UnitOfWorkSession:
        """The session of this application context."""
        session = super().session
        assert isinstance(session, UnitOfWorkSession)
        return session


db = Database(session_options={"class_": UnitOfWorkSession, "expire_on_commit": False})
login_manager = LoginManager()
csrf = CSRFProtect()
cache = Cache()
babel = Babel()
limiter = Limiter(key_func=get_remote_address, default_limits=["600 per minute"], headers_enabled=True)

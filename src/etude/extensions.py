"""The Flask extensions, created unbound; `app.py` binds them to an application."""

from __future__ import annotations

import hashlib

from flask import has_request_context, session
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


def who_asks() -> str:
    """Return whose requests are counted together: a sign-in's, or an address's where nobody is signed in.

    A class of 30 shares one address, so what each does after signing in must not be counted on it. The cookie is
    signed: nobody can make up another sign-in to be counted anew.
    """
    secret = session.get("sid") if has_request_context() else None
    if secret:
        return "session:" + hashlib.sha256(str(secret).encode()).hexdigest()[:32]
    return get_remote_address()


limiter = Limiter(key_func=who_asks, default_limits=["600 per minute"])

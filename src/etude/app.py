"""create_app(): wiring of extensions, features and kinds, the error handlers, the request log, the security headers."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import etude.features
import etude.kinds
from etude.core import transport
from etude.core.db import MeasuredPool, tune_sqlite
from etude.core.rate_limits import CountersInMemory
from etude.extensions import babel, cache, csrf, db, limiter, login_manager
from etude.features.backups.encryption import find_recipient
from etude.features.backups.targets import open_target
from etude.queue import doorbell, sending
from etude.storage import open_storage
from etude.web import i18n, plain_http, query_watch, request, sentences, templating
from etude.web.application import Application
from etude.web.errors import HANDLERS

if TYPE_CHECKING:
    from types import ModuleType

    from flask import Flask

    from etude.config import Config

PACKAGE = Path(__file__).parent
MAX_BODY_BYTES = 60 << 20
"""50 MB of files and their envelope; each form checks its own, smaller caps."""
REDIS_OPTIONS = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}
"""Seconds: a page does without Redis rather than wait for it."""
POSTGRES_OPTIONS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c idle_in_transaction_session_timeout=60s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
    " -c tcp_keepalives_count=3 -c tcp_user_timeout=20s",
}
"""A machine that is cut off is known to be, on both sides, within half a minute: what it had locked is free again."""


def create_app(config: Config, *, serves: bool = True) -> Flask:
    """Return the application for one installation; data folder and key must exist (`etude serve` makes them).

    What does not serve pages, as a worker on a machine of its own, gets no key of the school and needs none: it signs
    no cookie and opens no sealed secret.
    """
    transport.refuse_plain(config)
    app = Application(__name__, static_folder=None)
    key, *older = config.read_secret_keys() if serves else (secrets.token_hex(),)
    app.config.update(_flask_settings(config), SECRET_KEY=key, SECRET_KEY_FALLBACKS=older)
    app.config["WTF_CSRF_SECRET_KEY"] = [*reversed(older), key]  # forms that were open while the key was changed
    app.extensions["etude"] = config
    if serves:
        open_storage(config)  # a setting that does not do is told at the start, not when the first file is handed in
        open_target(config)
        find_recipient(config)
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # In this order each request is checked; docs/explanation/security-layers.md says why.
    request.prepare(app)
    limiter.init_app(app)
    csrf.init_app(app)
    plain_http.guard(app)
    request.check_account(app, login_manager)
    _bind_database(app, config)
    if config.log_level == "DEBUG":
        query_watch.set_up(app)
    cache.init_app(app)
    babel.init_app(app, locale_selector=i18n.choose_locale, timezone_selector=i18n.choose_zone)
    sentences.set_up(app)
    templating.set_up(app)
    for error, handler in HANDLERS.items():
        app.register_error_handler(error, handler)
    for blueprint in find_blueprints():
        app.register_blueprint(blueprint)
    _find_kind_templates(app)
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "TESTING": config.testing,
        "SESSION_COOKIE_NAME": "etude",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES,
        "MAX_FORM_MEMORY_SIZE": 8 << 20,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session: a quiz may take longer than an hour
        "WTF_CSRF_SSL_STRICT": False,  # the host may be a name in the school's network behind a proxy
        # The limiter calls a socket's scheme by another name than everybody else.
        "RATELIMIT_STORAGE_URI": re.sub("^unix:", "redis+unix:", config.redis_url) or CountersInMemory.uri(),
        "RATELIMIT_STORAGE_OPTIONS": REDIS_OPTIONS if config.redis_url else {},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config.redis_url),  # without Redis each machine counts alone
        "RATELIMIT_HEADERS_ENABLED": False,
        "RATELIMIT_ENABLED": True,
        "CACHE_TYPE": "RedisCache" if config.redis_url else "SimpleCache",
        "CACHE_REDIS_URL": config.redis_url,
        "CACHE_OPTIONS": REDIS_OPTIONS if config.redis_url else {},
        "CACHE_DEFAULT_TIMEOUT": 300,
        "BABEL_TRANSLATION_DIRECTORIES": ";".join(str(folder) for folder in i18n.catalogue_folders(PACKAGE)),
        "BABEL_DEFAULT_LOCALE": "en",
        "SQLALCHEMY_ENGINES": {"default": _engine_settings(config)},
    }


def _engine_settings(config: Config) -> dict[str, object]:
    settings: dict[str, object] = {"url": transport.database_address(config), "poolclass": MeasuredPool}
    settings |= {"pool_size": 32, "max_overflow": 8}
    if config.database.startswith("postgresql"):
        settings["pool_pre_ping"] = True
        settings["connect_args"] = POSTGRES_OPTIONS
    return settings


def _bind_database(app: Flask, config: Config) -> None:
    db.init_app(app)
    # It also closes async sessions, of which we have none, on an event loop that it makes anew for each request.
    app.teardown_appcontext_funcs = [f for f in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(f)]
    with app.app_context():
        tune_sqlite(db.engine)
    sending.outlet.doorbell = config.worker_doorbell
    if config.redis_url:
        from etude.queue.redis import RedisExchange  # noqa: PLC0415  an extra that most schools do not install

        doorbell.line.exchange = RedisExchange(config.redis_url)

    @app.teardown_appcontext
    def _refuse_leftovers(error: BaseException | None) -> None:
        if error is None:
            db.session.refuse_leftovers()


@functools.cache
def find_blueprints() -> list[Blueprint]:
    """Return the blueprint of every `*_routes.py` of every feature, by name: a feature is found by itself."""
    found: list[Blueprint] = []
    for package in pkgutil.iter_modules(etude.features.__path__, "etude.features."):
        folder = importlib.import_module(package.name)
        names = [module.name for module in pkgutil.iter_modules(folder.__path__, package.name + ".")]
        found += [_blueprint_of(importlib.import_module(name)) for name in names if name.endswith("_routes")]
    return sorted(found, key=lambda blueprint: blueprint.name)


def _blueprint_of(module: ModuleType) -> Blueprint:
    blueprint = module.blueprint
    assert isinstance(blueprint, Blueprint)
    return blueprint


def _find_kind_templates(app: Flask) -> None:
    folders = [str(Path(path) / kind.name / "templates") for path in etude.kinds.__path__
               for kind in pkgutil.iter_modules([path]) if kind.ispkg]  # fmt: skip
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(folders)])

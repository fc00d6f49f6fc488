"""The front door: puts the rooms together into one application."""

from importlib import metadata
from typing import Any

from flask import Flask, current_app, has_request_context, request, send_from_directory, session
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from accounts import guard, sessions
from app import addresses, config, errors, headers, menu, rooms
from core import clock, filters, language, once, said
from core import db as database
from core.attachments import MAX_BYTES, FolderStore
from core.paper import register_fonts
from registry import audience, notifications

VERSION = metadata.version("qingyuan")
limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])


def create_app(settings: config.Settings | None = None, **overrides: Any) -> Flask:
    """Make the application from the environment, or from given settings (tests)."""
    settings = settings or config.from_environment()
    app = Flask(
        "app",
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        static_url_path="/static",
    )
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_ENGINES=database.engines(settings.database_url, settings.read_database_url),
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_NAME="qingyuan",
        MAX_CONTENT_LENGTH=MAX_BYTES + 4 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,  # a report on paper has a cell for each figure of each pollutant of each outlet
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(config.ROOT / "translations"),
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.config.update(overrides)
    app.url_map.converters["int"] = RowNumber
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.proxies:
        behind = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=behind, x_proto=behind, x_host=behind)  # type: ignore[method-assign]
    app.extensions["store"] = FolderStore(settings.data_dir / "files")

    register_fonts(**settings.fonts)
    headers.install(app, settings.https)
    addresses.install(app)
    database.install(app, errors.refused_by_database, errors.away)
    rooms.load_models()
    language.install(app, locale)
    said.speak_with(_)
    limiter.init_app(app)
    sessions.install(app)
    tokens = CSRFProtect(app)
    guard.install(app)
    once.install(app, lambda: current_user.get_id() or "", errors.clash)
    errors.install(app)
    filters.install(app)
    rooms.install(app)
    for endpoint in KEYED:
        tokens.exempt(app.view_functions[endpoint])
    app.context_processor(shell)
    _add_root_files(app)
    _limit(app)
    guard.check_doors(app)
    for view in app.view_functions.values():
        if getattr(view, "keeps_nothing", False):
            tokens.exempt(view)
    return app


class RowNumber(IntegerConverter):
    """A row's number in an address; more digits than any key can have do not exist (404), instead of overflowing."""

    regex = r"\d{1,9}"


def locale() -> str:
    """The language of the interface: the address's (public pages), the person's, the browser's choice, else Chinese."""
    if not has_request_context():
        return "zh_Hans_CN"
    asked = request.args.get("lang")
    kept = current_user.locale if current_user and current_user.is_authenticated else session.get("locale", "zh")
    chosen = asked if asked in {"zh", "en"} else kept
    return "en" if chosen == "en" else "zh_Hans_CN"


def shell() -> dict[str, Any]:
    """What the layout of every page needs."""
    signed_in = current_user.is_authenticated
    return {
        "menu": menu.menu(),
        "unread": notifications.unread_count(current_user) if signed_in else 0,
        "now": clock.beijing(clock.now()).strftime("%Y-%m-%d %H:%M"),
        "today": clock.today(),
        "demo": not config_of().production,
        "large_text": current_user.large_text if signed_in else bool(session.get("large_text")),
        "high_contrast": current_user.high_contrast if signed_in else bool(session.get("high_contrast")),
        "locale": "en" if locale() == "en" else "zh",
        "product": _("清源"),
        "version": VERSION,
        "switch": audience.switch,
    }


def config_of() -> config.Settings:
    """The settings of the running application."""
    settings: config.Settings = current_app.config["SETTINGS"]
    return settings


KEYED = ("permits.deliver_results",)
"""Doors for programs, opened by a key in a header: a browser sends none by itself, so nobody can be tricked into it."""

LIMITED = {
    "accounts.sign_in": "30/minute",
    "credit.public_home": "60/minute",
    "registry.calendar_feed": "30/minute",
    "credit.public_enterprise": "60/minute;800/hour",
    "credit.public_blacklist_file": "30/minute",
    "credit.public_penalties_file": "30/minute",
    "permits.deliver_results": "240/minute",
    "registry.export_my_archive": "12/hour",
    "registry.verify": "60/minute",
    "registry.verify_code": "60/minute",
}
"""How often one address may ask for what the whole world may ask for."""


def _limit(app: Flask) -> None:
    for endpoint, often in LIMITED.items():
        if endpoint in app.view_functions:
            view: Any = app.view_functions[endpoint]
            limited: Any = limiter.limit(often)(view)
            limited.doors = view.doors
            app.view_functions[endpoint] = limited


def _add_root_files(app: Flask) -> None:
    @app.get("/favicon.ico", endpoint="favicon")
    @guard.public
    def favicon() -> Any:
        return send_from_directory(str(app.static_folder), "favicon.svg", mimetype="image/svg+xml")

    @app.get("/robots.txt", endpoint="robots")
    @guard.public
    def robots() -> Any:
        return send_from_directory(str(app.static_folder), "robots.txt", mimetype="text/plain")


__all__ = ["create_app", "limiter"]

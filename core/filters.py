"""How values are shown on pages: one spelling for days, moments and figures."""

from datetime import date, datetime
from decimal import Decimal

from flask import Flask, current_app, request
from markupsafe import Markup

from core import clock
from core.language import gettext
from core.memo import Memo
from core.said import shown

MINUS = "−"


def shown_day(value: date | None, absent: str = "—") -> str:
    """A legal date, ISO."""
    return value.isoformat() if value else absent


def shown_moment(value: datetime | None, absent: str = "—") -> str:
    """An instant on a Beijing clock, to the minute."""
    return clock.beijing(value).strftime("%Y-%m-%d %H:%M") if value else absent


def shown_number(value: Decimal | int | float | None, absent: str = "—") -> str:
    """A figure without idle zeros, thousands apart, with a true minus."""
    if value is None:
        return absent
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exact.normalize():,f}" if exact else "0"
    return text.replace("-", MINUS)


def shown_points(value: Decimal | int | None) -> str:
    """Points gained or lost, always signed."""
    if value is None:
        return "—"
    return shown_number(value) if value < 0 else f"+{shown_number(value)}"


def spoken(text: str) -> str:
    """A word that may be ours (the kind of an event) or a person's own (the title of a rule): translated when it is ours.

    Unlike ``_()`` in a template it trusts nothing: markup is escaped and a percent sign is one.
    """
    return gettext(text) if text else ""


_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def shown_browser(agent: str | None) -> str:
    """What a browser calls itself, short enough to be known again: ``Chrome · Windows``; else as it came."""
    found = [next((word for mark, word in known if mark in (agent or "")), "") for known in (_BROWSERS, _MACHINES)]
    return "·".join(word for word in found if word) or (agent or "")


def asset(name: str) -> str:
    """The address of a file of ours; icons alone ask for it a hundred times a page."""
    return f"{request.script_root}{current_app.static_url_path}/{name}"


def sign(name: str) -> Markup:
    """A sign of our sprite; a page shows dozens, so each is drawn once. Templates call it ``icon``."""
    return _SIGNS[asset("sprite.svg"), name]


_SIGNS = Memo(lambda asked: Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(*asked))


def install(app: Flask) -> None:
    """Offer them to templates as ``day``, ``moment``, ``number``, ``points``, ``said`` and ``spoken``; ``asset``, ``sign``."""
    app.add_template_global(asset)
    app.add_template_global(sign)
    app.add_template_filter(shown_day, "day")
    app.add_template_filter(shown_moment, "moment")
    app.add_template_filter(shown_number, "number")
    app.add_template_filter(shown_points, "points")
    app.add_template_filter(shown, "said")
    app.add_template_filter(shown_browser, "browser")
    app.add_template_filter(spoken, "spoken")

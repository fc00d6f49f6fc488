"""How a page is answered: 200, or 422 when its form was refused, so that the status code alone decides the commit."""

from typing import Any, NoReturn
from urllib.parse import quote

from flask import Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from core.db import SAFE_METHODS
from core.ledger import LedgerPage

Answer = AnyResponse | Response | str | tuple[str, int]


def page(template: str, **context: Any) -> Response:
    """Render a page; a page shown again after a refused form answers 422 and so commits nothing.

    A list in ``ledger`` that was asked for with print=1 is drawn for paper, whatever its page.
    """
    shown = context.get("ledger")
    if isinstance(shown, LedgerPage) and shown.printing:
        template = "ledger_print.html"
    status = 200 if request.method in SAFE_METHODS else 422
    return make_response(render_template(template, **context), status)


def attachment(name: str) -> str:
    """The Content-Disposition of a download: header bytes are Latin-1, so a Chinese name travels in filename*."""
    suffix = name.rpartition(".")[2] if "." in name else "bin"
    return f"attachment; filename=\"download.{quote(suffix)}\"; filename*=UTF-8''{quote(name, safe='')}"


def not_found() -> NoReturn:
    """What is not yours does not exist: 404, never 403, so that nobody learns what others have."""
    abort(404)


def safe_next(target: str | None) -> str | None:
    """A local address to go on to after signing in, or None for anything that could leave the house."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if (
        any(ord(character) <= 0x20 or ord(character) == 0x7F for character in target)
        or "%0" in target
        or "%5c" in target.lower()
    ):
        return None
    return target

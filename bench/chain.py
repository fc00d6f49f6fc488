"""What the audit chain adds to a write, alone and within a whole request, and how long walking along it takes."""

import http.client
import re
import statistics
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from accounts import audit
from accounts.models import User
from bench.data import Register
from bench.lines import CPU, WALL, Line, best
from bench.pages import signed_in
from core.db import db
from registry.models import Enterprise

LISTENERS = (("before_commit", audit._append), ("after_flush", audit._gather))
TURNS = 60
FIRM = 1
"""One that the officer's county supervises."""


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family."""
    app = register.app()
    yield from _alone(app, CPU if register.engine == "sqlite" else WALL)
    yield from _posted(app)
    with app.app_context():
        found: list[audit.Verification] = []
        took = best(lambda: found.append(audit.verify(db.session)), 1, CPU if register.engine == "sqlite" else WALL)
        yield Line(f"verify {found[0].entries:,} audit entries ({'whole' if found[0].ok else 'BROKEN'})", took, "s")
        yield Line("verify, for 1,000,000 entries", took / found[0].entries * 1e6, "s", "≤ 15")
        db.session.rollback()


@contextmanager
def _silent() -> Iterator[None]:
    """The product without its chain: only here, to know what it costs."""
    for name, listener in LISTENERS:
        event.remove(Session, name, listener)
    yield
    for name, listener in LISTENERS:
        event.listen(Session, name, listener)


def _alone(app: Flask, clock: Callable[[], float]) -> Iterator[Line]:
    """The smallest act there is: one column of one row, by a person who was loaded beforehand, as in every request."""
    with app.app_context():
        system = db.session.scalars(select(User).where(User.is_system)).one()
        firm = db.session.get_one(Enterprise, FIRM)
        turn = iter(range(1_000_000))

        def write() -> None:
            assert system.roles is not None
            firm.remark = f"第 {next(turn)} 次"
            audit.record(firm, "bench:write", "性能测试", by=system)
            db.session.commit()

        def write_silently() -> None:
            assert system.roles is not None
            firm.remark = f"第 {next(turn)} 次"
            db.session.commit()

        recorded, silent = [], []
        for _ in range(TURNS):
            recorded.append(best(write, 1, clock))
            with _silent():
                silent.append(best(write_silently, 1, clock))
        share = (min(recorded) - min(silent)) / min(recorded) * 100
        yield Line("one write with its audit entry", min(recorded) * 1000, "ms")
        yield Line("audit chain, share of the smallest write's time", share, "%", "≤ 10")


def _posted(app: Flask) -> Iterator[Line]:
    """A form of two fields posted over HTTP: from the first byte sent to the answer, with the commit on the disk."""
    cookie, _user = signed_in(app, "officer")
    with _serving(app) as port:
        address = f"/enterprises/{FIRM}"
        page, cookie = _asked(port, "GET", f"{address}/suspend", cookie)  # with the token of its forms
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        given = {"csrf_token": token.group(1) if token else "", "reason": "性能测试", "since": "2026-11-20"}

        def there_and_back() -> None:
            for verb in ("suspend", "reopen"):
                form = urlencode(given | {"request_id": str(uuid.uuid4())})
                _asked(port, "POST", f"{address}/{verb}", cookie, form)

        there_and_back()
        recorded, silent = [], []
        for _ in range(TURNS):
            recorded.append(best(there_and_back, 1, WALL) / 2)
            with _silent():
                silent.append(best(there_and_back, 1, WALL) / 2)
        least = (min(recorded) - min(silent)) / min(recorded) * 100
        whole, rest = statistics.median(recorded), statistics.median(silent)
        yield Line("a form of two fields posted over HTTP, stored on disk", whole * 1000, "ms")
        yield Line("audit chain, share of that request: quickest of each", least, "%", "≤ 10")
        yield Line("audit chain, share of that request: middle of each", (whole - rest) / whole * 100, "%", "≤ 10")


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def _serving(app: Flask) -> Iterator[int]:
    """The product behind a small server in this process, where the chain can be taken away."""
    server = make_server("127.0.0.1", 0, app, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()


def _asked(port: int, method: str, address: str, cookie: str, form: str | None = None) -> tuple[str, str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    line.request(method, address, form, headers)
    answer = line.getresponse()
    body = answer.read().decode()
    kept = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
    line.close()
    if answer.status not in (200, 303):
        raise RuntimeError(f"{address}: {answer.status}")
    return body, kept

"""List, deep page, count, search and enterprise page: in one process, and through two workers with four clients."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask
from sqlalchemy import event, func, select, text
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, run_wsgi_app

from accounts.models import User, UserSession
from accounts.sessions import token_hash
from bench import firms
from bench.data import Register
from bench.lines import CPU, WALL, Line, best, best_together
from core import clock
from core.db import db, writing
from core.ledger.orders import Position, token
from registry.ledgers.enterprises import ENTERPRISES
from registry.models import Enterprise
from registry.queries import visible_enterprises
from registry.search import named

LIST = "/enterprises?category=key&sort=name"
SECONDS = 4.0
WORKERS, CLIENTS = 2, 4


def measured(register: Register) -> Iterator[Line]:
    """All lines of this family."""
    app = register.app()
    cookie, user_id = signed_in(app, "reviewer")
    floor = _floor(app)
    deep = _deep(app, user_id)
    ask = asking(app, cookie)
    size = len(ask(LIST))
    firm = f"/enterprises/{register.count // 2}"
    for page in (LIST, deep, firm):
        ask(page)
    clock = CPU if register.engine == "sqlite" else WALL
    times = best_together(
        {"list": lambda: ask(LIST), "deep": lambda: ask(deep), "firm": lambda: ask(firm), "floor": floor}, 15, clock
    )
    yield Line("list page, one process", times["list"] * 1000, "ms")
    yield Line("deep page ÷ page 1", times["deep"] / times["list"], "×", "≤ 1.2")
    yield Line("enterprise page, one process", times["firm"] * 1000, "ms")
    yield Line("raw SQL + string join of the same rows", times["floor"] * 1000, "ms")
    yield Line("HTML of the list page", size / 1000, "kB", "< 60")
    yield from _sql(app, user_id, clock)
    with _served(register) as port:
        for name, page, target in (
            ("list page", LIST, "≥ 500" if register.engine == "sqlite" else "≥ 250"),
            ("enterprise page", firm, "≥ 1000" if register.engine == "sqlite" else "≥ 500"),
        ):
            rate, slow = _load(port, page, cookie)
            yield Line(f"{name}, {WORKERS} workers, {CLIENTS} clients", rate, "requests/s", target)
            yield Line(f"{name}, 95 of 100 within", slow * 1000, "ms", "≤ 20" if name == "list page" else "")


def signed_in(app: Flask, username: str) -> tuple[str, int]:
    """The cookie of a person: the reviewer is of the prefecture's bureau and sees every firm."""
    kept = uuid.uuid4().hex
    with app.app_context():
        user = db.session.scalars(select(User).where(User.username == username)).one()
        now, user_id = clock.now(), user.id
        db.session.add(
            UserSession(token_hash=token_hash(kept), user_id=user_id, started_at=now, seen_at=now, confirmed_at=now)
        )
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(token=kept, _user_id=str(user_id), _fresh=True)
    cookie = client.get_cookie("qingyuan")
    return f"qingyuan={cookie.value if cookie else ''}", user_id


def asking(app: Flask, cookie: str) -> Callable[[str], bytes]:
    def ask(address: str) -> bytes:
        path, _, query = address.partition("?")
        environ: WSGIEnvironment = EnvironBuilder(
            path=path, query_string=query, headers={"Cookie": cookie}
        ).get_environ()
        parts, status, _headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        body = b"".join(parts)
        if not status.startswith("200"):
            raise RuntimeError(f"{address}: {status}")
        return body

    return ask


def _deep(app: Flask, user_id: int) -> str:
    """The address of the page that begins in the middle of the list."""
    with app.app_context():
        user = db.session.get_one(User, user_id)
        wanted = (
            visible_enterprises(user)
            .where(Enterprise.category == "key")
            .with_only_columns(Enterprise.name, Enterprise.id)
        )
        count = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
        name, id_ = db.session.execute(
            wanted.order_by(Enterprise.name, Enterprise.id).offset(count // 2).limit(1)
        ).one()
        return f"{LIST}&after={token('name', Position((name, id_), count // 2))}"


def _floor(app: Flask) -> Callable[[], str]:
    """The same twenty rows by hand-written SQL, put into table cells by string concatenation."""
    wanted = text(
        "SELECT id, name, credit_code, category, permit_valid_to, last_inspected_on FROM enterprise"
        " WHERE category = 'key' ORDER BY name, id LIMIT 20"
    )
    with app.app_context():
        engine = db.engine

    def floor() -> str:
        with engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in rows)

    return floor


def _sql(app: Flask, user_id: int, clock: Callable[[], float]) -> Iterator[Line]:
    """What the database alone needs: the count, and fifty rows of each kind of search."""
    mark = writing.set(False)
    with app.app_context():
        user = db.session.get_one(User, user_id)
        counted = best(lambda: _counted(user), 7, clock)
        yield Line("list page: rows and capped count, SQL and Python", counted * 1000, "ms")
        for what, typed in (
            ("two rare characters", firms.RARE),
            ("two common characters", "化工"),
            ("four characters", "雪海化工"),
            ("pinyin initials", "CJXH"),
            ("head of a code", firms.code_of(77)[:12]),
        ):
            found = _found(user, typed)
            seconds = best(lambda typed=typed: _found(user, typed), 7, clock)  # type: ignore[misc]
            asked = best(_asked_again(lambda typed=typed: _found(user, typed)), 7, clock)  # type: ignore[misc]
            yield Line(f"search, {what} ({found} rows), with Python", seconds * 1000, "ms")
            yield Line("  its statements alone", asked * 1000, "ms", "≤ 5")
        db.session.rollback()
    writing.reset(mark)


def _asked_again(act: Callable[[], object]) -> Callable[[], None]:
    """The statements that something asks, asked once more past SQLAlchemy: what the target of a search counts."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    cursor = db.session.connection().connection.cursor()

    def again() -> None:
        for statement, given in asked:
            cursor.execute(statement, given)
            cursor.fetchall()

    return again


def _counted(user: User) -> None:
    ENTERPRISES.page(db.session, MultiDict({"category": "key", "sort": "name"}), user)


def _found(user: User, typed: str) -> int:
    """The first fifty by name, and what is asked beforehand."""
    wanted = visible_enterprises(user).where(named(typed)).order_by(Enterprise.name, Enterprise.id).limit(50)
    return len(
        db.session.execute(wanted.with_only_columns(Enterprise.id, Enterprise.name, maintain_column_froms=True)).all()
    )


@contextmanager
def _served(register: Register) -> Iterator[int]:
    """The product behind its own server with two workers, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = os.environ | {
        "QINGYUAN_DATABASE_URL": register.url,
        "QINGYUAN_DATA_DIR": str(register.folder),
        "QINGYUAN_SECRET_KEY": "bench-0123456789abcdef0123456789abcdef",
    }
    command = [Path(sys.executable).with_name("gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    command += ["--threads", "2", "--log-level", "error", "app:create_app()"]
    server = subprocess.Popen(command, env=environ, cwd=Path(__file__).parents[1])
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(port: int) -> None:
    for _ in range(720):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError("the server did not start")


def _load(port: int, address: str, cookie: str) -> tuple[float, float]:
    """Requests a second over some seconds, and how long the slowest twentieth took at least."""
    asked = f"GET {address} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode()
    for _ in range(8):  # both workers have compiled their templates
        _times(port, asked, time.perf_counter() + 0.2)
    until, found = time.perf_counter() + SECONDS, []
    threads = [threading.Thread(target=lambda: found.extend(_times(port, asked, until))) for _ in range(CLIENTS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    found.sort()
    return len(found) / took, found[int(len(found) * 0.95)]


def _times(port: int, asked: bytes, until: float) -> list[float]:
    found = []
    with socket.create_connection(("127.0.0.1", port), 120) as line:
        stream: Any = line.makefile("rb")
        while time.perf_counter() < until:
            begun = time.perf_counter()
            line.sendall(asked)
            status, length, keep = stream.readline(), 0, True
            if b" 200 " not in status:
                raise RuntimeError(status.decode() or "the server hung up")
            while (header := stream.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                keep = keep and not (name.lower() == b"connection" and b"close" in value.lower())
            stream.read(length)
            found.append(time.perf_counter() - begun)
            if not keep:
                break
    return found

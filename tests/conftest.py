"""What every test may ask for: an application on a real database, people at browsers, a clock that stands still."""

import gc
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from accounts import passwords
from accounts.models import User
from app import config, create_app, reference, rooms
from core import clock
from core.attachments import FolderStore
from core.db import Base, db
from registry.models import Enterprise
from tests import postgres, world
from tests.browse import Browser

ENGINE = os.environ.get("QINGYUAN_TEST_ENGINE", "sqlite")
passwords.use_cheap_hashes()
gc.set_threshold(100_000, 50, 50)  # cycles are looked for less often: a tenth of all the time otherwise
hypothesis.settings.register_profile(
    "house", deadline=None, max_examples=60, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


DATABASES = {"template_url", "works_url"}
"""The fixtures that stand on the engine the tests run on: what needs none of them runs once, on whichever comes first."""


FACES = re.compile(r"/(views|portal)/|/test_views\.py$")
"""Tests about what a page shows and what its form takes: once. What they ask of the database is asked on both by
the tests of actions and queries, by every ledger (tests/house), by each role on each page (tests/app), and by the stories."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs no database, or whose database is asked elsewhere, so that it is not run again on the other one."""
    for item in items:
        if not DATABASES & set(getattr(item, "fixturenames", ())) or FACES.search(item.path.as_posix()):
            item.add_marker("anywhere")


def settings(url: str, data_dir: Path, **more: Any) -> config.Settings:
    """The settings of a test application."""
    values: dict[str, Any] = {
        "production": False,
        "database_url": url,
        "read_database_url": None,
        "data_dir": data_dir,
        "secret_key": "0123456789abcdef0123456789abcdef",
        "public_url": "https://qingyuan.example.cn",
        "https": False,
        "audit_days": 1096,
        "fonts": {},
    }
    return config.Settings(**{**values, **more})


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for files that lasts as long as the tests."""
    return tmp_path_factory.mktemp("qingyuan")


@pytest.fixture(scope="session")
def template_url(folder: Path, worker_id: str) -> Iterator[str]:
    """A database with tables, reference data and the small world; tests work on it inside rolled-back transactions."""
    if ENGINE == "postgresql":
        given = os.environ.get("QINGYUAN_TEST_POSTGRES")
        if given:
            yield _filled(_fresh(given, f"qy_{worker_id}"), folder)
        else:
            with postgres.server() as url:
                yield _filled(_fresh(url, f"qy_{worker_id}"), folder)
    else:
        yield _filled(f"sqlite:///{folder / 'template.sqlite3'}", folder)


def _fresh(maintenance: str, name: str) -> str:
    engine = create_engine(maintenance, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(maintenance).set(database=name).render_as_string(hide_password=False)


def _filled(url: str, folder: Path) -> str:
    application = create_app(settings(url, folder), TESTING=True)
    rooms.load_models()
    with application.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            reference.load(connection)
        with clock.at(world.TODAY):
            world.build(passwords.hashed(world.PASSWORD))
            from accounts.audit import record

            record(None, "tests:world", "测试世界", by=db.session.scalars(select(User).where(User.is_system)).one())
            db.session.commit()
        _forget(application)
    return url


def _forget(application: Flask) -> None:
    """Close an application's database, so that no later test isolates it too."""
    close_engines()
    db._app_state.pop(application)


@pytest.fixture(scope="session")
def application(template_url: str, folder: Path) -> Flask:
    """The application, made once."""
    return create_app(settings(template_url, folder), TESTING=True, RATELIMIT_ENABLED=False, SERVER_NAME="localhost")


@contextmanager
def isolated(application: Flask) -> Iterator[None]:
    """One connection in one transaction that is undone at the end; a commit of the tested code is a savepoint in it."""
    options = db._app_state[application].sessionmaker.kw
    with db.engine.connect() as connection:
        transaction = connection.begin()
        before = dict(options)
        options.update(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield
        finally:
            options.clear()
            options.update(before)
            transaction.rollback()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application on a clean world; whatever a test commits is undone."""
    with clock.at(world.TODAY), application.app_context(), isolated(application):
        yield application
        db.session.close()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The session of a test that calls actions directly."""
    yield db.session
    db.session.rollback()


@pytest.fixture
def browse(app: Flask) -> Callable[..., Browser]:
    """``browse("officer").get(url)``; ``browse(None)`` is a visitor."""
    return lambda username=None: Browser(app, username)


@pytest.fixture
def person(app: Flask) -> Callable[[str], User]:
    """A person of the small world by user name."""
    return lambda username: db.session.scalars(select(User).where(User.username == username)).one()


@pytest.fixture
def firm(app: Flask) -> Enterprise:
    """晨岭焦化, in 阜康."""
    return db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()


@pytest.fixture
def far_firm(app: Flask) -> Enterprise:
    """远河水泥, in 昌吉市: another county's."""
    return db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[1][0])).one()


def fresh_copy(template_url: str, folder: Path, suffix: str) -> str:
    """A fresh copy of the database, in place of the one that bore this name; its address."""
    if template_url.startswith("sqlite"):
        source, target = Path(make_url(template_url).database or ""), folder / f"{suffix}.sqlite3"
        for left in ("-wal", "-shm"):
            target.with_name(target.name + left).unlink(missing_ok=True)
        shutil.copy(source, target)
        return f"sqlite:///{target}"
    name = make_url(template_url).database
    maintenance = make_url(template_url).set(database="postgres").render_as_string(hide_password=False)
    engine = create_engine(maintenance, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}_{suffix} WITH (FORCE)"))
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"))
        connection.execute(text(f"CREATE DATABASE {name}_{suffix} TEMPLATE {name}"))
    engine.dispose()
    return make_url(template_url).set(database=f"{name}_{suffix}").render_as_string(hide_password=False)


@contextmanager
def copied(template_url: str, folder: Path, suffix: str) -> Iterator[Flask]:
    """An application on a database copy of its own, gone afterwards."""
    made = create_app(settings(fresh_copy(template_url, folder, suffix), folder), TESTING=True, RATELIMIT_ENABLED=False)
    yield made
    aside(lambda: _forget(made), made)


def aside(work: Callable[[], None], application: Flask) -> None:
    """Do something in a thread of its own: a browser's event loop may be running in this one."""

    def run() -> None:
        with application.app_context():
            work()

    closing = threading.Thread(target=run)
    closing.start()
    closing.join()


@pytest.fixture(scope="session")
def spare(template_url: str, folder: Path) -> Iterator[Flask]:
    """The application behind ``own_app``: made once, so that it knows its statements and pages from the test before."""
    with copied(template_url, folder, "own") as made:
        yield made


@pytest.fixture
def own_app(spare: Flask, template_url: str, folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database copy and a folder of its own: for parallel writers, real browsers, and commands."""
    before = dict(spare.config), dict(spare.extensions)
    fresh_copy(template_url, folder, "own")
    spare.config["SETTINGS"] = replace(spare.config["SETTINGS"], data_dir=tmp_path)
    spare.extensions["store"] = FolderStore(tmp_path / "files")
    yield spare
    aside(close_engines, spare)
    for kept, now in zip(before, (spare.config, spare.extensions), strict=True):
        now.clear()
        now.update(kept)


def close_engines() -> None:
    """Let go of the databases of this application; they are opened again when somebody asks."""
    for engine in db.engines.values():
        engine.dispose()

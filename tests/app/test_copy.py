"""What may be a little old is read from the copy of the database; what counts, and every write, from the primary."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.engine import make_url

from accounts.models import UserSession
from app import create_app
from core.db import db, lagging, lagging_session
from registry.models import Enterprise
from tests import world
from tests.browse import Browser
from tests.conftest import ENGINE, _forget, settings

CODE, NAME = world.FIRMS[0][:2]


@pytest.fixture
def copied(own_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """An application with a copy that lags: in it the firm still has its former name, and nobody is signed in."""
    url = own_app.config["SETTINGS"].database_url
    if ENGINE == "postgresql":
        maintenance = make_url(url).set(database="postgres").render_as_string(hide_password=False)
        name, copy_url = make_url(url).database, make_url(url).set(database=f"{make_url(url).database}_copy")
        server = create_engine(maintenance, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {copy_url.database} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {copy_url.database} TEMPLATE {name}"))
        server.dispose()
        copy = copy_url.render_as_string(hide_password=False)
    else:
        shutil.copy(make_url(url).database or "", tmp_path / "copy.sqlite3")
        copy = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    engine = create_engine(copy)
    with engine.begin() as connection:
        connection.execute(update(Enterprise).where(Enterprise.credit_code == CODE).values(name="旧名（示例）"))
    engine.dispose()
    made = create_app(settings(url, tmp_path, read_database_url=copy), TESTING=True, RATELIMIT_ENABLED=False)
    yield made
    with made.app_context():
        _forget(made)


def test_the_public_reads_the_copy_and_officers_the_register(copied: Flask) -> None:
    assert "旧名（示例）" in Browser(copied, None).get(f"/public/enterprises/{CODE}").text
    officer = Browser(copied, "officer")
    listed = officer.get("/enterprises").text
    assert NAME in listed and "旧名（示例）" not in listed


def test_who_is_asking_is_asked_of_the_primary(copied: Flask) -> None:
    officer = Browser(copied, "officer")
    assert officer.get("/public").response.headers["Cache-Control"] == "no-store", "known, though not to the copy"
    with copied.app_context():
        copy = db.sessionmaker(bind=db.engines["read"])
        with copy:
            assert copy.scalars(select(UserSession)).all() == []


def test_exports_are_read_from_the_copy(copied: Flask) -> None:
    content = Browser(copied, "officer").client.get("/enterprises.csv").get_data(as_text=True)
    assert "旧名（示例）" in content and NAME not in content


def test_an_export_that_is_an_act_shows_what_it_rests_on(copied: Flask) -> None:
    with copied.test_request_context("/credit/blacklist.csv", method="POST"):
        assert db.session.get_bind() is db.engines["default"]
    with copied.app_context():
        assert lagging_session().get_bind() is db.engines["read"]


def test_writes_go_to_the_primary_whatever_is_read(copied: Flask) -> None:
    with copied.app_context():
        token = lagging.set(True)
        try:
            firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == CODE)).one()
            assert firm.name == "旧名（示例）"
            db.session.execute(update(Enterprise).where(Enterprise.credit_code == CODE).values(address="示例路 9 号"))
            db.session.commit()
        finally:
            lagging.reset(token)
        db.session.rollback()
        assert db.session.scalar(select(Enterprise.address).where(Enterprise.credit_code == CODE)) == "示例路 9 号"
        with db.engines["read"].connect() as copy:
            assert copy.scalar(select(Enterprise.address).where(Enterprise.credit_code == CODE)) != "示例路 9 号"


def test_the_next_request_reads_from_the_primary_again(copied: Flask) -> None:
    client = Browser(copied, None).client
    client.get("/public")
    assert lagging.get() is False


def test_the_doctor_says_how_far_the_copy_is_behind(copied: Flask) -> None:
    found = copied.test_cli_runner().invoke(args=["doctor"])
    assert "只读副本：落后 0 条留痕" in found.output

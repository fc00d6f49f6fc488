"""Installations of a test's own: an empty database with its structure, ready for a restore."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app, health, reference
from core.db import Base
from tests.conftest import _forget, _fresh, settings

Installed = Callable[..., Flask]


@pytest.fixture
def installed(template_url: str, tmp_path: Path) -> Iterator[Installed]:
    """``installed("name")`` is an application on a new database at the newest structure, on the engine under test."""
    made: list[Flask] = []

    def install(name: str, *, structure: bool = True) -> Flask:
        if template_url.startswith("sqlite"):
            url = f"sqlite:///{tmp_path / name}.sqlite3"
        else:
            maintenance = make_url(template_url).set(database="postgres").render_as_string(hide_password=False)
            url = _fresh(maintenance, f"{make_url(template_url).database}_{name}")
        folder = tmp_path / name
        folder.mkdir()
        application = create_app(settings(url, folder), TESTING=True)
        if structure:
            engine = create_engine(url)
            with engine.begin() as connection:
                Base.metadata.create_all(connection)
                reference.load(connection)
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(
                    text("INSERT INTO alembic_version VALUES (:head)"), {"head": health.newest_revision()}
                )
            engine.dispose()
        made.append(application)
        return application

    yield install
    for application in made:
        with application.app_context():
            _forget(application)

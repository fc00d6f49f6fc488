"""What the stories share: the whole thread of one firm, spun once for all tests of a file that only look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from registry.models import Enterprise
from tests import world
from tests.browse import Browser
from tests.conftest import aside, close_engines, copied, fresh_copy
from tests.stories.thread import Thread, spin


@dataclass(frozen=True)
class Town:
    """The application with the whole thread in it, for looking only; and browsers into it."""

    app: Flask
    thread: Thread

    def browse(self, username: str | None) -> Browser:
        """Somebody at a browser."""
        return Browser(self.app, username)


@pytest.fixture(scope="session")
def spun(template_url: str, folder: Path) -> tuple[str, Thread]:
    """A database in which everything that can hang on a firm hangs on 晨岭焦化: its address, and what hangs there."""
    with copied(template_url, folder, "spun") as app, clock.at(world.TODAY), app.app_context():
        firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
        thread = spin(firm)
        db.session.close()
        return app.config["SETTINGS"].database_url, thread


@pytest.fixture(scope="session")
def stage(spun: tuple[str, Thread], folder: Path) -> Iterator[Flask]:
    """The application behind every ``town``: made once, so that it knows its statements and pages already."""
    with copied(spun[0], folder, "town") as made:
        yield made


@pytest.fixture(scope="module")
def town(stage: Flask, spun: tuple[str, Thread], folder: Path) -> Iterator[Town]:
    """The thread of 晨岭焦化, in a database of this file's own."""
    fresh_copy(spun[0], folder, "town")
    with clock.at(world.TODAY), stage.app_context():
        yield Town(stage, spun[1])
        db.session.close()
    aside(close_engines, stage)

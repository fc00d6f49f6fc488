"""What the stories share: the whole thread of one firm, spun once for all tests of a file that only look at it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from registry.models import Enterprise
from tests import world
from tests.browse import Browser
from tests.conftest import isolated
from tests.stories.thread import Thread, spin


@dataclass(frozen=True)
class Town:
    """The application with the whole thread in it, for looking only; and browsers into it."""

    app: Flask
    thread: Thread

    def browse(self, username: str | None) -> Browser:
        """Somebody at a browser."""
        return Browser(self.app, username)


@pytest.fixture(scope="module")
def town(application: Flask) -> Iterator[Town]:
    """晨岭焦化 with everything that can hang on a firm. Undone when the file is done; its tests must not write."""
    with clock.at(world.TODAY), application.app_context(), isolated(application):
        firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
        yield Town(application, spin(firm))
        db.session.close()

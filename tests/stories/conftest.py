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
from tests.conftest import copied
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
def town(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """晨岭焦化 with everything that can hang on a firm, in a database of its own; its tests must not write."""
    folder = tmp_path_factory.mktemp("town")
    with copied(template_url, folder, "town") as app, clock.at(world.TODAY), app.app_context():
        firm = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
        thread = spin(firm)
        db.session.close()
        yield Town(app, thread)
        db.session.close()

"""``flask db``: moves the structure of the database; apart from the other commands, as only this one needs Alembic."""

from flask import Flask
from flask_migrate import Migrate

from app.config import ROOT
from core.db import Base


class _Metadata:
    """What Flask-Migrate asks its database object for."""

    metadata = Base.metadata


def install(app: Flask) -> None:
    """Add ``db`` and its verbs to the command line."""
    Migrate(app, _Metadata(), directory=str(ROOT / "migrations"), render_as_batch=True)  # type: ignore[arg-type]

"""Reference data: what must be in every database before anybody works. Loaded after each upgrade, twice changes nothing."""

import importlib
import importlib.util

from sqlalchemy import Connection

from app.rooms import ROOMS


def load(connection: Connection) -> dict[str, int]:
    """Let each room add the rows that are missing (``seed.load``); rows that a bureau edited are left alone."""
    added: dict[str, int] = {}
    for room in ROOMS:
        if importlib.util.find_spec(f"{room}.seed"):
            for table, count in importlib.import_module(f"{room}.seed").load(connection).items():
                added[table] = added.get(table, 0) + count
    return added

"""What has to be known first about an enterprise: each room tells its own, the gravest stands on the file with its act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.db import db, direct


@dataclass(frozen=True)
class Alert:
    """One thing that will not wait, with the page where it is dealt with. ``rank``: the lower, the graver."""

    rank: int
    title: str
    text: str
    act: str
    url: str


Source = Callable[[Connection, int], Sequence[Alert]]

SOURCES: list[Source] = []
"""What each room has to say, by the enterprise's id; one query each. Rooms append theirs when they are imported."""


def source(told: Source) -> Source:
    """Mark a function as a source of alerts."""
    SOURCES.append(told)
    return told


def of(enterprise_id: int) -> list[Alert]:
    """All alerts of an enterprise, the gravest first. Whether one may see it is asked before."""
    connection = direct(db.session)
    found = [alert for told in SOURCES for alert in told(connection, enterprise_id)]
    return sorted(found, key=lambda alert: alert.rank)

"""One time line of an enterprise over all rooms: each room adds its own source, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from core.db import db


@dataclass(frozen=True)
class Event:
    """One thing that happened, or is due (tone ``ahead``); other tones are '', good, bad."""

    on: date
    title: str
    url: str = ""
    text: str = ""
    tone: str = ""
    at: str = ""


Source = Callable[[Session, int], Sequence[Event]]

SOURCES: list[Source] = []
"""What each room knows of an enterprise, by its id; one query each. Rooms append theirs when they are imported."""


def source(told: Source) -> Source:
    """Mark a function as a source of the time line."""
    SOURCES.append(told)
    return told


def of(enterprise_id: int, most: int | None = None) -> list[Event]:
    """Everything about an enterprise: what is still ahead first, then newest first.

    Whether the person may see the enterprise is asked before.
    """
    events = [event for told in SOURCES for event in told(db.session, enterprise_id)]
    events.sort(key=lambda event: (event.tone == "ahead", event.on), reverse=True)
    return events[:most]

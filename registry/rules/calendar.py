"""Deadlines as an iCalendar (RFC 5545), byte for byte: CRLF, lines folded at 75 octets, stable UIDs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets of a content line without its CRLF (RFC 5545 §3.1)."""


@dataclass(frozen=True)
class Deadline:
    """One thing to be done by a day; ``uid`` stays the same as long as it is the same thing."""

    uid: str
    due_on: date
    title: str
    text: str = ""
    url: str = ""


def calendar(name: str, deadlines: Iterable[Deadline], *, stamp: datetime, host: str) -> bytes:
    """A calendar in which each deadline is a day (for who shows days) and a task (for who shows tasks)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Qingyuan//Deadlines//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for deadline in deadlines:
        lines += _event(deadline, stamp, host)
        lines += _task(deadline, stamp, host)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def _event(deadline: Deadline, stamp: datetime, host: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        *_common(deadline, f"{deadline.uid}@{host}", stamp),
        f"DTSTART;VALUE=DATE:{deadline.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{deadline.due_on + timedelta(days=1):%Y%m%d}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _task(deadline: Deadline, stamp: datetime, host: str) -> list[str]:
    return [
        "BEGIN:VTODO",
        *_common(deadline, f"{deadline.uid}-todo@{host}", stamp),
        f"DUE;VALUE=DATE:{deadline.due_on:%Y%m%d}",
        "STATUS:NEEDS-ACTION",
        "END:VTODO",
    ]


def _common(deadline: Deadline, uid: str, stamp: datetime) -> Iterator[str]:
    yield f"UID:{uid}"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SUMMARY:{escaped(deadline.title)}"
    if deadline.text:
        yield f"DESCRIPTION:{escaped(deadline.text)}"
    if deadline.url:
        yield f"URL:{deadline.url}"


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545 §3.3.11); a break that was typed cannot begin a line of its own."""
    kept = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return kept.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 octets, never cut inside a character; the later ones begin with a blank."""
    piece = b""
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > LONGEST_LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece

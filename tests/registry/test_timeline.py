"""One time line over all rooms."""

from datetime import date
from typing import Any

import pytest

from registry import timeline
from registry.timeline import Event


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let these events be all there are."""
    return lambda *events: monkeypatch.setattr(
        timeline, "SOURCES", [lambda _s, _e: events[:1], lambda _s, _e: events[1:]]
    )


def test_what_is_ahead_comes_first_then_the_newest(session: Any, only: Any) -> None:
    only(
        Event(date(2026, 1, 1), "旧"),
        Event(date(2026, 11, 1), "新"),
        Event(date(2026, 12, 1), "近期限", tone="ahead"),
        Event(date(2027, 3, 1), "远期限", tone="ahead"),
    )
    assert [event.title for event in timeline.of(1)] == ["远期限", "近期限", "新", "旧"]
    assert [event.title for event in timeline.of(1, most=1)] == ["远期限"]

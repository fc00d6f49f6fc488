"""One time line over all rooms."""

from datetime import date
from typing import Any

import pytest

from registry import documents, obligations, timeline
from registry.models import ObligationKind, ServiceMode
from registry.obligations import Wanted
from registry.timeline import Event
from tests.registry.papers import issue
from tests.world import TODAY


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


def test_a_document_is_told_with_its_service_and_what_failed(app: Any, session: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", failure="拒收", by=person("officer"))
    documents.serve(
        made, mode=ServiceMode.LEFT, recipient="何静", served_on=TODAY, witness="李某", by=person("officer")
    )
    session.commit()
    with app.test_request_context():
        told = {event.title: event for event in timeline.of(firm.id)}
    assert told[f"签发 {made.number}"].url == f"/documents/{made.id}"
    assert told[f"未能送达 {made.number}"].tone == "bad"
    assert told[f"送达 {made.number}"].on == TODAY


def test_what_is_owed_is_ahead_and_what_is_late_is_bad(app: Any, session: Any, firm: Any, person: Any) -> None:
    wanted = [
        Wanted("late", ObligationKind.REPORT, "迟的", "条例", date(2026, 11, 20)),
        Wanted("next", ObligationKind.REPORT, "后的", "条例", date(2026, 12, 20)),
        Wanted("kept", ObligationKind.REPORT, "守时的", "条例", date(2026, 7, 15)),
    ]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    obligations.fulfil(obligations.of(firm)[0], date(2026, 7, 1), person("signer"))
    session.commit()
    with app.test_request_context():
        told = [(event.title, event.tone, event.text) for event in timeline.of(firm.id)]
    assert told == [("后的", "ahead", "剩 27 天"), ("迟的", "bad", "已逾期 3 天")]

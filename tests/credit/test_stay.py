"""While a decision is stayed nothing stands on it; an appeal alone stays nothing (FACTS D5)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.db import db
from core.workflow import NotAllowed
from credit import actions, queries, rules, standing
from credit.models import EventKind, Grade, ListType
from inspections import actions as inspecting
from registry.models import Enterprise, GradeSpan
from tests.credit import made
from tests.inspections.made import at, confirmed, decision, person

STAYED, LIFTED = date(2026, 12, 10), date(2027, 1, 20)
FINE = {"violation_key": "LED-NONE", "rule_id": "LED-NONE@C26-1", "fine": Decimal(50_000)}


def grade_on(firm: Enterprise, day: date) -> str:
    """The stored grade of a day, and the reckoned one, which must be the same."""
    spans = [each for each in queries.curve(firm.id) if each.valid_from <= day]
    stored: GradeSpan = spans[-1]
    reckoned = queries.score(firm.id, day)
    assert (stored.grade, stored.score) == (reckoned.grade.code, reckoned.score)
    return stored.grade


def test_points_rest_while_the_decision_is_stayed(firm: Enterprise) -> None:
    made_ = confirmed(firm, **FINE)
    by = person("approver")
    with clock.at(at(STAYED)):
        inspecting.note_stay(made_, STAYED, "复议机关决定停止执行（示例）", by=by)
        assert queries.score(firm.id, STAYED).score == 9
        assert queries.score(firm.id, STAYED - timedelta(days=1)).score == 6, "what was is not rewritten"
        assert grade_on(firm, STAYED) == "blue"
    with clock.at(at(LIFTED)):
        inspecting.lift_stay(made_, LIFTED, by=by)
        assert queries.score(firm.id, LIFTED - timedelta(days=1)).score == 9
        assert queries.score(firm.id, LIFTED).score == 6
        grade_on(firm, LIFTED)
        db.session.commit()


def test_a_stayed_decision_carries_no_listing_and_a_listed_firm_is_not_shown(browse: Any, firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(at(STAYED)):
        assert firm.name in browse(None).get("/public/blacklist").text
        inspecting.note_stay(listing.decision, STAYED, "法院裁定停止执行（示例）", by=person("approver"))
        db.session.commit()
        for address in ("/public/blacklist", "/public/penalties"):
            assert firm.name not in browse(None).get(address).text, address
        assert "不在名单" in browse(None).get(f"/public/enterprises/{firm.credit_code}").text
        assert not db.session.scalars(queries.current_listings(STAYED)).all()
        assert queries.score(firm.id, STAYED).grade is not Grade.BLACK
        assert grade_on(firm, STAYED - timedelta(days=1)) == "black"
    with clock.at(at(LIFTED)):
        inspecting.lift_stay(listing.decision, LIFTED, by=person("approver"))
        db.session.commit()
        assert firm.name in browse(None).get("/public/blacklist").text
        assert grade_on(firm, LIFTED) == "black"


def test_a_stay_is_among_the_changes_that_an_earlier_export_lacks(browse: Any, firm: Enterprise) -> None:
    listing, by = made.listed(firm), person("approver")
    with clock.at(at(STAYED)):
        inspecting.note_stay(listing.decision, STAYED, "法院裁定停止执行（示例）", by=by)
        db.session.commit()
        assert queries.listing_changes(STAYED, STAYED) == [(STAYED, "left", listing)]
        assert "新增 1，移出 1" in browse("credit").get("/credit/blacklist").text
    with clock.at(at(LIFTED)):
        inspecting.lift_stay(listing.decision, LIFTED, by=by)
        db.session.commit()
        assert queries.listing_changes(LIFTED, LIFTED) == [(LIFTED, "came", listing)]


def test_nobody_is_proposed_told_or_listed_on_a_stayed_decision(firm: Enterprise) -> None:
    listing = made.notified(firm)
    with clock.at(at(date(2026, 12, 1))):
        inspecting.note_stay(listing.decision, date(2026, 12, 1), "停止执行", by=person("approver"))
        with pytest.raises(NotAllowed, match="已停止执行"):
            actions.decide_listing(listing, by=person("approver"))
        actions.drop_listing(listing, "停止执行", by=person("approver"))
        with pytest.raises(NotAllowed, match="已停止执行，不能列入"):
            actions.propose_listing(
                listing.event,
                list_type=ListType.PREFECTURE,
                ground="事由",
                legal_basis="依据",
                term_months=12,
                by=person("credit"),
            )
        assert not queries.proposable(person("credit"))
        inspecting.lift_stay(listing.decision, date(2026, 12, 1), by=person("approver"))
        assert queries.proposable(person("credit")) == [listing.event]
    db.session.rollback()


def test_only_what_is_carried_out_can_be_stayed_and_once_at_a_time(firm: Enterprise) -> None:
    by, recorded = person("approver"), decision(firm)
    with pytest.raises(NotAllowed, match="没有在执行"):
        inspecting.note_stay(recorded, clock.today(), "停止执行", by=by)
    inspecting.confirm_decision(recorded, by=by)
    for day in (recorded.decided_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(NotAllowed, match="不晚于今天"):
            inspecting.note_stay(recorded, day, "停止执行", by=by)
    with pytest.raises(NotAllowed, match="写明停止执行"):
        inspecting.note_stay(recorded, clock.today(), " ", by=by)
    with pytest.raises(NotAllowed, match="没有停止执行"):
        inspecting.lift_stay(recorded, clock.today(), by=by)
    inspecting.note_stay(recorded, clock.today(), "停止执行", by=by)
    with pytest.raises(NotAllowed, match="已在停止执行期间"):
        inspecting.note_stay(recorded, clock.today(), "停止执行", by=by)
    db.session.commit()


def test_the_approver_notes_and_lifts_a_stay_on_its_page(browse: Any, firm: Enterprise) -> None:
    found = confirmed(firm)
    approver, address = browse("approver"), f"/cases/{found.id}/stay"
    page = approver.submit(approver.get(address), {"on": "2026-11-23", "reason": ""}, status=422)
    assert "写明停止执行的裁定或决定。" in page.text
    approver.follow(approver.submit(approver.get(address), {"on": "2026-11-23", "reason": "法院裁定（示例）"}))
    assert "自 2026-11-23 起停止执行" in approver.get(f"/cases/{found.id}").text
    approver.follow(approver.submit(approver.get(address), {"on": "2026-11-23"}))
    assert "起停止执行" not in approver.get(f"/cases/{found.id}").text
    browse("officer").get(address, status=403)
    browse("far_officer").get(f"/cases/{found.id}", status=404)


def test_what_was_quashed_while_stayed_is_never_carried_out_again(firm: Enterprise) -> None:
    found, by = confirmed(firm), person("approver")
    inspecting.note_stay(found, clock.today(), "停止执行", by=by)
    asked = inspecting.propose_quashing(found, clock.today(), "复议撤销（示例）", by=person("officer"))
    inspecting.quash_decision(asked, True, "", by=by)
    with pytest.raises(NotAllowed, match="已撤销，没有在执行"):
        inspecting.lift_stay(found, clock.today(), by=by)
    db.session.commit()


def test_firms_reckoned_in_bulk_rest_too(firm: Enterprise) -> None:
    found = confirmed(firm, **FINE)
    inspecting.note_stay(found, clock.today(), "停止执行", by=person("approver"))
    wanted = [(each.valid_from, each.grade, each.score) for each in queries.curve(firm.id)]
    for span in queries.curve(firm.id):
        db.session.delete(span)
    db.session.flush()
    assert standing.refresh_missing() == 1
    assert [(each.valid_from, each.grade, each.score) for each in queries.curve(firm.id)] == wanted
    db.session.commit()


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
SCHEME = rules.SchemeFacts(
    "示例",
    Decimal(9),
    Decimal(12),
    Decimal(0),
    [
        (Grade.GREEN, Decimal(11)),
        (Grade.BLUE, Decimal(6)),
        (Grade.YELLOW, Decimal(3)),
        (Grade.RED, Decimal(1)),
        (Grade.BLACK, Decimal(0)),
    ],
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[rules.EventFacts], list[rules.ListedTerm]]:
    """Events that lapse, end and rest, and times on the list."""

    def stays() -> tuple[rules.Rest, ...]:
        first = draw(DAYS)
        until = draw(st.one_of(st.none(), st.just(first + timedelta(days=draw(st.integers(0, 200))))))
        return ((first, until),) if draw(st.booleans()) else ()

    events = []
    for number in range(draw(st.integers(0, 5))):
        on = draw(DAYS)
        points = Decimal(draw(st.sampled_from([-12, -5, -3, -1, 1])))
        expires = draw(st.one_of(st.none(), st.just(on + timedelta(days=draw(st.integers(1, 700))))))
        ended = draw(st.one_of(st.none(), DAYS))
        events.append(
            rules.EventFacts(number, EventKind.ORDER, points, on, expires, ended, "规则", "事由", stays=stays())
        )
    listed = []
    for number in range(draw(st.integers(0, 2))):
        first = draw(DAYS)
        until = draw(st.one_of(st.none(), st.just(first + timedelta(days=draw(st.integers(1, 900))))))
        listed.append(rules.ListedTerm(first, until, number, stays()))
    return events, listed


@given(histories(), DAYS)
def test_the_stored_spans_say_of_every_day_what_the_evaluation_says(
    history: tuple[list[rules.EventFacts], list[rules.ListedTerm]], day: date
) -> None:
    events, listed = history
    spans = rules.spans(SCHEME, events, listed, date(2024, 1, 1))
    (span,) = [each for each in spans if each.valid_from <= day and (each.valid_to is None or day < each.valid_to)]
    score = rules.evaluate(SCHEME, events, day, listed=any(term.covers(day) for term in listed))
    assert (span.score, span.grade) == (score.score, score.grade)
    plain = score.base + sum((item.points for item in score.items), Decimal(0))
    assert score.capped == (score.score != plain)
    assert SCHEME.floor <= score.score <= SCHEME.ceiling


def test_a_stay_and_its_end_stand_on_the_time_line_of_the_firm(browse: Any, firm: Enterprise) -> None:
    made_ = confirmed(firm, **FINE)
    with clock.at(at(STAYED)):
        inspecting.note_stay(made_, STAYED, "复议机关决定停止执行（示例）", by=person("approver"))
        db.session.commit()
        page = browse("officer").get(f"/enterprises/{firm.id}/timeline")
        assert f"停止执行 {made_.number}" in page.text
        assert "复议机关决定停止执行（示例）" in page.text
        assert "恢复执行" not in page.text
    with clock.at(at(LIFTED)):
        inspecting.lift_stay(made_, LIFTED, by=person("approver"))
        db.session.commit()
        assert f"恢复执行 {made_.number}" in browse("officer").get(f"/enterprises/{firm.id}/timeline").text

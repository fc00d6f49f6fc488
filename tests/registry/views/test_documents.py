"""The pages of an issued document."""

from datetime import date
from typing import Any

import pytest

from registry import documents, subjects
from registry.models import DocumentKind, DocumentState, ServiceMode
from tests.registry.papers import issue
from tests.world import TODAY


@pytest.fixture
def made(session: Any, firm: Any, person: Any) -> Any:
    """An order that was issued today."""
    document = issue(firm, person("approver"))
    session.commit()
    return document


@pytest.fixture
def own_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """The subject of these documents is the enterprise itself; no other room serves or ends them."""
    monkeypatch.setattr(subjects, "ENDED_THERE", frozenset())


def test_the_list_shows_what_was_issued_in_ones_own_area(browse: Any, made: Any) -> None:
    assert made.number in browse("officer").get("/documents").text
    assert made.number in browse("reviewer").get("/documents").text
    assert made.number not in browse("far_officer").get("/documents").text


def test_the_list_filters_by_number_kind_state_and_service(browse: Any, made: Any) -> None:
    officer = browse("officer")
    for found in ("q=阜-1号", "q=晨岭", "kind=order", "state=issued", "unserved=1", "issued-from=2026-11-23"):
        assert made.number in officer.get(f"/documents?{found}").text, found
    for missed in ("q=阜-2号", "kind=penalty_decision", "state=voided", "issued-to=2026-11-22"):
        assert made.number not in officer.get(f"/documents?{missed}").text, missed


def test_the_list_asks_no_more_for_many_rows_than_for_one(
    browse: Any, session: Any, firm: Any, person: Any, made: Any
) -> None:
    officer = browse("officer")
    officer.get("/documents")
    once = officer.get("/documents").queries
    for _ in range(8):
        issue(firm, person("approver"))
    session.commit()
    officer.get("/documents")
    assert officer.get("/documents").queries == once


@pytest.mark.parametrize("username", ["far_officer", "far_preparer", "preparer"])
def test_what_is_not_yours_does_not_exist(browse: Any, made: Any, username: str) -> None:
    browse(username).get(f"/documents/{made.id}", status=404)
    browse(username).get(f"/documents/{made.id}.pdf", status=404)


def test_administrators_have_no_business_with_documents(browse: Any, made: Any) -> None:
    for username in ("sysadmin", "secadmin", "auditor"):
        browse(username).get(f"/documents/{made.id}", status=403)


def test_a_visitor_is_sent_to_sign_in(browse: Any, made: Any) -> None:
    assert "/sign-in" in browse(None).get(f"/documents/{made.id}", status=303).location


def test_the_page_says_what_the_paper_says(browse: Any, made: Any) -> None:
    page = browse("officer").get(f"/documents/{made.id}")
    for shown in (made.number, "氮氧化物超标", made.sha256, "还没有送达记录", "阜康市分局"):
        assert shown in page.text


def test_the_pdf_is_the_file_that_was_issued(browse: Any, made: Any) -> None:
    answer = browse("officer").get(f"/documents/{made.id}.pdf")
    assert answer.response.data == documents.pdf(made)
    assert answer.response.mimetype == "application/pdf"
    assert "%E6%98%8C" in answer.response.headers["Content-Disposition"]


def test_an_officer_records_a_failed_attempt_and_then_the_service(
    browse: Any, session: Any, made: Any, own_serving: None
) -> None:
    officer = browse("officer")
    page = officer.get(f"/documents/{made.id}/serve")
    officer.submit(page, {"mode": "direct", "recipient": "何静", "failure": "拒收"})
    again = officer.get(f"/documents/{made.id}/serve")
    assert "建议改用留置送达" in again.text
    assert again.one("option[selected]")["value"] == "left"
    refused = officer.submit(again, {"recipient": "何静", "served_on": "2026-11-23"}, status=422)
    assert any("见证人" in error for error in refused.errors)
    done = officer.submit(again, {"recipient": "何静", "served_on": "2026-11-23", "witness": "社区李某"})
    shown = officer.follow(done)
    assert "留置送达" in shown.text and "拒收" in shown.text
    assert "登记送达" not in [link.get_text(strip=True) for link in shown.soup.select(".head .acts a")]
    session.expire_all()
    assert documents.served_on(made) == TODAY


def test_a_service_without_result_is_refused_at_the_field(browse: Any, made: Any, own_serving: None) -> None:
    officer = browse("officer")
    page = officer.get(f"/documents/{made.id}/serve")
    refused = officer.submit(page, {"mode": "direct", "recipient": "何静"}, status=422)
    assert any("只填一项" in error for error in refused.errors)
    refused = officer.submit(page, {"mode": "direct", "recipient": "", "served_on": "2027-01-01"}, status=422)
    assert len(refused.errors) == 1
    refused = officer.submit(page, {"mode": "", "recipient": "何静", "served_on": "2026-11-23"}, status=422)
    assert refused.errors


def test_an_approver_voids_with_a_reason_after_being_asked_once(
    browse: Any, session: Any, made: Any, own_serving: None
) -> None:
    approver = browse("approver")
    page = approver.get(f"/documents/{made.id}/void")
    assert "不会再用" in page.text
    approver.submit(page, {"reason": ""}, status=422)
    shown = approver.follow(approver.submit(page, {"reason": "当事人名称有误"}))
    assert "已作废" in shown.text and "当事人名称有误" in shown.text
    session.expire_all()
    assert made.state is DocumentState.VOIDED
    browse("officer").get(f"/documents/{made.id}/void", status=403)


def test_who_signed_a_penalty_is_told_to_ask_another(browse: Any, session: Any, firm: Any, person: Any) -> None:
    penalty = issue(firm, person("approver"), DocumentKind.PENALTY_DECISION)
    session.commit()
    approver = browse("approver")
    refused = approver.submit(approver.get(f"/documents/{penalty.id}/void"), {"reason": "有误"}, status=422)
    assert any("签发人以外" in error for error in refused.errors)


def test_a_replacement_leads_both_ways(browse: Any, session: Any, firm: Any, person: Any, made: Any) -> None:
    new = issue(firm, person("approver"), replaces=made)
    session.commit()
    officer = browse("officer")
    assert officer.get(f"/documents/{made.id}").soup.select(f'.notice a[href="/documents/{new.id}"]')
    assert officer.get(f"/documents/{new.id}").soup.select(f'a[href="/documents/{made.id}"]')


def test_the_same_service_sent_twice_is_recorded_once(browse: Any, session: Any, made: Any, own_serving: None) -> None:
    officer = browse("officer")
    page = officer.get(f"/documents/{made.id}/serve")
    facts = {"mode": "direct", "recipient": "何静", "served_on": date(2026, 11, 23).isoformat()}
    first, second = officer.submit(page, facts), officer.submit(page, facts)
    assert first.location == second.location
    session.expire_all()
    assert [service.mode for service in made.services] == [ServiceMode.DIRECT]


def test_the_receipt_is_printed_empty_before_and_filled_after_the_service(
    browse: Any, session: Any, made: Any, person: Any
) -> None:
    officer = browse("officer")
    empty = officer.get(f"/documents/{made.id}/receipt.pdf").response
    documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", served_on=TODAY, by=person("officer"))
    session.commit()
    filled = officer.get(f"/documents/{made.id}/receipt.pdf").response
    assert empty.mimetype == filled.mimetype == "application/pdf"
    assert empty.data != filled.data
    assert filled.data == officer.get(f"/documents/{made.id}/receipt.pdf").response.data


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_list_is_taken_away_as_it_is_seen(browse: Any, made: Any, form: str) -> None:
    officer = browse("officer")
    seen = officer.get(f"/documents.{form}?kind=order").response
    empty = officer.get(f"/documents.{form}?kind=penalty_decision").response
    assert seen.headers["Content-Disposition"].startswith("attachment")
    if form == "xlsx":
        assert seen.data[:2] == b"PK"
    else:
        assert made.number in seen.get_data(as_text=True)
        assert made.number not in empty.get_data(as_text=True)
    browse(None).get(f"/documents.{form}", status=401)

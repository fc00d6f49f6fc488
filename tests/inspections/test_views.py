"""The pages of the room: who may enter, what they refuse, what they cost."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import func, select

from accounts.audit import record
from accounts.models import UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from inspections import actions
from inspections.models import Finding, FindingState, Inspection, PenaltyDecision, RectificationOrder
from registry import documents
from registry.models import Document, Enterprise
from tests.browse import Browser
from tests.inspections import made
from tests.world import TODAY

Browse = Callable[..., Browser]
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)

LISTS = ["/inspections", "/findings", "/orders", "/cases"]
STAFF = ["officer", "reviewer", "approver", "permit", "credit"]
OTHERS = ["preparer", "signer", "sysadmin", "secadmin", "auditor"]


def also_approver(user_id: int) -> None:
    """Give somebody a second role, so that only four eyes stand between."""
    db.session.add(UserRole(user_id=user_id, role=Role.APPROVER, granted_at=clock.now()))
    record(None, "tests:grant", "兼任审批人", by=made.person("secadmin"))
    db.session.commit()
    db.session.expire_all()


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("username", STAFF)
def test_staff_read_every_list_and_its_files(browse: Browse, firm: Enterprise, url: str, username: str) -> None:
    made.served(made.final(firm))
    made.decision(firm)
    person = browse(username)
    assert firm.name in person.get(url).text
    for form in ("xlsx", "csv", "json"):
        assert person.get(f"{url}.{form}").response.get_data()
    assert firm.name in person.get(f"{url}?print=1").text


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("username", OTHERS)
def test_firms_and_administrators_do_not_enter_the_lists(browse: Browse, url: str, username: str) -> None:
    browse(username).get(url, 403)
    browse(username).get(f"{url}.csv", 403)


@pytest.mark.parametrize("url", LISTS)
def test_a_list_asks_as_often_for_one_row_as_for_many(browse: Browse, firm: Enterprise, url: str) -> None:
    made.served(made.final(firm))
    made.decision(firm)
    officer = browse("officer")
    officer.get(url)
    few = officer.get(url).queries
    for number in range(3):
        made.served(made.final(firm, [made.finding(), made.finding(), made.finding()]))
        made.decision(firm, f"昌州环罚字〔2026〕阜-{number + 10}号")
    officer = browse("officer")
    officer.get(url)
    assert officer.get(url).queries == few


def test_the_pages_of_one_matter_ask_as_often_for_many_findings_as_for_one(browse: Browse, firm: Enterprise) -> None:
    small = made.served(made.final(firm))
    large = made.served(made.final(firm, [made.finding(facts=f"第 {n} 处") for n in range(6)]))
    officer = browse("officer")
    for page in ("/orders/{0.id}", "/inspections/{0.inspection_id}"):
        officer.get(page.format(small))
        db.session.expire_all()
        one = officer.get(page.format(small)).queries
        db.session.expire_all()
        many = officer.get(page.format(large)).queries
        assert many <= one + 1, page


def test_every_page_of_a_matter_is_404_for_an_officer_of_another_county(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm))
    draft = made.begun(firm)
    decision = made.decision(firm)
    inspection, finding = order.inspection, order.items[0].finding
    stranger = browse("far_officer")
    for url in (
        f"/sites/{firm.sites[0].id}/inspections/new",
        f"/inspections/{inspection.id}",
        f"/inspections/{draft.id}/record",
        f"/inspections/{draft.id}/checklist/1",
        f"/inspections/{draft.id}/findings/new",
        f"/inspections/{draft.id}/signature",
        f"/inspections/{draft.id}/finalise",
        f"/inspections/{draft.id}/void",
        f"/inspections/{inspection.id}/orders/new",
        f"/findings/{finding.id}",
        f"/findings/{finding.id}/void",
        f"/orders/{order.id}",
        f"/orders/{order.id}/edit",
        f"/orders/{order.id}/preview.pdf",
        f"/orders/{order.id}/serve",
        f"/orders/{order.id}/recheck",
        f"/orders/{order.id}/escalate",
        f"/enterprises/{firm.id}/inspections",
        f"/enterprises/{firm.id}/cases/new",
        f"/cases/{decision.id}",
        f"/cases/{decision.id}/paid",
    ):
        stranger.get(url, 404)
    for url in (
        f"/inspections/{draft.id}/record",
        f"/inspections/{draft.id}/findings/new",
        f"/findings/{finding.id}/correct",
        f"/orders/{order.id}/send",
        f"/orders/{order.id}/verify",
        f"/orders/{order.id}/recheck",
        f"/cases/{decision.id}/corrected",
    ):
        stranger.post(url, {}, 404)
    assert firm.name not in stranger.get("/inspections").text + stranger.get("/orders").text


def test_a_record_is_written_by_those_who_were_there(browse: Browse, firm: Enterprise, session: Any) -> None:
    draft = made.begun(firm)
    session.commit()
    for username in ("officer", "officer2"):
        browse(username).get(f"/inspections/{draft.id}/record")
    approver = browse("approver")
    approver.get(f"/inspections/{draft.id}")
    approver.get(f"/inspections/{draft.id}/record", 403)
    approver.get(f"/inspections/{draft.id}/void", 404)
    browse("officer").get(f"/inspections/{draft.id}/annul", 403)


def test_a_record_saved_on_an_old_page_is_a_conflict(browse: Browse, firm: Enterprise, session: Any) -> None:
    draft = made.begun(firm)
    session.commit()
    first, second = browse("officer"), browse("officer2")
    page, other = (each.get(f"/inspections/{draft.id}/record") for each in (first, second))
    first.submit(page, {"person_met": "何静"})
    refused = second.submit(other, {"person_met": "李强"}, status=409)
    assert "李强" in refused.text
    page = second.get(f"/inspections/{draft.id}/record")
    second.post(f"/inspections/{draft.id}/record", {"started_at": "2026-11-23T08:00", "person_met": "无版本"}, None)
    session.refresh(draft)
    assert draft.person_met == "何静"


def test_the_same_form_sent_twice_begins_one_inspection(browse: Browse, firm: Enterprise) -> None:
    officer = browse("officer")
    page = officer.get(f"/sites/{firm.sites[0].id}/inspections/new")
    second = str(made.person("officer2").id)
    one = officer.submit(page, {"second_officer_id": second})
    two = officer.submit(page, {"second_officer_id": second})
    assert one.location == two.location
    assert db.session.scalar(select(func.count(Inspection.id))) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"second_officer_id": ""}, "协办"),
        ({"started_at": "昨天"}, "时间"),
        ({"started_at": "2026-11-23T23:00"}, "将来"),
        ({"started_at": "2020-01-01T10:00"}, "太早"),
        ({"kind": "picnic"}, "检查类型"),
    ],
)
def test_a_start_that_cannot_be_is_refused_at_its_field(
    browse: Browse, firm: Enterprise, values: dict[str, str], field: str
) -> None:
    officer = browse("officer")
    page = officer.get(f"/sites/{firm.sites[0].id}/inspections/new")
    usual = {"second_officer_id": str(made.person("officer2").id)}
    refused = officer.submit(page, usual | values, status=422)
    assert any(field in each for each in refused.errors), refused.errors
    assert db.session.scalar(select(func.count(Inspection.id))) == 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.svg"),
        (b"MZ\x90\x00", "photo.jpg"),
        (b"", "empty.jpg"),
        (made.photo()[:300], "cut.jpg"),
        (PDF, "paper.jpg"),
    ],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(
    browse: Browse, firm: Enterprise, session: Any, content: bytes, name: str
) -> None:
    draft = made.begun(firm)
    session.commit()
    officer = browse("officer")
    page = officer.get(f"/inspections/{draft.id}/findings/new")
    values = {
        "facts": "烟囱冒黑烟",
        "severity": "general",
        "requirement": "应当达标",
        "requirement_source": "许可证",
        "photos": [(io.BytesIO(content), name)],
    }
    refused = officer.submit(page, values, status=422)
    assert refused.errors
    assert "烟囱冒黑烟" in refused.html
    assert db.session.scalar(select(func.count(Finding.id))) == 0


def test_a_signature_is_pen_strokes_or_a_refusal_never_both(browse: Browse, firm: Enterprise, session: Any) -> None:
    draft = made.begun(firm)
    session.commit()
    officer = browse("officer")
    page = officer.get(f"/inspections/{draft.id}/signature")
    for strokes, name, refusal in (
        ("", "", ""),
        ("[[[1,2],[3,4]]]", "", ""),
        ("[[[1,2],[3,4]]]", "何静", "拒签"),
        ('[[["x",2]]]', "何静", ""),
        ("[[[1,2],[3,99999]]]", "何静", ""),
        ("{not json", "何静", ""),
        ('{"a": 1}', "何静", ""),
        ("[[1,2]]", "何静", ""),
    ):
        officer.submit(page, {"strokes": strokes, "signed_name": name, "refusal": refusal}, status=422)
    officer.submit(page, {"strokes": "", "signed_name": "", "refusal": "拒签，村委会李某见证"})
    session.refresh(draft)
    assert draft.refusal and not draft.signature


def test_a_changed_record_must_be_signed_again(firm: Enterprise, session: Any) -> None:
    draft = made.filled(made.begun(firm))
    assert draft.signature
    actions.record_finding(draft, made.finding(), by=draft.lead_officer)
    assert not draft.signature


def test_who_drafts_does_not_approve(browse: Browse, firm: Enterprise, session: Any, person: Any) -> None:

    order = made.order(made.final(firm))
    actions.send_order(order, by=order.lead_officer)
    also_approver(order.lead_officer_id)
    officer = browse("officer")
    refused = officer.submit(officer.get(f"/orders/{order.id}/approve"), {}, status=422)
    assert any("不能审批" in each for each in refused.errors)
    assert db.session.scalar(select(func.count(Document.id)).where(Document.kind == "order")) == 0


def test_who_records_a_decision_does_not_confirm_it(browse: Browse, firm: Enterprise, session: Any) -> None:

    decision = made.decision(firm)
    also_approver(decision.recorded_by_id)
    officer = browse("officer")
    refused = officer.submit(officer.get(f"/cases/{decision.id}/confirm"), {}, status=422)
    assert any("另一人" in each for each in refused.errors)


def test_one_number_is_one_decision(browse: Browse, firm: Enterprise) -> None:
    made.decision(firm)
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/cases/new")
    values = {
        "number": "昌州环罚字〔2026〕阜-3号",
        "violation_key": "EVA-PIPE",
        "rule_id": "EVA-PIPE@C26-1",
        "choice_reason": "示例",
        "act_from": "2026-09-01",
        "act_to": "2026-10-10",
        "decided_on": "2026-11-16",
        "facts": "同一件",
        "kinds": ["fine"],
        "content": "罚款三十万元",
        "fine": "300000",
        "scan": (io.BytesIO(made.photo()), "决定书.jpg"),
    }
    refused = officer.submit(page, values, status=None)
    assert refused.status in (409, 422)
    assert "已经登记过" in refused.text
    assert db.session.scalar(select(func.count(PenaltyDecision.id))) == 1


def test_an_officer_does_not_rescind_and_an_approver_does_not_escalate(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm))
    browse("officer").get(f"/orders/{order.id}/rescind", 403)
    browse("approver").get(f"/orders/{order.id}/escalate", 403)


def test_a_rescinded_order_leaves_its_number_and_frees_its_findings(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm))
    approver = browse("approver")
    approver.submit(approver.get(f"/orders/{order.id}/rescind"), {"reason": "事实认定有误"})
    db.session.expire_all()
    assert order.document and order.document.state.code == "voided"
    assert order.items[0].finding.state is FindingState.OPEN
    assert "事实认定有误" in approver.get(f"/orders/{order.id}").text
    again = made.order(order.inspection)
    assert again.state.code == "draft"


def test_a_failed_service_is_kept_and_the_term_does_not_run(browse: Browse, firm: Enterprise) -> None:
    order = made.approved(made.final(firm))
    officer = browse("officer")
    page = officer.get(f"/orders/{order.id}/serve")
    officer.submit(page, {"mode": "direct", "served_on": "", "failure": "拒收"})
    db.session.expire_all()
    assert order.state.code == "approved" and order.due_on is None
    assert "建议改用" in officer.get(f"/orders/{order.id}/serve").text
    page = officer.get(f"/orders/{order.id}/serve")
    refused = officer.submit(page, {"mode": "left", "served_on": "2026-11-23"}, status=422)
    assert any("见证" in each for each in refused.errors)
    officer.submit(page, {"mode": "left", "served_on": "2026-11-23", "witness": "李某"})
    db.session.expire_all()
    assert order.state.code == "served"


def test_a_recheck_touches_open_items_alone(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm, [made.finding(facts="甲"), made.finding(facts="乙")]))
    first, second = order.items
    officer = browse("officer")
    officer.submit(officer.get(f"/orders/{order.id}/recheck"), {"items": [str(first.id)]})
    page = officer.get(f"/orders/{order.id}/recheck")
    assert [each["value"] for each in page.soup.select("input[name=items]")] == [str(second.id)]
    officer.post(f"/orders/{order.id}/verify", {}, None)
    db.session.expire_all()
    assert order.state.code == "served"
    followed = officer.submit(page, {"items": [str(second.id)], "follow": "1"})
    visit = db.session.get(Inspection, int(followed.location.rsplit("/", 1)[1]))
    assert visit and visit.follows_order_id == order.id


def test_the_record_of_a_recheck_says_which_order_and_what_was_put_right(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm, [made.finding(facts="甲"), made.finding(facts="乙")]))
    officer = browse("officer")
    page = officer.get(f"/orders/{order.id}/recheck")
    followed = officer.submit(page, {"items": [str(order.items[0].id)], "follow": "1"})
    db.session.expire_all()
    visit = db.session.get_one(Inspection, int(followed.location.rsplit("/", 1)[1]))
    assert order.document is not None
    assert officer.get(followed.location).soup.select(f'main a[href="/orders/{order.id}"]')
    with clock.at(clock.now() + timedelta(hours=1)):
        actions.finalise(made.filled(visit, []), by=visit.lead_officer)
        db.session.commit()
    assert visit.document is not None
    read = pypdf.PdfReader(io.BytesIO(documents.pdf(visit.document))).pages
    words = "".join("".join(each.extract_text().split()) for each in read)
    assert order.document.number in words
    assert "认定已改正" in words and "没有改正" in words


def test_what_a_recheck_closed_asks_for_no_judgement_any_more(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm))
    item = order.items[0]
    actions.answer_item(item, "已补齐", TODAY, by=made.person("preparer"))
    db.session.commit()
    officer = browse("officer")
    assert officer.get(f"/orders/{order.id}").soup.select("[name=judgement]")
    officer.submit(officer.get(f"/orders/{order.id}/recheck"), {"items": [str(item.id)]})
    page = officer.get(f"/orders/{order.id}")
    assert not page.soup.select("[name=judgement]")
    assert "不必再审核" in page.text


def test_an_item_of_an_unserved_order_cannot_be_closed(browse: Browse, firm: Enterprise) -> None:
    order = made.order(made.final(firm))
    item = order.items[0]
    browse("officer").post(f"/orders/{order.id}/recheck", {"items": [str(item.id)]}, 422)
    db.session.expire_all()
    assert item.state.code == "open"


def test_the_tab_of_a_firm_shows_all_three_kinds(browse: Browse, firm: Enterprise) -> None:
    order = made.served(made.final(firm))
    decision = made.decision(firm)
    text = browse("officer").get(f"/enterprises/{firm.id}/inspections").text
    assert order.document and order.document.number in text and decision.number in text
    empty = browse("far_officer").get("/orders").text
    assert order.document.number not in empty


def test_a_draft_order_is_no_business_of_the_firm(browse: Browse, firm: Enterprise) -> None:
    order = made.approved(made.final(firm))
    for username in ("preparer", "signer", "far_signer"):
        browse(username).get(f"/my/orders/{order.id}", 404)
    assert db.session.scalar(select(func.count(RectificationOrder.id))) == 1


def test_a_document_served_on_its_own_page_leads_to_the_order(browse: Browse, firm: Enterprise) -> None:
    order = made.approved(made.final(firm))
    answer = browse("officer").get(f"/documents/{order.document_id}/serve", 303)
    assert answer.location.endswith(f"/orders/{order.id}/serve")


def test_an_order_over_two_causes_asks_for_the_law_of_each(browse: Browse, firm: Enterprise) -> None:
    facility = made.finding(facts="布袋破损", violation_key="PP-FACILITY-OM")
    inspection = made.final(firm, [made.finding(), facility])
    officer = browse("officer")
    page = officer.get(f"/inspections/{inspection.id}/orders/new")
    given = {"content": "立即改正", "rule_id": made.RULE, "choice_reason": "行为在法典施行以后（示例）"}
    refused = officer.submit(page, given, status=422)
    assert any("问题 2 的案由不同" in each for each in refused.errors)
    assert refused.one("#more_rules")["name"] == "more_rules"
    sent = officer.submit(refused, {**given, "more_rules": "PP-FACILITY-OM@C26-1"})
    order = db.session.get(RectificationOrder, int(sent.location.split("/")[-1]))
    assert order is not None
    assert order.citation["rules"] == [made.RULE, "PP-FACILITY-OM@C26-1"]
    assert "第一千零八十六条" in order.legal_basis
    assert "第一千一百零四条" in order.legal_basis

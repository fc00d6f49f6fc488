"""The pages of the room: grades, the way onto the list and off it, what a firm and the public see."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from accounts.audit import record
from accounts.models import AuditEntry, UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from credit import actions, queries
from credit.models import CreditEvent, Evaluation, FreezeDay, Listing, Repair
from inspections import actions as acts
from registry import documents
from registry.models import Enterprise, IdKind, ServiceMode
from tests.browse import Browser
from tests.credit import made
from tests.inspections.made import at, confirmed, decision, person
from tests.permits import made as permits

Browse = Callable[..., Browser]
LISTS = ["/credit", "/listings", "/repairs"]
STAFF = ["officer", "reviewer", "approver", "permit", "credit"]
OTHERS = ["preparer", "signer", "sysadmin", "secadmin", "auditor"]


@pytest.mark.parametrize("url", [*LISTS, "/credit/blacklist", "/credit/schemes"])
def test_each_page_opens_to_staff_and_to_nobody_else(browse: Browse, firm: Enterprise, url: str) -> None:
    made.listed(firm)
    with clock.at(at(date(2026, 12, 2))):
        for username in STAFF:
            browse(username).get(url)
        for username in OTHERS:
            browse(username).get(url, 403)
        assert browse(None).get(url, 303).location.startswith("/sign-in")


@pytest.mark.parametrize("url", LISTS)
def test_each_list_is_taken_away_as_a_file(browse: Browse, firm: Enterprise, url: str) -> None:
    made.listed(firm)
    officer = browse("credit")
    for form in ("xlsx", "csv", "json"):
        assert officer.get(f"{url}.{form}").response.get_data()


def test_another_county_sees_neither_score_nor_listing(browse: Browse, firm: Enterprise) -> None:
    listing = made.listed(firm)
    with clock.at(at(date(2026, 12, 2))):
        officer = browse("far_officer")
        for url in (f"/enterprises/{firm.id}/credit", f"/listings/{listing.id}"):
            officer.get(url, 404)
        assert firm.name not in officer.get("/credit").text + officer.get("/listings").text
        signer = browse("far_signer")
        for url in (
            f"/my/listings/{listing.id}",
            f"/my/listings/{listing.id}/object",
            f"/my/credit-events/{listing.event_id}/repair",
            f"/my/credit?enterprise={firm.id}",
        ):
            signer.get(url, 404)
        signer.post(f"/my/credit-events/{listing.event_id}/repair", {"statement": "x", "promise": "x"}, 404)
    assert db.session.scalar(select(func.count(Repair.id))) == 0


@pytest.mark.parametrize("url", [*LISTS, "/credit/blacklist", "/public/blacklist", "/public/penalties"])
def test_a_list_asks_as_often_for_two_rows_as_for_one(
    browse: Browse, firm: Enterprise, far_firm: Enterprise, url: str
) -> None:
    made.listed(firm)
    with clock.at(at(date(2026, 12, 2))):
        who = None if url.startswith("/public") else "credit"
        reader = browse(who)
        reader.get(url)
        few = reader.get(url).queries
        decision = confirmed(far_firm, number="昌州环罚字〔2026〕昌-9号")
        event = db.session.scalars(select(CreditEvent).where(CreditEvent.source_id == decision.id)).one()
        second = actions.propose_listing(
            event,
            list_type=made.ListType.PREFECTURE,
            ground="监测数据弄虚作假",
            legal_basis=made.BASIS,
            term_months=12,
            by=person("credit"),
        )
        db.session.commit()
        actions.notify_listing(
            second,
            mode=ServiceMode.DIRECT,
            recipient="孙志远",
            place="厂区",
            served_on=clock.today(),
            by=person("credit"),
        )
        actions.note_waiver(second, clock.today(), by=person("credit"))
        actions.decide_listing(second, by=person("approver"))
        db.session.commit()
        reader = browse(who)
        reader.get(url)
        assert reader.get(url).queries == few


def test_the_account_of_one_firm_links_every_line_to_its_source(browse: Browse, firm: Enterprise) -> None:
    decision = confirmed(firm)
    page = browse("credit").get(f"/enterprises/{firm.id}/credit")
    assert page.soup.select(f'a[href="/cases/{decision.id}"]')
    assert "9 − 12 = −3，按上下限取 0" in page.text
    before = browse("credit").get(f"/enterprises/{firm.id}/credit?as-of=2026-11-01")
    assert "按上下限" not in before.text


def test_what_if_is_worked_out_for_any_day_and_any_choice(browse: Browse, firm: Enterprise) -> None:
    confirmed(firm)
    event = queries.events_of(firm.id)[0]
    clerk = browse("credit")
    page = clerk.get(f"/enterprises/{firm.id}/credit?on=2027-12-01&without={event.id}")
    assert "2027-12-01" in page.one("#whatif-result").get_text() and "9 分" in page.one("#whatif-result").get_text()
    page = clerk.get(f"/enterprises/{firm.id}/credit?on=2027-12-01")
    assert "0 分" in page.one("#whatif-result").get_text()
    clerk.get(f"/enterprises/{firm.id}/credit?on=morgen&without=x&as-of=2099-99-99")


def test_the_explanation_is_issued_with_a_number(browse: Browse, firm: Enterprise) -> None:
    confirmed(firm)
    clerk = browse("credit")
    made_ = clerk.submit(clerk.get(f"/enterprises/{firm.id}/credit/explanation"), {})
    assert "信评" in clerk.follow(made_).text
    browse("officer").get(f"/enterprises/{firm.id}/credit/explanation", 403)


def test_a_listing_is_decided_by_another_person_than_the_proposer(
    browse: Browse, firm: Enterprise, session: Any
) -> None:
    listing = made.notified(firm)
    session.add(UserRole(user_id=listing.proposed_by_id, role=Role.APPROVER, granted_at=clock.now()))
    record(None, "tests:grant", "兼任审批人", by=person("secadmin"))
    session.commit()
    session.expire_all()
    with clock.at(at(date(2026, 12, 1))):
        clerk = browse("credit")
        refused = clerk.submit(clerk.get(f"/listings/{listing.id}/list"), {}, status=422)
        assert any("另一人" in each for each in refused.errors)
        assert "decided" not in refused.html


def test_nobody_is_listed_while_the_firm_may_be_heard(browse: Browse, firm: Enterprise) -> None:
    listing = made.notified(firm)
    for day in (date(2026, 11, 24), date(2026, 11, 30)):
        with clock.at(at(day)):
            approver = browse("approver")
            assert "还不能" in approver.get(f"/listings/{listing.id}").text
            approver.submit(approver.get(f"/listings/{listing.id}/list"), {}, status=422)


def test_a_written_waiver_shortens_the_wait_and_silence_does_not(browse: Browse, firm: Enterprise) -> None:
    listing = made.notified(firm)
    clerk = browse("credit")
    clerk.submit(clerk.get(f"/listings/{listing.id}/waive"), {"on": "2026-11-24"}, status=422)
    clerk.submit(clerk.get(f"/listings/{listing.id}/waive"), {"on": "2026-11-23"})
    approver = browse("approver")
    approver.submit(approver.get(f"/listings/{listing.id}/list"), {})
    db.session.expire_all()
    assert listing.state.code == "listed"


def test_an_objection_upheld_ends_the_matter(browse: Browse, firm: Enterprise) -> None:
    listing = made.notified(firm)
    signer = browse("signer")
    page = signer.get(f"/my/listings/{listing.id}/object")
    signer.submit(page, {"text": ""}, status=422)
    signer.submit(page, {"text": "证据不足（示例）"})
    approver = browse("approver")
    page = approver.get(f"/listings/{listing.id}")
    refused = approver.submit(page, {"upheld": "1", "answer": ""}, form="/answer", status=422)
    assert refused.errors and refused.soup.select("input[name=upheld][value='1'][checked]")
    approver.submit(page, {"upheld": "1", "answer": "经复核，证据不足"}, form="/answer")
    assert "已采纳" in signer.get(f"/my/listings/{listing.id}").text
    db.session.expire_all()
    assert listing.state.code == "dropped"
    assert f"/credit-events/{listing.event_id}/propose" not in browse("credit").get("/listings").text
    with clock.at(at(date(2026, 12, 8))):
        approver = browse("approver")
        approver.submit(approver.get(f"/listings/{listing.id}/list"), {}, status=422)


def test_an_objection_comes_in_time(browse: Browse, firm: Enterprise) -> None:
    listing = made.notified(firm)
    with clock.at(at(date(2026, 12, 1))):
        signer = browse("signer")
        refused = signer.submit(signer.get(f"/my/listings/{listing.id}/object"), {"text": "晚了"}, status=422)
        assert any("届满" in each for each in refused.errors)


def test_a_notice_may_be_issued_now_and_served_when_it_arrives(browse: Browse, firm: Enterprise) -> None:
    listing = made.proposed(firm)
    clerk = browse("credit")
    page = clerk.get(f"/listings/{listing.id}/notify")
    clerk.submit(page, {"only": "1"})
    db.session.expire_all()
    assert listing.state.code == "proposed" and listing.notice_document is not None
    browse("signer").get(f"/my/listings/{listing.id}", 404)
    with clock.at(at(date(2026, 11, 26))):
        clerk = browse("credit")
        page = clerk.follow(clerk.get(f"/listings/{listing.id}/notify", 303))
        clerk.submit(page, {"mode": "post", "served_on": "2026-11-25"})
        db.session.expire_all()
        assert (listing.state.code, listing.notified_on) == ("notified", date(2026, 11, 25))
        assert listing.objection_until == date(2026, 12, 2)
        documents.serve(
            listing.notice_document,
            mode=ServiceMode.DIRECT,
            recipient="再送",
            served_on=clock.today(),
            by=person("credit"),
        )
        assert listing.notified_on == date(2026, 11, 25)


def test_nobody_proposes_twice_for_one_decision_or_without_a_basis(browse: Browse, firm: Enterprise) -> None:
    event = made.event(firm)
    clerk = browse("credit")
    page = clerk.get(f"/credit-events/{event.id}/propose")
    for values in ({"legal_basis": ""}, {"legal_basis": made.BASIS, "term_months": "48"}, {"term_months": "0"}):
        clerk.submit(page, values, status=422)
    once = clerk.submit(page, {"legal_basis": made.BASIS})
    again = clerk.submit(page, {"legal_basis": made.BASIS})
    assert once.location == again.location
    other = clerk.get(f"/credit-events/{event.id}/propose")
    refused = clerk.submit(other, {"legal_basis": made.BASIS}, status=422)
    assert any("已提出" in each for each in refused.errors)
    assert db.session.scalar(select(func.count(Listing.id))) == 1


def test_a_minor_event_is_no_ground_for_the_list(browse: Browse, firm: Enterprise) -> None:
    confirmed(
        firm,
        violation_key="LED-NONE",
        rule_id="LED-NONE@C26-1",
        content="罚款二万元",
        fine=20_000,
        choice_reason="示例",
    )
    event = queries.events_of(firm.id)[0]
    clerk = browse("credit")
    page = clerk.get(f"/credit-events/{event.id}/propose")
    refused = clerk.submit(page, {"legal_basis": made.BASIS, "ground": "无台账"}, status=422)
    assert any("不属于" in each for each in refused.errors)


def test_an_approver_refuses_a_repair_with_reasons(browse: Browse, firm: Enterprise) -> None:
    decision = confirmed(firm)
    event = db.session.scalars(select(CreditEvent)).one()
    acts.note_paid(decision, clock.today(), by=person("officer"))
    acts.note_corrected(decision, clock.today(), by=person("officer"))
    db.session.commit()
    with clock.at(at(date(2027, 11, 16))):
        signer = browse("signer")
        page = signer.get(f"/my/credit-events/{event.id}/repair")
        signer.submit(page, {"statement": "已改正"})
        signer.submit(page, {"statement": "已改正"})
        assert db.session.scalar(select(func.count(Repair.id))) == 1
        found = db.session.scalars(select(Repair)).one()
        browse("credit").post(f"/repairs/{found.id}", {"reason": "x"}, 422)
        approver = browse("approver")
        page = approver.get(f"/repairs/{found.id}")
        approver.submit(page, {"reason": "", "refuse": "1"}, status=422)
        approver.submit(page, {"reason": "现场复查仍有暗管", "refuse": "1"})
        assert "现场复查仍有暗管" in signer.get("/my/credit").text
        assert event.ended_on is None


def test_a_frozen_day_is_frozen_once_and_never_ahead(browse: Browse, firm: Enterprise) -> None:
    confirmed(firm)
    clerk = browse("credit")
    page = clerk.get("/credit/freeze-days")
    clerk.submit(page, {"as_of": "2026-11-24"}, status=422)
    clerk.submit(page, {"as_of": "2026-11-20"})
    clerk.submit(clerk.get("/credit/freeze-days"), {"as_of": "2026-11-20"}, status=422)
    frozen = db.session.scalars(select(FreezeDay)).one()
    assert (frozen.enterprises, frozen.facts) == (2, {"black": 1, "blue": 1})
    found = db.session.scalars(select(Evaluation).where(Evaluation.enterprise_id == firm.id)).one()
    told = json.loads(found.content)
    assert told["score"] == "0" and told["items"][0]["points"] == "-12"
    assert found.sha256[:16] in clerk.get(f"/enterprises/{firm.id}/credit?as-of=2026-11-20").text


def test_a_frozen_day_is_read_in_the_order_of_places(browse: Browse, firm: Enterprise, far_firm: Enterprise) -> None:
    confirmed(firm)
    clerk = browse("credit")
    assert "还没有冻结过" in clerk.get("/credit/freeze-days/grades").text
    clerk.submit(clerk.get("/credit/freeze-days"), {"as_of": "2026-11-20"})
    assert clerk.get("/credit/freeze-days").one("tbody th a")["href"] == "/credit/freeze-days/grades?as-of=2026-11-20"
    told = json.loads(clerk.get("/credit/freeze-days/grades.json?as-of=2026-11-21").response.get_data())["rows"]
    assert [(each["place"], each["code"], each["day"]) for each in told] == [
        (1, far_firm.credit_code, "2026-11-20"),
        (2, firm.credit_code, "2026-11-20"),
    ]
    assert firm.name in clerk.get("/credit/freeze-days/grades?grade=black").text
    assert "共 0 家" in clerk.get("/credit/freeze-days/grades?as-of=2026-11-19").text
    assert firm.name not in browse("far_officer").get("/credit/freeze-days/grades").text


def test_the_public_finds_a_firm_and_no_person(browse: Browse, firm: Enterprise) -> None:
    made.listed(firm)
    with clock.at(at(date(2026, 12, 2))):
        citizen = browse(None)
        found = citizen.get("/public?q=晨岭", 302)
        page = citizen.get(found.location)
        assert "在列" in page.text and "昌州环罚字〔2026〕阜-3号" in page.text
        everything = page.html
        for url in ("/public", "/public?q=不存在的", "/public/blacklist", "/public/penalties", "/open-data"):
            page = citizen.get(url)
            assert not page.response.headers.getlist("Set-Cookie"), url
            everything += page.html
        for name in ("blacklist", "penalties"):
            for form in ("csv", "json"):
                everything += citizen.get(f"/public/{name}.{form}").response.get_data(as_text=True)
            citizen.get(f"/public/{name}.xlsx")
        for personal in (firm.contact_phone, firm.contact_name, firm.legal_representative):
            assert personal not in everything
        citizen.get("/public/enterprises/91652302MA7001000X", 404)


def test_an_unconfirmed_decision_is_published_nowhere(browse: Browse, firm: Enterprise) -> None:
    decision(firm)
    citizen = browse(None)
    assert "阜-3号" not in citizen.get("/public/penalties").text
    assert "阜-3号" not in citizen.get(f"/public/enterprises/{firm.credit_code}").text
    assert not db.session.scalars(select(CreditEvent)).all()


def test_the_lists_come_as_files_whose_names_every_server_can_send(browse: Browse, firm: Enterprise) -> None:
    made.listed(firm)
    visitor = browse(None)
    with clock.at(at(date(2026, 12, 2))):
        for name in ("blacklist", "penalties"):
            for form in ("xlsx", "csv", "json"):
                answer = visitor.get(f"/public/{name}.{form}").response
                assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
                assert "Set-Cookie" not in answer.headers
        rows = json.loads(visitor.get("/public/blacklist.json").response.get_data())["rows"]
    assert rows[0]["处罚类别"] == "罚款"
    assert rows[0]["罚款金额（万元）"] == 30
    assert rows[0]["处罚机关"] == "昌吉回族自治州生态环境局"
    assert rows[0]["行政相对人类别"] == "法人及非法人组织"
    assert rows[0]["修复状态"] is None
    assert not any("法定代表人" in key for key in rows[0])


def test_the_recorded_export_holds_the_rows_its_button_counts_and_records_nothing_else(
    browse: Browse, firm: Enterprise
) -> None:
    listing = made.listed(firm)
    exports = select(func.count()).select_from(AuditEntry).where(AuditEntry.act == "listing:export")
    with clock.at(at(date(2026, 12, 2))):
        clerk = browse("credit")
        shown = clerk.get(f"/credit/blacklist?pick=0&pick={listing.id}&form=x&_scheme=javascript&_external=1")
        assert "导出 1 家" in shown.text
        addresses = [str(form["action"]).partition("?")[0] for form in shown.soup.select("form[action*=blacklist]")]
        assert addresses == [f"/credit/blacklist.{form}" for form in ("xlsx", "csv", "json")]
        taken = clerk.submit(shown, form="blacklist.json", status=200).response
        assert [row["行政相对人名称"] for row in json.loads(taken.get_data())["rows"]] == [firm.name]
        assert db.session.scalar(exports) == 1
        refused = clerk.post("/credit/blacklist.json?picking=1")
        assert refused.location.rstrip("?").endswith("/credit/blacklist")
        assert db.session.scalar(exports) == 1


def test_a_natural_person_is_listed_by_the_family_name_and_found_by_nobody(
    browse: Browse, firm: Enterprise, session: Any
) -> None:
    made.listed(firm)
    firm.name, firm.id_kind, firm.credit_code = "李建国", IdKind.OTHER, "652302198001011234"
    record(firm, "tests:person", "自然人", by=person("secadmin"))
    session.commit()
    visitor = browse(None)
    with clock.at(at(date(2026, 12, 2))):
        for url in ("/public/blacklist", "/public/penalties", "/public/blacklist.csv", "/public/penalties.json"):
            told = visitor.get(url).response.get_data(as_text=True)
            assert "李**" in told, url
            assert "建国" not in told, url
            assert "652302198001011234" not in told, url
        visitor.get("/public/enterprises/652302198001011234", 404)
        assert "没有找到" in visitor.get("/public?q=李建国").text


def test_the_page_of_a_firm_shows_the_limits_of_its_permit(browse: Browse, firm: Enterprise, session: Any) -> None:
    permits.permit(firm)
    text = browse(None).get(f"/public/enterprises/{firm.credit_code}").text
    assert "DA001 氮氧化物 ≤ 150 mg/m³" in text
    assert "DW001 pH 6–9" in text
    assert "DW001 化学需氧量 ≤ 50 mg/L，全年 20 t" in text

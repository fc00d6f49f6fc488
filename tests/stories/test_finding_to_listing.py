"""From a finding in the yard to the list, and off it again: every step by the person whose step it is, over HTTP."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from accounts.models import Office
from core import clock
from core.db import db
from credit.models import CreditEvent, EventKind, Listing
from inspections.models import Finding, Inspection, OrderItem, PenaltyDecision, RectificationOrder
from registry.models import Attachment, Enterprise, Obligation
from tests.browse import Browser, Page
from tests.inspections.made import at, photo

Browse = Callable[..., Browser]
MONDAY = date(2026, 11, 23)


@contextmanager
def on(browse: Browse, username: str | None, moment: date | datetime) -> Iterator[Browser]:
    """A person at work at a moment."""
    with clock.at(moment):
        db.session.expire_all()
        yield browse(username)
        db.session.expire_all()


def pdf_text(browser: Browser, url: str) -> str:
    """The words of a PDF as a reader gets them."""
    answer = browser.get(url).response
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.get_data())).pages
    return "".join(each.extract_text() for each in pages).replace("\n", "").replace(" ", "")


def fresh(row: Any) -> Any:
    """A row as the database has it now, after what others did over HTTP."""
    db.session.refresh(row)
    return row


def number_in(url: str) -> int:
    """The id at the end of an address."""
    return int(url.rstrip("/").split("/")[-1])


def inspect(browse: Browse, firm: Enterprise, day: date) -> Inspection:
    """The visit: begun on the telephone, asked, found, photographed, written, signed, final."""
    with on(browse, "officer", at(day, 9, 40)) as officer:
        found = officer.get("/field?q=晨岭")
        assert firm.name in found.text
        page = officer.get(f"/sites/{firm.sites[0].id}/inspections/new")
        second = page.soup.find("option", string=lambda text: bool(text and "马建军" in text))["value"]
        made = officer.submit(page, {"kind": "special", "second_officer_id": second})
        inspection = db.session.scalars(select(Inspection)).one()
        assert made.location.endswith(f"/inspections/{inspection.id}/checklist")
        asked, page = 1, officer.get(f"/inspections/{inspection.id}/checklist/1")
        while "/checklist/" in page.url:
            failed = "台账" in page.soup.h1.get_text()
            made = officer.submit(page, {"answer": "fails" if failed else "meets"})
            if failed:
                page = officer.follow(made)
                assert page.soup.find("textarea", {"name": "requirement"}).get_text().strip()
                made = officer.submit(
                    page,
                    {
                        "facts": "2026 年 9 月以来未记录 1 号焦炉脱硫设施运行台账",
                        "severity": "general",
                        "photos": [(io.BytesIO(photo(f"{day:%Y:%m:%d} 10:05:00")), "台账柜.jpg")],
                    },
                )
            page = officer.follow(made)
            asked += 1
        assert asked > 10

    with on(browse, "officer", at(day, 11, 30)) as officer:
        page = officer.get(f"/inspections/{inspection.id}")
        assert "还缺" in page.text
        officer.get(f"/inspections/{inspection.id}/finalise")
        refused = officer.submit(officer.get(f"/inspections/{inspection.id}/finalise"), {}, status=422)
        assert any("签名" in each for each in refused.errors)
        officer.submit(
            officer.get(f"/inspections/{inspection.id}/record"),
            {
                "ended_at": f"{day}T11:20",
                "person_met": "何静",
                "person_met_role": "环保科长",
                "certificates_shown": "y",
                "rights_told": "y",
                "production": "1 号焦炉正常生产，2 号焦炉停炉检修",
                "narrative": "查看脱硫设施、台账室，询问环保科长",
            },
        )
        page = officer.get(f"/inspections/{inspection.id}/signature")
        officer.submit(page, {"strokes": json.dumps([[[100, 200], [500, 300], [800, 100]]]), "signed_name": "何静"})
        officer.submit(officer.get(f"/inspections/{inspection.id}/finalise"), {})
        db.session.expire_all()
        record = pdf_text(officer, f"/documents/{inspection.document_id}.pdf")
        for words in ("现场检查（勘察）笔录", "示例-23010000", "脱硫设施运行台账", "以下空白", "原件哈希"):
            assert words in record, words
        kept = db.session.scalars(select(Attachment).where(Attachment.subject_kind == "finding")).one()
        assert kept.taken_at == at(day, 10, 5)
        assert round(float(kept.longitude or 0), 2) == 87.98
        assert "87.98" in officer.get(f"/findings/{inspection.findings[0].id}").text
    return inspection


def order(browse: Browse, inspection: Inspection, day: date, days: int = 10) -> RectificationOrder:
    """The order: drafted, sent, approved by another person, served."""
    with on(browse, "officer", at(day, 15)) as officer:
        page = officer.get(f"/inspections/{inspection.id}/orders/new")
        refused = officer.submit(page, {"content": "补齐台账", "choice_reason": ""}, status=422)
        assert any("理由" in each for each in refused.errors)
        made = officer.submit(
            page,
            {
                "content": "补齐并如实记录环境管理台账",
                "rule_id": "LED-NONE@C26-1",
                "choice_reason": "违法行为持续到法典施行以后（示例）",
                "days_allowed": str(days),
            },
        )
        found = db.session.get(RectificationOrder, number_in(made.location))
        assert found is not None
        assert officer.get(f"/orders/{found.id}/preview.pdf").response.mimetype == "application/pdf"
        officer.get(f"/orders/{found.id}/approve", 403)
    with on(browse, "approver", at(day, 16)) as approver:
        page = approver.get(f"/orders/{found.id}/approve")
        approver.submit(page, {})
        words = pdf_text(approver, f"/documents/{fresh(found).document_id}.pdf")
        for part in ("责令改正违法行为决定书", "第一千零八十六条", "行政复议", str(days)):
            assert part in words, part
    with on(browse, "preparer", at(day, 16)) as preparer:
        assert preparer.get(f"/my/orders/{found.id}", 404)
    with on(browse, "officer", at(day, 17)) as officer:
        page = officer.get(f"/orders/{found.id}/serve")
        officer.submit(page, {"mode": "direct", "served_on": day.isoformat()})
    return found


def test_a_finding_becomes_an_order_that_the_firm_obeys(browse: Browse, firm: Enterprise) -> None:
    inspection = inspect(browse, firm, MONDAY)
    found = order(browse, inspection, MONDAY)
    assert found.due_on == date(2026, 12, 7)
    owed = db.session.scalars(select(Obligation).where(Obligation.source_kind == "rectification_order")).one()
    assert owed.due_on == found.due_on
    item = db.session.scalars(select(OrderItem)).one()

    with on(browse, "preparer", at(date(2026, 11, 30))) as preparer:
        assert found.document and found.document.number in preparer.get("/my/orders").text
        page = preparer.get(f"/my/orders/{found.id}/items/{item.id}/answer")
        preparer.submit(
            page,
            {
                "text": "已补齐 9 月至 11 月台账",
                "done_on": "2026-11-28",
                "files": [(io.BytesIO(photo("2026:11:28 09:00:00")), "台账.jpg")],
            },
        )
        assert "等待审核" in preparer.get(f"/my/orders/{found.id}").text
        assert "被责令改正" in preparer.get("/my/credit").text

    with on(browse, "officer", at(date(2026, 12, 1))) as officer:
        page = officer.get(f"/orders/{found.id}")
        assert "台账.jpg" in page.text
        officer.submit(page, {"accepted": "0", "judgement": "缺 10 月上旬的记录"}, form="/judge")
    with on(browse, "preparer", at(date(2026, 12, 2))) as preparer:
        assert "缺 10 月上旬的记录" in preparer.get(f"/my/orders/{found.id}").text
        page = preparer.get(f"/my/orders/{found.id}/items/{item.id}/answer")
        preparer.submit(page, {"text": "已补齐 10 月上旬", "done_on": "2026-12-02"})
    with on(browse, "officer", at(date(2026, 12, 3))) as officer:
        officer.submit(officer.get(f"/orders/{found.id}"), {"accepted": "1"}, form="/judge")
        officer.submit(officer.get(f"/orders/{found.id}"), {}, form="/verify")
        page = officer.get(f"/orders/{found.id}")
        assert "已办结" in page.text
    assert db.session.scalars(select(Finding)).one().state.code == "corrected"
    assert owed.fulfilled_on == date(2026, 12, 2), "the day its proof arrived, not the day it was judged"
    event = db.session.scalars(select(CreditEvent)).one()
    assert (event.kind, event.ended_on) == (EventKind.ORDER, date(2026, 12, 3))
    with on(browse, "credit", at(date(2026, 12, 4))) as clerk:
        page = clerk.get(f"/enterprises/{firm.id}/credit")
        assert "复查通过" in page.text


def test_an_order_not_obeyed_in_time_costs_points(browse: Browse, firm: Enterprise) -> None:
    inspection = inspect(browse, firm, MONDAY)
    found = order(browse, inspection, MONDAY, days=3)
    assert found.due_on == date(2026, 11, 26)
    with on(browse, "officer", at(date(2026, 11, 26))) as officer:
        page = officer.get(f"/orders/{found.id}/escalate")
        refused = officer.submit(page, {"reason": "未改"}, status=422)
        assert any("还没有到" in each for each in refused.errors)
    with on(browse, "officer", at(date(2026, 11, 27))) as officer:
        assert "逾期" in officer.get("/orders").text
        officer.submit(officer.get(f"/orders/{found.id}/escalate"), {"reason": "期满复查仍未建立台账"})
        assert "已升级" in officer.get(f"/orders/{found.id}").text
    kinds = {each.kind: each.points for each in db.session.scalars(select(CreditEvent))}
    assert kinds == {EventKind.ORDER: -1, EventKind.ORDER_UNRECTIFIED: -2}
    with on(browse, "signer", at(date(2026, 11, 28))) as signer:
        page = signer.get("/my/credit")
        assert "9 − 1 − 2 = 6" in page.text


def penalty(browse: Browse, firm: Enterprise, day: date) -> PenaltyDecision:
    """A penalty for a hidden pipe, put on record with its scan and confirmed by another person."""
    with on(browse, "officer", at(day, 10)) as officer:
        page = officer.get(f"/enterprises/{firm.id}/cases/new")
        office = db.session.scalars(select(Office).where(Office.code == "CJ")).one()
        values: dict[str, Any] = {
            "number": "昌州环罚字〔2026〕阜-3号",
            "office_id": str(office.id),
            "violation_key": "EVA-PIPE",
            "act_from": "2026-09-01",
            "act_to": "2026-10-10",
            "decided_on": "2026-11-16",
            "served_on": "2026-11-18",
            "facts": "通过雨水管网向外环境排放焦化废水",
            "kinds": ["fine"],
            "content": "罚款三十万元",
            "fine": "300000",
            "scan": (io.BytesIO(photo()), "决定书.jpg"),
        }
        offered = officer.submit(page, values, status=422)
        assert offered.soup.select('option[value="EVA-PIPE@C26-1"]')
        assert "新旧规定不一致" in offered.text
        values |= {
            "rule_id": "EVA-PIPE@C26-1",
            "choice_reason": "行为终了于法典施行以后（示例）",
            "scan": (io.BytesIO(photo()), "决定书.jpg"),
        }
        made = officer.submit(offered, values)
        decision = db.session.get(PenaltyDecision, number_in(made.location))
        assert decision is not None
        officer.get(f"/cases/{decision.id}/confirm", 403)
        assert not db.session.scalars(select(CreditEvent)).all()
    with on(browse, "approver", at(day, 11)) as approver:
        approver.submit(approver.get(f"/cases/{decision.id}/confirm"), {})
    return decision


def listed(browse: Browse, firm: Enterprise, day: date) -> Listing:
    """The way onto the list: proposal, notice, objection, answer, decision after the time to be heard."""
    event = db.session.scalars(select(CreditEvent)).one()
    with on(browse, "credit", at(day, 14)) as clerk:
        assert firm.name in clerk.get("/listings").text
        page = clerk.get(f"/credit-events/{event.id}/propose")
        refused = clerk.submit(page, {"legal_basis": ""}, status=422)
        assert refused.errors
        made = clerk.submit(page, {"legal_basis": "昌吉州重点关注名单办法（示例）", "term_months": "24"})
        listing = db.session.get(Listing, number_in(made.location))
        assert listing is not None
        page = clerk.get(f"/listings/{listing.id}/notify")
        clerk.submit(page, {"mode": "direct"})
        assert fresh(listing).objection_until == date(2026, 11, 30)
        notice = pdf_text(clerk, f"/documents/{fresh(listing).notice_document_id}.pdf")
        assert "五个工作" in notice and "陈述和申辩" in notice
        clerk.get(f"/listings/{listing.id}/list", 403)
    with on(browse, "signer", at(date(2026, 11, 25))) as signer:
        assert "2026-11-30" in signer.get(f"/my/listings/{listing.id}").text
        signer.submit(signer.get(f"/my/listings/{listing.id}/object"), {"text": "废水系雨季倒灌，并非暗管排放（示例）"})
    with on(browse, "approver", at(date(2026, 11, 27))) as approver:
        page = approver.get(f"/listings/{listing.id}")
        assert "雨季倒灌" in page.text
        approver.submit(page, {"upheld": "0", "answer": "现场照片和监测报告能够认定（示例）"}, form="/answer")
        refused = approver.submit(approver.get(f"/listings/{listing.id}/list"), {}, status=422)
        assert any("届满" in each for each in refused.errors)
    with on(browse, "approver", at(date(2026, 12, 1))) as approver:
        approver.submit(approver.get(f"/listings/{listing.id}/list"), {})
        decision = pdf_text(approver, f"/documents/{fresh(listing).decision_document_id}.pdf")
        assert "列入名单决定书" in decision and "雨季倒灌" in decision and "能够认定" in decision
    return listing


def exported(browser: Browser, firm: Enterprise) -> None:
    """The list as three files, each read back; no personal data in any."""
    page = browser.get("/credit/blacklist")
    assert firm.name in page.text
    for form in ("xlsx", "csv", "json"):
        answer = browser.submit(page, {}, form=f"blacklist.{form}", status=200).response.get_data()
        if form == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(answer))
            rows = [[str(cell or "") for cell in row] for sheet in book for row in sheet.iter_rows(values_only=True)]
        elif form == "csv":
            rows = list(csv.reader(io.StringIO(answer.decode("utf-8-sig"))))
        else:
            rows = [[json.dumps(json.loads(answer), ensure_ascii=False)]]
        text = "\n".join(",".join(row) for row in rows)
        for words in (firm.credit_code, "昌州环罚字〔2026〕阜-3号", "2028-12-01", "列入依据"):
            assert words in text, (form, words)
        assert firm.legal_representative not in text and firm.contact_phone not in text, form


def public_text(browse: Browse, url: str, moment: datetime) -> str:
    with on(browse, None, moment) as citizen:
        page: Page = citizen.get(url)
        assert not page.response.headers.getlist("Set-Cookie")
        return page.text


def test_evasion_leads_to_the_list_and_repair_leads_off_it(browse: Browse, firm: Enterprise) -> None:
    decision = penalty(browse, firm, MONDAY)
    event = db.session.scalars(select(CreditEvent)).one()
    assert (event.kind, event.points, event.occurred_on) == (EventKind.EVASION, -12, date(2026, 11, 16))
    listing = listed(browse, firm, MONDAY)
    assert listing.listed_on == date(2026, 12, 1) and listing.term_to == date(2028, 12, 1)

    winter = at(date(2026, 12, 2))
    assert firm.name in public_text(browse, "/public/blacklist", winter)
    shown = public_text(browse, f"/public/enterprises/{firm.credit_code}", winter)
    assert "在列" in shown and "黑" in shown and firm.contact_phone not in shown
    with on(browse, "credit", winter) as clerk:
        exported(clerk, firm)
        assert "黑" in clerk.get("/credit?q=晨岭").text

    with on(browse, "officer", at(date(2027, 1, 11))) as officer:
        for what in ("paid", "corrected"):
            officer.submit(officer.get(f"/cases/{decision.id}/{what}"), {"on": "2027-01-10"})

    with on(browse, "signer", at(date(2027, 11, 15))) as signer:
        page = signer.get(f"/my/credit-events/{event.id}/repair")
        assert "2027-11-16" in page.text
        refused = signer.submit(page, {"statement": "已拆除暗管"}, status=422)
        assert any("最短公示期" in each for each in refused.errors)
    with on(browse, "signer", at(date(2027, 11, 16))) as signer:
        page = signer.get(f"/my/credit-events/{event.id}/repair")
        signer.submit(page, {"statement": "已拆除暗管，罚款已缴清，附照片"})
    with on(browse, "approver", at(date(2027, 11, 22))) as approver:
        number = db.session.scalar(select(Listing.id))
        (link,) = [each["href"] for each in approver.get("/repairs").soup.select("a[href^='/repairs/']")][:1]
        page = approver.get(link)
        assert "四项条件都已满足" in page.text
        approver.submit(page, {"reason": "四项条件齐备"})
        assert "已移出" in approver.get(f"/listings/{number}").text
    after = at(date(2027, 11, 22), 12)
    assert firm.name not in public_text(browse, "/public/blacklist", after)
    assert "在列" not in public_text(browse, f"/public/enterprises/{firm.credit_code}", after).replace("不在名单", "")
    with on(browse, "credit", after) as clerk:
        assert "共 0 家" in clerk.get("/credit/blacklist").text
        page = clerk.get(f"/enterprises/{firm.id}/credit")
        assert "信用修复" in page.text


def test_a_quashed_decision_takes_event_and_listing_with_it(browse: Browse, firm: Enterprise) -> None:
    decision = penalty(browse, firm, MONDAY)
    listing = listed(browse, firm, MONDAY)
    with on(browse, "officer", at(date(2026, 12, 14))) as officer:
        asked = officer.get(f"/cases/{decision.id}/quash/propose")
        officer.submit(asked, {"quashed_on": "2026-12-11", "reason": "行政复议决定撤销"})
    with on(browse, "approver", at(date(2026, 12, 14))) as approver:
        approver.submit(approver.get(f"/cases/{decision.id}/quash"), {"granted": "1"})
    assert listing.state.code == "removed"
    event = db.session.scalars(select(CreditEvent)).one()
    assert event.ended_on == date(2026, 12, 14)
    day = at(date(2026, 12, 14), 15)
    assert firm.name not in public_text(browse, "/public/blacklist", day)
    assert decision.number not in public_text(browse, "/public/penalties", day)
    assert decision.number not in public_text(browse, f"/public/enterprises/{firm.credit_code}", day)


@pytest.mark.parametrize("username", ["far_officer", "far_signer"])
def test_strangers_see_none_of_it(browse: Browse, firm: Enterprise, username: str) -> None:
    inspection = inspect(browse, firm, MONDAY)
    found = order(browse, inspection, MONDAY)
    item = db.session.scalars(select(OrderItem)).one()
    with on(browse, username, at(MONDAY, 18)) as stranger:
        if username == "far_officer":
            for url in (
                f"/inspections/{inspection.id}",
                f"/inspections/{inspection.id}/record",
                f"/findings/{inspection.findings[0].id}",
                f"/orders/{found.id}",
                f"/orders/{found.id}/serve",
                f"/documents/{fresh(found).document_id}.pdf",
                f"/enterprises/{firm.id}/inspections",
                f"/enterprises/{firm.id}/credit",
            ):
                stranger.get(url, 404)
        else:
            for url in (f"/my/orders/{found.id}", f"/my/orders/{found.id}/items/{item.id}/answer"):
                stranger.get(url, 404)
            stranger.post(f"/my/orders/{found.id}/items/{item.id}/answer", {"text": "x"}, 404)

"""Every kind of document on paper: what it must say, with the longest names and rarest characters that people have."""

import io
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from accounts.audit import record
from core import clock
from core.db import db
from core.paper import from_json, render
from credit import actions as credit
from credit import notices as credit_notices
from credit import queries as credit_queries
from inspections import actions as inspections
from inspections.models import AnswerKind, Inspection, Severity
from law import queries as law
from permits import actions as permit_acts
from permits.models import (
    Application,
    ApplicationKind,
    ApplicationPause,
    Opinion,
    PauseReason,
    RegistrationKind,
    Section,
)
from permits.queries.permits import held_at
from registry import documents, evidence, notices
from registry.models import Document, DocumentKind, Enterprise, ServiceMode
from registry.rules import documents as rules
from tests import world
from tests.browse import Browser
from tests.credit import made as listings
from tests.inspections import made
from tests.permits import applied
from tests.permits import made as permits

pytestmark = pytest.mark.anywhere
"""What stands on a paper does not depend on the engine: once is enough."""

LONG_NAME = (
    "新疆维吾尔自治区昌吉回族自治州阜康市准噶尔盆地南缘煤炭清洁高效利用循环经济产业示范园区晨岭焦化有限责任公司（示例）"
)
RARE = "李镕䶮𬍛"
FACTS = "2026 年 9 月以来未记录 1 号焦炉脱硫设施运行台账，负责人马𬱖（台账员）说“忘了”。" * 12


@pytest.fixture
def hard(firm: Enterprise, session: Any) -> Enterprise:
    """晨岭焦化 with the longest name and the rarest characters."""
    firm.name, firm.legal_representative = LONG_NAME, RARE
    permits.permit(firm)
    return firm


def latest(kind: DocumentKind) -> Document:
    """What was issued last of a kind."""
    chosen = select(Document).where(Document.kind == kind).order_by(Document.id.desc())
    return db.session.scalars(chosen).unique().first()  # type: ignore[return-value]


def inspected(firm: Enterprise, photos: int = 3) -> Inspection:
    """A record with two findings of different causes, photos, and answers with long remarks."""
    begun = made.begun(firm)
    db.session.commit()
    dust = made.finding(facts="物料堆场没有遮盖。" * 40, severity=Severity.SERIOUS, violation_key="HW-STORE")
    done = made.filled(begun, [made.finding(facts=FACTS), dust])
    for item in done.checklist.items if done.checklist else []:
        inspections.answer_checklist(done, item.id, AnswerKind.MEETS, "现场查看，" * 30, by=done.lead_officer)
    for number in range(photos):
        evidence.attach(
            made.photo(), enterprise_id=firm.id, subject=done.findings[0], by=done.lead_officer, name=f"{number}.jpg"
        )
    inspections.sign_record(done, [[[100, 100], [400, 300], [600, 120]]], RARE, "", by=done.lead_officer)
    db.session.expire(done)
    inspections.finalise(done, by=done.lead_officer)
    db.session.commit()
    return done


def ordered(firm: Enterprise) -> None:
    """An order over both findings of the record."""
    inspection = inspected(firm)
    assert inspection.second_officer is not None
    order = inspections.draft_order(
        inspection,
        inspections.OrderInput(
            findings=inspection.findings,
            facts=FACTS,
            evidence="现场检查（勘察）笔录、照片",
            content="停止违法行为，立即改正。",
            days_allowed=10,
            working_days=True,
            rule_id=made.RULE,
            choice_reason="行为持续到法典施行以后（示例）",
            second_officer=inspection.second_officer,
            requirements={
                inspection.findings[0].id: "补齐可核实的记录，明确专人每日记录。",
                inspection.findings[1].id: "设置标志和防渗托盘，规范分区存放。",
            },
        ),
        by=inspection.lead_officer,
    )
    inspections.send_order(order, by=inspection.lead_officer)
    inspections.approve_order(order, by=made.person("approver"))


def removed(firm: Enterprise) -> None:
    """The decision to take the firm off the list again."""
    found = listings.listed(firm)
    with clock.at(made.at(date(2027, 12, 10))):
        credit.decide_removal(
            credit.propose_removal(found, "信用修复", by=made.person("credit")), True, "", by=made.person("approver")
        )


def received(firm: Enterprise) -> None:
    """The receipt of a quarter's report."""
    permits.sign(permits.report(held_at(firm.sites[0].id, clock.today())[0]))  # type: ignore[index]


def explained(firm: Enterprise) -> None:
    """The explanation of a score."""
    made.confirmed(firm)
    score = credit_queries.score(firm.id, clock.today())
    documents.issue(
        DocumentKind.CREDIT_EXPLANATION,
        office=firm.office,
        enterprise=firm,
        subject=firm,
        title="环境信用评价说明",
        compose=credit_notices.explanation_sheet(firm, score, credit_queries.scheme_on(clock.today()).title),
        on=clock.today(),
        by=made.person("credit"),
    )


def renewing(then: Callable[[Application], object]) -> Callable[[Enterprise], None]:
    """A renewal handed in today, and what the office does with it."""

    def act(firm: Enterprise) -> None:
        found = applied.handed_in(ApplicationKind.RENEWAL, held_at(firm.sites[0].id, clock.today())[0])  # type: ignore[index]
        then(found)

    return act


def _supplemented(found: Application) -> None:
    remarks = [
        permit_acts.Remark(Section.LIMITS, "补充年许可排放量的核算过程。" * 9),
        permit_acts.Remark(None, "补充附图。"),
    ]
    permit_acts.ask_for_supplement(found, remarks, by=made.person("permit"))


def _decided(opinion: Opinion) -> Callable[[Application], None]:
    def act(found: Application) -> None:
        applied.examined(found, opinion)
        if opinion is Opinion.GRANT:
            permit_acts.grant_application(found, by=made.person("approver"))
        else:
            permit_acts.refuse_application(found, "污染防治设施不符合要求", by=made.person("approver"))

    return act


def _stopped(found: Application) -> ApplicationPause:
    permit_acts.accept_application(found, by=made.person("permit"))
    facts = permit_acts.StopInput(
        PauseReason.EXPERTS, "组织专家评审无组织排放的核算。" * 9, clock.today(), asks="请提供监测原始记录。"
    )
    return permit_acts.stop_clock(found, facts, by=made.person("permit"))


def _resumed(found: Application) -> None:
    permit_acts.resume_clock(_stopped(found), clock.today(), by=made.person("permit"))


def ending(kind: ApplicationKind) -> Callable[[Enterprise], None]:
    """A certified permit that its holder asks to have replaced or cancelled, and that is granted today."""

    def act(firm: Enterprise) -> None:
        certified(firm)
        found = applied.begun(kind, held_at(firm.sites[0].id, clock.today())[0])  # type: ignore[index]
        stopped = date(2026, 11, 1) if kind is ApplicationKind.CANCELLATION else None
        permit_acts.save_grounds(found, "永久停产，设施拆除", stopped, by=made.person("preparer"))
        permit_acts.commit_to(found, True, by=made.person("preparer"))
        applied.examined(applied.hand_in(found))
        permit_acts.grant_application(found, by=made.person("approver"))

    return act


def certified(firm: Enterprise) -> None:
    """正本 and 副本 of the permit in force."""
    permit_acts.certify(held_at(firm.sites[0].id, clock.today())[1], by=made.person("permit"))  # type: ignore[index]


def registered(firm: Enterprise) -> None:
    """A registration, after the permit has ended."""
    permit = held_at(firm.sites[0].id, clock.today())[0]  # type: ignore[index]
    permit_acts.end_permit(permit, "cancel", clock.today(), "改为登记管理", by=made.person("permit"))
    found = permit_acts.begin_registration(RegistrationKind.FIRST, firm.sites[0], by=made.person("preparer"))
    facts = permit_acts.RegistrationInput(
        firm.name, RARE, firm.address, "何静", "13900000000", "焦炭", "炼焦", "", "除尘后排放", "GB 16171"
    )
    permit_acts.save_registration(found, facts, by=made.person("preparer"))
    permit_acts.send_registration(found, by=made.person("preparer"))
    permit_acts.sign_registration(found, world.PASSWORD, declared=True, by=made.person("signer"))


MADE: dict[DocumentKind, tuple[Callable[[Enterprise], object], list[str]]] = {
    DocumentKind.INSPECTION_RECORD: (
        inspected,
        [
            "检查时间：2026年11月23日", "检查地点", "被检查单位", "统一社会信用代码", "法定代表人", RARE, "现场负责人：何静（环保科长）",
            "王晓岚（示例-23010000）；马建军（示例-23010001）", "这是我们的执法证件", "申请回避、陈述和申辩的权利", "已看清执法证件",
            "排污许可证：91652302MA700107XC001P（第1版，有效期至2027年3月14日）", "生产及污染防治设施运行情况", "现场情况",
            "检查清单", "问题1（一般）", "问题2（严重）", "应当：应当建立环境管理台账", "摄于2026年11月23日10时05分，东经87.98000°、北纬44.16000°",
            "原件哈希", "（以下空白）", "以上笔录我已看过，与现场情况相符。", "当事人签名：2026年11月23日", "检查人签名（王晓岚）",
            "检查人签名（马建军）",
        ],
    ),
    DocumentKind.ORDER: (
        ordered,
        [
            LONG_NAME + "：", "统一社会信用代码：91652302MA700107XC", "法定代表人：" + RARE, "我局于2026年11月23日对你单位进行了调查",
            "以上事实，有现场检查（勘察）笔录、照片为凭。", "上述行为分别违反了《中华人民共和国生态环境法典》", "依据《中华人民共和国生态环境法典》第",
            "《中华人民共和国行政处罚法》第二十八条第一款", "自收到本决定书之日起10个工作日内", "停止违法行为，立即改正。",
            "（1）补齐可核实的记录", "（2）设置标志和防渗托盘", "我局将对改正情况进行复查", "逾期不改正的", "六十日内", "申请行政复议",
            "六个月内", "行政诉讼", "2026年11月23日",
        ],
    ),
    DocumentKind.LISTING_NOTICE: (
        listings.notified,
        [LONG_NAME + "：", "昌州环罚字〔2026〕阜-3号，认定：通过雨水管网向外环境排放焦化废水。上述情形属于",
         f"依据{listings.BASIS}", "期限24个月", "有权陈述和申辩",
         "五个工作日内", "联系地址：阜康市示例街1号，联系电话：0994-0000000。"],
    ),
    DocumentKind.LISTING_DECISION: (
        listings.listed,
        [LONG_NAME + "：", "没有提出陈述申辩", "决定将你单位列入", "2026年12月1日起至2028年12月1日止", "信用修复", "申请行政复议", "行政诉讼"],
    ),
    DocumentKind.REMOVAL_DECISION: (removed, [LONG_NAME + "：", "现因信用修复", "自2027年12月10日起将你单位移出该名单", "停止公开和共享"]),
    DocumentKind.REPORT_RECEIPT: (
        received,
        ["排污单位", "许可证编号", "报告期", "提交时间", "逾期39日", "填报人", "签发人", "内容sha256", "签发声明", "DA001", "DW001", "氮氧化物"],
    ),
    DocumentKind.PERMIT_ACCEPTANCE: (
        renewing(lambda found: permit_acts.accept_application(found, by=made.person("permit"))),
        [LONG_NAME + "：", "《排污许可管理条例》第九条", "2026年11月23日起予以受理", "排污许可延续（重点管理）", "前作出决定", "书面告知", "联系电话"],
    ),
    DocumentKind.PERMIT_SUPPLEMENT: (
        renewing(_supplemented),
        [LONG_NAME + "：", "一次性告知需要补正的全部内容", "申请的限值和排放量", "补充附图。", "整份申请"],
    ),
    DocumentKind.PERMIT_NON_ACCEPTANCE: (
        renewing(lambda found: permit_acts.decline_application(found, "不属于本机关职权范围", by=made.person("permit"))),
        [LONG_NAME + "：", "不属于本机关职权范围。", "不予受理", "申请行政复议", "行政诉讼"],
    ),
    DocumentKind.PERMIT_GRANT: (
        renewing(_decided(Opinion.GRANT)),
        [LONG_NAME + "：", "准予延续排污许可证", "2027年3月15日至2032年3月14日", "第2版", "DA001", "91652302MA700107XC001P"],
    ),
    DocumentKind.PERMIT_REPLACEMENT: (
        ending(ApplicationKind.REPLACEMENT),
        [LONG_NAME + "：", "申请理由：永久停产，设施拆除。", "《排污许可管理办法》第三十二条", "准予补领排污许可证", "作废的正本", "2027年3月14日（不变）"],
    ),
    DocumentKind.PERMIT_CANCELLATION: (
        ending(ApplicationKind.CANCELLATION),
        [LONG_NAME + "：", "2026年11月1日停止排放污染物", "《排污许可管理办法》第二十九条", "91652302MA700107XC001P", "注销日期", "向社会公告",
         "申请行政复议", "行政诉讼"],
    ),
    DocumentKind.PERMIT_END_NOTICE: (
        ending(ApplicationKind.CANCELLATION),
        [LONG_NAME, "因持证单位申请", "《排污许可管理办法》第二十九条", "现予公告", "91652302MA700107XC001P", "2026年11月23日"],
    ),
    DocumentKind.PERMIT_CLOCK_STOP: (
        renewing(_stopped),
        [LONG_NAME + "：", "《排污许可管理办法》第二十三条", "专家评审", "停止前已用0个工作日", "尚余20个工作日", "请提供监测原始记录。",
         "按工作日计算", "联系电话"],
    ),
    DocumentKind.PERMIT_CLOCK_RESUME: (
        renewing(_resumed),
        [LONG_NAME + "：", "《排污许可管理办法》第二十三条", "停止计时（昌州环许停〔2026〕1号）", "2026年11月24日起恢复计算", "作出决定的期限",
         "算式："],
    ),
    DocumentKind.PERMIT_COPY: (
        certified,
        [LONG_NAME, RARE, "91652302MA700107XC001P", "第1版", "重点管理", "DA001", "118.4t", "4.2kg/h", "6–9", "GB16171", "自动监测", "1次/月",
         "季报", "期后15日内", "年度执行报告于次年1月31日前提交", "变更、延续、补领记录", "2022-03-15", "自2022年3月15日至2027年3月14日止"],
    ),
    DocumentKind.PERMIT_ORIGINAL: (
        certified,
        [LONG_NAME, RARE, "排污许可证", "（正本）", "证书编号：91652302MA700107XC001P", "单位名称", "注册地址", "生产经营场所地址", "行业类别",
         "统一社会信用代码", "自2022年3月15日至2027年3月14日止", "发证机关（盖章）：", "发证日期：2022年3月15日"],
    ),
    DocumentKind.PERMIT_REFUSAL: (
        renewing(_decided(Opinion.REFUSE)),
        [LONG_NAME + "：", "理由如下", "污染防治设施不符合要求。", "第十一条", "不予许可", "申请行政复议", "行政诉讼"],
    ),
    DocumentKind.REGISTRATION_RECEIPT: (registered, ["登记编号", "91652302MA700107XC001W", "2031年11月22日", "主要产品及规模", "二十日内变更登记"]),
    DocumentKind.CREDIT_EXPLANATION: (explained, ["评价日", "得分和等级", "算式", "失效日", "信用修复"]),
}  # fmt: skip


def text_of(document: Document) -> str:
    """What can be copied from the PDF, blanks out."""
    reader = pypdf.PdfReader(io.BytesIO(documents.pdf(document)))
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def pages_of(document: Document) -> list[str]:
    """What can be copied from each page of the PDF, blanks out."""
    reader = pypdf.PdfReader(io.BytesIO(documents.pdf(document)))
    return ["".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture
def issued(app: Flask, hard: Enterprise) -> Callable[[DocumentKind], Document]:
    """One document of a kind about the firm with the hard names."""
    for office in (hard.office, hard.office.parent):
        assert office is not None
        office.address, office.telephone = "阜康市示例街 1 号", "0994-0000000"
    record(hard, "tests:office", "地址", by=made.person("secadmin"))
    db.session.commit()

    def issue(kind: DocumentKind) -> Document:
        MADE[kind][0](hard)
        db.session.commit()
        return latest(kind)

    return issue


@pytest.mark.parametrize("kind", MADE)
def test_every_kind_says_on_paper_what_the_rubric_asks(issued: Callable[..., Document], kind: DocumentKind) -> None:
    document = issued(kind)
    text = "".join(pages_of(document))
    expected = [document.number, document.office.name, rules.grouped(document.code), *MADE[kind][1]]
    assert [words for words in expected if "".join(words.split()) not in text] == []


@pytest.mark.parametrize("kind", MADE)
def test_file_content_and_page_for_screens_are_one_document(
    browse: Callable[..., Browser], issued: Callable[..., Document], kind: DocumentKind, tmp_path: Path
) -> None:
    document = issued(kind)
    paper = from_json(document.content)
    assert render(paper, evidence.store().get) == documents.pdf(document)
    (tmp_path / f"{kind.code}.pdf").write_bytes(documents.pdf(document))
    pages = pages_of(document)
    assert "验证码" in pages[-1]
    assert len(pages[-1]) > 110, "the code to verify stands under words"
    twin = browse("reviewer").get(f"/documents/{document.id}").one("article.paper")
    shown, printed = Counter("".join(twin.get_text().split())), Counter("".join(pages))
    assert "".join((shown - printed).elements()) == ""


def test_every_kind_that_is_ever_issued_is_tried_here() -> None:
    recorded_elsewhere = {
        DocumentKind.PENALTY_DECISION,  # put on record with its scan
        DocumentKind.RECHECK_RECORD,  # a record of inspection of its own kind
        DocumentKind.SERVICE_RECEIPT,  # printed for signatures, without a number
    }
    assert set(DocumentKind) - set(MADE) == recorded_elsewhere


def test_an_order_over_several_causes_cites_the_law_of_each(issued: Callable[..., Document]) -> None:
    document = issued(DocumentKind.ORDER)
    assert document.law_versions == ["LED-NONE@C26-1", "HW-STORE@C26-1"]
    text = "".join(pages_of(document))
    for rule_id in document.law_versions:
        assert law.citation_texts(law.violation_rule(rule_id).breach_article)[0] in text


def test_a_signature_bears_the_day_on_which_it_was_given(hard: Enterprise) -> None:
    draft = made.filled(made.begun(hard))
    with clock.at(world.TODAY + timedelta(days=1)):
        inspections.finalise(draft, by=draft.lead_officer)
        db.session.commit()
        assert draft.document is not None
        assert "当事人签名：2026年11月23日" in "".join(pages_of(draft.document))


def test_a_refusal_stands_on_every_page_and_in_full_at_the_end(hard: Enterprise) -> None:
    draft = made.filled(made.begun(hard))
    inspections.sign_record(draft, [], "", "何静拒绝签名，见证人示例社区李某", by=draft.lead_officer)
    inspections.finalise(draft, by=draft.lead_officer)
    db.session.commit()
    assert draft.document is not None
    assert all("拒签，见末页" in page for page in pages_of(draft.document))
    assert "当事人签名：拒签。何静拒绝签名，见证人示例社区李某" in "".join(pages_of(draft.document))


@pytest.mark.parametrize("served", [False, True])
def test_the_receipt_of_service_names_document_party_way_and_signers(hard: Enterprise, served: bool) -> None:
    document = listings.notified(hard).notice_document
    assert document is not None
    service = document.services[0] if served else None
    text = "".join(
        "".join(page.extract_text().split())
        for page in pypdf.PdfReader(io.BytesIO(render(notices.service_receipt(document, service)))).pages
    )
    wanted = [
        "送达回证",
        document.number,
        LONG_NAME,
        "送达地点",
        "送达方式",
        "收到日期",
        "见证人",
        "备注",
        "受送达人（签名或者盖章）：",
    ]
    if served:
        wanted += [ServiceMode.DIRECT.label, "孙志远", "厂区办公室", "2026年11月23日"]
    assert [words for words in wanted if words not in text] == []
    assert text.count("送达人（签名）：") == 2
    assert ("未送达原因" in text) is False

"""The room's documents: record of inspection and rectification order. Their words stay Chinese (FACTS C7)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from core import clock
from core.paper import Blank, Block, Facts, Form, Grid, Heading, Paper, Para, Photo, Photos, Signature, still_open
from inspections import basis
from inspections.models import Finding, Inspection, RectificationOrder
from permits.queries import permits
from registry.documents import Compose, Issue
from registry.models import Attachment


def day_words(day: date) -> str:
    """2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(instant: datetime) -> str:
    """2026年11月23日9时40分, Beijing time."""
    local = clock.beijing(instant)
    return f"{day_words(local.date())}{local.hour}时{local.minute:02d}分"


def sentence(text: str) -> str:
    """Words that a person typed, closed with a full stop where they end without one."""
    kept = text.rstrip()
    return kept if not kept or kept[-1] in "。！？；…）” .!?" else f"{kept}。"


def facts_sentence(inspection: Inspection, findings: Sequence[Finding]) -> str:
    """The facts of an order as first offered: when, who, and what each finding says."""
    told = "".join(f"{each.facts.rstrip('。')}。" for each in findings)
    return f"{moment_words(inspection.started_at)}，我局执法人员对你单位进行现场检查时发现：{told}"


def evidence_sentence(inspection: Inspection, photos: int) -> str:
    """The evidence of an order as first offered."""
    told = [f"现场检查（勘察）笔录（{inspection.document.number}）" if inspection.document else "现场检查（勘察）笔录"]
    if photos:
        told.append(f"现场照片{photos}张")
    return "、".join(told) + "等证据"


def _ink(inspection: Inspection) -> tuple[tuple[tuple[float, float], ...], ...]:
    """What the party drew on the pad, in its true proportions."""
    return tuple(tuple((float(x), float(y) * 0.36) for x, y in stroke) for stroke in inspection.signature)


def _signed_day(inspection: Inspection) -> str:
    """The day of the signature itself, whenever the record becomes final."""
    return day_words(clock.beijing(inspection.signed_at).date()) if inspection.signed_at else ""


def _signatures(inspection: Inspection) -> list[Signature]:
    """At the end of a record: the party, or its refusal, then each officer with the certificate."""
    strokes = _ink(inspection)
    party = Signature(
        label="当事人签名",
        strokes=strokes,
        sha256=inspection.signature_sha256,
        refusal=f"拒签。{inspection.refusal}" if inspection.refusal else "",
        day=_signed_day(inspection),
        opinion=f"以上笔录我已看过，与现场情况相符。签名人：{inspection.signed_name}。" if inspection.signed else "",
    )
    officers = [inspection.lead_officer, inspection.second_officer]
    return [party, *(Signature(label=f"检查人签名（{each.name}）") for each in officers if each)]


def _page_signatures(inspection: Inspection) -> tuple[Signature, ...]:
    """逐页签名: the party signed on a screen under the whole record, so the same ink stands on each of its pages."""
    party = Signature(
        label="当事人",
        strokes=_ink(inspection),
        sha256=inspection.signature_sha256,
        refusal="拒签，见末页" if inspection.refusal else "",
        day=_signed_day(inspection),
    )
    return party, Signature(label="检查人")


def _permit_words(inspection: Inspection) -> str:
    """The permit that held at the site on the day of the inspection, as the register has it."""
    held = permits.held_at(inspection.site_id, clock.beijing(inspection.started_at).date())
    if held is None:
        return "检查当日没有登记有效的排污许可证"
    permit, version = held
    return f"{permit.permit_no}（第 {version.number} 版，有效期至{day_words(version.valid_to)}）"


def inspection_record(inspection: Inspection, photos: Mapping[int, Sequence[Attachment]]) -> Compose:
    """现场检查（勘察）笔录: time, place, officers with their certificates, rights told, what was found, signatures."""

    def compose(issue: Issue) -> Paper:
        officers = [(inspection.lead_officer.name, inspection.lead_certificate)]
        if inspection.second_officer:
            officers.append((inspection.second_officer.name, inspection.second_certificate))
        firm = inspection.enterprise
        head = Facts(
            (
                ("检查时间", f"{moment_words(inspection.started_at)}至{_until(inspection.ended_at)}"),
                ("检查地点", inspection.site.address or inspection.site.name),
                ("被检查单位", firm.name),
                ("统一社会信用代码", firm.credit_code),
                ("法定代表人", firm.legal_representative or "—"),
                ("排污许可证", _permit_words(inspection)),
                ("现场负责人", f"{inspection.person_met}（{inspection.person_met_role or '职务未填'}）"),
                ("检查人及执法证号", "；".join(f"{name}（{number}）" for name, number in officers)),
                ("检查类型", inspection.kind.label),
                *_follows(inspection),
            ),
            look="ruled",
        )
        told = (
            f"我们是{issue.office.name}的执法人员{'、'.join(name for name, _ in officers)}，这是我们的执法证件，请过目确认。"
            "现依法进行检查，请予配合。你有申请回避、陈述和申辩的权利，有如实回答询问、协助检查、提供有关资料的义务。"
        )
        blocks: list[Block] = [
            head,
            Heading("告知"),
            Para(told),
            Para("现场负责人确认：已看清执法证件，已知晓上述权利和义务。"),
            Heading("生产及污染防治设施运行情况"),
            Para(sentence(inspection.production)),
            Heading("现场情况"),
            Para(sentence(inspection.narrative)),
            *_followed(inspection),
            *_checklist(inspection),
            *_findings(inspection, photos),
            Blank(),
            *_signatures(inspection),
        ]
        return Paper(
            agency=issue.office.name,
            title="现场检查（勘察）笔录",
            number=issue.number,
            form=Form.RECORD,
            blocks=tuple(blocks),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            page_signatures=_page_signatures(inspection),
            edition="清源文书样式 2026-1（示例，未核对）",
            draft=not issue.code,
        )

    return compose


def _follows(inspection: Inspection) -> list[tuple[str, str]]:
    """Which order a re-check looks after."""
    order = inspection.follows_order
    return [("复查的决定", order.document.number)] if order and order.document else []


def _followed(inspection: Inspection) -> list[Block]:
    """Each item of the order that is re-checked, and whether it is put right."""
    if inspection.follows_order is None:
        return []
    told = [
        f"第 {place} 项：{item.requirement.rstrip('。')}。"
        + (f"{day_words(item.closed_on)}认定已改正。" if item.closed_on else "没有改正。")
        for place, item in enumerate(inspection.follows_order.items, 1)
    ]
    return [Heading("复查情况"), *(Para(each) for each in told)]


def _until(ended_at: datetime | None) -> str:
    return moment_words(ended_at) if ended_at else still_open("结束时间未填")


def _checklist(inspection: Inspection) -> list[Heading | Grid]:
    if not inspection.checklist or not inspection.answers:
        return []
    given = {answer.item_id: answer for answer in inspection.answers}
    rows = []
    for number, item in enumerate(inspection.checklist.items, 1):
        answer = given.get(item.id)
        rows.append(
            (str(number), item.question, answer.answer.label if answer else "未查", answer.remark if answer else "")
        )
    return [
        Heading("检查清单"),
        Grid(("序号", "检查内容", "结果", "说明"), tuple(rows), widths=(1, 6, 1.6, 3.4), align="clcl"),
    ]


def _findings(inspection: Inspection, photos: Mapping[int, Sequence[Attachment]]) -> list[Heading | Para | Photos]:
    blocks: list[Heading | Para | Photos] = [Heading("发现的问题")]
    standing = [finding for finding in inspection.findings if not finding.void_reason]
    if not standing:
        return [*blocks, Para("未发现违法违规问题。")]
    for finding in standing:
        blocks.append(Para(f"问题{finding.position}（{finding.severity.label}）：{sentence(finding.facts)}"))
        blocks.append(Para(f"应当：{finding.requirement}（{finding.requirement_source}）"))
        if finding.corrected_on_spot:
            blocks.append(Para("该问题已当场改正。"))
        shown = photos.get(finding.id, [])
        if shown:
            pictures = tuple(
                Photo(each.preview_sha256 or each.sha256, f"问题{finding.position}照片{number} {_photo_words(each)}")
                for number, each in enumerate(shown, 1)
            )
            blocks.append(Photos(pictures))
    return blocks


def _photo_words(photo: Attachment) -> str:
    """When and where it was taken, as the original says, and the original's hash."""
    taken = f"摄于{moment_words(photo.taken_at)}" if photo.taken_at else "原件没有拍摄时间"
    if photo.longitude is not None and photo.latitude is not None:
        taken += f"，{_degrees(photo.longitude, '东经', '西经')}、{_degrees(photo.latitude, '北纬', '南纬')}"
    return f"{taken}\n原件哈希 {photo.sha256[:12]}"


def _degrees(value: Decimal, positive: str, negative: str) -> str:
    return f"{positive if value >= 0 else negative} {abs(value):.5f}°"


def what_to_do(content: str, requirements: Sequence[str]) -> list[str]:
    """改正内容: the general words, then what each finding asks where that says more; nothing is said twice."""
    own = [each for each in dict.fromkeys(requirements) if each != content]
    if not own:
        return [content]
    wanted = list(dict.fromkeys(requirements))
    general = [] if content in wanted else [content]
    if len(wanted) == 1:
        return [*general, *wanted]
    return [*general, *(f"（{number}）{each}" for number, each in enumerate(wanted, 1))]


REMEDY = (
    "如不服本决定，可在收到本决定书之日起六十日内向昌吉回族自治州人民政府申请行政复议，"
    "也可在收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
"""行政复议法（60 日）、行政诉讼法第46条（6 个月）; deadlines.csv reconsideration, litigation."""


def order(found: RectificationOrder) -> Compose:
    """责令改正违法行为决定书: facts, evidence, law, what to do by when, remedies (行政处罚法第28条)."""

    def compose(issue: Issue) -> Paper:
        firm = found.enterprise
        unit = "个工作日" if found.working_days else "日"
        breach, ground = basis.breach_words(found.citation), basis.ground_words(found.citation)
        several = "分别" if len(found.citation["rules"]) > 1 else ""
        blocks: list[Block] = [
            Para(f"{firm.name}：", indent=False),
            Facts(
                (
                    ("统一社会信用代码", firm.credit_code),
                    ("地址", firm.address or "—"),
                    ("法定代表人", firm.legal_representative or "—"),
                )
            ),
            Para(
                f"我局于{day_words(clock.beijing(found.inspection.started_at).date())}对你单位进行了调查，发现你单位实施了以下生态环境违法行为："
            ),
            Para(sentence(found.facts)),
            Para(f"以上事实，有{found.evidence}为凭。"),
            Para(f"上述行为{several}违反了{breach}的规定。"),
            Para(
                f"依据{ground}、《中华人民共和国行政处罚法》第二十八条第一款的规定，现责令你单位自收到本决定书之日起{found.days_allowed}{unit}内改正上述违法行为："
            ),
            *[Para(sentence(told)) for told in what_to_do(found.content, [item.requirement for item in found.items])],
            Para(
                "请在改正期限内将改正情况书面报告我局，或者通过清源企业端报送。我局将对改正情况进行复查。逾期不改正的，我局将依法处理。"
            ),
            Para(REMEDY),
        ]
        return Paper(
            agency=issue.office.name,
            title="责令改正违法行为决定书",
            number=issue.number,
            form=Form.DECISION,
            blocks=tuple(blocks),
            sign_off=issue.office.name,
            date_zh=day_words(issue.on),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition="清源文书样式 2026-1（示例，未核对）；依据 " + "、".join(found.citation["rules"]),
            draft=not issue.code,
        )

    return compose

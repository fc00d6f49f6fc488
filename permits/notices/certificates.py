"""正本 and 副本 of a permit, as one version says it (条例第十三条; their official look is not at hand)."""

from collections.abc import Sequence
from datetime import date

from core.filters import shown_number
from core.paper import Block, Facts, Form, Grid, Heading, NewPage, Paper, Para
from permits.models import (
    Application,
    ApplicationFacility,
    EmissionLimit,
    LimitKind,
    LimitSource,
    Outlet,
    Permit,
    PermitVersion,
    VersionGround,
)
from permits.notices.applications import EDITION
from permits.notices.reports import day_words
from registry.documents import Compose, Issue
from registry.models import Industry

K = LimitKind


def original(version: PermitVersion, industry: Industry | None) -> Compose:
    """正本: number, unit, legal representative, addresses, industry, credit code, validity, authority, date, code."""

    def compose(issue: Issue) -> Paper:
        permit = version.permit
        firm = permit.enterprise
        return Paper(
            agency=issue.office.name,
            title="排污许可证（正本）",
            number=issue.number,
            form=Form.LICENCE,
            blocks=(
                Para(f"证书编号：{permit.permit_no}", align="center"),
                Facts(
                    (
                        ("单位名称", firm.name),
                        ("注册地址", firm.address or "—"),
                        ("法定代表人", firm.legal_representative or "—"),
                        ("生产经营场所地址", permit.site.address or "—"),
                        ("行业类别", industry_words(industry)),
                        ("统一社会信用代码", firm.credit_code),
                        ("有效期限", f"自{day_words(version.valid_from)}至{day_words(version.valid_to)}止"),
                    )
                ),
            ),
            sign_off=issue.office.name,
            date_zh=day_words(dated(version, issue.on)),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition=EDITION,
            draft=not issue.code,
        )

    return compose


def industry_words(industry: Industry | None) -> str:
    """2521 炼焦."""
    return f"{industry.code} {industry.name}" if industry is not None else "—"


def dated(version: PermitVersion, today: date) -> date:
    """发证日期: of a first permit the day it was issued, of a later version the day it was decided."""
    if version.ground in (VersionGround.FIRST, VersionGround.IMPORTED) and version.number == 1:
        return version.permit.issued_on
    return version.decided_on or today


def copy(
    version: PermitVersion,
    versions: Sequence[PermitVersion],
    industry: Industry | None,
    facilities: Sequence[ApplicationFacility] = (),
    listed: Sequence[str] = (),
    replaced: Sequence[Application] = (),
) -> Compose:
    """副本: everything that one version says, and how it came about; ``versions`` are the issued ones up to it."""

    def compose(issue: Issue) -> Paper:
        parts: list[tuple[str, list[Block]]] = [
            ("基本信息", [_face(version, industry, listed)]),
            ("主要生产设施和污染防治设施", _facilities(facilities)),
            ("排放口", _outlets(version)),
            ("许可排放限值", _limits(version)),
            ("自行监测要求", _monitoring(version)),
            ("执行报告要求", _reports(version)),
            ("许可条件", _conditions(version)),
            ("变更、延续、补领记录", _history(versions, replaced)),
        ]
        blocks: list[Block] = []
        for number, (title, made) in enumerate([part for part in parts if part[1]], 1):
            blocks += [NewPage()] if number == 2 else []  # the first page is the face, alone
            blocks += [Heading(f"{_NUMERALS[number - 1]}、{title}"), *made]
        return Paper(
            agency=issue.office.name,
            title="排污许可证（副本）",
            number=issue.number,
            form=Form.CERTIFICATE,
            blocks=tuple(blocks),
            sign_off=issue.office.name,
            date_zh=day_words(dated(version, issue.on)),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition=EDITION,
            draft=not issue.code,
        )

    return compose


_NUMERALS = "一二三四五六七八"


def _face(version: PermitVersion, industry: Industry | None, listed: Sequence[str]) -> Facts:
    permit = version.permit
    firm, site = permit.enterprise, permit.site
    rows = [
        ("证书编号", permit.permit_no),
        ("版本", f"第 {version.number} 版（{version.ground.label}），自{day_words(version.in_force_from)}起施行"),
        ("单位名称", firm.name),
        ("注册地址", firm.address or "—"),
        ("法定代表人", firm.legal_representative or "—"),
        ("统一社会信用代码", firm.credit_code),
        ("生产经营场所", site.name),
        ("生产经营场所地址", site.address or "—"),
        ("中心经纬度", _place(site.longitude, site.latitude)),
        ("行业类别", industry_words(industry)),
        ("管理类别", permit.category.label),
        ("所列重点单位名录", "、".join(listed) or "无"),
        ("首次发证日期", day_words(permit.issued_on)),
        ("有效期限", f"自{day_words(version.valid_from)}至{day_words(version.valid_to)}止"),
        ("发证机关", permit.authority.name),
    ]
    return Facts(tuple(rows), look="table")


def _place(longitude: object, latitude: object) -> str:
    return f"东经 {longitude:f}°，北纬 {latitude:f}°" if longitude is not None else "—"


def _facilities(rows: Sequence[ApplicationFacility]) -> list[Block]:
    if not rows:
        return []
    cells = tuple((each.code, each.name, each.kind.label, each.process or "—", each.capacity or "—") for each in rows)
    return [Grid(("编号", "名称", "类型", "工艺", "能力或参数"), cells, widths=(1.5, 3, 1.6, 2.6, 2.2), align="cllll")]


def _outlets(version: PermitVersion) -> list[Block]:
    rows = tuple(
        (each.code, each.name, each.kind.label, each.destination or "—", _place_short(each)) for each in version.outlets
    )
    if not rows:
        return [Para("本版没有登记排放口。")]
    head = ("编号", "名称", "类型", "去向、高度等", "经纬度")
    return [Grid(head, rows, widths=(5.6, 9.2, 9.6, 8.6, 11.2), align="cllll")]


def _place_short(outlet: Outlet) -> str:
    if outlet.longitude is None or outlet.latitude is None:
        return "—"
    return f"{outlet.longitude:.6f}\n{outlet.latitude:.6f}"


def _limits(version: PermitVersion) -> list[Block]:
    """A grid an outlet: a row a pollutant, a column each kind of limit that the outlet has, and what it rests on."""
    blocks: list[Block] = []
    for outlet in version.outlets:
        rows: dict[str, dict[LimitKind, EmissionLimit]] = {}
        for each in outlet.limits:
            rows.setdefault(each.pollutant_code, {})[each.kind] = each
        kinds = [kind for kind in _SHOWN if any(kind in row for row in rows.values())]
        cells = tuple(
            (
                next(iter(row.values())).pollutant_name,
                *(_bound(row.get(kind)) for kind in kinds),
                "；".join(dict.fromkeys(filter(None, map(_rests_on, row.values())))) or "—",
            )
            for row in rows.values()
        )
        if cells:
            head = ("污染物", *(_SHOWN[kind] for kind in kinds), "来源和执行标准")
            widths = (2.2, *(2.1 for _ in kinds), 8.9 - 2.1 * len(kinds) if len(kinds) < 3 else 3)
            align = f"c{'r' * len(kinds)}l"
            blocks.append(Grid(head, cells, widths=widths, align=align, caption=f"{outlet.code} {outlet.name}"))
    return blocks or [Para("本版没有登记限值。")]


_SHOWN = {K.CONCENTRATION: "浓度限值", K.RATE: "速率限值", K.ANNUAL: "年许可量", K.SPECIAL: "特殊时段"}


def _rests_on(limit: EmissionLimit) -> str:
    """What a limit comes from, and by which text."""
    word = "" if limit.source is LimitSource.STANDARD else limit.source.label
    return "：".join(filter(None, (word, limit.basis)))


def _bound(limit: EmissionLimit | None) -> str:
    if limit is None:
        return "—"
    low = f"{shown_number(limit.value_low)}–" if limit.value_low is not None else ""
    unit = "" if limit.unit == "无量纲" else f" {limit.unit}"
    return f"{low}{shown_number(limit.value)}{unit}"


def _monitoring(version: PermitVersion) -> list[Block]:
    rows = tuple(
        (outlet.code, each.pollutant_name, each.frequency, each.method or "—")
        for outlet in version.outlets
        for each in outlet.monitoring
    )
    if not rows:
        return [Para("本版没有登记自行监测要求。")]
    return [Grid(("排放口", "污染物", "频次", "方式"), rows, widths=(1.6, 3, 2.6, 2.6), align="clll")]


def _reports(version: PermitVersion) -> list[Block]:
    rows = tuple(
        (
            each.period.label,
            f"期后 {each.due_days} 日内",
            each.condition_label or "—",
            "代替当年第四季度和十二月的报告" if each.period.code == "year" and each.replaces_last else "—",
        )
        for each in version.report_requirements
    )
    if not rows:
        return [Para("本版没有登记执行报告要求。")]
    return [Grid(("报告", "提交期限", "条款", "说明"), rows, widths=(1.6, 2.4, 1.4, 4.4), align="clcl")]


def _conditions(version: PermitVersion) -> list[Block]:
    rows = tuple((each.label, each.category, each.text, each.source or "—") for each in version.conditions)
    if not rows:
        return [Para("本版没有登记条件。")]
    return [Grid(("条款", "类别", "内容", "来源"), rows, widths=(1, 2.5, 4.9, 2.4), align="clll")]


def _history(versions: Sequence[PermitVersion], replaced: Sequence[Application]) -> list[Block]:
    """The versions, and the certificates that were made anew while each held."""
    rows = [
        (
            f"第 {each.number} 版",
            each.ground.label,
            each.decided_on.isoformat() if each.decided_on else "—",
            each.in_force_from.isoformat(),
            f"{each.valid_from.isoformat()}\n至 {each.valid_to.isoformat()}",
            each.remark or "—",
        )
        for each in versions
    ]
    rows += [
        ("—", "补领", day.isoformat(), "—", "不变", each.reason.strip() or "—")
        for each in replaced
        if (day := each.decided_on) is not None
    ]
    head = ("版本", "形成原因", "决定日期", "施行起", "有效期", "说明")
    return [Grid(head, tuple(rows), widths=(5.6, 6, 7.4, 7.4, 9, 8.8), align="clllll")]


def title_of(word: str, permit: Permit, version: PermitVersion) -> str:
    """What a certificate is called in lists."""
    return f"{word}：{permit.permit_no}（第 {version.number} 版，有效期至 {version.valid_to.isoformat()}）"

"""Applications in every state: at the firm, at the window, under examination with the clock stopped, decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from accounts.roles import Role
from app.demo.people import PASSWORD
from app.demo.pictures import scan
from core import clock
from permits import actions, queries
from permits.actions import Remark
from permits.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    FacilityKind,
    Opinion,
    OutletKind,
    PauseReason,
    PermitState,
    Section,
)
from permits.queries.permits import LIVE
from registry import actions as registry
from registry import documents
from registry.models import Category, DocumentKind, Mandate, ServiceMode, Site
from registry.notifications import officers_of, people_of, speaks_for

if TYPE_CHECKING:
    from accounts.models import User
    from app.demo.world import Player, World

K, S = ApplicationKind, ApplicationState
Act = Callable[[Application], None]

RENEWING = ("阜康银砂", "奇台碧水泉", "昌吉安泽", "准东新固", "阜康宏砾")
"""Whose permits end soon and who have applied, in time or late; 阜康晨岭 is only invited."""

CANCELLING = ("奇台北山",)
"""Who stopped for good and applied to have the permit cancelled."""

USUAL_PLAN = "废气委托有资质的机构手工监测，自动监测设备每季度比对；原始记录保存五年，结果按时公开（示例）。"


def plan(world: World) -> None:
    """Put every kind of application on its days, each left in another state."""
    late = 12
    _renewal(world, "阜康银砂", 2, [])
    _renewal(world, "奇台碧水泉", late, [(1, _accept), (3, _site_check), (5, _pause)])
    _renewal(world, "昌吉安泽", 8, [(2, _supplement)])
    _renewal(world, "准东新固", late, [(1, _accept), (2, _test), (4, _remark), (6, _resume), (9, _review)])
    _renewal(world, "阜康宏砾", 1, [])
    for key, kind, steps in (
        ("昌吉明澈", K.CHANGE, [(1, _accept), (4, _review), (6, _grant)]),
        ("阜康广源", K.CHANGE, [(2, _decline)]),
        ("准东火烧山", K.REPLACEMENT, [(1, _accept), (2, _review), (4, _grant)]),
        *((key, K.CANCELLATION, [(1, _accept), (3, _review), (5, _grant)]) for key in CANCELLING),
    ):
        world.on(world.ago(40), _begin(world, key, kind, steps))
    world.on(world.ago(30), _begin(world, "阜康甘泉", K.CHANGE, [(1, _withdraw)]))
    world.on(world.ago(60), lambda: _new_plant(world, "阜康博峰", "二分厂", refused=True))
    world.on(world.ago(9), lambda: _new_plant(world, "阜康华岳", "东厂区", refused=False))
    world.on(world.ago(1), lambda: _anew(world, "准东芨芨湖"))
    world.on(world.ago(11), partial(_on_paper, world, served=True))
    world.on(world.ago(7), partial(_on_paper, world, served=False))
    world.on(world.ago(0), lambda: _waits_for_signer(world, "阜康晨岭"))


REASONS = {
    K.CHANGE: "法定代表人变更（示例）",
    K.REPLACEMENT: "正本遗失，申请补领（示例）",
    K.CANCELLATION: "终止生产，生产设施已经拆除（示例）",
}


def speaks(player: Player) -> bool:
    """Whether the firm's own people still speak for it on this day."""
    people = ((player.preparer, Mandate.PREPARER), (player.signer, Mandate.SIGNER))
    return all(speaks_for(person, player.site.enterprise_id, mandate) for person, mandate in people)


def _signed(player: Player, found: Application) -> None:
    actions.send_application(found, by=player.preparer)
    actions.sign_application(found, PASSWORD, declared=True, by=player.signer)


def _fill(player: Player, found: Application) -> None:
    who = player.preparer
    if found.kind in (K.FIRST, K.RENEWAL, K.REAPPLICATION):
        rows = [
            actions.FacilityInput(
                "MF0001", "主体生产设施（示例）", FacilityKind.PRODUCTION, player.firm.trade.word, "见环评"
            ),
            actions.FacilityInput(
                "TA001", "废气治理设施（示例）", FacilityKind.TREATMENT, "袋式除尘、脱硫", "与主体同步运行"
            ),
        ]
        actions.save_facilities(found, rows, by=who)
        found.calculation = "按排污许可申请与核发技术规范的排放绩效法核算，与上一周期一致（示例）。"
        found.monitoring_plan = USUAL_PLAN
    actions.commit_to(found, True, by=who)


def _renewal(world: World, key: str, ago: int, steps: Sequence[tuple[int, Act]]) -> None:
    def act() -> None:
        player = world.player(key)
        permit = world.permits.get(key)
        if player is None or not speaks(player) or permit is None or permit.state not in LIVE:
            return
        found = actions.begin_application(K.RENEWAL, permit, by=player.preparer)
        _fill(player, found)
        _signed(player, found)
        _go_on(world, found, steps)

    world.on(world.ago(ago), act)


def _go_on(world: World, found: Application, steps: Sequence[tuple[int, Act]]) -> None:
    today = clock.today()
    for days, step in steps:

        def act(step: Act = step) -> None:
            step(found)

        world.on(world.after(today, days), act)


def _begin(world: World, key: str, kind: ApplicationKind, steps: Sequence[tuple[int, Act]]) -> Callable[[], None]:
    def act() -> None:
        player, permit = world.player(key), world.permits.get(key)
        if player is None or not speaks(player) or permit is None or permit.state is not PermitState.IN_FORCE:
            return
        if queries.permits.draft_of(permit) is not None:
            return
        found = actions.begin_application(kind, permit, by=player.preparer)
        stopped = clock.today() - timedelta(days=20) if kind is K.CANCELLATION else None
        actions.save_grounds(found, REASONS[kind], stopped, by=player.preparer)
        if kind is K.CHANGE:
            facts = actions.UnitInput(
                found.unit_name,
                f"{found.legal_representative[:1]}新民",
                found.address,
                found.site_address,
                found.contact_name,
                found.contact_phone,
                changed_on=clock.today() - timedelta(days=12),
            )
            actions.save_unit(found, facts, by=player.preparer)
        _fill(player, found)
        _signed(player, found)
        _go_on(world, found, steps)

    return act


def _clerk(found: Application) -> User:
    """Who keeps the permits of the authority."""
    return officers_of(found.authority_id, Role.PERMIT_CLERK)[0]


def _approver(found: Application) -> User:
    return officers_of(found.authority_id, Role.APPROVER)[0]


def _accept(found: Application) -> None:
    if found.state is S.SUBMITTED:
        actions.accept_application(found, by=_clerk(found))


def _site_check(found: Application) -> None:
    actions.ask_site_check(found, "核对治理设施运行情况和排放口规范化（示例）", by=_clerk(found))


def _pause(found: Application) -> None:
    words, asks = "组织专家评审（示例）", "评审会上由技术负责人到场说明工艺（示例）"
    facts = actions.StopInput(PauseReason.EXPERTS, words, clock.today(), asks=asks)
    actions.stop_clock(found, facts, by=_clerk(found))


def _test(found: Application) -> None:
    facts = actions.StopInput(PauseReason.TESTING, "委托检测机构复测主要排放口（示例）", clock.today())
    actions.stop_clock(found, facts, by=_clerk(found))


def _resume(found: Application) -> None:
    for each in found.pauses:
        if each.last_day is None:
            actions.resume_clock(each, clock.today(), by=_clerk(found))


def _supplement(found: Application) -> None:
    remarks = [
        Remark(Section.LIMITS, "补充年许可排放量的核算过程和参数来源。"),
        Remark(Section.ATTACHMENTS, "补充上一周期执行情况说明。"),
    ]
    actions.ask_for_supplement(found, remarks, by=_clerk(found))


def _remark(found: Application) -> None:
    actions.comment_on(found, [Remark(Section.LIMITS, "限值与现行标准一致。")], by=_clerk(found))


def _review(found: Application) -> None:
    actions.finish_review(found, Opinion.GRANT, "材料齐全，限值符合现行标准，符合颁发条件（示例）。", by=_clerk(found))


def _grant(found: Application) -> None:
    actions.grant_application(found, by=_approver(found))


def _decline(found: Application) -> None:
    actions.decline_application(found, "所列变更不属于许可证载明的内容，不需要办理变更（示例）", by=_clerk(found))


def _withdraw(found: Application) -> None:
    actions.withdraw_application(
        found, "变更事项尚未登记，另行申请（示例）", by=people_of(found.enterprise_id, Mandate.SIGNER)[0]
    )


def _plant(player: Player, name: str) -> Site:
    old = player.site
    facts = registry.SiteInput(
        f"{player.enterprise.name}{name}",
        f"{old.address}{name}",
        old.area_id,
        old.office_id,
        old.longitude,
        old.latitude,
        old.control_unit,
        old.industry_code or "",
        Category.KEY,
    )
    return registry.add_site(player.enterprise, facts, by=player.clerk)


def _new_plant(world: World, key: str, name: str, *, refused: bool) -> None:
    """A second works asks for its first permit: disclosed, handed in, and refused or still examined."""
    player = world.player(key)
    if player is None or not speaks(player):
        return
    found = actions.begin_application(K.FIRST, _plant(player, name), by=player.preparer)
    _fill(player, found)
    version, source = found.permit_version, world.permits.get(key)
    if version is None or source is None:
        return
    outlets = [actions.OutletInput("DA001", "主烟囱", OutletKind.AIR_MAIN, "高 45 m")]
    actions.save_outlets(found, outlets, by=player.preparer)
    held = queries.permits.issued(source)[-1]
    model = next(each for each in held.outlets if each.limits)
    limits = [
        actions.LimitInput(
            "DA001",
            each.pollutant_code,
            each.pollutant_name,
            each.kind,
            each.value,
            each.unit,
            each.value_low,
            each.basis,
            each.source,
        )
        for each in model.limits
    ]
    actions.save_limits(found, limits, "按排放绩效法核算（示例）。", by=player.preparer)
    watched = [
        actions.MonitoringInput("DA001", each.pollutant_code, each.pollutant_name, "1次/季", "手工")
        for each in model.limits
        if each.kind.code == "concentration"
    ]
    actions.save_monitoring(found, watched, USUAL_PLAN, by=player.preparer)
    actions.disclose(found, by=player.preparer)
    world.on(world.after(clock.today(), 6), lambda: _signed(player, found))
    if refused:
        _go_on(world, found, [(7, _accept), (15, _against), (20, _refuse)])


def _against(found: Application) -> None:
    words = "选址位于禁止新增排污口的区域，不符合颁发条件（示例）。"
    actions.finish_review(found, Opinion.REFUSE, words, by=_clerk(found))


def _refuse(found: Application) -> None:
    actions.refuse_application(
        found, "选址位于禁止新增排污口的区域，不符合《排污许可管理条例》第十一条规定的条件（示例）", by=_approver(found)
    )


def _anew(world: World, key: str) -> None:
    """An application for more than the permit allows, disclosed since yesterday and still with the firm."""
    player, permit = world.player(key), world.permits.get(key)
    if player is None or not speaks(player) or permit is None or queries.permits.draft_of(permit) is not None:
        return
    found = actions.begin_application(K.REAPPLICATION, permit, by=player.preparer)
    actions.save_grounds(found, "扩建一条生产线，增加排放口（示例）", None, by=player.preparer)
    _fill(player, found)
    if found.category is Category.KEY:
        actions.disclose(found, by=player.preparer)


def _on_paper(world: World, *, served: bool) -> None:
    """A change brought to the window on paper, stopped for a test; the notice is handed over, or still to be."""
    for player in reversed(world.players):
        permit = world.permits.get(player.key)
        if permit is None or permit.category is not Category.SIMPLIFIED or permit.state is not PermitState.IN_FORCE:
            continue
        if queries.permits.draft_of(permit) is not None or player.key in (*RENEWING, *CANCELLING):
            continue
        if player.clerk is not world.people["permit"]:
            continue
        found = actions.begin_application(K.CHANGE, permit, by=player.clerk, keyed=True)
        firm = found.enterprise
        given = "建军" if firm.legal_representative.endswith("建国") else "建国"
        facts = actions.UnitInput(
            firm.name,
            f"{firm.legal_representative[:1]}{given}",
            firm.address,
            found.site_address,
            firm.contact_name or "王主任",
            firm.contact_phone or "0994-0000000",
            changed_on=clock.today() - timedelta(days=9),
        )
        actions.save_unit(found, facts, by=player.clerk)
        actions.save_grounds(found, REASONS[K.CHANGE], None, by=player.clerk)
        actions.commit_to(found, True, by=player.clerk)
        actions.attach_file(found, scan("application"), "纸质申请书扫描件", by=player.clerk, name="申请书.pdf")
        actions.key_in_application(found, clock.today(), by=player.clerk)
        steps = [(1, _accept), (2, _test)]
        _go_on(world, found, [*steps, (3, _hand_over)] if served else steps)
        return


def _hand_over(found: Application) -> None:
    """The notice of the stop is handed to the applicant at the window."""
    for each in queries.applications.documents_of(found):
        if each.kind is DocumentKind.PERMIT_CLOCK_STOP:
            documents.serve(
                each,
                mode=ServiceMode.DIRECT,
                recipient=found.contact_name,
                place="行政审批窗口（示例）",
                served_on=clock.today(),
                by=_clerk(found),
            )


def _waits_for_signer(world: World, key: str) -> None:
    """A replacement that the preparer has sent and the signer has not signed."""
    player, permit = world.player(key), world.permits.get(key)
    if player is None or not speaks(player) or permit is None:
        return
    found = actions.begin_application(K.REPLACEMENT, permit, by=player.preparer)
    actions.save_grounds(found, "副本污损，申请补领（示例）", None, by=player.preparer)
    actions.commit_to(found, True, by=player.preparer)
    actions.send_application(found, by=player.preparer)

"""The firms come into the register, with their people, their place on the lists, and what became of some of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from sqlalchemy import select

from accounts.audit import record
from accounts.models import Area, Office, User
from accounts.roles import Role
from app.demo import pictures
from app.demo.firms import Firm
from app.demo.people import Entrance, person_name
from app.demo.world import Player
from core import clock, search
from core.db import db
from permits import actions as permits
from permits.models import Permit, PermitState
from registry import actions
from registry.actions import EnterpriseInput, SiteInput
from registry.models import Category, Enterprise, IdKind, ListKind, Mandate, Site

if TYPE_CHECKING:
    from app.demo.world import World

AGENT_FOR = "阜康甘泉"
"""The second firm for which the demo's preparer fills in reports, as an agent."""

REGISTERS_ONLINE = "昌吉山河"
"""The one registered firm that has accounts: it files the changes of its registration itself."""

CLERKS = {"XPCC-06": "liushi_permit", "XPCC-08": "bashi_permit", "XPCC-12": "shiershi_permit"}

OLD_NAMES = {
    "阜康云锦": "阜康市云锦印刷厂（示例）",
    "昌吉科泰": "昌吉科泰塑胶有限公司（示例）",
    "玛纳斯雪莲绒": "玛纳斯县第二棉纺厂（示例）",
    "准东新固": "新疆新固废物处置有限公司（示例）",
    "奇台驼铃": "奇台县驼铃屠宰场（示例）",
}
"""What some firms were called when they came into the register."""

FATES: dict[str, list[tuple[str, int]]] = {
    "阜康松涛": [("close", 300)],
    "奇台北山": [("close", 148)],
    "玛纳斯石灰窑": [("close", 92)],
    "昌吉鑫铭": [("close", 22)],
    "呼图壁腾达": [("suspend", 210)],
    "阜康赤岩": [("suspend", 95)],
    "准东戈原": [("suspend", 61)],
    "吉木萨尔三台": [("suspend", 44)],
    "昌吉筑基": [("suspend", 17)],
    "木垒西吉尔": [("suspend", 12)],
    "奇台沙枣": [("suspend", 402), ("reopen", 331)],
    "呼图壁远丰": [("second site", 420)],
    "昌吉彩翎": [("merge", 240)],
}
"""What becomes of some firms, and how many days ago."""

CRITERIA: dict[ListKind, tuple[str, str]] = {
    ListKind.AIR: ("大气污染物排放量列入筛选范围", "环境监管重点单位名录管理办法（部令第27号）第五条，未核对"),
    ListKind.WATER: ("水污染物排放量列入筛选范围", "环境监管重点单位名录管理办法（部令第27号）第六条，未核对"),
    ListKind.SOIL: ("土壤污染重点监管行业，有毒有害物质排放", "环境监管重点单位名录管理办法（部令第27号），未核对"),
    ListKind.RISK: ("突发环境事件风险等级较大以上", "环境监管重点单位名录管理办法（部令第27号），未核对"),
    ListKind.GROUNDWATER: ("危险废物处置场、固体废物贮存场", "环境监管重点单位名录管理办法（部令第27号），未核对"),
    ListKind.HEAVY_METAL: ("涉重金属重点行业", "自治区涉重金属企业清单（示例），未核对"),
    ListKind.EMERGENCY: ("重污染天气应急减排清单", "昌吉州重污染天气应急预案（示例），未核对"),
}


def register(firms: list[Firm], entrance: Entrance) -> list[Player]:
    """Register every firm with its site and the two people who speak for it."""
    dice = Random(4)  # noqa: S311 - fiction
    areas = {area.code: area for area in db.session.scalars(select(Area))}
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    officers: dict[str, list[User]] = {}
    for person in entrance.made.values():
        if person.office and Role.OFFICER in person.roles:
            officers.setdefault(person.office.code, []).append(person)
    players = []
    for number, firm in enumerate(firms):
        clerk = entrance.made[CLERKS.get(firm.place.office, "permit")]
        first, second = officers[firm.place.office][:2]
        leads = (first, second) if number % 3 else (second, first)
        enterprise = _enterprise(firm, number, areas[firm.area], offices[firm.place.office], dice, clerk)
        preparer, signer = _people(firm, number, enterprise, entrance, clerk)
        players.append(Player(firm, enterprise, enterprise.sites[0], preparer, signer, leads, clerk))
    db.session.commit()
    return players


def _enterprise(firm: Firm, number: int, area: Area, office: Office, dice: Random, clerk: User) -> Enterprise:
    head, contact = person_name(dice), person_name(dice)
    if number == 0:
        head, contact = "孙志远", "何静"
    facts = EnterpriseInput(
        credit_code=firm.code,
        id_kind=IdKind.USCC,
        name=OLD_NAMES.get(firm.key, firm.name),
        legal_representative=head,
        contact_name=contact,
        contact_phone=f"{firm.place.telephone}{dice.randint(10000, 99999)}",
        address=firm.address,
        industry_code=firm.trade.industry,
        scale=firm.trade.scale,
        category=firm.trade.category,
        area_id=area.id,
        office_id=office.id,
        remark="",
    )
    enterprise = actions.register_enterprise(facts, by=clerk)
    site = SiteInput(
        name=firm.name.removesuffix("（示例）") + "厂区（示例）" if firm.trade.form else firm.name,
        address=firm.address,
        area_id=area.id,
        office_id=office.id,
        longitude=Decimal(str(firm.longitude)),
        latitude=Decimal(str(firm.latitude)),
        control_unit=f"示例-{firm.area[-2:]}-{number % 6 + 1:02d}",
        industry_code=firm.trade.industry,
        category=firm.trade.category,
    )
    enterprise.is_demo, enterprise.source = True, "示例"
    actions.change_site(
        db.session.scalars(select(Site).where(Site.enterprise_id == enterprise.id)).one(), site, by=clerk
    )
    return enterprise


def _people(firm: Firm, number: int, enterprise: Enterprise, entrance: Entrance, clerk: User) -> tuple[User, User]:
    """Who fills in and who signs, each with a letter; firms that only register name nobody, but for one."""
    made = entrance.made
    if firm.trade.category is Category.REGISTRATION and firm.key != REGISTERS_ONLINE:
        return made["preparer"], made["signer"]
    stem = search.initials(firm.key).lower()
    stem = f"{stem}{number}" if f"{stem}-qf" in made else stem
    preparer, signer = made["preparer"], made["signer"]
    if number and firm.key != AGENT_FOR:
        preparer = entrance.admit(f"{stem}-tb", enterprise.contact_name, None, Role.PREPARER)
    if number:
        signer = entrance.admit(f"{stem}-qf", enterprise.legal_representative, None, Role.SIGNER)
    record(enterprise, "demo:people", f"{firm.name}的填报人和签发人（示例账户）", by=clerk)
    for person, mandate in ((preparer, Mandate.PREPARER), (signer, Mandate.SIGNER)):
        letter = pictures.scan(f"letter {number} {mandate.code}")
        actions.add_representative(enterprise, person.username, mandate, clock.today(), None, letter, by=clerk)
    return preparer, signer


def plan(world: World) -> None:
    """Put the lists of each year, and what became of some firms, on their days."""
    springs = [date(year, 3, 20) for year in range(world.start.year, world.today.year + 1)]
    for number, day in enumerate(day for day in springs if day >= world.start):
        world.on(day, _lists(world, number))
    for key, days in (("阜康松涛", 300), ("奇台北山", 148), ("玛纳斯石灰窑", 92), ("昌吉鑫铭", 33)):
        _at(world, key, days, _close)
    stopped = (
        ("呼图壁腾达", 210),
        ("阜康赤岩", 95),
        ("准东戈原", 61),
        ("吉木萨尔三台", 44),
        ("昌吉筑基", 17),
        ("木垒西吉尔", 12),
    )
    for key, days in (*stopped, ("奇台沙枣", 402)):
        _at(world, key, days, _suspend)
    _at(world, "奇台沙枣", 331, _reopen)
    for key, days in (("阜康云锦", 500), ("昌吉科泰", 377), ("玛纳斯雪莲绒", 266), ("准东新固", 118), ("奇台驼铃", 51)):
        _at(world, key, days, _rename)
    _at(world, "呼图壁远丰", 420, _second_site)
    _at(world, "昌吉彩翎", 240, _merge)


def _at(world: World, key: str, days_ago: int, what: Callable[[World, Player], None]) -> None:
    player = world.player(key)
    if player:
        world.on(world.today - timedelta(days=days_ago), lambda: what(world, player))


def _lists(world: World, number: int) -> Callable[[], None]:
    def act() -> None:
        year = clock.today().year
        if number:
            for clerk in {player.clerk.id: player.clerk for player in world.players}.values():
                actions.copy_lists(year, by=clerk)
            return
        for player in world.players:
            for kind in player.firm.trade.lists:
                criterion, basis = CRITERIA[kind]
                actions.add_to_list(player.enterprise, kind, year, criterion, basis, clock.today(), by=player.clerk)

    return act


def _close(world: World, player: Player) -> None:
    actions.close_enterprise(
        player.enterprise, "企业注销营业执照，生产设施已拆除（示例）", clock.today(), by=player.clerk
    )
    if player.enterprise.permit_no:
        permit = db.session.scalars(select(Permit).where(Permit.enterprise_id == player.enterprise.id)).first()
        if permit and permit.state is PermitState.IN_FORCE:
            permits.end_permit(permit, "cancel", clock.today(), "企业终止生产，生产设施已拆除（示例）", by=player.clerk)


def _suspend(world: World, player: Player) -> None:
    seasonal = player.firm.trade.word in ("商品混凝土", "新型建材")
    reason = "冬季停产，预计次年三月恢复（示例）" if seasonal else "市场原因停产，设施保温（示例）"
    actions.suspend_enterprise(player.enterprise, reason, clock.today(), by=player.officers[0])


def _reopen(world: World, player: Player) -> None:
    actions.reopen_enterprise(player.enterprise, "新榨季开机（示例）", clock.today(), by=player.officers[0])


def _rename(world: World, player: Player) -> None:
    facts = replace(_facts(player.enterprise), name=player.firm.name, renamed_on=clock.today())
    actions.change_enterprise(player.enterprise, facts, by=player.clerk)


def _facts(firm: Enterprise) -> EnterpriseInput:
    return EnterpriseInput(
        credit_code=firm.credit_code,
        id_kind=firm.id_kind,
        name=firm.name,
        legal_representative=firm.legal_representative,
        contact_name=firm.contact_name,
        contact_phone=firm.contact_phone,
        address=firm.address,
        industry_code=firm.industry_code or "",
        scale=firm.scale,
        category=firm.category,
        area_id=firm.area_id,
        office_id=firm.office_id,
        remark=firm.remark,
    )


def _second_site(world: World, player: Player) -> None:
    site = player.site
    facts = SiteInput(
        name="呼图壁远丰氯碱有限公司盐矿分厂（示例）",
        address="呼图壁县雀尔沟镇 6 号",
        area_id=site.area_id,
        office_id=site.office_id,
        longitude=Decimal("86.512300"),
        latitude=Decimal("43.912400"),
        control_unit=site.control_unit,
        industry_code=site.industry_code or "",
        category=Category.REGISTRATION,
    )
    actions.add_site(player.enterprise, facts, by=player.clerk)


def _merge(world: World, player: Player) -> None:
    """A print shop was entered twice, once under its old trade licence."""
    twin = replace(
        _facts(player.enterprise),
        credit_code="旧照-652301100023",
        id_kind=IdKind.OTHER,
        name="昌吉彩翎印刷厂（示例）",
        remark="",
    )
    gone = actions.register_enterprise(twin, by=player.clerk)
    gone.is_demo = True
    actions.merge(player.enterprise, gone, {}, by=world.people["approver"])


ACTS: dict[str, Callable[[World, Player], None]] = {
    "close": _close,
    "suspend": _suspend,
    "reopen": _reopen,
    "second site": _second_site,
    "merge": _merge,
}

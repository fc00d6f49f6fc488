"""Registering and changing enterprises and their sites."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import delete, insert, select

from accounts.audit import record, take
from accounts.models import User
from core import clock, search
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from registry import codes
from registry.models import Category, Enterprise, FormerName, IdKind, Industry, NameGram, Scale, Site
from registry.queries import offices_under
from registry.workflow import ENTERPRISE

LONGITUDES, LATITUDES = (Decimal("85.0"), Decimal("91.6")), (Decimal("43.3"), Decimal("46.0"))
"""The box in which the prefecture lies, to catch exchanged or mistyped coordinates (LIBRARIES §5, from memory: 未核对)."""

ON_FACTS: list[Callable[[Enterprise, User], None]] = []
"""What other rooms do, in the same transaction, when name, representative or address of a firm or site may be others."""

STRICTEST = (Category.KEY, Category.SIMPLIFIED, Category.REGISTRATION, Category.NONE)


@dataclass(frozen=True)
class EnterpriseInput:
    """What is written down about an enterprise."""

    credit_code: str
    id_kind: IdKind
    name: str
    legal_representative: str
    contact_name: str
    contact_phone: str
    address: str
    industry_code: str
    scale: Scale | None
    category: Category
    area_id: int
    office_id: int
    remark: str
    renamed_on: date | None = None


@dataclass(frozen=True)
class SiteInput:
    """What is written down about a site."""

    name: str
    address: str
    area_id: int
    office_id: int
    longitude: Decimal | None
    latitude: Decimal | None
    control_unit: str
    industry_code: str
    category: Category


def _refusals(facts: EnterpriseInput, by: User) -> list[Missing]:
    missing: list[Missing] = []
    if facts.id_kind is IdKind.USCC and (problem := codes.uscc_problem(facts.credit_code)):
        missing.append(Missing(codes.uscc_sentence(problem, facts.credit_code), "credit_code"))
    if not facts.credit_code:
        missing.append(Missing(said("请填写证号。"), "credit_code"))
    if facts.industry_code and db.session.get(Industry, facts.industry_code) is None:
        missing.append(Missing(said("没有这个行业代码（GB/T 4754-2017）。"), "industry_code"))
    missing += _not_under(facts.office_id, by)
    return missing


def _not_under(office_id: int, by: User) -> list[Missing]:
    """Nobody registers what another office supervises."""
    if by.is_system or (by.office is not None and office_id in offices_under(by.office)):
        return []
    return [Missing(said("监管机关不在您的管辖范围内。"), "office_id")]


def register_enterprise(facts: EnterpriseInput, *, by: User) -> Enterprise:
    """Register an enterprise with its first site."""
    missing = _refusals(facts, by)
    if db.session.scalar(select(Enterprise.id).where(Enterprise.credit_code == facts.credit_code)):
        missing.append(Missing(said("这个代码已经登记过，请从查重结果进入。"), "credit_code"))
    if missing:
        raise NotAllowed(missing)
    now = clock.now()
    enterprise = Enterprise(
        credit_code=facts.credit_code,
        id_kind=facts.id_kind,
        name=facts.name,
        legal_representative=facts.legal_representative,
        contact_name=facts.contact_name,
        contact_phone=facts.contact_phone,
        address=facts.address,
        industry_code=facts.industry_code or None,
        scale=facts.scale,
        category=facts.category,
        area_id=facts.area_id,
        office_id=facts.office_id,
        remark=facts.remark,
        source="登记",
        registered_at=now,
        updated_at=now,
    )
    db.session.add(enterprise)
    db.session.flush()
    site = Site(
        enterprise_id=enterprise.id,
        name=facts.name,
        area_id=facts.area_id,
        office_id=facts.office_id,
        address=facts.address,
        industry_code=facts.industry_code or None,
        category=facts.category,
    )
    db.session.add(site)
    index(enterprise)
    record(enterprise, "registry:enterprise:register", f"登记企业 {facts.name}", by=by)
    return enterprise


def change_enterprise(enterprise: Enterprise, facts: EnterpriseInput, *, by: User) -> None:
    """Change what is written down; a new name keeps the old one with the period in which it was borne."""
    missing = _refusals(facts, by)
    twin = select(Enterprise.id).where(Enterprise.credit_code == facts.credit_code, Enterprise.id != enterprise.id)
    if db.session.scalar(twin):
        missing.append(Missing(said("另一家企业已用这个代码；同一家企业请合并。"), "credit_code"))
    single = len(enterprise.sites) == 1
    if not single and facts.category is not enterprise.category:
        missing.append(Missing(said("这家企业有几个场所，管理类别取最严的，请在场所页修改。"), "category"))
    renamed_on = facts.renamed_on or clock.today()
    since = max((each.valid_to + timedelta(days=1) for each in enterprise.names), default=None)
    if facts.name != enterprise.name and renamed_on > clock.today():
        missing.append(Missing(said("更名日期不能晚于今天。"), "renamed_on"))
    if facts.name != enterprise.name and since is not None and renamed_on <= since:
        missing.append(Missing(said("现在的名称从 %(since)s 起使用，更名日期应在其后。", since=since), "renamed_on"))
    if missing:
        raise NotAllowed(missing)
    if facts.name != enterprise.name:
        enterprise.names.append(
            FormerName(name=enterprise.name, valid_from=since, valid_to=renamed_on - timedelta(days=1))
        )
    enterprise.credit_code, enterprise.id_kind, enterprise.name = facts.credit_code, facts.id_kind, facts.name
    enterprise.legal_representative, enterprise.contact_name = facts.legal_representative, facts.contact_name
    enterprise.contact_phone, enterprise.address = facts.contact_phone, facts.address
    enterprise.industry_code, enterprise.scale = facts.industry_code or None, facts.scale
    enterprise.remark = facts.remark
    main = _main_site(enterprise)
    main.area_id, main.office_id = enterprise.area_id, enterprise.office_id = facts.area_id, facts.office_id
    if single:
        main.category = facts.category
    follow_main_site(enterprise)
    index(enterprise)
    record(enterprise, "registry:enterprise:change", f"修改企业 {facts.name}", by=by)
    _tell_facts(enterprise, by)


def _tell_facts(enterprise: Enterprise, by: User) -> None:
    for told in ON_FACTS:
        told(enterprise, by)


def restate_enterprise(
    enterprise: Enterprise, *, name: str, legal_representative: str, address: str, since: date, by: User
) -> None:
    """Take over name, legal representative and address from a decision about them; the old name keeps its period."""
    borne = max((each.valid_to + timedelta(days=1) for each in enterprise.names), default=None)
    if name != enterprise.name:
        renamed_on = min(since, clock.today())
        if borne is not None and renamed_on <= borne:
            renamed_on = clock.today()
        enterprise.names.append(
            FormerName(name=enterprise.name, valid_from=borne, valid_to=renamed_on - timedelta(days=1))
        )
        enterprise.name = name
    enterprise.legal_representative, enterprise.address = legal_representative, address
    enterprise.updated_at = clock.now()
    index(enterprise)
    record(enterprise, "registry:enterprise:change", f"按许可变更修改企业 {name}", by=by)
    _tell_facts(enterprise, by)


def index(enterprise: Enterprise) -> None:
    """Make an enterprise findable by its names and initials."""
    former = [each.name for each in enterprise.names]
    enterprise.search_key = search.search_key(enterprise.name, *former)
    db.session.flush()
    names = [enterprise.name, *former]
    grams = search.grams(*names, *(search.initials(name) for name in names))
    db.session.execute(delete(NameGram).where(NameGram.enterprise_id == enterprise.id))
    db.session.execute(insert(NameGram), [{"gram": gram, "enterprise_id": enterprise.id} for gram in sorted(grams)])


def _set_status(enterprise: Enterprise, verb: str, reason: str, since: date, by: User) -> None:
    if since > clock.today():
        raise NotAllowed([Missing(said("日期不能晚于今天。"), "since")])
    enterprise.status_reason, enterprise.status_since, enterprise.updated_at = reason, since, clock.now()
    take(ENTERPRISE, verb, enterprise, by=by, note=reason)


def suspend_enterprise(enterprise: Enterprise, reason: str, since: date, *, by: User) -> None:
    """Note that an enterprise stopped for a time."""
    _set_status(enterprise, "suspend", reason, since, by)


def close_enterprise(enterprise: Enterprise, reason: str, since: date, *, by: User) -> None:
    """Note that an enterprise closed for good; what is on record stays."""
    _set_status(enterprise, "close", reason, since, by)


def reopen_enterprise(enterprise: Enterprise, reason: str, since: date, *, by: User) -> None:
    """Note that an enterprise runs again."""
    _set_status(enterprise, "reopen", reason, since, by)


def _site_refusals(facts: SiteInput, by: User) -> list[Missing]:
    missing = _not_under(facts.office_id, by)
    if (facts.longitude is None) != (facts.latitude is None):
        missing.append(Missing(said("经度和纬度要么都填，要么都不填。"), "latitude"))
    elif facts.longitude is not None and facts.latitude is not None:
        if LATITUDES[0] <= facts.longitude <= LATITUDES[1] and LONGITUDES[0] <= facts.latitude <= LONGITUDES[1]:
            missing.append(Missing(said("经度和纬度填反了。"), "longitude"))
        elif not LONGITUDES[0] <= facts.longitude <= LONGITUDES[1]:
            missing.append(
                Missing(
                    said(
                        "经度应在 %(longitudes)s 到 %(longitudes2)s 之间。",
                        longitudes=LONGITUDES[0],
                        longitudes2=LONGITUDES[1],
                    ),
                    "longitude",
                )
            )
        elif not LATITUDES[0] <= facts.latitude <= LATITUDES[1]:
            missing.append(
                Missing(
                    said(
                        "纬度应在 %(latitudes)s 到 %(latitudes2)s 之间。",
                        latitudes=LATITUDES[0],
                        latitudes2=LATITUDES[1],
                    ),
                    "latitude",
                )
            )
    if facts.industry_code and db.session.get(Industry, facts.industry_code) is None:
        missing.append(Missing(said("没有这个行业代码（GB/T 4754-2017）。"), "industry_code"))
    return missing


def add_site(enterprise: Enterprise, facts: SiteInput, *, by: User) -> Site:
    """Add a site: each has its own permit and may have its own supervising office."""
    if missing := _site_refusals(facts, by):
        raise NotAllowed(missing)
    site = Site(enterprise_id=enterprise.id)
    _write_site(site, facts)
    db.session.add(site)
    db.session.flush()
    follow_main_site(enterprise)
    record(site, "registry:site:add", f"新增场所 {facts.name}", by=by)
    return site


def change_site(site: Site, facts: SiteInput, *, by: User) -> None:
    """Change a site; a new supervising office sees it, and the old one no longer does, with the next request."""
    if missing := _site_refusals(facts, by):
        raise NotAllowed(missing)
    _write_site(site, facts)
    follow_main_site(site.enterprise)
    record(site, "registry:site:change", f"修改场所 {facts.name}", by=by)
    _tell_facts(site.enterprise, by)


def _write_site(site: Site, facts: SiteInput) -> None:
    site.name, site.address, site.control_unit = facts.name, facts.address, facts.control_unit
    site.area_id, site.office_id = facts.area_id, facts.office_id
    site.longitude, site.latitude = facts.longitude, facts.latitude
    site.industry_code, site.category = facts.industry_code or None, facts.category


def close_site(site: Site, on: date, *, by: User) -> None:
    """Note that a site is no longer worked."""
    if on > clock.today():
        raise NotAllowed([Missing(said("日期不能晚于今天。"), "on")])
    if site.closed_on is not None:
        raise NotAllowed([said("该场所已于 %(closed_on)s 关闭。", closed_on=site.closed_on)])
    site.closed_on = on
    follow_main_site(site.enterprise)
    record(site, "registry:site:close", f"关闭场所 {site.name}", by=by)


def _open_sites(enterprise: Enterprise) -> list[Site]:
    """The sites still worked, or all when none is."""
    return [site for site in enterprise.sites if site.closed_on is None] or enterprise.sites


def _main_site(enterprise: Enterprise) -> Site:
    """The first site worked where the enterprise is registered; when none is left there, the first that is worked."""
    open_ = _open_sites(enterprise)
    here = (enterprise.area_id, enterprise.office_id)
    return next((site for site in open_ if (site.area_id, site.office_id) == here), open_[0])


def follow_main_site(enterprise: Enterprise) -> None:
    """Area and office of the list are those of the main site; the category is the strictest of all still worked."""
    db.session.flush()
    db.session.refresh(enterprise, ["sites"])
    main = _main_site(enterprise)
    enterprise.area_id, enterprise.office_id = main.area_id, main.office_id
    enterprise.category = min((site.category for site in _open_sites(enterprise)), key=STRICTEST.index)
    enterprise.updated_at = clock.now()


def reveal_contact(enterprise: Enterprise, *, by: User) -> None:
    """Note that somebody looked at the contact's telephone: personal data is masked until it is needed."""
    record(enterprise, "registry:contact:reveal", f"查看联系方式：{enterprise.name}", by=by)

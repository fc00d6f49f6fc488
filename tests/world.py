"""A small world that every test may use: two county branches, the bureau, two firms, and one person of each role."""

from datetime import date
from typing import Any

from sqlalchemy import select

from accounts.models import Area, Office, User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db
from core.search import grams, initials, search_key
from registry.models import Category, Enterprise, Mandate, NameGram, Representative, Site

PASSWORD = "Tianshan-2026-xue"
TODAY = date(2026, 11, 23)
"""The day on which every test happens, unless it says otherwise."""

PEOPLE: list[tuple[str, str, str | None, Role]] = [
    ("officer", "王晓岚", "CJ-652302", Role.OFFICER),
    ("officer2", "马建军", "CJ-652302", Role.OFFICER),
    ("far_officer", "赵远山", "CJ-652301", Role.OFFICER),
    ("far_officer2", "钱远水", "CJ-652301", Role.OFFICER),
    ("reviewer", "周明法", "CJ", Role.REVIEWER),
    ("approver", "吴正", "CJ", Role.APPROVER),
    ("county_approver", "郑县", "CJ-652302", Role.APPROVER),
    ("permit", "李许可", "CJ", Role.PERMIT_CLERK),
    ("credit", "孙信", "CJ", Role.CREDIT_CLERK),
    ("preparer", "何静", None, Role.PREPARER),
    ("signer", "孙志远", None, Role.SIGNER),
    ("far_preparer", "冯远", None, Role.PREPARER),
    ("far_signer", "陈远", None, Role.SIGNER),
    ("sysadmin", "系统员", None, Role.SYSTEM_ADMIN),
    ("secadmin", "安全员", None, Role.SECURITY_ADMIN),
    ("auditor", "审计员", None, Role.AUDITOR),
]

FIRMS = [
    ("91652302MA700107XC", "阜康晨岭焦化有限公司（示例）", "652302", "CJ-652302", "2521", ("preparer", "signer")),
    (
        "91652301MA7001002C",
        "昌吉远河水泥有限公司（示例）",
        "652301",
        "CJ-652301",
        "3011",
        ("far_preparer", "far_signer"),
    ),
]


def build(password_hash: str) -> None:
    """Put the world into an empty database that has its reference data; all in the open session, not committed."""
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    areas = {area.code: area for area in db.session.scalars(select(Area))}
    people: dict[str, User] = {}
    for number, (username, name, office, role) in enumerate(PEOPLE):
        person = User(
            username=username,
            name=name,
            office=offices[office] if office else None,
            password_hash=password_hash,
            certificate_number=f"示例-{23010000 + number}" if role is Role.OFFICER else "",
            certificate_until=date(2028, 12, 31) if role is Role.OFFICER else None,
        )
        person.grants.append(UserRole(role=role, granted_at=clock.now()))
        people[username] = person
        db.session.add(person)
    db.session.flush()
    for code, name, area, office, industry, spokesmen in FIRMS:
        firm = enterprise(code, name, areas[area], offices[office], industry)
        for username, mandate in zip(spokesmen, (Mandate.PREPARER, Mandate.SIGNER), strict=True):
            db.session.add(
                Representative(
                    enterprise_id=firm.id, user_id=people[username].id, mandate=mandate, since=date(2025, 1, 1)
                )
            )
    db.session.flush()


def enterprise(code: str, name: str, area: Area, office: Office, industry: str, **more: Any) -> Enterprise:
    """A firm with one site, findable by name."""
    firm = Enterprise(
        credit_code=code,
        name=name,
        search_key=search_key(name),
        legal_representative="孙志远",
        contact_name="何静",
        contact_phone="13900000000",
        address=f"{area.name}示例路 8 号",
        industry_code=industry,
        category=Category.KEY,
        area=area,
        office=office,
        registered_at=clock.now(),
        updated_at=clock.now(),
        **more,
    )
    db.session.add(firm)
    db.session.flush()
    db.session.add(
        Site(
            enterprise_id=firm.id,
            name=name,
            area=area,
            office=office,
            address=firm.address,
            industry_code=industry,
            category=Category.KEY,
        )
    )
    for gram in grams(name, initials(name)):
        db.session.add(NameGram(gram=gram, enterprise_id=firm.id))
    db.session.flush()
    return firm

"""Enterprises and sites for tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from accounts.models import Area, Office, User
from core.db import db
from registry import actions
from registry.codes import check_digit
from registry.models import Category, Enterprise, IdKind, Site


def code(serial: int) -> str:
    """A unified social credit code of 阜康 with a right check digit."""
    first = f"91652302MA7{serial:06d}"
    return first + check_digit(first)


def office(office_code: str) -> Office:
    """An office by its code."""
    return db.session.scalars(select(Office).where(Office.code == office_code)).one()


def area(area_code: str) -> Area:
    """An area by its code."""
    return db.session.scalars(select(Area).where(Area.code == area_code)).one()


def person(username: str) -> User:
    """Somebody of the small world."""
    return db.session.scalars(select(User).where(User.username == username)).one()


def facts(serial: int = 1, **more: Any) -> actions.EnterpriseInput:
    """What is written down about an enterprise in 阜康."""
    values: dict[str, Any] = {
        "credit_code": code(serial),
        "id_kind": IdKind.USCC,
        "name": f"阜康试验化工{serial}厂（示例）",
        "legal_representative": "李某",
        "contact_name": "张某",
        "contact_phone": "13911112222",
        "address": "阜康市示例路 1 号",
        "industry_code": "2614",
        "scale": None,
        "category": Category.SIMPLIFIED,
        "area_id": area("652302").id,
        "office_id": office("CJ-652302").id,
        "remark": "",
    }
    return actions.EnterpriseInput(**{**values, **more})


def firm(serial: int = 1, by: str = "officer", **more: Any) -> Enterprise:
    """A registered enterprise."""
    made = actions.register_enterprise(facts(serial, **more), by=person(by))
    db.session.commit()
    return made


def site_facts(**more: Any) -> actions.SiteInput:
    """What is written down about a second site in 阜康."""
    values: dict[str, Any] = {
        "name": "二厂区",
        "address": "阜康市示例路 2 号",
        "area_id": area("652302").id,
        "office_id": office("CJ-652302").id,
        "longitude": Decimal("87.98"),
        "latitude": Decimal("44.16"),
        "control_unit": "",
        "industry_code": "",
        "category": Category.KEY,
    }
    return actions.SiteInput(**{**values, **more})


def site(of: Enterprise, by: str = "permit", **more: Any) -> Site:
    """A further site of an enterprise."""
    made = actions.add_site(of, site_facts(**more), by=person(by))
    db.session.commit()
    return made


def placed(serial: int, office_code: str, area_code: str) -> Enterprise:
    """An enterprise under any office, as the system registers it."""
    system = db.session.scalars(select(User).where(User.is_system)).one()
    made = actions.register_enterprise(
        facts(serial, office_id=office(office_code).id, area_id=area(area_code).id), by=system
    )
    db.session.commit()
    return made


DAY = date(2026, 11, 23)

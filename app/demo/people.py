"""The demo accounts: one for each role, refused outside the demo."""

from datetime import date

from sqlalchemy import select

from accounts import passwords
from accounts.models import Office, User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db

PASSWORD = "Tianshan-2026"  # noqa: S105 - printed in the README, refused in production
CERTIFICATE_UNTIL = date(2029, 12, 31)

ACCOUNTS: list[tuple[str, str, str | None, Role]] = [
    ("officer", "王晓岚", "CJ-652302", Role.OFFICER),
    ("officer2", "马建军", "CJ-652302", Role.OFFICER),
    ("reviewer", "周明法", "CJ", Role.REVIEWER),
    ("approver", "吴正安", "CJ", Role.APPROVER),
    ("permit", "李文许", "CJ", Role.PERMIT_CLERK),
    ("credit", "孙信和", "CJ", Role.CREDIT_CLERK),
    ("preparer", "何静", None, Role.PREPARER),
    ("signer", "孙志远", None, Role.SIGNER),
    ("sysadmin", "陈系统", None, Role.SYSTEM_ADMIN),
    ("secadmin", "郑安全", None, Role.SECURITY_ADMIN),
    ("auditor", "冯审计", None, Role.AUDITOR),
]

COUNTY_OFFICERS = {
    "CJ-652301": ("changji", "赵远山", "钱江水"),
    "CJ-652323": ("hutubi", "韩立冬", "杨春雨"),
    "CJ-652324": ("manas", "朱秋实", "秦岭南"),
    "CJ-652325": ("qitai", "尤建疆", "许戈壁"),
    "CJ-652327": ("jimsar", "何绿洲", "吕北庭"),
    "CJ-652328": ("mulei", "施天牧", "张胡杨"),
    "CJ-ZD": ("zhundong", "孔五彩", "曹火烧"),
    "CJ-GX": ("gaoxin", "严高新", "华园区"),
}


def make() -> dict[str, User]:
    """Make the accounts and two officers for every other county and zone."""
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    rows = list(ACCOUNTS)
    for code, (name, first, second) in COUNTY_OFFICERS.items():
        rows += [(f"{name}1", first, code, Role.OFFICER), (f"{name}2", second, code, Role.OFFICER)]
    made: dict[str, User] = {}
    kept = passwords.hashed(PASSWORD)
    for number, (username, name, office, role) in enumerate(rows, 1):
        person = User(
            username=username,
            name=name,
            office=offices[office] if office else None,
            password_hash=kept,
            password_changed_at=clock.now(),
            certificate_number=f"示例-{65230000 + number}" if role is Role.OFFICER else "",
            certificate_until=CERTIFICATE_UNTIL if role is Role.OFFICER else None,
            is_demo=True,
        )
        person.grants.append(UserRole(role=role, granted_at=clock.now()))
        db.session.add(person)
        made[username] = person
    db.session.flush()
    return made


def accounts_text() -> str:
    """The accounts as the command prints them."""
    lines = [f"示例账户（密码都是 {PASSWORD}，正式环境拒绝登录）："]
    lines += [f"  {username:10} {name}　{role.label}" for username, name, _office, role in ACCOUNTS]
    return "\n".join(lines)

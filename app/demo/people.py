"""The demo accounts: one for each role, two officers for each office, two people for each firm; refused in production."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from accounts import passwords
from accounts.models import Office, User, UserRole
from accounts.roles import Role
from core import clock
from core.db import db

PASSWORD = "Tianshan-2026"  # noqa: S105 - printed in the README, refused in production

ACCOUNTS: list[tuple[str, str, str | None, Role]] = [
    ("officer", "王晓岚", "CJ-652302", Role.OFFICER),
    ("officer2", "马建军", "CJ-652302", Role.OFFICER),
    ("reviewer", "周敏", "CJ", Role.REVIEWER),
    ("approver", "吴正平", "CJ", Role.APPROVER),
    ("permit", "李文娟", "CJ", Role.PERMIT_CLERK),
    ("credit", "孙晓莉", "CJ", Role.CREDIT_CLERK),
    ("preparer", "何静", None, Role.PREPARER),
    ("signer", "孙志远", None, Role.SIGNER),
    ("sysadmin", "陈浩", None, Role.SYSTEM_ADMIN),
    ("secadmin", "郑雪梅", None, Role.SECURITY_ADMIN),
    ("auditor", "冯建平", None, Role.AUDITOR),
]

COLLEAGUES: list[tuple[str, str, str, Role]] = [
    ("permit2", "田玉梅", "CJ", Role.PERMIT_CLERK),
    ("changji1", "赵远山", "CJ-652301", Role.OFFICER),
    ("changji2", "古丽娜尔·艾山", "CJ-652301", Role.OFFICER),
    ("hutubi1", "韩立冬", "CJ-652323", Role.OFFICER),
    ("hutubi2", "杨春雨", "CJ-652323", Role.OFFICER),
    ("manas1", "朱建华", "CJ-652324", Role.OFFICER),
    ("manas2", "秦玉兰", "CJ-652324", Role.OFFICER),
    ("qitai1", "尤国强", "CJ-652325", Role.OFFICER),
    ("qitai2", "许文燕", "CJ-652325", Role.OFFICER),
    ("jimsar1", "吕志刚", "CJ-652327", Role.OFFICER),
    ("jimsar2", "沙小梅", "CJ-652327", Role.OFFICER),
    ("mulei1", "叶尔兰·哈力克", "CJ-652328", Role.OFFICER),
    ("mulei2", "张海峰", "CJ-652328", Role.OFFICER),
    ("zhundong1", "孔德明", "CJ-ZD", Role.OFFICER),
    ("zhundong2", "曹丽", "CJ-ZD", Role.OFFICER),
    ("gaoxin1", "严伟", "CJ-GX", Role.OFFICER),
    ("gaoxin2", "华婷", "CJ-GX", Role.OFFICER),
    ("nongye1", "施国栋", "CJ-NY", Role.OFFICER),
    ("nongye2", "阿依古丽·买买提", "CJ-NY", Role.OFFICER),
    ("liushi1", "石磊", "XPCC-06", Role.OFFICER),
    ("liushi2", "高红霞", "XPCC-06", Role.OFFICER),
    ("liushi_permit", "段丽萍", "XPCC-06", Role.PERMIT_CLERK),
    ("bashi1", "郭军", "XPCC-08", Role.OFFICER),
    ("bashi2", "范晓东", "XPCC-08", Role.OFFICER),
    ("bashi_permit", "鲁慧", "XPCC-08", Role.PERMIT_CLERK),
    ("shiershi1", "任强", "XPCC-12", Role.OFFICER),
    ("shiershi2", "田甜", "XPCC-12", Role.OFFICER),
    ("shiershi_permit", "宋洁", "XPCC-12", Role.PERMIT_CLERK),
]

FAMILIES = "王李张刘陈马杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余哈沙"
GIVEN = (  # noqa: SIM905 - names read better as a line
    "志强 建国 秀兰 晓峰 海燕 文博 雪梅 立新 玉珍 永强 国庆 丽娟 春梅 卫东 红霞 新民 建疆 桂英 俊杰 晓燕 明辉 凤英 振华 淑芳 光明"
    " 小军 海波 亚楠 志明 金花 学军 爱华 宏伟 慧敏 继光 美玲 保国 玉梅 长江 天山 一鸣 思源 家豪 雨桐 子轩 佳怡"
).split()
FULL_NAMES = ("努尔兰·叶尔肯", "阿迪力·吐尔逊", "巴合提·赛力克", "热依汗·阿布都", "买买提江·依明", "古丽巴哈尔·居马")


def person_name(dice: Random) -> str:
    """An invented name as they are heard in the prefecture."""
    if dice.random() < 0.06:
        return dice.choice(FULL_NAMES)
    return dice.choice(FAMILIES) + dice.choice(GIVEN)


@dataclass
class Entrance:
    """Makes accounts with the one password of the demo; its hash protects nothing, so it is a quick one."""

    kept: str
    made: dict[str, User]
    until: date
    """The last day of the officers' certificates."""

    def admit(self, username: str, name: str, office: Office | None, role: Role) -> User:
        """Make an account."""
        officer = role is Role.OFFICER
        person = User(
            username=username,
            name=name,
            office=office,
            password_hash=self.kept,
            password_changed_at=clock.now(),
            certificate_number=f"示例-{65230000 + len(self.made) + 1}" if officer else "",
            certificate_until=self.until if officer else None,
            is_demo=True,
        )
        person.grants.append(UserRole(role=role, granted_at=clock.now()))
        db.session.add(person)
        self.made[username] = person
        return person


def make(today: date) -> Entrance:
    """Make the accounts of the offices; one officer's certificate runs out within the month."""
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    entrance = Entrance(passwords.hashed_quickly(PASSWORD), {}, date(today.year + 3, 12, 31))
    for username, name, office, role in [*ACCOUNTS, *COLLEAGUES]:
        entrance.admit(username, name, offices[office] if office else None, role)
    entrance.made["mulei2"].certificate_until = today + timedelta(days=24)
    db.session.flush()
    return entrance


def accounts_text() -> str:
    """The accounts as the command prints them."""
    lines = [f"示例账户（密码都是 {PASSWORD}，正式环境拒绝登录）："]
    lines += [f"  {username:10} {name}　{role.label}" for username, name, _office, role in ACCOUNTS]
    return "\n".join(lines)

"""Two years of a fictional prefecture, lived through once: registered, permitted, inspected, ordered, punished, listed."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from accounts.audit import record
from accounts.models import Area, Office, User
from app.demo import inspecting, permitting, punishing
from app.demo.firms import Firm, firms
from app.demo.people import make
from core import clock, search
from core.db import db
from credit import standing
from credit.actions import freeze_day
from registry.models import (
    Category,
    Enterprise,
    Industry,
    ListKind,
    ListMembership,
    Mandate,
    NameGram,
    Representative,
    Scale,
    Site,
    Status,
)

Say = Callable[[str], None]


@dataclass
class World:
    """What the history is made of."""

    people: dict[str, User]
    firms: list[Enterprise]
    today: date
    dice: random.Random
    events: list[tuple[date, int, Callable[[], object]]] = field(default_factory=list)

    def on(self, day: date, act: Callable[[], object]) -> None:
        """Let something happen on a day; what lies in the future does not happen."""
        if day <= self.today:
            self.events.append((day, len(self.events), act))

    def officers(self, firm: Enterprise) -> tuple[User, User]:
        """The two officers who inspect a firm."""
        found = [
            person
            for person in self.people.values()
            if person.office_id == firm.office_id and any(role.code == "officer" for role in person.roles)
        ]
        first, second = ([*found, self.people["officer"], self.people["officer2"]])[:2]
        return first, second


def load(say: Say) -> None:
    """Fill an empty database. Takes about a minute; every act is committed with its own entry in the chain."""
    today = clock.today()
    with clock.at(today - timedelta(days=730)):
        people = make()
        made = list(_register(people["permit"]))
        world = World(people, made, today, random.Random(20260815))  # noqa: S311 - fiction
        _speak_for(world)
        record(None, "demo:people", "示例账户和企业", by=people["permit"])
        db.session.commit()
    say(f"企业 {len(made)} 家")
    permitting.plan(world)
    inspecting.plan(world)
    punishing.plan(world)
    _states(world)
    _live_through(world, say)
    with clock.at(today):
        standing.refresh_missing()
        db.session.commit()


def _live_through(world: World, say: Say) -> None:
    """Play the events in the order of their days; events may plan further ones."""
    done = 0
    while world.events:
        world.events.sort(key=lambda event: (event[0], event[1]), reverse=True)
        day, number, act = world.events.pop()
        with clock.at(moment(day, number)):
            act()
            db.session.commit()
        done += 1
        if done % 200 == 0:
            say(f"……{day.isoformat()}，已办 {done} 件")
    say(f"共办 {done} 件事")


def moment(day: date, number: int) -> datetime:
    """A working hour of a day, later for later events."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(minutes=7 * (number % 60))


def _register(by: User) -> Iterator[Enterprise]:
    areas = {area.code: area for area in db.session.scalars(select(Area))}
    offices = {office.code: office for office in db.session.scalars(select(Office))}
    known = set(db.session.scalars(select(Industry.code)))
    dice = random.Random(4)  # noqa: S311 - fiction
    for number, each in enumerate(firms(known)):
        firm = _enterprise(each, number, areas[each.area], offices[each.office], dice)
        db.session.add(firm)
        db.session.flush()
        site = Site(
            enterprise_id=firm.id,
            name=f"{each.name}厂区",
            area=areas[each.area],
            office=offices[each.office],
            address=firm.address,
            longitude=Decimal(str(each.longitude)),
            latitude=Decimal(str(each.latitude)),
            control_unit=f"示例-{number % 12 + 1:02d}",
            industry_code=each.industry,
            category=Category(each.category),
        )
        db.session.add(site)
        db.session.add_all(
            NameGram(gram=gram, enterprise_id=firm.id) for gram in search.grams(firm.name, search.initials(firm.name))
        )
        _lists(firm, number)
        record(firm, "registry:enterprise:create", f"登记 {firm.name}", by=by)
        yield firm


def _enterprise(each: Firm, number: int, area: Area, office: Office, dice: random.Random) -> Enterprise:
    family = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
    given = ["志远", "建国", "秀兰", "晓峰", "海燕", "文博", "雪梅", "立新", "玉珍", "永强"]
    return Enterprise(
        credit_code=each.code,
        name=each.name,
        search_key=search.search_key(each.name),
        legal_representative=family[number % 20] + given[number % 10],
        contact_name=family[(number + 7) % 20] + given[(number + 3) % 10],
        contact_phone=f"0994-{2000000 + number * 37}",
        address=f"{area.name}示例路 {number % 80 + 1} 号",
        industry_code=each.industry,
        scale=dice.choice(list(Scale)),
        category=Category(each.category),
        area=area,
        office=office,
        registered_at=clock.now(),
        updated_at=clock.now(),
        source="示例",
        is_demo=True,
    )


def _lists(firm: Enterprise, number: int) -> None:
    kinds = [kind for place, kind in enumerate(ListKind) if (number + place * 3) % 7 == 0]
    for kind in kinds if firm.category is Category.KEY else kinds[:1] if number % 5 == 0 else []:
        for year in (clock.today().year + 1, clock.today().year + 2):
            db.session.add(
                ListMembership(
                    enterprise_id=firm.id,
                    kind=kind,
                    year=year,
                    criterion="示例：按行业和排放量纳入",
                    basis="环境监管重点单位名录管理办法（部令第27号），未核对",
                    added_on=date(year, 3, 20),
                )
            )


def _speak_for(world: World) -> None:
    """The demo's preparer and signer speak for the first firm; the preparer is an agent for a second one too."""
    since = clock.today()
    for place, (username, mandate) in enumerate((("preparer", Mandate.PREPARER), ("signer", Mandate.SIGNER))):
        for firm in world.firms[: 2 - place]:
            db.session.add(
                Representative(enterprise_id=firm.id, user_id=world.people[username].id, mandate=mandate, since=since)
            )


def _states(world: World) -> None:
    """A few firms stop and a few close on the way; grades are frozen at the end of the year."""
    clerk = world.people["permit"]
    for number, firm in enumerate(world.firms):
        if number % 23 == 11:
            closed = number % 46 == 11
            day = world.today - timedelta(days=40 + number)
            world.on(day, _stop(firm, closed, day, clerk))
    year_end = date(world.today.year - 1, 12, 31)
    world.on(year_end, lambda: _freeze(year_end, world.people["credit"]))


def _stop(firm: Enterprise, closed: bool, day: date, by: User) -> Callable[[], None]:
    def act() -> None:
        firm.status = Status.CLOSED if closed else Status.SUSPENDED
        firm.status_since, firm.status_reason = day, "市场原因停产（示例）" if not closed else "企业注销（示例）"
        record(
            firm, "registry:enterprise:close" if closed else "registry:enterprise:suspend", firm.status_reason, by=by
        )

    return act


def _freeze(day: date, by: User) -> None:
    standing.refresh_missing()
    freeze_day(day, by=by)

"""What a desk is made of, and how the things on it are sorted by urgency."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from accounts.models import User
from accounts.roles import Action
from core.countdown import Countdown, countdown
from core.db import db
from law import queries as law
from registry.models import Notification

MOST = 200
"""Rows that one source gives at most: whoever has more must go to the list."""
SHOWN = 8
"""Things of one group that the desk shows before it is asked for all."""
SOON = 3
"""Working days within which something is near, today among them, as the countdown counts them."""


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why me, by when, and the one act. ``since`` begins a term in working days."""

    title: str
    url: str
    kind: str
    tone: str
    why: str
    act: str
    act_url: str = ""
    due_on: date | None = None
    arithmetic: str = ""
    working: bool = False
    provisional: bool = False
    since: date | None = None
    deadline: Countdown | None = None


@dataclass(frozen=True)
class Note:
    """What waits for somebody else, or a draft of one's own."""

    title: str
    url: str
    text: str


@dataclass
class Group:
    """Things of one urgency; ``shown`` are those on the page."""

    key: str
    title: str
    bad: bool = False
    items: list[Todo] = field(default_factory=list)
    shown: list[Todo] = field(default_factory=list)

    @property
    def count(self) -> str:
        """How many, and how many of them are shown."""
        if len(self.shown) < len(self.items):
            return str(_("%(all)d 件，显示最近 %(shown)d 件", all=len(self.items), shown=len(self.shown)))
        return str(_("%(count)d 件", count=len(self.items)))


@dataclass
class Desk:
    """The page: things by urgency, what others must do first, drafts, what is new."""

    groups: list[Group]
    others: list[Note] = field(default_factory=list)
    drafts: list[Note] = field(default_factory=list)
    news: Sequence[Notification] = ()
    unread: int = 0

    def group(self, key: str) -> Group:
        """The group of an urgency."""
        return next(each for each in self.groups if each.key == key)

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not any(each.items for each in self.groups)

    @property
    def whole(self) -> bool:
        """Whether everything is shown."""
        return all(len(each.shown) == len(each.items) for each in self.groups)

    @property
    def count(self) -> int:
        """How many things wait."""
        return sum(len(each.items) for each in self.groups)

    @property
    def tally(self) -> list[tuple[int, str, str, bool]]:
        """Four figures, each with the place of its rows; who has no deadlines is shown what there is without."""
        late, today, soon, open_ = (self.group(key) for key in ("late", "today", "soon", "open"))
        others = (len(self.others), _("等待他人"), "#others" if self.others else "#todo", False)
        if late.items or today.items or soon.items:
            dated = [
                (len(each.items), each.title, f"#{each.key}" if each.items else "#todo") for each in (late, today, soon)
            ]
            return [*((count, title, url, bool(count) and url == "#late") for count, title, url in dated), others]
        return [
            (len(open_.items), open_.title, "#open" if open_.items else "#todo", False),
            (len(self.group("later").items), _("以后"), "#later" if self.group("later").items else "#todo", False),
            others,
            (self.unread, _("未读消息"), "#news", False),
        ]


TodoSource = Callable[[User, date], Iterable[Todo]]
NoteSource = Callable[[User, date], Iterable[Note]]

TODOS: list[tuple[Action, TodoSource]] = []
OTHERS: list[tuple[Action, NoteSource]] = []
DRAFTS: list[tuple[Action, NoteSource]] = []
"""What is asked for a person, by the permission that makes it theirs."""


def todo(action: Action) -> Callable[[TodoSource], TodoSource]:
    """Hang a source of things to do on the desk of who may do this."""

    def hang(source: TodoSource) -> TodoSource:
        TODOS.append((action, source))
        return source

    return hang


def waiting(action: Action) -> Callable[[NoteSource], NoteSource]:
    """Hang a source of what others must do first."""

    def hang(source: NoteSource) -> NoteSource:
        OTHERS.append((action, source))
        return source

    return hang


def draft(action: Action) -> Callable[[NoteSource], NoteSource]:
    """Hang a source of one's own unfinished papers."""

    def hang(source: NoteSource) -> NoteSource:
        DRAFTS.append((action, source))
        return source

    return hang


def desk(person: User, today: date, *, whole: bool = False) -> Desk:
    """Gather the desk of a person; ``whole`` shows every thing, not the nearest ones of each group."""
    groups = [
        Group("late", _("已逾期"), bad=True),
        Group("today", _("今日到期")),
        Group("soon", _("%(days)d 个工作日内", days=SOON)),
        Group("later", _("以后")),
        Group("open", _("不限期")),
    ]
    made = Desk(groups)
    calendar = law.calendar()
    near = calendar.add_workdays(today - timedelta(days=1), SOON)
    for action, source in TODOS:
        if person.may(action):
            for item in source(person, today):
                made.group(urgency(item.due_on, today, near)).items.append(_dated(item, today, calendar.is_rest))
    for group in groups:
        group.items.sort(key=lambda item: item.due_on or date.max)
        group.shown = group.items if whole or len(group.items) <= SHOWN + 2 else group.items[:SHOWN]
    made.others = [note for action, tell in OTHERS if person.may(action) for note in tell(person, today)]
    made.drafts = [note for action, tell in DRAFTS if person.may(action) for note in tell(person, today)]
    mine = Notification.user_id == person.id
    made.news = db.session.scalars(select(Notification).where(mine).order_by(Notification.id.desc()).limit(5)).all()
    made.unread = db.session.scalar(select(func.count()).where(mine, Notification.read_at.is_(None))) or 0
    return made


def urgency(due_on: date | None, today: date, near: date) -> str:
    """To which group a deadline belongs."""
    if due_on is None:
        return "open"
    if due_on < today:
        return "late"
    if due_on == today:
        return "today"
    return "soon" if due_on <= near else "later"


def _dated(item: Todo, today: date, is_rest: Callable[[date], bool]) -> Todo:
    if item.due_on is None:
        return item
    shown = countdown(
        item.due_on,
        today,
        since=item.since if item.working else None,
        working=item.working,
        is_rest=is_rest,
        arithmetic=item.arithmetic,
        provisional=item.provisional,
    )
    return Todo(**{**vars(item), "deadline": shown})


def short(name: str) -> str:
    """A firm's name as people say it on a desk: without its legal form."""
    for form in ("有限责任公司", "股份有限公司", "有限公司"):
        name = name.replace(form, "")
    return name

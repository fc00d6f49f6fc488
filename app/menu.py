"""The left menu: one table; groups without rights are not shown, never greyed."""

from dataclasses import dataclass, field

from flask import current_app, request, url_for
from flask_login import current_user

from accounts.guard import doors
from accounts.people import me
from accounts.roles import Role, may_all
from core.language import lazy_gettext as _l


@dataclass(frozen=True)
class Entry:
    """A page in the menu and how it is called there."""

    label: str
    endpoint: str


@dataclass(frozen=True)
class Group:
    """A heading with its pages; the first page one may enter is where the heading leads."""

    label: str
    icon: str
    entries: tuple[Entry, ...]


@dataclass
class MenuItem:
    """An entry as this person sees it on this page."""

    label: str
    url: str
    current: bool
    count: int = 0


@dataclass
class MenuGroup:
    """A group as this person sees it on this page."""

    label: str
    url: str
    icon: str
    current: bool
    items: list[MenuItem] = field(default_factory=list)
    count: int = 0


MENU = (
    Group(_l("工作台"), "house-door", (Entry(_l("工作台"), "app.desk"),)),
    Group(_l("首页"), "house-door", (Entry(_l("首页"), "app.my"),)),
    Group(
        _l("企业"),
        "buildings",
        (
            Entry(_l("全部企业"), "registry.enterprises"),
            Entry(_l("重点单位名录"), "registry.key_lists"),
            Entry(_l("导入"), "registry.imports"),
            Entry(_l("义务"), "registry.obligations"),
            Entry(_l("报送材料"), "registry.hand_ins"),
        ),
    ),
    Group(
        _l("许可"),
        "file-earmark-check",
        (
            Entry(_l("许可证"), "permits.permits"),
            Entry(_l("排污登记"), "permits.registrations"),
            Entry(_l("许可申请"), "permits.applications"),
            Entry(_l("限值和要求"), "permits.all_limits"),
            Entry(_l("管理类别"), "permits.categories"),
            Entry(_l("排污权"), "permits.emission_rights"),
            Entry(_l("证后监管"), "permits.post_permit_watch"),
        ),
    ),
    Group(
        _l("监测与报告"),
        "graph-up",
        (
            Entry(_l("执行报告"), "permits.reports"),
            Entry(_l("监测结果"), "permits.monitoring_results"),
            Entry(_l("超标线索"), "permits.exceedances"),
            Entry(_l("数据异常信号"), "permits.signals"),
            Entry(_l("自动监测站"), "permits.stations"),
            Entry(_l("污染当量"), "permits.tax_equivalents"),
        ),
    ),
    Group(_l("执行报告"), "graph-up", (Entry(_l("执行报告"), "permits.my_reports"),)),
    Group(_l("自行监测"), "clipboard-data", (Entry(_l("自行监测"), "permits.my_monitoring"),)),
    Group(_l("我的许可证"), "file-earmark-check", (Entry(_l("我的许可证"), "permits.my_permits"),)),
    Group(
        _l("检查"),
        "clipboard-check",
        (
            Entry(_l("检查"), "inspections.inspections"),
            Entry(_l("问题"), "inspections.findings"),
            Entry(_l("责令改正"), "inspections.orders"),
            Entry(_l("处罚决定"), "inspections.decisions"),
        ),
    ),
    Group(_l("整改"), "clipboard-check", (Entry(_l("整改"), "inspections.my_orders"),)),
    Group(
        _l("信用"),
        "shield-check",
        (
            Entry(_l("信用等级"), "credit.grades"),
            Entry(_l("名单"), "credit.listings"),
            Entry(_l("信用修复"), "credit.repairs"),
            Entry(_l("评价方案"), "credit.schemes"),
        ),
    ),
    Group(_l("我的信用"), "shield-check", (Entry(_l("我的信用"), "credit.my_credit"),)),
    Group(_l("许可申请"), "file-earmark-plus", (Entry(_l("许可申请"), "permits.my_applications"),)),
    Group(_l("文书"), "files", (Entry(_l("文书"), "registry.documents"),)),
    Group(_l("我的文书"), "files", (Entry(_l("我的文书"), "registry.my_documents"),)),
    Group(_l("全部数据"), "archive", (Entry(_l("全部数据"), "registry.my_archive"),)),
    Group(_l("人员"), "people", (Entry(_l("人员"), "registry.my_people"),)),
    Group(
        _l("法律依据"),
        "journal-text",
        (
            Entry(_l("法律法规"), "law.laws"),
            Entry(_l("违法行为"), "law.violations"),
            Entry(_l("法定期限"), "law.deadlines"),
            Entry(_l("工作日历"), "law.calendar"),
        ),
    ),
    Group(_l("留痕"), "clock-history", (Entry(_l("留痕"), "accounts.audit"),)),
    Group(_l("用户"), "people", (Entry(_l("用户"), "accounts.users"),)),
    Group(_l("系统"), "gear", (Entry(_l("系统状态"), "app.system"),)),
)


ALSO = {
    "permits.my_applications": ("/my/registrations",),
    "permits.my_monitoring": ("/my/tokens",),
    "permits.my_reports": ("/my/submissions",),
    "credit.my_credit": ("/my/credit-events", "/my/listings"),
}
"""Pages that belong to an entry and do not lie under its address."""


def menu() -> list[MenuGroup]:
    """The menu for the person who asks, with the current page marked: one entry at most, the nearest."""
    if not current_user.is_authenticated:
        return []
    opened = _open_to(me().roles)
    here = _here([entry.endpoint for _group, entries in opened for entry in entries])
    return [_shown(group, entries, here) for group, entries in opened]


def _open_to(roles: frozenset[Role]) -> list[tuple[Group, list[Entry]]]:
    """What these roles may enter; neither the table of rights nor that of pages changes while the application runs."""
    known: dict[frozenset[Role], list[tuple[Group, list[Entry]]]] = current_app.extensions.setdefault("opened", {})
    if roles not in known:
        rights, there = may_all(roles), current_app.view_functions
        allowed = {name for name in there if rights & doors(current_app, name)}
        opened = [(group, [entry for entry in group.entries if entry.endpoint in allowed]) for group in MENU]
        known[roles] = [(group, entries) for group, entries in opened if entries]
    return known[roles]


def _shown(group: Group, entries: list[Entry], here: str | None) -> MenuGroup:
    """The group with the pages one may enter; where its pages are is worked out for the group one is in."""
    inside = here in {entry.endpoint for entry in entries}
    if not inside or len(entries) == 1:
        return MenuGroup(group.label, url_for(entries[0].endpoint), group.icon, inside)
    items = [MenuItem(entry.label, url_for(entry.endpoint), entry.endpoint == here) for entry in entries]
    return MenuGroup(group.label, items[0].url, group.icon, True, items)


def _here(endpoints: list[str]) -> str | None:
    """The entry whose page this is, or the nearest one above it; None when the page lies elsewhere."""
    if request.endpoint in endpoints:
        return request.endpoint
    paths = _paths()
    above = [
        (len(path), each)
        for each in endpoints
        for path in (paths[each], *ALSO.get(each, ()))
        if f"{request.path}/".startswith(f"{path}/")
    ]
    return max(above, default=(0, None))[1]


def _paths() -> dict[str, str]:
    """Where the pages of the menu are; the table of addresses does not change while the application runs."""
    known: dict[str, str] | None = current_app.extensions.get("menu")
    if known is None:
        adapter = current_app.url_map.bind("")
        entries = (entry.endpoint for group in MENU for entry in group.entries)
        known = {each: adapter.build(each) for each in entries if each in current_app.view_functions}
        current_app.extensions["menu"] = known
    return known

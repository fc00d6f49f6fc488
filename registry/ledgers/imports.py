"""The imports of an office, the newest first."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from accounts.models import User
from core.ledger import Choice, Code, Count, Ledger, Link, Mark, Moment, Order, Row, Search, Text, lookup
from registry import queries
from registry.models import ImportRun


def _counted(name: str) -> Any:
    return ImportRun.result[("counts", name)].as_integer()


def _kind(row: Row) -> Mark:
    return Mark(_("许可证") if row["kind"] == "permits" else _("企业台账"))


def _state(row: Row) -> Mark:
    if row["stored"] is not None:
        return Mark(_("已入库"), "ok")
    return Mark(_("只试运行"), "warn")


def _is_stored(code: str) -> ColumnElement[bool]:
    return ImportRun.stored_at.is_not(None) if code == "yes" else ImportRun.stored_at.is_(None)


IMPORTS: Ledger[User] = Ledger(
    name="imports",
    title=_l("导入记录"),
    unit=_l("次"),
    base=queries.visible_imports,
    identity=ImportRun.id,
    columns=[
        Text(
            "file",
            _l("文件"),
            ImportRun.file_name,
            link=Link("registry.import_run", run_id=ImportRun.id),
            full=True,
            width=36,
        ),
        Text("kind", _l("内容"), ImportRun.kind, shown=_kind),
        Count("rows", _l("行数"), _counted("rows")),
        Count("created", _l("新增"), _counted("created")),
        Count("updated", _l("更新"), _counted("updated")),
        Count("rejected", _l("未入库"), _counted("rejected")),
        Moment("stored", _l("入库时间"), ImportRun.stored_at, note=_state),
        Text("person", _l("导入人"), lookup(User.name, User.id == ImportRun.user_id)),
        Moment("started", _l("上传时间"), ImportRun.started_at, order="-started"),
        Code("sha256", _l("文件 sha256"), ImportRun.sha256, hidden=True, width=30),
    ],
    filters=[
        Search("q", _l("文件名"), where=lambda text: ImportRun.file_name.icontains(text, autoescape=True), wide=True),
        Choice("stored", _l("状态"), where=_is_stored, choices=[("yes", _l("已入库")), ("no", _l("未入库"))]),
    ],
    orders=[Order("started", _l("上传时间"), ImportRun.started_at, up=_l("由早到晚"), down=_l("由近到远"))],
    default_order="-started",
    definition=_l("本机关上传过的台账，含只试运行、没有入库的。"),
    empty=_l("还没有导入过台账。上传 Excel 工作簿，先试运行，看过问题再入库。"),
)

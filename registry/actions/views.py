"""Saved views: a list with its filters, kept under a name."""

from urllib.parse import parse_qsl, urlencode

from accounts.audit import record
from accounts.models import User
from core.db import db
from core.workflow import Missing, NotAllowed
from registry.models import SavedView


def save_view(ledger: str, name: str, query: str, *, shared: bool, by: User) -> SavedView:
    """Keep the filters of a list; shared with the own office when wanted."""
    if not name.strip() or len(name) > 40:
        raise NotAllowed([Missing("名称 1 到 40 个字。", "name")])
    query = urlencode(parse_qsl(query, keep_blank_values=True))
    if len(query) > 1000:
        raise NotAllowed([Missing("条件太长。", "query")])
    made = SavedView(
        user_id=by.id, office_id=by.office_id if shared else None, ledger=ledger, name=name.strip(), query=query
    )
    db.session.add(made)
    record(made, "registry:view:save", f"保存视图 {name}", by=by)
    return made


def forget_view(view: SavedView, *, by: User) -> None:
    """Drop a saved view."""
    record(view, "registry:view:forget", f"删除视图 {view.name}", by=by)
    db.session.delete(view)
    record(None, "registry:view:forgotten", f"视图 {view.name} 已删除", by=by)

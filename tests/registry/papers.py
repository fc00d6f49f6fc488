"""Issued documents for tests."""

from typing import Any

from accounts.models import User
from core import clock
from core.paper import Facts, Paper, Para
from registry import documents
from registry.documents import Issue
from registry.models import Document, DocumentKind, Enterprise


def composed(given: Issue) -> Paper:
    """A short decision."""
    return Paper(
        agency=given.office.name,
        title="责令改正违法行为决定书",
        blocks=(
            Facts((("当事人", "阜康晨岭焦化有限公司（示例）"), ("地址", "阜康市示例路 8 号"))),
            Para("我局于2026年11月12日对你单位进行了调查，发现2号焦炉烟囱氮氧化物超标。"),
            Para("责令你单位于2026年12月8日前改正上述违法行为。"),
        ),
        sign_off=given.office.name,
        date_zh=f"{given.on.year}年{given.on.month}月{given.on.day}日",
    )


def issue(firm: Enterprise, by: User, kind: DocumentKind = DocumentKind.ORDER, **more: Any) -> Document:
    """Issue one about the firm itself."""
    given: dict[str, Any] = {
        "compose": composed,
        "on": clock.today(),
        "title": "责令改正",
        "office": firm.office,
        **more,
    }
    return documents.issue(kind, enterprise=firm, subject=firm, by=by, **given)

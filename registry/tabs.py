"""The strip of tabs of an enterprise's file: each tab a page of its own room, found by name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select

from core.db import db, direct
from registry.models import Document, Enterprise, Site
from registry.subjects import open_to_me
from registry.timeline import FIRM


@dataclass(frozen=True)
class Tab:
    """A tab and the page behind it."""

    label: Any
    endpoint: str


TABS = (
    Tab(_l("概览"), "registry.enterprise"),
    Tab(_l("场所"), "registry.enterprise_sites"),
    Tab(_l("许可"), "permits.enterprise_permits"),
    Tab(_l("报告"), "permits.enterprise_reports"),
    Tab(_l("监测"), "permits.enterprise_monitoring"),
    Tab(_l("检查"), "inspections.enterprise_inspections"),
    Tab(_l("信用"), "credit.enterprise_credit"),
    Tab(_l("文书"), "registry.enterprise_documents"),
    Tab(_l("时间线"), "registry.enterprise_timeline"),
    Tab(_l("留痕"), "registry.enterprise_trail"),
)


Counted = Callable[[ColumnElement[int]], ColumnElement[int]]

COUNTS: dict[str, Counted] = {}
"""How many things a tab holds, by endpoint: each room gives a SELECT of one number for an enterprise's id, which is filled in later."""


def counts(endpoint: str) -> Callable[[Counted], Counted]:
    """Mark a function as what counts the things behind a tab."""

    def keep(counted: Counted) -> Counted:
        COUNTS[endpoint] = counted
        return counted

    return keep


def enterprise_tabs(enterprise: Enterprise, current_endpoint: str) -> list[tuple[Any, str, bool, int | None]]:
    """(label, address, whether it is the current one, how many) of every tab one may enter, for macro tabs()."""
    open_ = [tab for tab in TABS if open_to_me(tab.endpoint)]
    counted = tuple(tab.endpoint for tab in open_ if tab.endpoint in COUNTS)
    numbers = direct(db.session).execute(_counting(counted), {"firm": enterprise.id}).one() if counted else ()
    many = dict(zip(counted, numbers, strict=True))
    return [
        (
            tab.label,
            url_for(tab.endpoint, enterprise_id=enterprise.id),
            tab.endpoint == current_endpoint,
            many.get(tab.endpoint),
        )
        for tab in open_
    ]


@cache
def _counting(endpoints: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    """One statement for the numbers of these tabs; made once, as the tabs one may enter follow from one's roles."""
    return select(*(COUNTS[each](FIRM) for each in endpoints))


@counts("registry.enterprise_sites")
def _sites(firm: ColumnElement[int]) -> ColumnElement[int]:
    return select(func.count()).select_from(Site).where(Site.enterprise_id == firm).scalar_subquery()


@counts("registry.enterprise_documents")
def _documents(firm: ColumnElement[int]) -> ColumnElement[int]:
    return select(func.count()).select_from(Document).where(Document.enterprise_id == firm).scalar_subquery()

"""The strip of tabs of an enterprise's file: each tab a page of its own room, found by name."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from registry.models import Enterprise
from registry.subjects import open_to_me


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
    Tab(_l("检查"), "inspections.enterprise_inspections"),
    Tab(_l("信用"), "credit.enterprise_credit"),
    Tab(_l("文书"), "registry.enterprise_documents"),
    Tab(_l("留痕"), "registry.enterprise_trail"),
)


def enterprise_tabs(enterprise: Enterprise, current_endpoint: str) -> list[tuple[Any, str, bool]]:
    """(label, address, whether it is the current one) of every tab that exists and may be entered, for macro tabs()."""
    return [
        (tab.label, url_for(tab.endpoint, enterprise_id=enterprise.id), tab.endpoint == current_endpoint)
        for tab in TABS
        if open_to_me(tab.endpoint)
    ]

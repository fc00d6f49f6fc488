"""The lifecycles of the room: an issued document stands, is replaced or voided; an enterprise runs, stops, closes."""

from accounts.roles import Action
from core.said import said
from core.workflow import Missing, Step, workflow
from registry.models import Document, DocumentState, Enterprise, HandIn, HandInState, Status


def _reason_and_successor(document: Document) -> list[Missing]:
    if not document.state_reason or document.replaced_by_id is None:
        return [Missing(said("替换须有新的文书和原因。"))]
    return []


def _reason(document: Document) -> list[Missing]:
    return [] if document.state_reason else [Missing(said("请填写作废原因。"), "reason")]


DOCUMENT = workflow(
    "document",
    "文书",
    DocumentState.ISSUED,
    [
        Step(
            "replace",
            frozenset({DocumentState.ISSUED}),
            DocumentState.REPLACED,
            Action.DOCUMENT_ISSUE,
            "替换",
            missing=_reason_and_successor,
        ),
        Step(
            "void",
            frozenset({DocumentState.ISSUED}),
            DocumentState.VOIDED,
            Action.DOCUMENT_VOID,
            "作废",
            missing=_reason,
            grave=True,
        ),
    ],
)
"""Replacing comes only with the issue of the successor, never by itself."""


def _why_returned(found: HandIn) -> list[Missing]:
    return [] if found.reason else [Missing(said("退回要写明还缺什么。"), "reason")]


HAND_IN = workflow(
    "hand_in",
    "报送材料",
    HandInState.SENT,
    [
        Step("confirm", frozenset({HandInState.SENT}), HandInState.CONFIRMED, Action.OBLIGATION_CONFIRM, "确认"),
        Step(
            "return",
            frozenset({HandInState.SENT}),
            HandInState.RETURNED,
            Action.OBLIGATION_CONFIRM,
            "退回",
            missing=_why_returned,
        ),
    ],
)
"""What a firm hands in counts from the day it came; given back, the obligation is open again by its own last day."""


def _reason_and_day(enterprise: Enterprise) -> list[Missing]:
    found = [] if enterprise.status_reason else [Missing(said("请填写原因。"), "reason")]
    return found if enterprise.status_since else [*found, Missing(said("请填写日期。"), "since")]


def _not_merged(enterprise: Enterprise) -> list[Missing]:
    if enterprise.merged_into_id is not None:
        return [Missing(said("这家企业已并入另一家，不能恢复。"))]
    return _reason_and_day(enterprise)


S = Status

ENTERPRISE = workflow(
    "enterprise",
    "企业",
    S.OPERATING,
    [
        Step("suspend", frozenset({S.OPERATING}), S.SUSPENDED, Action.ENTERPRISE_EDIT, "登记停产", _reason_and_day),
        Step(
            "close",
            frozenset({S.OPERATING, S.SUSPENDED}),
            S.CLOSED,
            Action.ENTERPRISE_EDIT,
            "登记关闭",
            _reason_and_day,
            grave=True,
        ),
        Step(
            "reopen", frozenset({S.SUSPENDED, S.CLOSED}), S.OPERATING, Action.ENTERPRISE_EDIT, "恢复生产", _not_merged
        ),
        Step("merge", frozenset({S.OPERATING, S.SUSPENDED}), S.CLOSED, Action.ENTERPRISE_MERGE, "并入", grave=True),
    ],
)
"""Whether an enterprise runs: moved with a reason and a day."""

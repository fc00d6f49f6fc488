"""The lifecycle of an issued document: it stands, or it was replaced or voided, with a reason; numbers never return."""

from accounts.roles import Action
from core.workflow import Missing, Step, workflow
from registry.models import Document, DocumentState


def _reason_and_successor(document: Document) -> list[Missing]:
    if not document.state_reason or document.replaced_by_id is None:
        return [Missing("替换须有新的文书和原因。")]
    return []


def _reason(document: Document) -> list[Missing]:
    return [] if document.state_reason else [Missing("请填写作废原因。", "reason")]


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

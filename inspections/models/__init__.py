"""Tables of the room, by family: checklists, inspections and findings, rectification orders, penalty decisions."""

from core.db import SENTENCES
from inspections.models.checklists import AnswerKind, Checklist, ChecklistAnswer, ChecklistItem
from inspections.models.decisions import DecisionState, DecisionStay, PenaltyDecision, PenaltyKind, QuashProposal
from inspections.models.orders import ItemResponse, ItemState, OrderItem, OrderState, RectificationOrder
from inspections.models.records import Finding, FindingState, Inspection, InspectionKind, InspectionState, Severity

__all__ = [
    "AnswerKind",
    "Checklist",
    "ChecklistAnswer",
    "ChecklistItem",
    "DecisionState",
    "DecisionStay",
    "Finding",
    "FindingState",
    "Inspection",
    "InspectionKind",
    "InspectionState",
    "ItemResponse",
    "ItemState",
    "OrderItem",
    "OrderState",
    "PenaltyDecision",
    "PenaltyKind",
    "QuashProposal",
    "RectificationOrder",
    "Severity",
]

SENTENCES.update(
    {
        "ck_inspection_ends_after_start": "检查结束时间要晚于开始时间。",
        "ck_inspection_final_with_end": "定稿的检查要有结束时间。",
        "ck_inspection_final_with_two_officers": "定稿的检查要有两名执法人员。",
        "ck_inspection_two_different_officers": "主办和协办不能是同一个人。",
        "ck_inspection_backdating_by_another": "参加检查的人不能同意自己补录，请审批人办理。",
        "ck_inspection_voided_with_reason": "作废检查要写明原因。",
        "uq_checklist_answer_inspection_id": "这一项检查内容已经回答过，请刷新后再改。",
        "ck_finding_voided_with_reason": "作废问题要写明原因。",
        "uq_finding_inspection_id": "另一人同时记录了问题，请再保存一次。",
        "ck_rectification_order_served_with_date": "送达的责令改正要有送达日期。",
        "ck_rectification_order_due_from_service": "改正期限从送达起算，两个日期要同时有。",
        "ck_rectification_order_approved_with_document": "批准的责令改正要有编号的决定书。",
        "ck_rectification_order_rescinded_with_reason": "撤销责令改正要写明理由。",
        "ck_rectification_order_days_positive": "改正期限至少一天。",
        "ck_order_item_closed_with_date": "认定已改正的要有日期。",
        "uq_order_item_order_id": "同一个问题在一份责令改正里只能出现一次。",
        "ck_penalty_decision_fine_not_negative": "罚款不能为负。",
        "ck_penalty_decision_confirmed_by_someone": "生效的处罚决定要有复核人。",
        "ck_penalty_decision_four_eyes": "登记人不能复核自己登记的处罚决定，请另一人复核。",
        "ck_penalty_decision_quashed_with_date": "撤销处罚决定要有撤销日期。",
        "ck_penalty_decision_served_after_decision": "送达不能早于决定。",
        "ck_quash_proposal_four_eyes": "登记撤销的人不能自己确认，请另一人办理。",
        "uq_quash_proposal_open": "已经登记了撤销，正等另一人确认。",
        "ck_decision_stay_lifted_after_stay": "恢复执行不能早于停止执行。",
        "uq_penalty_decision_number": "这个决定书文号已经登记过。",
        "penalty_decision.number": "这个决定书文号已经登记过。",
    }
)

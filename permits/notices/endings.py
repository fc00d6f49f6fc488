"""The papers of a permit that ends: the decision to cancel it, and the public notice (办法第二十九条)."""

from datetime import date

from core.paper import Block, Facts, Paper, Para
from permits.models import Application, Permit, PermitState
from permits.notices.applications import REMEDY, closed, contact, day_or_open, signed, to_applicant
from permits.notices.reports import day_words
from registry.documents import Compose, Issue
from registry.models import IdKind
from registry.rules.documents import public_name

BASIS = "《排污许可管理办法》第二十九条"
AFTER = "许可证注销后不得继续排放污染物；正本、副本自注销之日起作废。"

CAUSES = {
    PermitState.CANCELLED: "因依法终止或者有其他应当注销的情形",
    PermitState.WITHDRAWN: "依法被撤销",
    PermitState.REVOKED: "依法被吊销",
}
RAN_OUT, APPLIED = "有效期届满未延续", "因持证单位申请"
"""Why a permit is cancelled, in the words of FACTS A2 on 办法29; the article itself was not read in full: 未核对."""


def _permit(permit: Permit, on: date) -> list[tuple[str, str]]:
    return [
        ("许可证编号", permit.permit_no),
        ("管理类别", permit.category.label),
        ("原有效期", f"{day_words(permit.valid_from)}至{day_words(permit.valid_to)}"),
        ("注销日期", day_words(on)),
    ]


def _holder(permit: Permit) -> list[tuple[str, str]]:
    return [
        ("统一社会信用代码", permit.enterprise.credit_code),
        ("生产经营场所", permit.site.address or permit.site.name),
    ]


def cancellation(application: Application, permit: Permit, on: date) -> Compose:
    """注销决定书 on the holder's own application."""

    def compose(issue: Issue) -> Paper:
        stopped = f"你单位称已于{day_words(application.ends_on)}停止排放污染物。" if application.ends_on else ""
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"你单位申请注销排污许可证，我局于{day_or_open(application.accepted_on)}受理。{stopped}"
                f"申请理由：{closed(application.reason)}经审查，依照{BASIS}，我局决定注销你单位的下列排污许可证："
            ),
            Facts(tuple(_holder(permit) + _permit(permit, on)), look="table"),
            Para(f"{AFTER}本决定同时向社会公告。"),
            Para(REMEDY),
        ]
        return signed(issue, "注销排污许可证决定书", [*blocks, *contact(issue)])

    return compose


def cancellation_by_office(permit: Permit, on: date, reason: str) -> Compose:
    """注销决定书 that the office takes of itself."""

    def compose(issue: Issue) -> Paper:
        blocks: list[Block] = [
            Para(f"{permit.enterprise.name}：", indent=False),
            Para(f"经查明：{closed(reason)}依照{BASIS}，我局决定注销你单位的下列排污许可证："),
            Facts(tuple(_holder(permit) + _permit(permit, on)), look="table"),
            Para(f"{AFTER}本决定同时向社会公告。"),
            Para(REMEDY),
        ]
        return signed(issue, "注销排污许可证决定书", [*blocks, *contact(issue)])

    return compose


def public_notice(permit: Permit, on: date, *, applied: bool) -> Compose:
    """注销公告: told to everybody, so no person's name, no words of the file, and no remedy."""

    def compose(issue: Issue) -> Paper:
        firm = permit.enterprise
        cause = CAUSES[permit.state]
        if permit.state is PermitState.CANCELLED:
            cause = APPLIED if applied else RAN_OUT if permit.valid_to < on else cause
        code = [("统一社会信用代码", firm.credit_code)] if firm.id_kind is IdKind.USCC else []
        blocks: list[Block] = [
            Para(
                f"下列排污许可证{cause}，依照{BASIS}予以注销，现予公告。"
                f"自{day_words(on)}起，该许可证的正本、副本作废，持证单位不得继续排放污染物。"
            ),
            Facts(
                (
                    ("单位名称", public_name(firm.name, firm.id_kind)),
                    *code,
                    ("生产经营场所", permit.site.address or permit.site.name),
                    *_permit(permit, on),
                ),
                look="table",
            ),
        ]
        return signed(issue, "排污许可证注销公告", [*blocks, *contact(issue)])

    return compose

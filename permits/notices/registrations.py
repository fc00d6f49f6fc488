"""The receipt of a registration: number, validity, what was registered."""

from core.paper import Facts, Form, Paper, Para
from permits.models import Permit, Registration, RegistrationKind
from permits.notices.applications import EDITION
from permits.notices.reports import day_words
from registry.documents import Compose, Issue

HELD = (
    "登记信息发生变动的，应当自变动之日起二十日内变更登记；关闭或者取得排污许可证的，登记注销。"
    "排污单位对登记信息的真实性、准确性、完整性负责。"
)
ENDED = "登记自注销之日起不再有效，登记编号不再使用。排污单位对所填理由的真实性负责。"


def receipt(found: Registration, permit: Permit) -> Compose:
    """固定污染源排污登记回执."""

    def compose(issue: Issue) -> Paper:
        rows = [
            ("登记编号", permit.permit_no),
            ("登记种类", found.kind.label),
            ("单位名称", found.unit_name),
            ("统一社会信用代码", found.enterprise.credit_code),
            ("生产经营场所", found.site_address),
        ]
        if found.kind is RegistrationKind.CANCELLATION:
            rows += [("注销日期", day_words(issue.on)), ("理由", found.reason)]
        else:
            rows += [
                ("有效期", f"{day_words(permit.valid_from)}至{day_words(permit.valid_to)}"),
                ("主要产品及规模", found.products),
                ("主要工艺", found.processes),
                ("燃料和原辅料", found.fuels or "—"),
                ("去向和治理设施", found.discharges),
                ("执行标准", found.standards),
            ]
        return Paper(
            agency=issue.office.name,
            title="固定污染源排污登记回执",
            number=issue.number,
            form=Form.RECEIPT,
            blocks=(
                Facts(tuple(rows), look="table"),
                Para(ENDED if found.kind is RegistrationKind.CANCELLATION else HELD),
            ),
            sign_off=issue.office.name,
            date_zh=day_words(issue.on),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition=EDITION,
            draft=not issue.code,
        )

    return compose

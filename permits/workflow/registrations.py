"""The lifecycle of a registration form: filled in, signed, filed; nobody examines it (条例24)."""

from accounts.roles import Action
from core import clock
from core.said import said
from core.workflow import Missing, Step, workflow
from permits.models import Registration, RegistrationKind, RegistrationState

R, K = RegistrationState, RegistrationKind


def missing_in_registration(found: Registration) -> list[Missing]:
    """What a form lacks before it can be filed."""
    page = f"/{'' if found.keyed_by_id else 'my/'}registrations/{found.id}/edit"
    if found.kind is K.CANCELLATION:
        return [] if found.reason.strip() else [Missing(said("请写明注销理由。"), "reason", page)]
    needed = (
        ("unit_name", said("单位名称")),
        ("legal_representative", said("法定代表人")),
        ("site_address", said("生产经营场所地址")),
        ("contact_name", said("联系人")),
        ("contact_phone", said("联系电话")),
        ("products", said("主要产品及规模")),
        ("processes", said("主要工艺")),
        ("discharges", said("污染物排放去向和治理设施")),
        ("standards", said("执行的排放标准")),
    )
    lacking = [
        Missing(said("没有填写%(name)s。", name=label), name, page)
        for name, label in needed
        if not getattr(found, name).strip()
    ]
    if found.kind is K.CHANGE and found.changed_on is None:
        lacking.append(Missing(said("请填写信息变动日期。"), "changed_on", page))
    if found.changed_on is not None and found.changed_on > clock.today():
        lacking.append(Missing(said("变更日期不能晚于今天。"), "changed_on", page))
    return lacking


REGISTRATION = workflow(
    "registration",
    "排污登记",
    R.DRAFT,
    [
        Step(
            "send",
            frozenset({R.DRAFT}),
            R.CHECKED,
            Action.APPLICATION_PREPARE,
            "送签发人",
            missing_in_registration,
        ),
        Step("recall", frozenset({R.CHECKED}), R.DRAFT, Action.APPLICATION_PREPARE, "撤回修改"),
        Step(
            "sign",
            frozenset({R.CHECKED}),
            R.FILED,
            Action.APPLICATION_SIGN,
            "签发并登记",
            missing_in_registration,
            grave=True,
        ),
        Step(
            "key_in",
            frozenset({R.DRAFT}),
            R.FILED,
            Action.APPLICATION_ACCEPT,
            "代录登记",
            missing_in_registration,
            grave=True,
        ),
        Step("discard", frozenset({R.DRAFT}), R.DISCARDED, Action.APPLICATION_PREPARE, "删除草稿", grave=True),
    ],
)
"""条例第二十四条, 办法第三十九条."""

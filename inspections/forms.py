"""The room's forms: shape only; the law is in rules."""

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from accounts.forms import StepUp
from core.forms import (
    FileField,
    Form,
    Later,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    VersionedForm,
    choice,
    code,
    count,
    day,
    figure,
    instant,
    text,
    words,
)
from inspections.models import AnswerKind, InspectionKind, PenaltyKind, Severity

MOST_FILES = 9


def few_files(_form: Any, field: Any) -> None:
    """At most nine files at a time."""
    if len([file for file in field.data or [] if file]) > MOST_FILES:
        raise ValidationError(_("一次最多 %(most)d 个文件。", most=MOST_FILES))


class StartForm(Form):
    """Begin an inspection."""

    kind = choice(_l("检查类型"), InspectionKind.choices())
    second_officer_id = choice(_l("协办执法人员"), coerce=int)
    started_at = instant(_l("开始时间"))
    checklist_id = choice(_l("检查清单"), required=False, coerce=int)


class RecordForm(VersionedForm):
    """Who, when, and what was seen."""

    second_officer_id = choice(_l("协办执法人员"), coerce=int)
    started_at = instant(_l("开始时间"))
    ended_at = instant(_l("结束时间"), Later(), required=False)
    backdated_reason = text(_l("补录原因"), required=False)
    person_met = text(_l("现场负责人"), Later(), required=False, most=40)
    person_met_role = text(_l("职务"), required=False, most=40)
    certificates_shown = BooleanField(_l("已出示执法证件"), [Optional()])
    rights_told = BooleanField(_l("已告知申请回避、陈述申辩的权利和配合调查的义务"), [Optional()])
    production = words(_l("生产及污染防治设施运行情况"), Later(), required=False)
    narrative = words(_l("现场情况"), Later(), required=False)


class AnswerForm(Form):
    """One question of the checklist."""

    answer = RadioField(_l("检查结果"), [InputRequired(_l("请选择。"))], choices=AnswerKind.choices())
    remark = text(_l("说明"), required=False, most=500)


class FindingForm(Form):
    """A finding: what should be, what was, how grave."""

    requirement = words(_l("应当怎样"), most=1000)
    requirement_source = text(_l("要求的来源"), most=200)
    facts = words(_l("事实"), most=2000)
    severity = RadioField(_l("程度"), [InputRequired(_l("请选择。"))], choices=Severity.choices())
    violation_key = choice(_l("案由"), required=False)
    violation_branch = text(_l("情形"), required=False, most=100)
    outlet_code = code(_l("排放口"), required=False, most=20)
    corrected_on_spot = BooleanField(_l("已当场改正"), [Optional()])
    photos = MultipleFileField(_l("照片"), [few_files])


class ChecklistForm(Form):
    """The whole checklist on one page; the answers stand in fields of their own, one a question."""

    rest = BooleanField(_l("其余各项都符合"), [Optional()])


class SignatureForm(Form):
    """The party's signature as pen strokes or as a photo of paper, or the refusal in words."""

    strokes = HiddenField(validators=[Length(max=200_000)])
    signed_name = text(_l("签名人"), required=False, most=40)
    paper = FileField(_l("纸上签名的照片"))
    refusal = words(_l("拒签情况和见证"), required=False, most=500)

    def read_strokes(self) -> list[Any]:
        """The strokes; an unreadable or missing value is an empty signature."""
        try:
            found = json.loads(self.strokes.data or "[]")
        except ValueError:
            return []
        return found if isinstance(found, list) else []


class ReasonForm(Form):
    """A reason for what cannot be undone."""

    reason = words(_l("理由"), most=500)


class ConfirmForm(Form):
    """A confirmation."""


class OrderForm(VersionedForm):
    """责令改正: facts, law, what to do by when, by whom."""

    findings = SelectMultipleField(
        _l("依据的检查发现"),
        [InputRequired(_l("至少选一个问题。"))],
        coerce=int,
    )
    facts = words(_l("违法事实"), most=4000)
    evidence = words(_l("证据"), most=1000)
    rule_id = choice(_l("法律依据"))
    more_rules = SelectMultipleField(_l("其他案由的法律依据"), [Optional()], validate_choice=False)
    choice_reason = words(_l("选用理由"), required=False, most=500)
    content = words(_l("改正内容"), most=2000)
    days_allowed = count(_l("改正期限（天）"), NumberRange(1, 365, _l("填 1 到 365 天。")))
    working_days = RadioField(
        _l("期限按哪种天数计算"),
        [InputRequired(_l("请选择。"))],
        choices=[("1", _l("工作日")), ("0", _l("自然日"))],
        default="1",
    )
    second_officer_id = choice(_l("协办执法人员"), coerce=int)


class ResponseForm(Form):
    """The firm's answer to one item."""

    text = words(_l("改正情况"), most=2000)
    done_on = day(_l("完成日期"))
    files = MultipleFileField(_l("证明材料"), [few_files])


class JudgeForm(Form):
    """The officer's judgement of an answer."""

    accepted = RadioField(
        _l("审核结果"), [InputRequired(_l("请选择。"))], choices=[("1", _l("认可，已改正")), ("0", _l("退回补充"))]
    )
    judgement = words(_l("审核意见"), required=False, most=500)


class RecheckForm(Form):
    """Close the items that a re-check found put right."""

    items = SelectMultipleField(
        _l("复查确认已改正的项"),
        [Optional()],
        coerce=int,
    )


class DecisionForm(Form):
    """A penalty decision as its document reads."""

    number = text(_l("决定书文号"), most=80)
    office_id = choice(_l("处罚机关"), coerce=int)
    violation_key = choice(_l("案由"))
    violation_branch = text(_l("情形"), required=False, most=100)
    act_from = day(_l("行为开始日期"))
    act_to = day(_l("行为结束日期"))
    decided_on = day(_l("决定日期"))
    served_on = day(_l("送达日期"), required=False)
    rule_id = choice(_l("适用罚则"), required=False)
    choice_reason = words(_l("选用理由"), required=False, most=500)
    facts = words(_l("违法事实"), most=4000)
    kinds = SelectMultipleField(
        _l("处罚种类"),
        [InputRequired(_l("至少选一种处罚。"))],
        choices=PenaltyKind.choices(),
    )
    content = words(_l("处罚内容"), most=1000)
    fine = figure(_l("罚款（元）"), NumberRange(0, None, _l("不能为负。")), required=False)
    confiscated = figure(_l("没收（元）"), NumberRange(0, None, _l("不能为负。")), required=False)
    scan = FileField(_l("决定书扫描件"))


class DayForm(Form):
    """A day on which something was done."""

    on = day(_l("日期"))


class StayForm(Form):
    """Execution was stayed: since when and by what; or it is resumed, and then only since when."""

    on = day(_l("日期"))
    reason = words(_l("停止执行的裁定或决定"), required=False, most=500)


class DecideForm(StepUp):
    """A decision, by whoever proves once more who decides."""


class DecideQuashForm(StepUp):
    """Whether a quashing that somebody else noted takes effect, by whoever proves once more who decides."""

    granted = RadioField(
        _l("决定"), [InputRequired(_l("请选择。"))], choices=[("1", _l("确认撤销")), ("0", _l("不予撤销"))]
    )
    answer = words(_l("不予撤销的理由"), required=False, most=500)


class QuashForm(Form):
    """A decision was quashed: when and why."""

    quashed_on = day(_l("撤销日期"))
    reason = words(_l("撤销理由"), most=500)

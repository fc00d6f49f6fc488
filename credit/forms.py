"""The room's forms: shape only."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange

from accounts.forms import StepUp
from core.forms import FileField, Form, MultipleFileField, RadioField, choice, count, day, text, words
from credit.models import ListType
from registry.models import ServiceMode


class ConfirmForm(Form):
    """A confirmation."""


class DecideForm(StepUp):
    """A decision, by whoever proves once more who decides."""


class ReasonForm(StepUp):
    """The reason of a decision that cannot be undone, by whoever proves once more who decides."""

    reason = words(_l("理由"), most=1000)


class ProposeRemovalForm(Form):
    """Why a firm should be taken off the list."""

    reason = words(_l("移出的理由"), most=1000)


class DecideRemovalForm(StepUp):
    """Off the list or not, by whoever proves once more who decides."""

    granted = RadioField(
        _l("决定"), [InputRequired(_l("请选择。"))], choices=[("1", _l("移出名单")), ("0", _l("不予移出"))]
    )
    answer = words(_l("不予移出的理由"), required=False, most=1000)


class ProposeForm(Form):
    """Propose a listing."""

    list_type = choice(_l("名单"), ListType.choices())
    ground = text(_l("列入事由"), most=200)
    legal_basis = words(_l("列入依据"), most=500)
    term_months = count(_l("期限（月）"), NumberRange(1, 36, _l("填 1 到 36 个月。")))


class NoticeForm(Form):
    """How the prior notice is served."""

    mode = choice(_l("送达方式"), ServiceMode.choices())
    recipient = text(_l("收件人"), most=60)
    place = text(_l("送达地点"), required=False, most=200)
    remark = text(_l("备注"), required=False, most=200)


class DayForm(Form):
    """A day."""

    on = day(_l("日期"))


class ObjectionForm(Form):
    """The firm states its case."""

    text = words(_l("陈述申辩意见"), most=4000)


class AnswerForm(Form):
    """The answer to an objection."""

    upheld = RadioField(
        _l("是否采纳"), [InputRequired(_l("请选择。"))], choices=[("0", _l("不采纳")), ("1", _l("采纳，不予列入"))]
    )
    answer = words(_l("理由"), most=2000)


class RepairForm(Form):
    """The firm applies for repair of one record."""

    statement = words(_l("改正和履行情况"), most=2000)
    promise = words(_l("信用承诺"), most=1000)
    files = MultipleFileField(_l("证明材料"))


class FreezeForm(Form):
    """The day to freeze."""

    as_of = day(_l("评价日"))


class PromiseForm(Form):
    """A firm's public promise."""

    on = day(_l("承诺日期"))
    letter = FileField(_l("承诺书"))

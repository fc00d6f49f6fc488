"""Forms of execution reports."""

from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from accounts.forms import StepUp
from core.forms import (
    FileField,
    Later,
    VersionedForm,
    choice,
    count,
    figure,
    words,
)
from permits import actions
from permits.forms.rows import MOST_ROWS, Row, few_decimals
from permits.rules import checks


class OperationForm(VersionedForm):
    """What a report says of its period as a whole."""

    shutdown_days = count(_l("停产天数"), NumberRange(0, 366, _l("应在 0 至 366 之间。")), default=0)
    narrative = words(_l("说明"), required=False, most=4000)


class FigureRow(wtforms.Form):
    """The figures of one line of a report; which line is hidden in it."""

    row = HiddenField()
    mean = figure(_l("平均值"), few_decimals, required=False)
    minimum = figure(_l("最小值"), few_decimals, required=False)
    maximum = figure(_l("最大值"), few_decimals, required=False)
    samples = count(_l("监测次数"), required=False)
    exceedances = count(_l("超标次数"), required=False)
    quantity = figure(_l("实际排放量"), few_decimals, required=False)


class FiguresForm(VersionedForm):
    """The figures of one outlet."""

    rows = FieldList(FormField(FigureRow), max_entries=MOST_ROWS)

    def facts(self) -> dict[str, actions.FigureInput]:
        """The figures by line."""
        return {
            str(entry.form.row.data): actions.FigureInput(**{name: entry.form[name].data for name in checks.FIELDS})
            for entry in self.rows
        }


class UploadForm(VersionedForm):
    """The template of a report, filled in."""

    file = FileField(_l("填好的模板（.xlsx）"), [InputRequired(_l("请选择文件。"))])


class HintRow(wtforms.Form):
    """Something odd and the reason for it."""

    key = HiddenField()
    reason = words(_l("原因"), Later(), required=False, most=500)


class HintsForm(VersionedForm):
    """Everything odd in a report."""

    rows = FieldList(FormField(HintRow), max_entries=MOST_ROWS)

    def reasons(self) -> dict[str, str]:
        """The reasons given, by the key of the remark."""
        return {str(entry.form.key.data): entry.form.reason.data or "" for entry in self.rows if entry.form.reason.data}


def _say_yes(_form: Any, field: Any) -> None:
    if not field.data:
        raise ValidationError(_("请确认声明后再签发。"))


class SignForm(VersionedForm, StepUp):
    """The signer's declaration and password."""

    declared = BooleanField(_l("我已阅读并作出以上声明"), [_say_yes])


class CommentRow(Row):
    """A remark on one place of a report."""

    field = choice(_l("针对哪一项"), required=False)
    text = words(_l("意见"), most=500)


class ReturnForm(VersionedForm):
    """Why a report goes back, and by when it is to be mended."""

    rows = FieldList(FormField(CommentRow), max_entries=60)
    days = count(_l("更正期限"), NumberRange(1, 60, _l("应在 1 至 60 个工作日之间。")), default=actions.CORRECTION_DAYS)

    def comments(self) -> list[actions.Comment]:
        """The remarks that were written."""
        rows: list[Any] = [entry.form for entry in self.rows if not entry.form.is_blank]
        return [actions.Comment(row.field.data or "", row.text.data) for row in rows]

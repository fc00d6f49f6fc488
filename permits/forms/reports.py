"""Forms of execution reports."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from accounts.forms import StepUp
from core.forms import (
    FileField,
    Later,
    MultipleFileField,
    VersionedForm,
    choice,
    count,
    day,
    figure,
    given,
    text,
    words,
)
from permits import actions
from permits.forms.rows import MOST_ROWS, Row, few_decimals
from permits.rules import checks, record
from permits.rules.checks import Line, Remark

MOST_SCANS = 20
MOST_LINES = 2000
"""Lines of a report that is keyed in on one page, all outlets together."""


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


def typed(row: str, figures: Line | actions.FigureInput) -> dict[str, Any]:
    """A line as its inputs begin."""
    values: dict[str, Any] = {"row": row}
    for name in checks.FIELDS:
        value = getattr(figures, name)
        values[name] = value if value is None or isinstance(value, int) else f"{value.normalize():f}"
    return values


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


class _ToldLater:
    """Marks what must be there, but is asked for together with everything that the rules find."""

    field_flags: ClassVar = {"later": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Refuse nothing: the act asks for it."""


def _few_scans(_form: Any, field: Any) -> None:
    if len([file for file in field.data or [] if file]) > MOST_SCANS:
        raise ValidationError(_("一次最多 %(most)d 个文件。", most=MOST_SCANS))


class PaperHintRow(wtforms.Form):
    """Something odd in a report on paper: what the paper says of it, or that it says nothing."""

    key = HiddenField()
    told = HiddenField()
    reason = words(_l("纸质报告说明的原因"), required=False, most=500)
    untold = BooleanField(_l("纸质报告未说明"))

    def validate_reason(self, field: Any) -> None:
        """One or the other."""
        if field.data and self.untold.data:
            raise ValidationError(_("写了原因的，不要再选“纸质报告未说明”。"))


class PaperForm(FiguresForm, OperationForm):
    """A report that came on paper: the paper itself, and everything that stands on it."""

    rows = FieldList(FormField(FigureRow), max_entries=MOST_LINES)
    file = FileField(_l("填好的模板（.xlsx）"))
    received_on = day(_l("收到日期"))
    signatory = text(_l("签字人"), most=40)
    post = text(_l("职务"), most=40)
    scans = MultipleFileField(_l("扫描件"), [_ToldLater(), _few_scans])
    hints = FieldList(FormField(PaperHintRow), max_entries=MOST_LINES)

    def paper(self) -> actions.PaperInput:
        """The form as the act takes it."""
        return actions.PaperInput(
            received_on=given(self.received_on.data),
            signatory=self.signatory.data or "",
            post=self.post.data or "",
            scans=[file for file in self.scans.data or [] if file and file.filename],
            figures=self.facts(),
            shutdown_days=self.shutdown_days.data or 0,
            narrative=self.narrative.data or "",
            reasons={
                str(row.key.data): {
                    "told": row.told.data or "",
                    "reason": row.reason.data or (record.UNTOLD if row.untold.data else ""),
                }
                for row in (entry.form for entry in self.hints)
            },
        )

    def fill(self, figures: Mapping[str, actions.FigureInput]) -> None:
        """Type the figures of a workbook into the rows that are there."""
        rows = [str(entry.form.row.data) for entry in self.rows]
        while self.rows.entries:
            self.rows.pop_entry()
        for row in rows:
            self.rows.append_entry(typed(row, figures.get(row, actions.FigureInput())))

    def ask(self, odd: Sequence[Remark]) -> None:
        """Ask for a word on everything odd, keeping what was said already."""
        said = {entry.form.key.data: entry.form for entry in self.hints}
        while self.hints.entries:
            self.hints.pop_entry()
        for each in odd[:MOST_LINES]:
            known = said.get(each.key)
            kept = {"reason": known.reason.data, "untold": known.untold.data} if known else {}
            self.hints.append_entry({"key": each.key, "told": str(each.text), **kept})

    def hidden_problem(self, name: str, message: str) -> None:
        """Put what a rule found at the figure or the reason that it names."""
        field: Any = None
        if ":" in name:
            field = next((entry.form.reason for entry in self.hints if entry.form.key.data == name), None)
        elif name.count("/") == 2:
            row, _slash, figure_name = name.rpartition("/")
            field = next((entry.form[figure_name] for entry in self.rows if entry.form.row.data == row), None)
        if field is None:
            super().hidden_problem(name, message)
        else:
            field.errors = [*field.errors, message]


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

"""Forms of self-monitoring."""

from datetime import datetime, timedelta
from typing import Any

import wtforms
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField
from wtforms.validators import InputRequired

from core import clock
from core.forms import FileField, Form, RadioField, choice, figure, given, instant, text, words
from permits.forms.rows import MOST_ROWS, few_decimals
from permits.models import MeasureKind
from permits.rules.results import Problem, ResultInput

_AT = {"at": "measured_at", "kind": "kind"}


class ResultRow(wtforms.Form):
    """One pollutant of a sample."""

    pollutant = HiddenField()
    value = figure(_l("结果"), few_decimals, required=False)
    unit = choice(_l("单位"), required=False)
    detection_limit = figure(_l("未检出时的检出限"), few_decimals, required=False)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(
            field.raw_data and str(field.raw_data[0]).strip() for field in (self.value, self.detection_limit)
        )


class ResultsForm(Form):
    """The results of one sample, or one mean, at one outlet."""

    kind = RadioField(
        _l("类型"), [InputRequired()], choices=[(each.code, each.label) for each in MeasureKind], default="sample"
    )
    measured_at = instant(_l("监测时间"))
    rows = FieldList(FormField(ResultRow), max_entries=MOST_ROWS)

    def moment(self) -> datetime:
        """The moment that the results are of: a mean's is the beginning of its hour or day."""
        local = clock.beijing(given(self.measured_at.data))
        if self.kind.data == MeasureKind.DAY.code:
            return local.replace(hour=0, minute=0, second=0, microsecond=0)
        if self.kind.data == MeasureKind.HOUR.code:
            return local - timedelta(minutes=local.minute, seconds=local.second)
        return local

    def facts(self, outlet_code: str) -> tuple[list[ResultInput], list[ResultRow]]:
        """The results that were typed, and the row of each."""
        at, kind = self.moment(), MeasureKind(self.kind.data)
        rows: list[Any] = [entry.form for entry in self.rows if not entry.form.is_blank]
        made = [
            ResultInput(
                outlet_code,
                str(row.pollutant.data),
                at,
                row.value.data,
                row.unit.data or "",
                kind,
                detection_limit=row.detection_limit.data,
            )
            for row in rows
        ]
        return made, rows

    def refuse_results(self, problems: list[Problem], rows: list[ResultRow]) -> None:
        """Put each problem at its field."""
        for each in problems:
            if each.field in _AT:
                if each.text not in self[_AT[each.field]].errors:
                    self.hidden_problem(_AT[each.field], each.text)
                continue
            field: Any = rows[each.index][each.field] if each.field in rows[each.index]._fields else None
            if field is None:
                self.form_errors.append(each.text)
            else:
                field.errors = [*field.errors, each.text]


class ResultsFileForm(Form):
    """Results in a workbook."""

    file = FileField(_l("填好的表（.xlsx 或 .csv）"), [InputRequired(_l("请选择文件。"))])


class InvalidForm(Form):
    """Why a result is invalid, and what proves it."""

    reason = words(_l("无效的理由"), most=400)
    proof = FileField(_l("证明（图片或 PDF）"), [InputRequired(_l("请选择文件。"))])


class TokenForm(Form):
    """A key for a firm's own program."""

    enterprise_id = choice(_l("企业"), coerce=int)
    name = text(_l("给哪个系统用"), most=60)

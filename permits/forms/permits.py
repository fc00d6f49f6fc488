"""Forms of permits and their versions: shape only; the law is in rules."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField
from wtforms.validators import NumberRange, Optional, ValidationError

from core.forms import (
    Form,
    VersionedForm,
    choice,
    code,
    count,
    day,
    figure,
    given,
    text,
    words,
)
from core.said import shown
from permits import actions
from permits.forms.rows import MOST_ROWS, Row, RowsForm, few_decimals
from permits.models import EndGround, LimitKind, LimitSource, OutletKind, ReportPeriod, VersionGround
from permits.rules import periods
from permits.rules.monitoring import why_not
from registry.models import Category

UNITS = ("mg/m³", "μg/m³", "ng-TEQ/m³", "kg/h", "mg/L", "μg/L", "t", "级", "无量纲")


class FaceForm(VersionedForm):
    """What stands on the face of a permit, with its first version."""

    permit_no = code(_l("许可证编号"))
    category = choice(_l("管理类别"), [(each.code, each.label) for each in Category if each is not Category.NONE])
    authority_id = choice(_l("发证机关"), coerce=int)
    issued_on = day(_l("首次发证日期"))
    ground = choice(_l("形成原因"), VersionGround.choices())
    in_force_from = day(_l("本版施行起"))
    valid_from = day(_l("有效期起"))
    valid_to = day(_l("有效期止"))
    applied_on = day(_l("申请日期"), required=False)
    decided_on = day(_l("决定日期"), required=False)
    remark = words(_l("说明"), required=False, most=1000)

    def version_facts(self) -> actions.VersionInput:
        """What the version says of itself."""
        return _version_facts(self)


class VersionForm(VersionedForm):
    """What a later version says of itself."""

    ground = choice(_l("形成原因"), [(each.code, each.label) for each in VersionGround if each.code != "first"])
    in_force_from = day(_l("本版施行起"))
    valid_from = day(_l("有效期起"))
    valid_to = day(_l("有效期止"))
    applied_on = day(_l("申请日期"), required=False)
    decided_on = day(_l("决定日期"), required=False)
    remark = words(_l("说明"), required=False, most=1000)

    def version_facts(self) -> actions.VersionInput:
        """What the version says of itself."""
        return _version_facts(self)


def _version_facts(form: Any) -> actions.VersionInput:
    return actions.VersionInput(
        ground=VersionGround(form.ground.data),
        in_force_from=given(form.in_force_from.data),
        valid_from=given(form.valid_from.data),
        valid_to=given(form.valid_to.data),
        applied_on=form.applied_on.data,
        decided_on=form.decided_on.data,
        remark=form.remark.data or "",
    )


class OutletRow(Row):
    """One outlet."""

    code = code(_l("编号"), most=20)
    name = text(_l("名称"), most=60)
    kind = choice(_l("类型"), OutletKind.choices())
    destination = text(_l("去向、高度等"), required=False, most=100)


class OutletsForm(RowsForm):
    """Every outlet of a version."""

    rows = FieldList(FormField(OutletRow), max_entries=MOST_ROWS)

    def facts(self) -> list[actions.OutletInput]:
        """The rows as the act takes them."""
        return [
            actions.OutletInput(row.code.data, row.name.data, OutletKind(row.kind.data), row.destination.data or "")
            for row in self.filled()
        ]


class LimitRow(Row):
    """One limit."""

    outlet_code = choice(_l("排放口"))
    pollutant_code = choice(_l("污染物"))
    kind = choice(_l("限值种类"), LimitKind.choices())
    value_low = figure(_l("下限"), few_decimals, required=False)
    value = figure(_l("限值"), few_decimals)
    unit = choice(_l("单位"), [(each, each) for each in UNITS])
    source = choice(_l("限值来源"), LimitSource.choices())
    basis = text(_l("执行标准"), required=False, most=100)


class LimitsForm(RowsForm):
    """Every limit of a version."""

    rows = FieldList(FormField(LimitRow), max_entries=MOST_ROWS)

    def facts(self, names: dict[str, str]) -> list[actions.LimitInput]:
        """The rows as the act takes them."""
        return [
            actions.LimitInput(
                outlet_code=row.outlet_code.data,
                pollutant_code=row.pollutant_code.data,
                pollutant_name=names[row.pollutant_code.data],
                kind=LimitKind(row.kind.data),
                value=row.value.data,
                unit=row.unit.data,
                value_low=row.value_low.data,
                basis=row.basis.data or "",
                source=LimitSource(row.source.data),
            )
            for row in self.filled()
        ]


class MonitoringRow(Row):
    """How often one pollutant is measured at one outlet."""

    outlet_code = choice(_l("排放口"))
    pollutant_code = choice(_l("污染物"))
    frequency = text(_l("频次"), most=30)
    method = text(_l("方式"), required=False, most=60)

    def validate_frequency(self, field: Any) -> None:
        """A last day must follow from the words, unless an instrument measures."""
        if why := why_not(field.data or "", self.method.data or ""):
            raise ValidationError(shown(why))


class MonitoringForm(RowsForm):
    """Every monitoring requirement of a version."""

    rows = FieldList(FormField(MonitoringRow), max_entries=MOST_ROWS)

    def facts(self, names: dict[str, str]) -> list[actions.MonitoringInput]:
        """The rows as the act takes them."""
        return [
            actions.MonitoringInput(
                row.outlet_code.data,
                row.pollutant_code.data,
                names[row.pollutant_code.data],
                row.frequency.data,
                row.method.data or "",
            )
            for row in self.filled()
        ]


class ReportRow(Row):
    """One kind of report that is owed."""

    period = choice(_l("周期"), ReportPeriod.choices())
    due_days = count(_l("期后多少日内"), NumberRange(1, 366, _l("应在 1 至 366 之间。")))
    condition_label = code(_l("副本条款"), required=False, most=20)
    replaces_last = BooleanField(_l("年报代替当年第四季度和十二月的报告"), [Optional()])


class ReportsForm(RowsForm):
    """Every report that a version demands."""

    rows = FieldList(FormField(ReportRow), max_entries=len(ReportPeriod))

    def facts(self) -> list[actions.ReportInput]:
        """The rows as the act takes them."""
        return [
            actions.ReportInput(
                ReportPeriod(row.period.data),
                row.due_days.data or periods.USUAL_DAYS[ReportPeriod(row.period.data)],
                row.condition_label.data or "",
                bool(row.replaces_last.data),
            )
            for row in self.filled()
        ]


class ConditionRow(Row):
    """One condition."""

    label = code(_l("条款"), most=20)
    category = text(_l("类别"), most=40)
    source = text(_l("来源"), required=False, most=100)
    text = words(_l("内容"), most=2000)
    standard_key = HiddenField(_l("标准条款"))


class ConditionsForm(RowsForm):
    """Every condition of a version."""

    rows = FieldList(FormField(ConditionRow), max_entries=MOST_ROWS)

    def facts(self) -> list[actions.ConditionInput]:
        """The rows as the act takes them."""
        return [
            actions.ConditionInput(
                row.label.data, row.category.data, row.text.data, row.source.data or "", row.standard_key.data or ""
            )
            for row in self.filled()
        ]


class EndForm(Form):
    """How, when and why a permit ends."""

    verb = choice(_l("方式"))
    ended_on = day(_l("生效日期"))
    ground = choice(_l("撤销、吊销的原因"), EndGround.choices())
    reason = words(_l("理由和依据"), most=1000)

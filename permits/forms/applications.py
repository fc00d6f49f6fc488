"""Forms of applications and registrations: shape only; the law is in rules and workflow."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField
from wtforms.validators import InputRequired, Optional

from core.forms import FileField, Form, Later, RadioField, VersionedForm, choice, code, day, given, text, words
from permits import actions
from permits.forms.permits import LimitsForm, MonitoringForm
from permits.forms.rows import MOST_ROWS, Row, RowsForm
from permits.models import FacilityKind, Opinion, PauseReason, Section
from registry.models import Category


class BeginForm(Form):
    """What is applied for, and about what."""

    kind = RadioField(_l("申请种类"), [InputRequired(_l("请选择。"))], choices=[])
    subject = choice(_l("许可证或场所"))


class UnitForm(VersionedForm):
    """The basic facts of the unit."""

    unit_name = text(_l("单位名称"), Later(), required=False, most=100)
    legal_representative = text(_l("法定代表人"), Later(), required=False, most=40)
    address = text(_l("注册地址"), Later(), required=False)
    site_address = text(_l("生产经营场所地址"), Later(), required=False)
    contact_name = text(_l("联系人"), Later(), required=False, most=40)
    contact_phone = code(_l("联系电话"), Later(), required=False, most=30)
    category = RadioField(
        _l("管理类别"),
        [Later(), Optional()],
        choices=[(each.code, each.label) for each in (Category.KEY, Category.SIMPLIFIED)],
    )
    changed_on = day(_l("基本信息变更日期"), required=False)
    new_project = BooleanField(_l("有新建、改建、扩建项目"), [Optional()])

    def facts(self) -> actions.UnitInput:
        """The facts as the act takes them."""
        return actions.UnitInput(
            unit_name=self.unit_name.data or "",
            legal_representative=self.legal_representative.data or "",
            address=self.address.data or "",
            site_address=self.site_address.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            category=Category.of(self.category.data),
            changed_on=self.changed_on.data,
            new_project=bool(self.new_project.data),
        )


class GroundsForm(VersionedForm):
    """Why it is applied for."""

    reason = words(_l("申请理由"), Later(), required=False, most=2000)
    ends_on = day(_l("停止排污日期"), Later(), required=False)


class FacilityRow(Row):
    """One facility."""

    code = code(_l("编号"), most=20)
    name = text(_l("名称"), most=60)
    kind = choice(_l("类型"), FacilityKind.choices())
    technique = text(_l("工艺"), required=False, most=100)
    capacity = text(_l("能力或参数"), required=False, most=100)


class FacilitiesForm(RowsForm):
    """Every facility of an application."""

    rows = FieldList(FormField(FacilityRow), max_entries=MOST_ROWS)

    def facts(self) -> list[actions.FacilityInput]:
        """The rows as the act takes them."""
        return [
            actions.FacilityInput(
                row.code.data,
                row.name.data,
                FacilityKind(row.kind.data),
                row.technique.data or "",
                row.capacity.data or "",
            )
            for row in self.filled()
        ]


class AskedLimitsForm(LimitsForm):
    """Every limit asked for, with the calculation of the quantities."""

    note = words(_l("排放量计算过程"), required=False, most=8000)


class AskedMonitoringForm(MonitoringForm):
    """Every pollutant to be measured, with the plan in words."""

    note = words(_l("自行监测方案"), Later(), required=False, most=8000)


class CommitmentForm(VersionedForm):
    """The commitment."""

    committed = BooleanField(_l("本单位已阅读并作出以上承诺"), [Optional()])


class AttachForm(Form):
    """A file and what it is."""

    caption = text(_l("这是什么材料"), most=60)
    file = FileField(_l("文件（PDF 或照片）"), [InputRequired(_l("请选择文件。"))])


class KeyInForm(Form):
    """When the paper application was received."""

    received_on = day(_l("收到日期"))


class RemarkRow(Row):
    """A remark on a section."""

    field = choice(_l("针对哪一部分"), [("", _l("整份申请")), *Section.choices()], required=False)
    text = words(_l("内容"), most=1000)


class RemarksForm(Form):
    """Remarks by section."""

    rows = FieldList(FormField(RemarkRow), max_entries=60)

    def add_blank(self, number: int) -> None:
        """Offer more empty rows."""
        for _each in range(number):
            self.rows.append_entry()

    def remarks(self) -> list[actions.Remark]:
        """What was written."""
        return [
            actions.Remark(Section.of(entry.form.field.data or ""), entry.form.text.data or "")
            for entry in self.rows
            if not entry.form.is_blank
        ]


class PauseForm(Form):
    """Days that do not count."""

    why = choice(_l("原因"), PauseReason.choices())
    asks = words(_l("要求申请人办理"), required=False, most=500)
    words = words(_l("说明"), most=500)
    first_day = day(_l("首日"))
    last_day = day(_l("末日"), required=False)

    def facts(self) -> actions.StopInput:
        """The stop as the action takes it."""
        return actions.StopInput(
            PauseReason(given(self.why.data)),
            self.words.data or "",
            given(self.first_day.data),
            self.last_day.data,
            self.asks.data or "",
        )


class ResumeForm(Form):
    """The end of days that do not count."""

    last_day = day(_l("末日"))


class QuestionForm(Form):
    """What is to be seen at the site."""

    question = words(_l("要核查什么"), most=1000)


class ReviewForm(Form):
    """The opinion that ends the examination."""

    opinion = RadioField(_l("审查意见"), [InputRequired(_l("请选择。"))], choices=Opinion.choices())
    words = words(_l("说明"), most=2000)

    def facts(self) -> tuple[Opinion, str]:
        """The opinion and its words."""
        return Opinion(given(self.opinion.data)), self.words.data or ""


class BeginRegistrationForm(Form):
    """What is filed, and for which site."""

    subject = choice(_l("办理什么"))


class RegistrationForm(VersionedForm):
    """排污登记表."""

    unit_name = text(_l("单位名称"), Later(), required=False, most=100)
    legal_representative = text(_l("法定代表人"), Later(), required=False, most=40)
    site_address = text(_l("生产经营场所地址"), Later(), required=False)
    contact_name = text(_l("联系人"), Later(), required=False, most=40)
    contact_phone = code(_l("联系电话"), Later(), required=False, most=30)
    products = words(_l("主要产品及规模"), Later(), required=False, most=500)
    processes = words(_l("主要工艺"), Later(), required=False, most=500)
    fuels = words(_l("燃料和主要原辅料"), required=False, most=500)
    discharges = words(_l("污染物排放去向和治理设施"), Later(), required=False, most=1000)
    standards = words(_l("执行的排放标准"), Later(), required=False, most=500)
    changed_on = day(_l("信息变动日期"), required=False)
    reason = words(_l("注销理由"), required=False, most=500)

    def facts(self) -> actions.RegistrationInput:
        """The form as the act takes it."""
        names = (
            "unit_name",
            "legal_representative",
            "site_address",
            "contact_name",
            "contact_phone",
            "products",
            "processes",
            "fuels",
            "discharges",
            "standards",
            "reason",
        )
        return actions.RegistrationInput(
            **{name: self._fields[name].data or "" for name in names}, changed_on=self.changed_on.data
        )

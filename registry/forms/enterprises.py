"""Forms about enterprises, sites, lists and representatives: shape only."""

from flask_babel import lazy_gettext as _l

from core.forms import FileField, Form, VersionedForm, choice, code, day, figure, text, words
from registry.models import Category, IdKind, ListKind, Mandate, Scale


class EnterpriseForm(VersionedForm):
    """What is written down about an enterprise."""

    id_kind = choice(_l("证号种类"), IdKind.choices())
    credit_code = code(_l("统一社会信用代码或证号"), most=40)
    name = text(_l("名称"), most=120)
    renamed_on = day(_l("更名日期"), required=False)
    legal_representative = text(_l("法定代表人"), required=False, most=40)
    contact_name = text(_l("环保联系人"), required=False, most=40)
    contact_phone = code(_l("联系电话"), required=False, most=30)
    address = text(_l("注册地址"), required=False)
    industry_code = code(_l("行业代码"), required=False, most=6)
    scale = choice(_l("规模"), [("", _l("不清楚")), *Scale.choices()], required=False)
    category = choice(_l("排污许可管理类别"), Category.choices())
    area_id = choice(_l("所在县市、园区"), coerce=int)
    office_id = choice(_l("监管机关"), coerce=int)
    remark = words(_l("备注"), required=False, most=1000)


class MatchForm(Form):
    """Look for duplicates before registering."""

    credit_code = code(_l("统一社会信用代码"), required=False)
    name = text(_l("名称"), most=120)


class SiteForm(VersionedForm):
    """What is written down about a site."""

    name = text(_l("场所名称"), most=120)
    address = text(_l("地址"), required=False)
    area_id = choice(_l("所在县市、园区"), coerce=int)
    office_id = choice(_l("监管机关"), coerce=int)
    longitude = figure(_l("经度"), required=False)
    latitude = figure(_l("纬度"), required=False)
    control_unit = text(_l("三线一单管控单元"), required=False, most=60)
    industry_code = code(_l("行业代码"), required=False, most=6)
    category = choice(_l("排污许可管理类别"), Category.choices())


class StatusForm(Form):
    """Why and since when an enterprise stopped, closed or runs again."""

    reason = text(_l("原因"), most=200)
    since = day(_l("日期"))


class DayForm(Form):
    """A day."""

    on = day(_l("日期"))


class ListForm(Form):
    """Put an enterprise on a list."""

    kind = choice(_l("名录"), ListKind.choices())
    criterion = text(_l("纳入条件"), most=200)
    basis = text(_l("依据"), most=200)
    added_on = day(_l("纳入日期"))


class RemoveForm(Form):
    """Take an enterprise off a list."""

    reason = text(_l("移出原因"), most=200)
    removed_on = day(_l("移出日期"))


class RepresentativeForm(Form):
    """Let a person speak for an enterprise."""

    username = code(_l("登录名"))
    mandate = choice(_l("权限"), Mandate.choices())
    since = day(_l("授权起"))
    until = day(_l("授权止"), required=False)
    letter = FileField(_l("授权书"))


class ConfirmForm(Form):
    """A confirmation."""


class RemindForm(Form):
    """A word to go with a reminder."""

    note = text(_l("附言"), required=False, most=200)

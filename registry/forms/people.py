"""Forms about who speaks for a firm: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired

from core.forms import FileField, Form, code, day, text


class AppointForm(Form):
    """Let somebody fill in for the firm."""

    username = code(_l("登录名"))
    name = text(_l("姓名"), most=40)
    since = day(_l("授权起"))
    until = day(_l("授权止"), required=False)
    letter = FileField(_l("授权书"), [FileRequired(_l("请上传授权书。"))])


class DismissForm(Form):
    """End a mandate, with the reason."""

    on = day(_l("最后一日"))
    reason = text(_l("理由"), most=200)

"""Handing in, and what becomes of it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms.validators import InputRequired

from core.forms import Form, MultipleFileField, RadioField, words


class HandInForm(Form):
    """The files, and a word to go with them."""

    files = MultipleFileField(_l("报送的文件"), [FileRequired(_l("请选择要报送的文件。"))])
    note = words(_l("说明"), required=False, most=1000)


class JudgeHandInForm(Form):
    """Confirmed, or given back with what is lacking."""

    accepted = RadioField(
        _l("处理结果"), [InputRequired(_l("请选择。"))], choices=[("1", _l("确认，符合要求")), ("0", _l("退回补充"))]
    )
    reason = words(_l("退回理由"), required=False, most=500)

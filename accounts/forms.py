"""What is typed at the door and about people."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from core.forms import Form, code


class SignInForm(Form):
    """Name and password; the one-time code is asked for when the account has one."""

    username = code(_l("登录名"))
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])
    one_time_code = code(_l("动态口令"), required=False, most=10)

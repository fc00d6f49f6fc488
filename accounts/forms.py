"""What is typed at the door and about people."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Optional

from accounts.actions import step_up
from accounts.people import me
from accounts.roles import Role
from core import clock
from core.forms import Form, SelectMultipleField, VersionedForm, choice, code, day, text


class SignInForm(Form):
    """Name and password; the one-time code is asked for when the account has one."""

    username = code(_l("登录名"))
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])
    one_time_code = code(_l("动态口令"), required=False, most=10)


class PasswordForm(Form):
    """The old password and the new one, twice."""

    old = PasswordField(_l("现在的密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])
    new = PasswordField(_l("新密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])
    again = PasswordField(_l("再写一遍新密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])


class TotpForm(Form):
    """The six digits that prove the authenticator works, and the password."""

    code = code(_l("动态口令"), most=10)
    password = PasswordField(_l("密码"), [InputRequired(_l("请填写此项。")), Length(max=200)])


class ConfirmForm(Form):
    """A confirmation without further input."""


class StepUp(Form):
    """The end of a form of consequence: who acts types the password again, and the one-time code where one is bound."""

    password = PasswordField(_l("您的登录密码"), [InputRequired(_l("请输入密码。")), Length(max=200)])
    one_time_code = code(_l("动态口令"), required=False, most=10)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Ask for the code only of whom has one."""
        super().__init__(*args, **options)
        if not me().totp_secret:
            del self.one_time_code

    def proof(self) -> tuple[str, str]:
        """What was typed: password and one-time code."""
        code_ = self.one_time_code.data if self.one_time_code else ""
        return self.password.data or "", code_ or ""

    def prove(self) -> None:
        """Refuse whoever cannot prove who they are; to be called before the act."""
        step_up(me(), *self.proof(), now=clock.now())


class UserForm(VersionedForm):
    """A person's account."""

    username = code(_l("登录名"), most=40)
    name = text(_l("姓名"), most=40)
    office_id = choice(_l("所属机关"), required=False, coerce=int)
    roles = SelectMultipleField(
        _l("角色"),
        [InputRequired(_l("至少选一个角色。"))],
        choices=Role.choices(),
    )
    telephone = code(_l("电话"), required=False)
    email = code(_l("邮箱"), required=False, most=120)
    certificate_number = code(_l("行政执法证号"), required=False)
    certificate_until = day(_l("执法证有效期至"), required=False)


class ViewForm(Form):
    """A list with its filters, to be kept under a name."""

    name = text(_l("视图名称"), most=40)
    shared = BooleanField(_l("本机关都能用"), [Optional()])
    ledger = HiddenField(validators=[InputRequired(_l("请填写此项。")), Length(max=40)])
    path = HiddenField(validators=[InputRequired(_l("请填写此项。")), Length(max=200)])
    query = HiddenField(validators=[Length(max=2000, message=_l("条件太长，不能存为视图。"))])

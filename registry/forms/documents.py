"""Forms of issued documents."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms.validators import ValidationError

from core.forms import FileField, Form, choice, code, day, text, words
from registry.models import ServiceMode
from registry.rules.documents import code_of


def _a_code(_form: Any, field: Any) -> None:
    if field.data and not code_of(field.data):
        raise ValidationError(_l("验证码是 16 位字母和数字，印在二维码旁。"))


class VerifyForm(Form):
    """A file to be checked, with the code it should bear when one has it; nothing of it is kept, so it bears no token."""

    class Meta(Form.Meta):
        """Without a token there is no cookie."""

        csrf = False

    file = FileField(_l("PDF 文件"), [FileRequired(_l("请选择要核对的 PDF 文件。"))])
    code = code(_l("文书上的验证码"), _a_code, required=False)


class ServeForm(Form):
    """How a document was served, or why it could not be."""

    mode = choice(_l("送达方式"), [(mode.code, _l(mode.label)) for mode in ServiceMode])
    recipient = text(_l("受送达人或代收人"), most=80)
    place = text(_l("送达地点"), required=False)
    noticed_on = day(_l("公告日期"), required=False)
    served_on = day(_l("送达日期"), required=False)
    failure = text(_l("未送达的原因"), required=False)
    witness = text(_l("见证人"), required=False, most=80)
    remark = words(_l("备注"), required=False, most=1000)

    def facts(self) -> dict[str, Any]:
        """The record as ``documents.serve`` takes it."""
        return {
            "mode": ServiceMode(self.mode.data),
            "recipient": self.recipient.data,
            "place": self.place.data or "",
            "noticed_on": self.noticed_on.data,
            "served_on": self.served_on.data,
            "failure": self.failure.data or "",
            "witness": self.witness.data or "",
            "remark": self.remark.data or "",
        }


class VoidForm(Form):
    """Why a document is voided."""

    reason = words(_l("作废原因"), most=500)

"""Forms of moved last days."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from core.forms import FlexibleIntegerField, Form, choice, day, text
from law.actions import Move
from law.forms import AskForm


class _Moved:
    """Which last day is moved, to when, on which document."""

    key = choice(_l("期限"))
    usual_on = day(_l("原定日期"))
    moved_to = day(_l("改定日期"))
    number = text(_l("依据的文号"), most=80)
    document = text(_l("依据的文件名称"), most=120)

    def facts(self) -> Move:
        """What was typed; raises nothing, the form is valid."""
        usual: date = self.usual_on.data  # type: ignore[assignment]
        moved: date = self.moved_to.data  # type: ignore[assignment]
        return Move(self.key.data or "", usual, moved, self.number.data or "", self.document.data or "")


class MoveAskForm(_Moved, AskForm):
    """What a move would move: asked by address, nothing is kept."""


class MoveForm(_Moved, Form):
    """The same, to be kept, with how many obligations the person was shown."""

    seen = FlexibleIntegerField(validators=[Optional()])

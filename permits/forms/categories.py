"""Forms of the category advisor: its questions follow from the industries, so the form is made for them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

from core.forms import Form, choice, code, figure, words
from permits.rules.catalog import AnswerKind, Answers, Question
from registry.models import Category

YES_NO = (("yes", _l("是")), ("no", _l("否")))


class _Questions(wtforms.Form):
    """Asked in the address, so that what was answered can be sent on and stored by nobody."""

    industries = code(_l("行业代码"), most=60)


class ConfirmCategoryForm(Form):
    """The category that an officer confirms."""

    category = choice(_l("认定为"), Category.choices())
    reason = words(_l("理由"), required=False, most=1000)


def questions_form(questions: Iterable[Question], given: Mapping[str, Any], **data: Any) -> Any:
    """A form that asks these questions, filled from an address."""
    fields = {each.key: _field(each) for each in questions}
    made: Any = type("QuestionsForm", (_Questions,), fields)
    return made(given, data=data) if given else made(data=data)


def _field(question: Question) -> Any:
    label = _(question.label)
    if question.kind is AnswerKind.NUMBER:
        return figure(label, NumberRange(0, None, _l("不能小于 0。")), required=False)
    pairs = YES_NO if question.kind is AnswerKind.YES_NO else question.choices
    return choice(label, [("", _l("还不清楚")), *pairs], required=False)


def answers_in(form: Any, questions: Iterable[Question]) -> Answers:
    """What was answered, without what is open or wrong."""
    found: dict[str, str | Decimal] = {}
    for each in questions:
        field = form[each.key]
        if field.data not in (None, "") and not field.errors:
            found[each.key] = field.data
    return found

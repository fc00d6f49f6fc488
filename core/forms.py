"""Shape of input: what every form shares. Law lives in rules, never here."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import wtforms
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    DateField,
    DateTimeLocalField,
    DecimalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from core import clock
from core.text import date_of, halfwidth, hidden_characters

__all__ = ["FileField", "MultipleFileField"]


def no_hidden_characters(_form: Any, field: Any) -> None:
    """Refuse control, bidirectional and zero-width characters by name; rare Chinese characters pass."""
    if isinstance(field.data, str) and (found := hidden_characters(field.data)):
        raise ValidationError(_("含有不能保存的隐藏字符：%(found)s，请删去。", found="、".join(found)))


def stripped(value: Any) -> Any:
    """Outer blanks off."""
    return value.strip() if isinstance(value, str) else value


def narrowed(value: Any) -> Any:
    """Full-width to half-width: for codes and telephones."""
    return halfwidth(value) if isinstance(value, str) else value


def _rules(required: bool, extra: Iterable[Any]) -> list[Any]:
    first: list[Any] = [InputRequired(_l("请填写此项。"))] if required else [Optional()]
    return [*first, *extra]


class Later:
    """Marks what may be left open in a draft and must be there at the end: it is not called optional."""

    field_flags = {"later": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        """Refuse nothing: the rules ask for it at the end."""


class FlexibleDateField(DateField):
    """A legal date: the native picker, or typed as 2026.11.23 or 2026年11月23日."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the date as people write it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        found = date_of(valuelist[0])
        if found is None:
            self.data = None
            raise ValueError(_("请写成 2026-11-23 这样的日期。"))
        self.data = found


class InstantField(DateTimeLocalField):
    """A moment on a Beijing clock, to the minute (native ``datetime-local``); an aware instant in Python."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the local time as Beijing time."""
        text = halfwidth(valuelist[0]).replace(" ", "T") if valuelist else ""
        self.raw_data = [text]
        if not text:
            self.data = None
            return
        try:
            self.data = datetime.fromisoformat(text).replace(tzinfo=clock.BEIJING)
        except ValueError as error:
            self.data = None
            raise ValueError(_("请写成 2026-11-23 09:30 这样的时间。")) from error

    def _value(self) -> str:
        if self.data is not None:
            return clock.beijing(self.data).strftime("%Y-%m-%dT%H:%M")
        return self.raw_data[0] if self.raw_data else ""


class FlexibleDecimalField(DecimalField):
    """An exact figure; full-width digits and thousands separators are understood, nothing is rounded."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the figure, or say that it is none."""
        text = halfwidth(valuelist[0]).replace(",", "") if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = Decimal(text)
        except InvalidOperation as error:
            self.data = None
            raise ValueError(_("请填写数字。")) from error
        if not self.data.is_finite() or abs(self.data) >= Decimal(10) ** 13:
            self.data = None
            raise ValueError(_("请填写数字。"))


class FlexibleIntegerField(IntegerField):
    """A whole number; full-width digits are understood."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say that it is none."""
        super().process_formdata([halfwidth(text) for text in valuelist])


def _as_choices(given: Any) -> Any:
    """Pairs (value, label) as the objects that WTForms wants; what is one already, a function or None stays."""
    if given is None or callable(given):
        return given
    return [SelectChoice(*each) if isinstance(each, tuple) else each for each in given]


class _Pairs:
    """A field whose choices may be given as pairs, at any time."""

    def __init__(self, *args: Any, choices: Any = None, **options: Any) -> None:
        """Read the pairs."""
        super().__init__(*args, choices=_as_choices(choices), **options)  # type: ignore[call-arg]

    @property
    def choices(self) -> Any:
        """What may be chosen."""
        return self._choices

    @choices.setter
    def choices(self, given: Any) -> None:
        self._choices = _as_choices(given)

    def iter_choices(self) -> Any:
        """What may be chosen, each in the reader's language; names of places and people are their own translation."""
        for each in super().iter_choices():  # type: ignore[misc]
            yield each._replace(label=_(str(each.label))) if each.label else each


class ChoiceField(_Pairs, SelectField):
    """One of a list, in a select box."""


class RadioField(_Pairs, wtforms.RadioField):
    """One of a few, each to be seen."""


class SelectMultipleField(_Pairs, wtforms.SelectMultipleField):
    """Any of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def text(label: Any, *extra: Any, required: bool = True, most: int = 200, **options: Any) -> StringField:
    """One line of text."""
    rules = [Length(max=most, message=_l("最多 %(max)d 个字。")), no_hidden_characters, *extra]
    return StringField(label, _rules(required, rules), filters=[stripped], **options)


def code(label: Any, *extra: Any, required: bool = True, most: int = 40, **options: Any) -> StringField:
    """A code or number as text: full-width characters are narrowed."""
    rules = [Length(max=most, message=_l("最多 %(max)d 个字。")), no_hidden_characters, *extra]
    return StringField(label, _rules(required, rules), filters=[narrowed], **options)


def words(label: Any, *extra: Any, required: bool = True, most: int = 4000, **options: Any) -> TextAreaField:
    """A text of several lines."""
    rules = [Length(max=most, message=_l("最多 %(max)d 个字。")), no_hidden_characters, *extra]
    return TextAreaField(label, _rules(required, rules), filters=[stripped], **options)


def day(label: Any, *extra: Any, required: bool = True, **options: Any) -> FlexibleDateField:
    """A legal date."""
    return FlexibleDateField(label, _rules(required, extra), **options)


def instant(label: Any, *extra: Any, required: bool = True, **options: Any) -> InstantField:
    """A moment, Beijing time."""
    return InstantField(label, _rules(required, extra), **options)


def figure(label: Any, *extra: Any, required: bool = True, **options: Any) -> FlexibleDecimalField:
    """An exact decimal figure."""
    return FlexibleDecimalField(label, _rules(required, extra), places=None, **options)


def count(label: Any, *extra: Any, required: bool = True, **options: Any) -> FlexibleIntegerField:
    """A whole number."""
    return FlexibleIntegerField(label, _rules(required, extra), **options)


def choice(
    label: Any,
    choices: Sequence[tuple[Any, Any]] | None = None,
    *,
    required: bool = True,
    coerce: Any = str,
    **options: Any,
) -> ChoiceField:
    """One of a list; set ``form.x.choices`` in the view when the list comes from the database.

    An empty choice comes first when nothing may be chosen beforehand; with ``coerce=int`` it is read as None.
    """

    def read(value: Any) -> Any:
        return None if value in ("", None, "None") else coerce(value)

    rules = [validators.InputRequired(_l("请选择。"))] if required else [Optional()]
    return ChoiceField(label, rules, choices=choices or (), coerce=read, **options)


class Form(FlaskForm):
    """A form of ours: protected against foreign posts, sent once, errors in the user's language."""

    class Meta(FlaskForm.Meta):
        """Words of WTForms itself: its own catalogues, kept; Flask-WTF's way reads them anew for each request."""

        cache_translations = True

        @property
        def locales(self) -> list[str]:
            """The language of this request."""
            locale = get_locale()
            return [locale.language] if locale else []

        def get_translations(self, form: Any) -> Any:
            """The catalogue of that language."""
            return DefaultMeta.get_translations(self, form)

    request_id = HiddenField(default=lambda: str(uuid.uuid4()))

    def hidden_problem(self, name: str, message: str) -> None:
        """Put a refusal that a rule found at the field where it can be mended (or at the form as a whole)."""
        field = self._fields.get(name)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    def refuse(self, missing: Iterable[Any]) -> None:
        """Show what a ``NotAllowed`` said, each item at its field where it has one."""
        for item in missing:
            self.hidden_problem(item.field or "", item.text)


class VersionedForm(Form):
    """A form that changes a row: it carries the version it was made from."""

    version = FlexibleIntegerField(validators=[Optional()])


def shown_version(form: VersionedForm) -> int | None:
    """The version of the row this form was made from."""
    value: int | None = form.version.data
    return value


Value = TypeVar("Value")


def given(value: Value | None) -> Value:
    """What a required field holds once its form has validated."""
    if value is None:
        raise ValueError("a required field is empty although its form validated")
    return value

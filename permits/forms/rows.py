"""Tables of inputs, and the smallest forms. Rows left wholly empty are not there."""

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from core.forms import (
    Form,
    VersionedForm,
    words,
)

MOST_ROWS = 400


def few_decimals(_form: Any, field: Any) -> None:
    """At most six decimals: what is kept is what was typed."""
    if field.data is not None and field.data.normalize().as_tuple().exponent < -6:
        raise ValidationError(_("最多 6 位小数。"))


class Row(wtforms.Form):
    """A row of a table of inputs; one in which nothing is typed counts as absent."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; what is only chosen from a list does not count."""
        typed = [
            field for field in self if not isinstance(field, wtforms.SelectField | BooleanField | wtforms.HiddenField)
        ]
        return not any(field.raw_data and str(field.raw_data[0]).strip() for field in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask nothing of a blank row."""
        return self.is_blank or super().validate(extra_validators)


class RowsForm(VersionedForm):
    """A table of rows, with a few empty ones to write in."""

    def filled(self) -> list[Any]:
        """The rows in which something was typed."""
        rows: list[Any] = [entry.form for entry in self._fields["rows"]]
        return [row for row in rows if not row.is_blank]

    def add_blank(self, number: int) -> None:
        """Offer more empty rows."""
        for _each in range(number):
            if len(self._fields["rows"].entries) < self._fields["rows"].max_entries:
                self._fields["rows"].append_entry()

    def add_filled(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write more rows than were typed, in the first blank ones or behind the last."""
        field = self._fields["rows"]
        kept = [entry.data for entry in field.entries if not entry.form.is_blank]
        while field.entries:
            field.pop_entry()
        for data in [*kept, *rows][: field.max_entries]:
            field.append_entry(data)

    def offer(self, **choices: Sequence[tuple[str, Any]]) -> None:
        """Say what may be chosen in each row."""
        for entry in self._fields["rows"]:
            for name, pairs in choices.items():
                entry.form[name].choices = pairs


class ConfirmForm(Form):
    """A confirmation."""


class ReasonForm(Form):
    """A reason."""

    reason = words(_l("理由"), most=1000)

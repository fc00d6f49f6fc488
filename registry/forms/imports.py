"""Forms of the import: the file, and what its columns mean."""

from collections.abc import Sequence
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired

from core import intake
from core.forms import ChoiceField, FileField, Form, choice
from registry.intake import mappings
from registry.intake.fields import FIELDS, LABELS


class UploadForm(Form):
    """A workbook."""

    file = FileField(_l("台账文件"), [FileRequired(_l("请选择文件。"))])


class ConfirmImportForm(Form):
    """Store what was tried."""


class MappingForm(Form):
    """What each column means; its fields are made for a workbook by ``mapping_form``."""

    tables: Sequence[intake.Table] = ()

    def column(self, table: int, column: int) -> ChoiceField:
        """The field of a column."""
        return cast(ChoiceField, self._fields[_name(table, column)])

    def chosen(self) -> dict[str, dict[str, int]]:
        """Signature of the headers → field → column."""
        found: dict[str, dict[str, int]] = {}
        for at, table in enumerate(self.tables):
            columns = {self.column(at, place).data: place for place in range(len(table.headers))}
            found[table.signature] = {key: place for key, place in columns.items() if key}
        return found

    def validate(self, *args: Any, **options: Any) -> bool:
        """Each meaning once, and what a row cannot do without."""
        good: bool = super().validate(*args, **options)
        for at, table in enumerate(self.tables):
            taken: dict[str, int] = {}
            for place in range(len(table.headers)):
                field = self.column(at, place)
                if field.data and field.data in taken:
                    told = _(
                        "与「%(header)s」选了同一个含义。", header=table.headers[taken[field.data]] or taken[field.data]
                    )
                    field.errors = [*field.errors, told]
                    good = False
                elif field.data:
                    taken[field.data] = place
            for key in mappings.lacking(taken):
                self.form_errors.append(_lacking(key, table))
                good = False
        return good


def _lacking(key: str, table: intake.Table) -> str:
    if key in {"name", "uscc"}:
        return str(_("「%(sheet)s」没有哪一列是%(label)s，请指定。", sheet=table.sheet, label=LABELS[key]))
    return str(_("「%(sheet)s」的「%(label)s」与拆开的列只能选一样。", sheet=table.sheet, label=LABELS[key]))


def _name(table: int, column: int) -> str:
    return f"column-{table}-{column}"


def mapping_form(mapping: intake.Mapping) -> MappingForm:
    """The form for a workbook, each kind of header row once, as the columns are understood now."""
    tables = list(mapping.kinds().values())
    choices = [("", _l("不导入")), *((field.key, field.label) for field in FIELDS)]
    made: dict[str, Any] = {"tables": tables}
    for at, table in enumerate(tables):
        meaning = {column: key for key, column in table.columns.items()}
        for place, header in enumerate(table.headers):
            label = header or _("第 %(n)d 列", n=place + 1)
            made[_name(at, place)] = choice(label, choices, required=False, default=meaning.get(place, ""))
    form: MappingForm = type("WorkbookMappingForm", (MappingForm,), made)()
    return form

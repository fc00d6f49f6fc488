"""Forms of corrections of accepted reports."""

from flask_babel import lazy_gettext as _l

from core.forms import VersionedForm, words
from permits.forms.reports import ReturnForm


class CorrectForm(VersionedForm):
    """Why a report is corrected, or why it is left as it was accepted."""

    reason = words(_l("理由"), most=1000)


class OrderForm(ReturnForm):
    """Why the office wants an accepted report corrected, what at which places, and by when."""

    reason = words(_l("为什么要求更正"), most=1000)

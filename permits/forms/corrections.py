"""Forms of corrections of accepted reports."""

from flask_babel import lazy_gettext as _l

from core.forms import words
from permits.forms.reports import ReturnForm


class OrderForm(ReturnForm):
    """Why the office wants an accepted report corrected, what at which places, and by when."""

    reason = words(_l("为什么要求更正"), most=1000)

"""Forms of exceedances."""

from flask_babel import lazy_gettext as _l

from core.forms import (
    Form,
    words,
)


class HandleForm(Form):
    """What was done about an exceedance."""

    handling = words(_l("处理情况"), most=1000)

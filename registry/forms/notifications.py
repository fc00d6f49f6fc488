"""Forms of messages and the calendar."""

from core.forms import Form


class CalendarForm(Form):
    """Asks for nothing: the button opens a new secret address."""

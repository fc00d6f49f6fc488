"""The form of an emission right."""

from flask_babel import lazy_gettext as _l

from core.forms import Form, choice, code, day, figure, given, text
from permits.actions import RightInput
from permits.forms.rows import few_decimals
from permits.models import RightSource


class RightForm(Form):
    """A line of the ledger of rights."""

    pollutant_code = choice(_l("污染物"))
    source = choice(_l("来源或去向"), RightSource.choices())
    amount = figure(_l("数量"), few_decimals)
    period_from = day(_l("期限起"))
    period_to = day(_l("期限止"))
    counterparty = text(_l("交易对方"), required=False)
    price = figure(_l("成交价款"), few_decimals, required=False)
    basis = code(_l("依据"), most=120)

    def facts(self, names: dict[str, str]) -> RightInput:
        """The line; ``names`` are those of the pollutants by code."""
        chosen = given(self.pollutant_code.data)
        return RightInput(
            pollutant_code=chosen,
            pollutant_name=names[chosen],
            source=RightSource(self.source.data),
            amount=given(self.amount.data),
            period_from=given(self.period_from.data),
            period_to=given(self.period_to.data),
            counterparty=self.counterparty.data or "",
            price=self.price.data,
            basis=self.basis.data or "",
        )

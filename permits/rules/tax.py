"""Pollution equivalents of an outlet and a quarter, from the figures of accepted reports (环境保护税法).

What the bureau hands to the tax office (第十五条), never an assessment. The equivalents themselves are rows of the law
(``pollutants.csv``, each with its evidence); the rates of the region are not known here and nothing is multiplied by them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.words import Titled

KILOGRAMS = 1000
PLACES = Decimal("0.0001")
"""Four decimals of an equivalent are kept. Ours, no law: 未核对."""


class TaxGroup(Titled):
    """Whose equivalents are ranked together at an outlet (环境保护税法第九条)."""

    AIR = "air", "大气污染物"
    WATER_FIRST = "water_first", "第一类水污染物"
    WATER_OTHER = "water_other", "其他类水污染物"


COUNTED = {TaxGroup.AIR: 3, TaxGroup.WATER_FIRST: 5, TaxGroup.WATER_OTHER: 3}
"""How many pollutants of an outlet count, by equivalents in descending order (环境保护税法第九条)."""

REDUCED = ((Decimal("0.50"), Decimal("0.50")), (Decimal("0.70"), Decimal("0.75")))
"""At most this share of the limit → this share of the tax: 减按百分之五十、七十五 (第十三条; the second step from memory:
未核对, as are the conditions on exceedances in the 实施条例, so the number of exceedances stands beside it)."""


def group_of(medium: str, evidence: str) -> TaxGroup:
    """The group of a pollutant: ``class I`` in the evidence of its equivalent marks the first class of water."""
    if medium == "air":
        return TaxGroup.AIR
    return TaxGroup.WATER_FIRST if "class I" in evidence else TaxGroup.WATER_OTHER


def equivalents(tonnes: Decimal, kilograms_each: Decimal) -> Decimal:
    """污染当量数: the quantity in kilograms by the equivalent of the pollutant."""
    return (tonnes * KILOGRAMS / kilograms_each).quantize(PLACES, ROUND_HALF_UP)


def reduced_to(mean: Decimal | None, limit: Decimal | None) -> Decimal:
    """The share of the tax by how far the mean concentration stays under the limit; 1 where either is not known."""
    if mean is None or not limit or mean < 0:
        return Decimal(1)
    return next((share for bound, share in REDUCED if mean <= bound * limit), Decimal(1))


@dataclass(frozen=True)
class Emitted:
    """What left an outlet in a quarter, of one pollutant."""

    outlet_code: str
    pollutant_code: str
    group: TaxGroup
    equivalents: Decimal


def counted(emitted: Iterable[Emitted]) -> Sequence[Emitted]:
    """Those that count: of each outlet and group the largest, by code where they are equal."""
    kept: list[Emitted] = []
    places: dict[tuple[str, TaxGroup], int] = {}
    for each in sorted(emitted, key=lambda one: (-one.equivalents, one.pollutant_code)):
        place = places[each.outlet_code, each.group] = places.get((each.outlet_code, each.group), 0) + 1
        if place <= COUNTED[each.group]:
            kept.append(each)
    return kept


def rest_of_year(year: Decimal, quarters: Sequence[Decimal]) -> Decimal | None:
    """The last quarter where the year's report stands for it (办法第三十七条); None unless the other three are known."""
    rest = year - sum(quarters)
    return rest if len(quarters) == 3 and rest >= 0 else None

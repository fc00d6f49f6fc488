"""Pollution equivalents over all accepted reports, in one statement; ``rules.tax`` says the same of one outlet."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from accounts.models import User
from core.words import Titled
from law.models import Pollutant
from permits.models import ExecutionReport, PermitVersion, ReportFigure, ReportPeriod
from permits.rules import tax
from permits.rules.tax import TaxGroup
from registry.models import Enterprise
from registry.queries import sees


class TaxSource(Titled):
    """From which accepted reports the figures of a quarter come."""

    QUARTER = "quarter", "季报"
    MONTHS = "months", "三个月报合计"
    YEAR = "year", "年报减前三季度"


FIGURE = ReportFigure.quantity.type


def _quarter(day: Any) -> ColumnElement[int]:
    return (cast(extract("month", day), Integer) + 2) // 3


def _reported() -> Any:
    """Every accepted figure with a quantity, as it was accepted last, with its year and quarter."""
    return (
        select(
            ReportFigure.id,
            ReportFigure.outlet_code,
            ReportFigure.pollutant_code,
            ReportFigure.pollutant_name,
            ReportFigure.accepted_quantity.label("quantity"),
            ReportFigure.accepted_mean.label("mean"),
            ReportFigure.limit_value,
            func.coalesce(ReportFigure.accepted_exceedances, 0).label("exceedances"),
            ExecutionReport.id.label("report_id"),
            ExecutionReport.enterprise_id,
            ExecutionReport.period,
            PermitVersion.permit_id,
            cast(extract("year", ExecutionReport.period_to), Integer).label("year"),
            _quarter(ExecutionReport.period_to).label("quarter"),
        )
        .join(ExecutionReport, ExecutionReport.id == ReportFigure.report_id)
        .join(PermitVersion, PermitVersion.id == ExecutionReport.permit_version_id)
        .where(ExecutionReport.accepted_number.is_not(None), ReportFigure.accepted_quantity.is_not(None))
        .cte("reported")
    )


def _whole(rows: Any, source: TaxSource) -> list[Any]:
    """The columns that every source brings."""
    return [
        func.min(rows.c.id).label("id"),
        func.max(rows.c.report_id).label("report_id"),
        rows.c.enterprise_id,
        rows.c.permit_id,
        rows.c.year,
        rows.c.quarter,
        rows.c.outlet_code,
        rows.c.pollutant_code,
        func.max(rows.c.pollutant_name).label("pollutant_name"),
        type_coerce(func.sum(rows.c.quantity), FIGURE).label("quantity"),
        type_coerce(case((func.count(rows.c.mean) == func.count(), func.avg(rows.c.mean))), FIGURE).label("mean"),
        type_coerce(func.min(rows.c.limit_value), FIGURE).label("limit_value"),
        func.sum(rows.c.exceedances).label("exceedances"),
        literal(source.code).label("source"),
    ]


def _key(rows: Any) -> list[Any]:
    return [
        rows.c.enterprise_id, rows.c.permit_id, rows.c.year, rows.c.quarter, rows.c.outlet_code, rows.c.pollutant_code
    ]  # fmt: skip


def _same(one: Any, other: Any, *names: str) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in names))


PLACE = ("permit_id", "year", "outlet_code", "pollutant_code")


def _quarters(rows: Any) -> Any:
    """Quarters as they were reported, or made up of three months where no report of the quarter was accepted."""
    quarters = (
        select(*_whole(rows, TaxSource.QUARTER)).where(rows.c.period == ReportPeriod.QUARTER).group_by(*_key(rows))
    )
    other = rows.alias("quarterly")
    reported = (
        select(other.c.id).where(other.c.period == ReportPeriod.QUARTER, _same(other, rows, *PLACE, "quarter")).exists()
    )
    months = (
        select(*_whole(rows, TaxSource.MONTHS))
        .where(rows.c.period == ReportPeriod.MONTH, ~reported)
        .group_by(*_key(rows))
        .having(func.count(rows.c.report_id.distinct()) == 3)
    )
    return union_all(quarters, months).cte("quarters")


def _rest(rows: Any, quarters: Any) -> Select[Any]:
    """The last quarter as the year's report less the three before it, where none of its own was accepted."""
    before = (
        select(
            *(quarters.c[name] for name in PLACE),
            func.sum(quarters.c.quantity).label("quantity"),
            func.count().label("many"),
            func.max(quarters.c.quarter).label("last"),
        )
        .group_by(*(quarters.c[name] for name in PLACE))
        .cte("before")
    )
    rest = type_coerce(rows.c.quantity - before.c.quantity, FIGURE)
    return (
        select(
            rows.c.id,
            rows.c.report_id,
            rows.c.enterprise_id,
            rows.c.permit_id,
            rows.c.year,
            literal(4).label("quarter"),
            rows.c.outlet_code,
            rows.c.pollutant_code,
            rows.c.pollutant_name,
            rest.label("quantity"),
            type_coerce(literal(None), FIGURE).label("mean"),
            rows.c.limit_value,
            literal(None, Integer()).label("exceedances"),
            literal(TaxSource.YEAR.code).label("source"),
        )
        .join(before, _same(before, rows, *PLACE))
        .where(rows.c.period == ReportPeriod.YEAR, before.c.many == 3, before.c.last == 3, rest >= 0)
    )


def _lines() -> Subquery:
    rows = _reported()
    quarters = _quarters(rows)
    every = union_all(select(quarters), _rest(rows, quarters)).cte("every")
    group = case(
        (Pollutant.medium == "air", literal(TaxGroup.AIR.code)),
        (Pollutant.equivalent_evidence.contains("class I"), literal(TaxGroup.WATER_FIRST.code)),
        else_=literal(TaxGroup.WATER_OTHER.code),
    )
    number = type_coerce(func.round(every.c.quantity * tax.KILOGRAMS / Pollutant.tax_equivalent, 4), FIGURE)
    taxed = (
        select(
            every,
            Pollutant.tax_equivalent.label("equivalent"),
            Pollutant.checked_by_id.label("checked"),
            Pollutant.equivalent_evidence.label("evidence"),
            group.label("tax_group"),
            number.label("equivalents"),
        )
        .join(Pollutant, Pollutant.code == every.c.pollutant_code)
        .where(Pollutant.tax_equivalent.is_not(None))
        .cte("taxed")
    )
    place = func.row_number().over(
        partition_by=[taxed.c.permit_id, taxed.c.year, taxed.c.quarter, taxed.c.outlet_code, taxed.c.tax_group],
        order_by=[taxed.c.equivalents.desc(), taxed.c.pollutant_code],
    )
    most = case(*((taxed.c.tax_group == each.code, literal(number)) for each, number in tax.COUNTED.items()), else_=0)
    known = and_(taxed.c.mean.is_not(None), taxed.c.limit_value > 0, taxed.c.mean >= 0)
    steps = [
        (and_(known, taxed.c.mean <= bound * taxed.c.limit_value), literal(share, FIGURE))
        for bound, share in tax.REDUCED
    ]
    return select(
        taxed,
        (taxed.c.year * 10 + taxed.c.quarter).label("term"),
        place.label("place"),
        case((place <= most, 1), else_=0).label("counted"),
        type_coerce(case(*steps, else_=literal(1, FIGURE)), FIGURE).label("reduced_to"),
    ).subquery("tax_line")


LINES = _lines()
"""Every pollutant of every outlet and quarter that has an equivalent, with its place among those of its group."""


def lines(viewer: User) -> Select[Any]:
    """The lines of the enterprises that one may see."""
    return select(LINES.c.id).join(Enterprise, Enterprise.id == LINES.c.enterprise_id).where(sees(viewer))

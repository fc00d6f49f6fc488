"""A row as it would be stored and what is wrong with it; and what rows are checked against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.said import Said, respelt, shown, spelt
from registry.intake.fields import MESSAGES, WARNINGS
from registry.models import Category, Status


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row; ``facts`` fill in the sentence of its code."""

    sheet: str
    row: int
    field: str
    code: str
    facts: tuple[tuple[str, Any], ...] = ()

    @property
    def level(self) -> str:
        """``warning`` lets the row in, ``error`` keeps it out."""
        return "warning" if self.code in WARNINGS else "error"

    @property
    def message(self) -> str:
        """What is wrong and how it is mended, in the language of whoever reads it."""
        return str(MESSAGES[self.code]) % {name: shown(value) for name, value in self.facts}

    def as_json(self) -> dict[str, Any]:
        """As the contract's ``problems`` has it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "level": self.level,
            "message": self.message,
        }

    def kept(self) -> list[Any]:
        """As it is kept with a run."""
        facts = {name: spelt(value) if isinstance(value, Said) else value for name, value in self.facts}
        return [self.sheet, self.row, self.field, self.code, facts]

    @classmethod
    def from_kept(cls, kept: Sequence[Any]) -> "Problem":
        """As it was kept."""
        sheet, row, key, code, facts = kept
        said = ((name, respelt(value) if isinstance(value, list) else value) for name, value in facts.items())
        return cls(sheet, row, key, code, tuple(said))


@dataclass(frozen=True, slots=True)
class Place:
    """An area as the intake knows it: its office supervises what lies in it."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    office_id: int | None


@dataclass(frozen=True)
class Directory:
    """What rows are checked against; ``offices`` are those the importer answers for, None for all."""

    areas: Sequence[Place]
    industries: Mapping[str, str]
    offices: frozenset[int] | None = None
    home: Place | None = None
    """The county taken for rows that name none: the importer's own."""


@dataclass(slots=True)
class Row:
    """A row as it would be stored, and what is wrong with it.

    ``given`` names the fields that the row really says something about: on record, only those are changed.
    """

    sheet: str
    row: int
    name: str = ""
    uscc: str = ""
    legal_rep: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    area: str = ""
    area_code: str = ""
    zone: str = ""
    industry_code: str = ""
    industry: str = ""
    category: Category = Category.NONE
    lon: Decimal | None = None
    lat: Decimal | None = None
    permit_no: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    status: Status = Status.OPERATING
    remark: str = ""
    area_id: int = 0
    office_id: int = 0
    given: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    accepted: bool = True
    """Whether the row is stored."""

    def value(self) -> dict[str, Any]:
        """The normalised values, by the names of the contract."""
        return {
            "name": self.name,
            "uscc": self.uscc,
            "legal_rep": self.legal_rep,
            "phone": self.phone,
            "address": self.address,
            "area": self.area,
            "area_code": self.area_code,
            "zone": self.zone,
            "industry_code": self.industry_code,
            "industry": self.industry,
            "category": self.category.label,
            "lon": float(self.lon) if self.lon is not None else None,
            "lat": float(self.lat) if self.lat is not None else None,
            "permit_no": self.permit_no,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "state": self.status.label,
        }

    def tell(self, key: str, code: str, **facts: Any) -> None:
        """Note a problem, once for each field and code."""
        problem = Problem(self.sheet, self.row, key, code, tuple(facts.items()))
        if problem not in self.problems:
            self.problems.append(problem)
            self.accepted = self.accepted and code in WARNINGS

    @property
    def has_permit(self) -> bool:
        """Whether the row tells of a permit that can be stored: a number and a whole term."""
        return bool(self.permit_no and self.valid_from and self.valid_to)

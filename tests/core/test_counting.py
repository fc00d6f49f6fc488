"""What English counts is said in the singular for one; never "1 days", never "day(s)"."""

import re

import pytest
from babel.messages import pofile

from app.words import PO
from core.counting import ONE, counted, in_number

pytestmark = pytest.mark.anywhere

COUNTS = re.compile(r"%\(\w+\)d (?:[a-z-]+ ){0,2}?([a-z]+s)\b")
NO_NOUNS = {
    "applies",
    "as",
    "is",
    "has",
    "was",
    "does",
    "needs",
    "stays",
    "ends",
    "serious",
    "versus",
    "holds",
    "this",
    "less",
    "us",
}


@pytest.mark.parametrize(
    ("sentence", "number", "told"),
    [
        ("%(days)d days left", 1, "1 day left"),
        ("%(days)d days left", 2, "2 days left"),
        ("%(days)d days left", 0, "0 days left"),
        ("%(days)d working days overdue", 1, "1 working day overdue"),
        ("%(days)d rows are wrong", 1, "1 row is wrong"),
        ("%(days)d rows are wrong", 11, "11 rows are wrong"),
        ("%(days)s entries, none new", "1", "1 entry, none new"),
        ("Submission %(days)d stays in force", 1, "Submission 1 stays in force"),
    ],
)
def test_one_is_said_in_the_singular(sentence: str, number: object, told: str) -> None:
    assert counted(sentence) % {"days": number} == told


def test_two_numbers_are_said_each_by_its_own() -> None:
    assert in_number("%(n)d firms and %(m)d documents", {"n": 1, "m": 3}) == "%(n)s firm and %(m)d documents"


def test_no_english_sentence_hedges_or_counts_what_has_no_singular() -> None:
    with PO.open("rb") as file:
        english = [str(each.string) for each in pofile.read_po(file, locale="en") if each.id]
    assert [each for each in english if "(s)" in each.replace("%(s)", "")] == []
    nouns = {noun for each in english for noun in COUNTS.findall(each)} - NO_NOUNS
    assert nouns - set(ONE) == set()

"""Numbers in words, as documents demand them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amounts import article_words, count_words, date_words, money_words

DIGITS = "零一二三四五六七八九"
CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
UNITS = {"十": 10, "百": 100, "千": 1000}


def read(words: str) -> int:
    """The number that was read aloud: the way back, to check the way there."""
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            left, right = words.rsplit(unit, 1)
            return read(left) * value + read(right)
    total, digit = 0, 0
    for word in words:
        if word in UNITS:
            total += (digit or 1) * UNITS[word]
            digit = 0
        else:
            digit = DIGITS.index(word)
    return total + digit


def amount(words: str) -> Decimal:
    """The amount that a bank would read."""
    rest = words.removeprefix("人民币").removesuffix("整").translate(CAPITALS)
    yuan, _, rest = rest.rpartition("元") if "元" in rest else ("", "", rest)
    jiao, _, rest = rest.rpartition("角") if "角" in rest else ("", "", rest)
    fen = rest.removesuffix("分")
    return read(yuan) + Decimal(read(jiao)) / 10 + Decimal(read(fen)) / 100


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("0", "人民币零元整"),
        ("100000", "人民币壹拾万元整"),
        ("1005.05", "人民币壹仟零伍元零伍分"),
        ("0.5", "人民币伍角整"),
        ("0.05", "人民币伍分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("1000000001", "人民币壹拾亿零壹元整"),
    ],
)
def test_a_fine_is_written_in_capitals_as_banks_write_it(figure: str, words: str) -> None:
    assert money_words(Decimal(figure)) == words


@pytest.mark.parametrize("figure", ["-1", "0.001", "NaN", "Infinity", "1000000000000"])
def test_what_is_no_amount_of_money_is_refused(figure: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money_words(Decimal(figure))


@given(st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2))
def test_the_words_of_an_amount_say_that_amount_and_no_other(figure: Decimal) -> None:
    words = money_words(figure)
    assert amount(words) == figure
    assert "零零" not in words
    assert words.endswith("分") == (int(figure * 100) % 10 != 0)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_the_words_of_a_number_say_that_number(number: int) -> None:
    words = count_words(number)
    assert read(words) == number
    assert not words.startswith("一十")


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("1104.1(2)", "第一千一百零四条第一款第二项"),
        ("10", "第十条"),
        ("110(10)", "第一百一十条第十项"),
        ("52-1", "第五十二条之一"),
        ("1242.20", "第一千二百四十二条第二十款"),
    ],
)
def test_an_article_is_cited_in_words(ref: str, words: str) -> None:
    assert article_words(ref) == words


@pytest.mark.parametrize("ref", ["", "第一条", "1104.", "1104(2).1", "1104 1"])
def test_what_is_no_reference_is_refused(ref: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        article_words(ref)


def test_the_date_of_a_document_has_no_idle_zeros() -> None:
    assert date_words(date(2026, 11, 3)) == "2026年11月3日"

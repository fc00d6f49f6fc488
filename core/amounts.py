"""Numbers in the words that documents demand: money, articles of law, dates. Pure."""

import re
from datetime import date
from decimal import Decimal

_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_DIGITS = "零一二三四五六七八九"
_REFERENCE = re.compile(r"^(?P<article>\d+)(?:-(?P<inserted>\d+))?(?:\.(?P<paragraph>\d+))?(?:\((?P<item>\d+)\))?$")


def _spoken(number: int, digits: str, tens: str) -> str:
    """A whole number below 10^12 as it is read aloud; ``tens`` are the words for 10, 100, 1000."""
    if not 0 <= number < 10**12:
        raise ValueError(f"out of range: {number}")
    words, gap = "", False
    for place in (2, 1, 0):
        group = number // 10 ** (4 * place) % 10**4
        if not group:
            gap = gap or bool(words)
            continue
        part, inner = "", False
        for step in (3, 2, 1, 0):
            digit = group // 10**step % 10
            if not digit:
                inner = True
                continue
            if inner and (part or words):
                part += digits[0]
            part += digits[digit] + (tens[step - 1] if step else "")
            inner = False
        if words and gap and not part.startswith(digits[0]):
            part = digits[0] + part
        words += part + ("", "万", "亿")[place]
        gap = False
    return words or digits[0]


def money_words(amount: Decimal | int) -> str:
    """Yuan in capitals, 人民币壹拾万元整; 整 stands unless there are 分 (支付结算办法附一).

    Raises ``ValueError`` for a negative amount, parts of a 分, or 10^12 and more.
    """
    exact = Decimal(amount)
    if not exact.is_finite() or exact < 0 or exact >= 10**12 or exact != exact.quantize(Decimal("0.01")):
        raise ValueError(f"not an amount of money: {amount}")
    cents = int(exact * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = _spoken(yuan, _CAPITALS, "拾佰仟") + "元" if yuan or not cents else ""
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    return "人民币" + words + (_CAPITALS[fen] + "分" if fen else "整")


def count_words(number: int) -> str:
    """A whole number in small Chinese numerals: 10 is 十, 110 一百一十, 1104 一千一百零四."""
    words = _spoken(number, _DIGITS, "十百千")
    return words[1:] if words.startswith("一十") else words


def article_words(ref: str) -> str:
    """``1104.1(2)`` as cited: 第一千一百零四条第一款第二项; ``52-1`` is 第五十二条之一. Raises ``ValueError``."""
    found = _REFERENCE.match(ref)
    if not found:
        raise ValueError(f"not a reference to an article: {ref!r}")
    words = f"第{count_words(int(found['article']))}条"
    if found["inserted"]:
        words += f"之{count_words(int(found['inserted']))}"
    if found["paragraph"]:
        words += f"第{count_words(int(found['paragraph']))}款"
    if found["item"]:
        words += f"第{count_words(int(found['item']))}项"
    return words


def date_words(day: date) -> str:
    """成文日期 with Arabic figures and no idle zeros (GB/T 9704 7.3.5.4): 2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"

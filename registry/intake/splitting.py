"""Two facts in one cell taken apart, whether the header said so or not."""

from collections.abc import Callable, Mapping

from core.intake import values as cells

Pair = Callable[[str], tuple[str, str] | None]


def apart(cells_given: Mapping[str, str], person: str) -> dict[str, str]:
    """The cells of a row, one fact each; ``person`` is the field of who is named beside a telephone."""
    given = dict(cells_given)
    _person(given, person)
    _industry(given)
    _pair(given, "coordinates", ("lon", "lat"), cells.pair_of, rest="lon")
    _pair(given, "validity", ("valid_from", "valid_to"), cells.range_of, rest="valid_to")
    return given


def _person(given: dict[str, str], person: str) -> None:
    if joined := given.pop("person_phone", "").strip():
        pair = cells.person_and_phone(joined)
        if pair:
            given[person], given["phone"] = pair[0], given.get("phone", "").strip() or pair[1]
        else:
            given.setdefault("phone" if any(each.isdigit() for each in joined) else person, joined)
        return
    for key in ("phone", "contact", "legal_rep"):
        text = given.get(key, "")
        if not text or text.isdigit() or (key != "phone" and (given.get("phone") or not any(map(str.isdigit, text)))):
            continue
        if pair := cells.person_and_phone(text):
            given[person if key == "phone" else key], given["phone"] = pair


def _industry(given: dict[str, str]) -> None:
    both, code, name = given.pop("industry_both", ""), given.get("industry_code", ""), given.get("industry", "")
    if not both and (code.isdigit() or (code.strip() and name.strip())):
        return
    for text in (both, code, name):
        if text and (pair := cells.name_and_code(text)):
            given["industry"], given["industry_code"] = pair
            return
    if both:
        given["industry_code" if cells.code_of(both).isdigit() else "industry"] = both


def _pair(given: dict[str, str], joined: str, keys: tuple[str, str], split: Pair, *, rest: str) -> None:
    whole, first, second = given.pop(joined, ""), given.get(keys[0], ""), given.get(keys[1], "")
    for text in (whole, first if not second.strip() else "", second if not first.strip() else ""):
        if text.strip() and (pair := split(text)):
            given[keys[0]], given[keys[1]] = pair
            return
    if cells.none_or(whole):
        given[rest] = whole

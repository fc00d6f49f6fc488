"""Keyset pages: every row exactly once, whatever the order, the ties and the gaps; and tokens nobody can misuse."""

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, literal_column, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.ledger.orders import Order, Position, Term, position_of, token
from tests.core.sample_ledger import WORKS, Kind, Works, counted, filled, works

SORTS = [f"{sign}{order.key}" for order in WORKS.orders for sign in ("", "-")]
INSTANTS = [None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)]
FACTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["甲", "乙", "乙 ", "a", "A", "", "%", "阜康"]),
        "kind": st.sampled_from(Kind),
        "expires_on": st.sampled_from([None, date(2026, 1, 1), date(2026, 1, 2), date(2000, 2, 29)]),
        "seen_at": st.sampled_from(INSTANTS),
        "fine": st.sampled_from([None, Decimal("0.1"), Decimal("0.3"), Decimal("-2"), Decimal("12345678901.123457")]),
        "findings": st.integers(0, 2),
        "online": st.sampled_from([None, True, False]),
    }
)


def walked(session: Session, sort: str, size: int) -> list[list[int]]:
    """All pages from the first to the last."""
    pages, after = [], ""
    while True:
        args = MultiDict({"sort": sort, "size": str(size)} | ({"after": after} if after else {}))
        page = WORKS.page(session, args, "州")
        assert page.notes == []
        pages.append([row.identity for row in page.rows])
        if not page.after:
            return pages
        after = page.after
        assert len(pages) < 50


def walked_back(session: Session, sort: str, size: int) -> list[list[int]]:
    """The same from the last page to the first, by the links backwards."""
    page = WORKS.page(session, MultiDict({"sort": sort, "size": str(size)}), "州")
    while page.after:
        page = WORKS.page(session, MultiDict({"sort": sort, "size": str(size), "after": page.after}), "州")
    pages = [[row.identity for row in page.rows]]
    while page.before:
        first = page.first
        page = WORKS.page(session, MultiDict({"sort": sort, "size": str(size), "before": page.before}), "州")
        assert page.last == first - 1
        pages.insert(0, [row.identity for row in page.rows])
    assert page.first == 1
    return pages


def exported(session: Session, sort: str) -> list[int]:
    asked = WORKS.asked(MultiDict({"sort": sort}), "州")
    place = [column.key for column in asked.exported].index("code")
    return [int(code) for batch in WORKS.batches(session, asked, "州") for code in batch[place]]


@pytest.mark.parametrize("sort", SORTS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.lists(FACTS, max_size=55))
def test_every_row_is_met_exactly_once_in_any_order_with_ties_and_gaps(
    works_session: Session, sort: str, facts: list[dict[str, Any]]
) -> None:
    filled(works_session, [works(at, code=str(at), **given) for at, given in enumerate(facts, 1)])
    pages = walked(works_session, sort, 20)
    whole = [identity for page in pages for identity in page]
    assert sorted(whole) == list(range(1, len(facts) + 1))
    assert whole == exported(works_session, sort)
    back = [identity for page in walked_back(works_session, sort, 20) for identity in page]
    assert back == whole


@pytest.mark.parametrize("sort", SORTS)
def test_rows_without_a_value_come_last_in_both_directions(works_session: Session, sort: str) -> None:
    attribute = {"expiry": "expires_on", "seen": "seen_at", "fine": "fine"}.get(sort.removeprefix("-"))
    if attribute:
        order = [identity for page in walked(works_session, sort, 50) for identity in page]
        values = [getattr(works_session.get(Works, identity), attribute) for identity in order]
        empty = [value is None for value in values]
        assert empty == sorted(empty)
        full = [value for value in values if value is not None]
        downwards = sort.startswith("-") != (sort.removeprefix("-") == "fine")
        assert full == sorted(full, reverse=downwards)


def test_a_deep_page_seeks_in_the_index_and_counts_no_offset(works_session: Session, works_engine: Engine) -> None:
    first = WORKS.page(works_session, MultiDict(), "州")
    with counted(works_engine) as statements:
        WORKS.page(works_session, MultiDict({"after": first.after}), "州")
    rows = next(each for each in statements if "ORDER BY" in each)
    assert "(sample_works.expires_on, sample_works.id) > (" in rows


def test_a_token_gives_back_the_key_without_loss() -> None:
    order = Order("x", "x", Works.seen_at, Works.fine, Works.kind, Works.online, Works.name)
    terms = order.run(False, Works.id)
    key = (datetime(2026, 1, 1, 8, 30, 0, 123456, tzinfo=UTC), Decimal("0.10"), Kind.KEY, True, "阜康“晨岭”", 7)
    assert position_of(token("x", Position(key, 20)), "x", terms) == Position(key, 20)
    nothing = (None, None, Kind.KEY, None, "", 2**62)
    assert position_of(token("x", Position(nothing, 0)), "x", terms) == Position(nothing, 0)


TERMS = Order("x", "x", Works.seen_at, Works.fine, Works.kind, Works.expires_on, Works.name).run(False, Works.id)
GOOD: list[Any] = ["x", 1, "2026-01-01T00:00:00+00:00", 1.5, "key", "2026-01-01", "甲", 7]


def sealed(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, "y"),
        (0, None),
        (1, -1),
        (1, "1"),
        (1, True),
        (1, 2**60),
        (1, 1.5),
        (2, "2026-01-01T00:00:00"),
        (2, "gestern"),
        (2, 5),
        (2, {}),
        (2, "0001-01-01T00:00:00+14:00"),
        (3, "NaN"),
        (3, "Infinity"),
        (3, "1e99"),
        (3, True),
        (3, "x"),
        (3, []),
        (4, "none"),
        (4, None),
        (4, ["key"]),
        (5, "2026-13-01"),
        (5, 20260101),
        (6, None),
        (6, 5),
        (6, "\0"),
        (6, "\ud800"),
        (7, None),
        (7, "7"),
        (7, 2**63),
        (7, True),
        (7, 1.0),
    ],
)
def test_a_token_that_was_tampered_with_stands_for_no_position(at: int, value: Any) -> None:
    assert position_of(sealed(GOOD), "x", TERMS)
    assert position_of(sealed([*GOOD[:at], value, *GOOD[at + 1 :]]), "x", TERMS) is None


@pytest.mark.parametrize(
    "text", ["", "x", "====", "!!!", "é", "A" * 5000, sealed([]), sealed({}), sealed("x"), sealed(GOOD[:-1]), sealed(7)]
)
def test_what_is_no_token_stands_for_no_position(text: str) -> None:
    assert position_of(text, "x", TERMS) is None


@given(st.text(max_size=200))
def test_any_text_in_place_of_a_token_is_harmless(text: str) -> None:
    assert position_of(text, "x", TERMS) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(
        st.sampled_from(["expiry", "name", "fine", "seen"]),
        st.one_of(st.none(), st.text(max_size=5), st.floats(), st.integers(), st.booleans(), st.dates().map(str)),
        st.one_of(st.text(max_size=5), st.integers(-(2**65), 2**65)),
    )
)
def test_a_forged_token_gives_a_page_and_never_an_error(works_session: Session, forged: tuple[str, Any, Any]) -> None:
    sort, value, identity = forged
    for key in ([sort, 20, value, identity], [sort, 20, value, value, identity]):
        args = MultiDict({"sort": sort, "after": base64.urlsafe_b64encode(json.dumps(key).encode()).decode()})
        assert WORKS.page(works_session, args, "州").total == 120


def test_an_order_needs_typed_expressions() -> None:
    with pytest.raises(TypeError, match="typed"):
        Term.of(literal_column("x"))


def test_an_order_is_told_in_words_of_its_own_or_of_its_type() -> None:
    assert [order.described(False) for order in WORKS.orders] == [
        "许可证到期日由近到远",
        "名称顺序",
        "管理类别顺序",
        "最近检查由早到晚",
        "罚款由多到少",
        "名称长短由小到大",
    ]
    assert WORKS.orders[3].described(True) == "最近检查由晚到早"
    assert Order("x", "编号", Works.id.desc()).described(False) == "编号由大到小"


def test_a_descending_term_is_read_as_such() -> None:
    assert Term.of(Works.name.desc()).descending
    assert Term.of(Works.name.desc().nulls_last()).descending
    assert not Term.of(Works.name.asc()).descending
    assert not Term.of(Works.name).nullable
    assert Term.of(Works.expires_on).nullable
    assert select(Term.of(Works.name.desc()).expression).compile()

"""What a list answers to an address: the rows one may see, chosen and sorted, and never an error."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, aliased
from werkzeug.datastructures import MultiDict

from core import clock
from core.ledger import Count, Ledger, Order, Text, tally
from core.ledger import ledger as ledger_module
from tests.core.sample_ledger import STAMP, TODAY, WORKS, Works, counted, filled, works, works_of

ATTACKS = [
    "'",
    '"',
    "' OR '1'='1",
    "'; DROP TABLE sample_works; --",
    "1) OR 1=1 --",
    "expiry; SELECT 1",
    "name DESC, (SELECT 1)",
    "CASE WHEN (1=1) THEN name ELSE id END",
    "CASE WHEN (1=2) THEN name ELSE id END",
    "(SELECT CASE WHEN (1=1) THEN 1 ELSE 1/0 END)",
    "sample_works.name",
    "1 UNION SELECT password FROM users",
    "pg_sleep(5)",
    "%27",
    "%",
    "_",
    "\\",
    "\\'",
    "*",
    "?",
    ":x",
    "%(x)s",
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\0",
    "\x1b",
    "\u202e",
    "\ufeff",
    "\ud800",
    "名" * 5000,
    "-",
    "--",
    "-0",
    "1e9",
    "1.5",
    "-1",
    "0",
    "99999999999999999999",
    "NaN",
    "٣",
    "１",
    "null",
    "None",
    "true",
    "[]",
    "{}",
    "0x10",
    "key'",
    "KEY",
    " key",
    "key ",
    "key,simple",
    "2026-13-45",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "昨天",
    "name,",
    ",,,",
    "name,name",
    "id",
    "__class__",
    "owner",
    "twice",
    "code",
    "a" * 200,
    "\r\nSet-Cookie: x=1",
    "\t",
    "=1+1",
    "@x",
]
PARAMETERS = [
    "sort",
    "size",
    "cols",
    "dense",
    "print",
    "after",
    "before",
    "q",
    "kind",
    "area",
    "expiry-from",
    "expiry-to",
    "seen-from",
    "seen-to",
    "findings-from",
    "findings-to",
    "online",
    "as-of",
    "lang",
    "unknown",
]


def rows(session: Session, seen_by: str = "州", **args: str) -> list[int]:
    return [row.identity for row in WORKS.page(session, asked(**args), seen_by).rows]


def asked(**args: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("_", "-"): value for name, value in args.items()})


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_value_of_any_parameter_is_an_error(works_session: Session, parameter: str) -> None:
    for value in ATTACKS:
        page = WORKS.page(works_session, MultiDict({parameter: value}), "昌吉市")
        assert all(row.identity % 2 for row in page.rows), "昌吉市 has the odd numbers"
        assert all(len(note) < 100 for note in page.notes)
        list(WORKS.csv(works_session, MultiDict({parameter: value}), "昌吉市"))


def test_a_strange_value_is_left_out_and_told(works_session: Session) -> None:
    page = WORKS.page(works_session, asked(kind="x", foo="1", sort="x", size="7", cols="name,x", after="x"), "州")
    assert page.notes == [
        "条件“管理类别”的值不认识，已忽略。",
        "条件“foo”不是这里的，已忽略。",
        "没有“x”这种排序，已按通常顺序排列。",
        "每页条数只能是 20、50、100。",
        "没有“x”这一列，已忽略。",
        "翻页位置已经失效，从第一页显示。",
    ]
    assert page.total == 120
    assert page.first_url == "?cols=name"


def test_a_page_costs_two_statements_whatever_it_shows(works_session: Session, works_engine: Engine) -> None:
    for args in (asked(), asked(size="100"), asked(q="阜康", kind="key", sort="-fine"), asked(q="nothing")):
        with counted(works_engine) as statements:
            WORKS.page(works_session, args, "州")
        assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_nobody_sees_more_than_the_base_gives(works_session: Session) -> None:
    assert WORKS.page(works_session, asked(), "州").total == 120
    assert WORKS.page(works_session, asked(), "阜康市").total == 60
    assert WORKS.page(works_session, asked(area="2"), "阜康市").total == 0
    assert WORKS.page(works_session, asked(), "").total == 0
    assert b"".join(WORKS.csv(works_session, asked(), "")).count(b"\r\n") == 1


def test_a_deep_token_of_somebody_else_shows_no_foreign_row(works_session: Session) -> None:
    token = WORKS.page(works_session, asked(), "州").after
    assert {row["area"] for row in WORKS.page(works_session, asked(after=token), "阜康市").rows} == {"阜康市"}


def test_filters_narrow_and_combine(works_session: Session) -> None:
    assert rows(works_session, q="第0042") == [42]
    assert rows(works_session, q="91652302MA70000042") == [42]
    assert rows(works_session, q="%") == []
    assert WORKS.page(works_session, asked(kind="simple"), "州").total == 40
    assert WORKS.page(works_session, asked(kind="simple", area="2"), "州").total == 20
    assert WORKS.page(works_session, asked(online="1"), "州").total == 40
    assert WORKS.page(works_session, asked(findings_from="2", findings_to="2"), "州").total == 30
    assert WORKS.page(works_session, asked(findings_from="3"), "州").total == 30


def test_days_of_a_filter_are_both_included(works_session: Session) -> None:
    day = str(TODAY + timedelta(days=3))
    assert rows(works_session, expiry_from=day, expiry_to=day) == [3, 53, 103]
    assert WORKS.page(works_session, asked(expiry_from="2026-11-25", expiry_to="2026-11-24"), "州").notes


def test_an_instant_counts_to_the_day_it_has_in_beijing(works_session: Session) -> None:
    filled(
        works_session,
        [
            works(1, seen_at=clock.midnight(date(2026, 11, 22)) - timedelta(seconds=1)),
            works(2, seen_at=clock.midnight(date(2026, 11, 22))),
            works(3, seen_at=clock.midnight(date(2026, 11, 23)) - timedelta(seconds=1)),
            works(4, seen_at=clock.midnight(date(2026, 11, 23))),
        ],
    )
    assert sorted(rows(works_session, seen_from="2026-11-22", seen_to="2026-11-22")) == [2, 3]


def test_a_date_may_be_typed_as_people_write_it(works_session: Session) -> None:
    assert rows(works_session, expiry_from="2026年11月26日", expiry_to="２０２６.11.26") == [3, 53, 103]


def test_the_count_is_exact_up_to_its_cap_and_then_says_plus(
    works_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_module, "COUNTED", 119)
    page = WORKS.page(works_session, asked(), "州")
    assert (page.count, page.sentence) == ("119+", "共 119+ 家，按许可证到期日由近到远")
    monkeypatch.setattr(ledger_module, "COUNTED", 120)
    assert WORKS.page(works_session, asked(), "州").count == "120"


def test_columns_are_chosen_in_the_address_and_the_first_always_stays(works_session: Session) -> None:
    page = WORKS.page(works_session, MultiDict([("cols", "fine"), ("cols", "kind")]), "州")
    assert [column.key for column in page.columns] == ["name", "kind", "fine"]
    assert [column.key for column in page.asked.exported] == ["name", "code", "kind", "fine", "twice"]
    assert page.first_url == "?cols=name%2Ckind%2Cfine"
    every = ",".join(column.key for column, _shown in page.choosable)
    assert "state" in [column.key for column in WORKS.page(works_session, asked(cols=every), "州").columns]


def test_a_column_of_personal_data_exists_only_for_who_may_see_it(works_session: Session) -> None:
    assert "李建国" in b"".join(WORKS.csv(works_session, asked(cols="name,owner"), "州")).decode()
    assert "李建国" not in b"".join(WORKS.csv(works_session, asked(cols="name,owner"), "阜康市")).decode()
    page = WORKS.page(works_session, asked(cols="owner"), "阜康市")
    assert page.notes == ["没有“owner”这一列，已忽略。"]
    assert "owner" not in [column.key for column, _shown in page.choosable]


@pytest.mark.parametrize(
    "args", [{}, {"sort": "-fine"}, {"kind": "key", "sort": "name"}, {"q": "第00", "sort": "-seen"}]
)
def test_an_export_holds_the_rows_of_all_pages_in_their_order(works_session: Session, args: dict[str, str]) -> None:
    shown: list[int] = []
    after: dict[str, str] = {}
    while True:
        page = WORKS.page(works_session, MultiDict(args | after), "州")
        shown += [row.identity for row in page.rows]
        if not page.after:
            break
        after = {"after": page.after}
    data = json.loads(b"".join(WORKS.json(works_session, MultiDict(args | after | {"size": "50"}), "州", STAMP)))
    assert [int(row["code"][-7:]) for row in data["rows"]] == shown
    assert data["count"] == page.total == len(shown)


def test_the_print_view_shows_the_columns_of_an_export_and_many_rows(works_session: Session) -> None:
    page = WORKS.page(works_session, asked(print="1"), "州")
    assert page.printing
    assert len(page.rows) == 120
    assert [column.key for column in page.columns][:2] == ["name", "code"]
    assert page.back_url == "?"


def test_a_list_that_became_shorter_says_so(works_session: Session) -> None:
    token = WORKS.page(works_session, asked(size="100"), "州").after
    filled(works_session, [works(1)])
    page = WORKS.page(works_session, asked(size="100", after=token), "州")
    assert page.astray
    assert (page.previous_url, page.next_url, page.total) == ("", "", 1)


def test_parameters_of_the_page_itself_are_kept(works_session: Session) -> None:
    page = WORKS.page(works_session, asked(lang="en", kind="key", size="50"), "州")
    assert page.notes == []
    assert page.clear_url == "?lang=en&size=50"
    assert page.kept() == [("lang", "en"), ("size", "50")]


def test_what_is_usual_stands_nowhere_in_the_address(works_session: Session) -> None:
    page = WORKS.page(works_session, asked(sort="expiry", size="20", q="", kind="", dense="0"), "州")
    assert page.first_url == "?"
    assert page.notes == []


def test_a_file_is_named_after_the_list_its_place_and_its_time() -> None:
    assert WORKS.filename(STAMP, "xlsx") == "企业台账_昌吉市_20261123_1840.xlsx"
    assert WORKS.filename_of("../昌 吉/市\r\n", "2026-11-23 18:40") == "企业台账_昌吉市_20261123_1840"


def broken(**changes: Any) -> Ledger[str]:
    facts: dict[str, Any] = {
        "name": "x",
        "title": "x",
        "unit": "家",
        "base": works_of,
        "identity": Works.id,
        "default_order": "name",
        "columns": [Text("name", "企业", Works.name)],
        "orders": [Order("name", "名称", Works.name)],
    }
    return Ledger(**{**facts, **changes})


def wrong_declarations() -> Iterator[dict[str, Any]]:
    yield {"columns": [Text("name", "企业", Works.name), Text("name", "企业", Works.name)]}
    yield {"columns": [Text("name", "企业", Works.name, sub="nothing")]}
    yield {"columns": [Text("name", "企业", Works.name, order="nothing")]}
    yield {"default_order": "-nothing"}
    yield {"filters": [*WORKS.filters, WORKS.filters[0]]}
    yield {"filters": [type(WORKS.filters[0])("sort", "排序", Works.name)]}


@pytest.mark.parametrize("changes", list(wrong_declarations()))
def test_a_declaration_that_contradicts_itself_is_refused_at_import(changes: dict[str, Any]) -> None:
    assert broken()
    with pytest.raises(ValueError, match="ledger x"):
        broken(**changes)


def test_an_export_asks_for_each_name_once_and_finds_what_the_page_finds(works_session: Session) -> None:
    filled(works_session, [works(number) for number in range(1, 60)] + [works(60, area_id=None)])
    page = WORKS.page(works_session, asked(cols="name,area", sort="name", size="100"), "州")
    with counted(works_session.get_bind()) as statements:
        data = json.loads(b"".join(WORKS.json(works_session, asked(cols="name,area", sort="name"), "州", STAMP)))
    assert [row["area"] for row in data["rows"]] == [row["area"] for row in page.rows]
    assert [row["area"] for row in data["rows"] if row["name"] == works(60).name] == [None]
    assert len([each for each in statements if "sample_area" in each]) == 1
    assert "SELECT sample_area.id, sample_area.name" in statements[-1]


@pytest.mark.parametrize("known", [0, 1, 20_000])
def test_an_export_counts_rows_of_another_table_as_the_page_does_however_long_it_is(
    works_session: Session, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    filled(works_session, [works(number, area_id=(None, 1, 2)[number % 3]) for number in range(1, 60)])
    other = aliased(Works)
    late = tally(other.area_id, Works.area_id, other.findings > 1)
    counting = replace(WORKS, columns=[WORKS.columns[0], WORKS.columns[1], Count("late", "同县市的", lambda: late)])
    page = counting.page(works_session, asked(sort="name", size="100"), "州")
    wanted = [row["late"] for row in page.rows]
    monkeypatch.setattr(ledger_module, "BATCH", 10)
    monkeypatch.setattr(ledger_module, "WHOLE_FROM", 3)
    monkeypatch.setattr(ledger_module, "KNOWN", known)
    with counted(works_session.get_bind()) as statements:
        data = json.loads(b"".join(counting.json(works_session, asked(sort="name"), "州", STAMP)))
    assert [row["late"] for row in data["rows"]] == wanted
    assert {*wanted} > {0}
    assert any("LIMIT" in each for each in statements)

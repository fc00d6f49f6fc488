"""The list as a page: valid, readable without a script, every choice in the address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import Engine

from core import clock
from tests.core.sample_ledger import TODAY, WORKS, sample_app


@pytest.fixture
def client(works_engine: Engine) -> Any:
    with clock.at(TODAY):
        yield sample_app(works_engine).test_client()


def seen(client: FlaskClient, url: str, **headers: str) -> BeautifulSoup:
    """The page, checked."""
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    html = response.get_data(as_text=True)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert [str(error) for error in parser.errors] == []
    soup = BeautifulSoup(html, "html5lib")
    assert len(soup.select("h1")) == 1
    assert not soup.select("[style], script:not([src])")
    ids = [node["id"] for node in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids))
    for field in soup.select("input:not([type=hidden]), select"):
        named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        assert named or soup.select(f'label[for="{field.get("id")}"]'), field
    return soup


def words(soup: BeautifulSoup, selector: str) -> str:
    return " ".join(" ".join(node.get_text(" ").split()) for node in soup.select(selector))


def query(link: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(link["href"])).query)


ADDRESSES = [
    "/works",
    "/works?kind=key&sort=-fine&size=50",
    "/works?q=nothing",
    "/works?foo=1&sort=x",
    "/works?dense=1&cols=name,fine",
    "/works?findings-from=1&online=1",
    "/works?print=1",
    "/works?print=1&q=nothing",
    "/works?q=%3Cscript%3E%22'",
    "/works?cols=state,name",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("headers", [{}, {"Batch": "1"}])
def test_every_state_of_a_list_is_a_valid_page(client: FlaskClient, address: str, headers: dict[str, str]) -> None:
    assert seen(client, address, **headers)


def test_the_result_is_a_sentence_and_also_the_title(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key")
    assert words(soup, "#result").replace(" ", "") == "共80家，按许可证到期日由近到远"
    assert soup.title
    assert soup.title.get_text().startswith("共 80 家，按许可证到期日由近到远 - 企业 - ")


def test_the_first_cell_is_a_link_and_nothing_else_is_clickable(client: FlaskClient) -> None:
    soup = seen(client, "/works")
    rows = soup.select("tbody tr")
    assert len(rows) == 20
    assert all(row.select_one("th a") for row in rows)
    assert not soup.select("tr[onclick], tr[tabindex], tr a:not(th a)")
    assert soup.select("tbody th .sub.code")


def test_every_cell_names_its_column_for_the_cards_of_a_phone(client: FlaskClient) -> None:
    soup = seen(client, "/works")
    assert [cell["data-label"] for cell in soup.select("tbody tr:first-child td")] == [
        "管理类别",
        "县市",
        "许可证到期",
        "最近检查",
        "罚款（元）",
        "达标率",
        "问题",
        "联网",
    ]
    assert soup.select('table[role="table"] thead[role="rowgroup"] tr[role="row"] th[role="columnheader"]')


def test_a_chosen_filter_is_a_tag_that_takes_itself_off(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key&area=1&sort=name&size=50")
    assert words(soup, ".chosen .tag") == "管理类别：重点管理 去掉 县市：阜康市 去掉"
    first, _second = soup.select(".chosen .tag")
    assert query(first) == {"area": ["1"], "sort": ["name"], "size": ["50"]}
    assert query(soup.select(".chosen > a")[-1]) == {"sort": ["name"], "size": ["50"]}


def test_the_form_shows_what_was_chosen_and_sends_the_rest_along(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key&q=第00&sort=name&expiry-to=2026-12-31")
    form = soup.select_one(".card form[role=search]")
    assert form
    assert [option.get_text() for option in form.select("option[selected]")] == ["重点管理"]
    values = {field.get("name"): field.get("value") for field in form.select("input")}
    assert values["q"] == "第00"
    assert values["expiry-to"] == "2026-12-31"
    assert values["sort"] == "name"


def test_a_heading_sorts_and_then_turns_round(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key")
    heads = {head.get_text(strip=True): head for head in soup.select("thead th")}
    assert heads["许可证到期↑"]["aria-sort"] == "ascending"
    assert query(heads["许可证到期↑"].a)["sort"] == ["-expiry"]
    assert query(heads["最近检查"].a) == {"kind": ["key"], "sort": ["-seen"]}
    turned = seen(client, "/works?sort=-expiry")
    assert turned.select_one("thead .sorted")["aria-sort"] == "descending"  # type: ignore[index]
    assert query(turned.select_one("thead .sorted a")) == {}


def test_pages_follow_each_other_by_links_and_keep_the_filters(client: FlaskClient) -> None:
    soup, numbers = seen(client, "/works?kind=key"), []
    while True:
        numbers += [link["href"] for link in soup.select("tbody th a")]
        following = soup.select_one("a[rel=next]")
        if not following:
            break
        assert query(following)["kind"] == ["key"]
        soup = seen(client, "/works" + str(following["href"]))
    assert len(set(numbers)) == len(numbers) == 80
    assert words(soup, ".pager > span:first-child") == "第 61–80 家，共 80 家"
    back = seen(client, "/works" + str(soup.select_one("a[rel=prev]")["href"]))  # type: ignore[index]
    assert words(back, ".pager > span:first-child") == "第 41–60 家，共 80 家"


def test_an_empty_list_says_why_and_offers_one_act(client: FlaskClient) -> None:
    soup = seen(client, "/works?q=nothing")
    assert words(soup, ".empty h2") == "没有符合条件的记录"
    assert words(soup, ".empty a") == "清空条件"
    assert (
        words(seen(client, "/works", Office="没有企业的县"), ".empty")
        == "还没有记录 登记第一家企业后会列在这里。 登记企业"
    )


def test_files_are_offered_with_rows_columns_and_name_where_there_is_an_address_for_them(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key&size=50")
    drop = words(soup, ".drop")
    assert "导出所见：80 行 × 11 列，同一顺序" in drop
    assert "企业台账_昌吉州生态环境局阜康市分局_20261123_0940" in drop
    assert [link["href"] for link in soup.select(".drop a[href^='/works']")] == [
        "/works.xlsx?kind=key",
        "/works.csv?kind=key",
        "/works.json?kind=key",
    ]
    for link in soup.select(".drop a[href^='/works']"):
        assert client.get(str(link["href"])).status_code == 200


def test_columns_are_chosen_by_a_form_without_script(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key")
    form = soup.select_one(".columns").find_parent("form")  # type: ignore[union-attr]
    assert form
    assert len(form.select("input[type=checkbox]")) == 11
    assert len(form.select("input[type=checkbox][checked]")) == 9
    assert [field["value"] for field in form.select("input[name=kind]")] == ["key"]
    shown = seen(client, "/works?kind=key&cols=name&cols=fine&cols=kind")
    assert [head.get_text(strip=True) for head in shown.select("thead th")] == ["企业", "管理类别", "罚款（元）"]


def test_ticked_rows_go_with_the_filters_they_came_from_to_a_page_that_asks_once(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key&sort=-fine", Batch="1")
    bar = soup.select_one("form#batch")
    assert bar
    assert bar["method"] == "get"
    assert len(soup.select("input[name=pick][form=batch]")) == 20
    kept = {str(field["name"]): field["value"] for field in bar.select("input[type=hidden]")}
    assert kept == {"picking": "1", "kind": "key", "sort": "-fine"}
    addresses = [button.get("formaction") for button in bar.select("button")]
    assert addresses == ["/works/inspect", "/works/remind", "/works.xlsx", None, None]
    assert "改选全部符合条件的 80 家" in words(soup, ".batch-all")


def test_ticked_rows_alone_are_a_list_like_any_other(client: FlaskClient) -> None:
    every = [str(box["value"]) for box in seen(client, "/works", Batch="1").select("[name=pick]")]
    soup = seen(client, f"/works?picking=1&pick={every[3]}&pick={every[0]}", Batch="1")
    assert [str(box["value"]) for box in soup.select("[name=pick]")] == [every[0], every[3]]
    assert "勾选：2 家" in words(soup, ".chosen")
    exported = next(link for link in soup.select(".drop a") if ".csv" in str(link["href"]))
    assert len(client.get(str(exported["href"])).get_data(as_text=True).strip().splitlines()) == 3
    assert "pick" not in query(soup.select_one(".chosen a.tag"))


def test_all_that_match_can_be_taken_instead_of_the_ticked(client: FlaskClient) -> None:
    soup = seen(client, "/works?picking=1&kind=key&pick=1&all=1")
    assert "共 80 家" in words(soup, "#result")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/works?picking=1", "没有勾选任何行，下面是全部。"),
        ("/works?pick=1,x", "所选的行中有看不懂的，已忽略。"),
        ("/works?pick=" + ",".join(map(str, range(1, 600))), "一次最多选 500 行"),
        ("/works?pick=99999999999999999999", "所选的行中有看不懂的，已忽略。"),
    ],
)
def test_ticks_that_make_no_sense_are_told_and_never_an_error(client: FlaskClient, address: str, said: str) -> None:
    assert said in words(seen(client, address), ".notice")


def test_a_view_is_offered_for_keeping_once_the_list_is_not_the_usual_one(client: FlaskClient) -> None:
    assert not seen(client, "/works", Batch="1").select(".save-view")
    soup = seen(client, "/works?kind=key&size=50&dense=1", Batch="1")
    form = soup.select_one(".save-view form")
    assert form
    kept = {str(field["name"]): field["value"] for field in form.select("input[type=hidden]")}
    assert {"ledger": "works", "path": "/works", "query": "kind=key"}.items() <= kept.items()
    assert [tag.get_text(" ", strip=True) for tag in soup.select(".views [aria-current]")] == ["我的重点 共用"]


def test_columns_and_density_are_remembered_by_posting_them(client: FlaskClient) -> None:
    soup = seen(client, "/works?kind=key&cols=name,fine", Batch="1")
    for form in soup.select("form[action='/lists/arrange']"):
        kept = {str(field["name"]): field["value"] for field in form.select("input[type=hidden]")}
        assert {"ledger": "works", "path": "/works", "query": "kind=key"}.items() <= kept.items()
    assert soup.select_one("form[action='/lists/arrange'] button[name=dense]")


def test_the_print_view_is_a_sheet_with_everything_in_words(client: FlaskClient) -> None:
    soup = seen(client, "/works?print=1&kind=key")
    assert not soup.select(".side, .bar, .filters, .badge")
    assert len(soup.select("tbody tr")) == 80
    assert words(soup, "h1") == "企业台账"
    assert words(soup, ".sheet-head .between") == "管理类别：重点管理 共 80 家，按许可证到期日由近到远"
    assert "审计链首 a41c77e9a41c" in words(soup, ".sheet-foot")
    assert query(soup.select_one(".sheet-back a")) == {"kind": ["key"]}


def test_notes_about_the_address_stand_above_the_list(client: FlaskClient) -> None:
    soup = seen(client, "/works?foo=%3Cb%3E")
    assert "条件“foo”不是这里的，已忽略。" in words(soup, ".notice")
    assert len(soup.select("tbody tr")) == 20


def test_a_page_stays_small(client: FlaskClient) -> None:
    assert len(client.get("/works").get_data()) < 60_000
    assert WORKS.sizes[0] == 20

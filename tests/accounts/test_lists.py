"""What a person keeps of a list: views under a name, columns, density; and what is done with ticked rows."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.audit import record
from accounts.models import ListHabit, SavedView
from tests import world

VIEW = {"ledger": "enterprises", "path": "/enterprises", "query": "category=key&sort=-name"}


def keep(browser: Any, name: str, status: int = 303, **more: Any) -> Any:
    return browser.post("/views/new", {**VIEW, "name": name, **more}, status)


def test_a_view_is_kept_and_stands_on_its_list_alone(browse: Any) -> None:
    officer = browse("officer")
    assert keep(officer, "重点从后往前").location == "/enterprises?category=key&sort=-name"
    page = officer.get("/enterprises")
    assert [tag["href"] for tag in page.soup.select(".views a.tag")] == ["?category=key&sort=-name"]
    assert not officer.get("/permits").soup.select(".views")
    here = officer.get("/enterprises?category=key&sort=-name&size=50")
    assert here.soup.select(".views [aria-current=page]")


def test_a_view_is_ones_own_until_it_is_shared_with_the_office(browse: Any) -> None:
    officer, colleague, stranger = browse("officer"), browse("officer2"), browse("far_officer")
    keep(officer, "我的")
    keep(officer, "大家的", shared="1")
    assert [tag.get_text(" ", strip=True) for tag in colleague.get("/enterprises").soup.select(".views a.tag")] == [
        "大家的 共用"
    ]
    assert not stranger.get("/enterprises").soup.select(".views")


def test_a_name_that_is_used_again_is_the_same_view(browse: Any, session: Any) -> None:
    officer = browse("officer")
    keep(officer, "重点")
    keep(officer, "重点", query="category=simplified")
    assert session.query(SavedView.query).all() == [("category=simplified",)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "请填写此项"),
        ({"name": "长" * 41}, "最多 40 个字"),
        ({"name": "偷", "path": "//evil.example"}, "不是列表"),
        ({"name": "偷", "path": "/nowhere-at-all"}, "不是列表"),
        ({"name": "长", "query": "q=" + "a" * 2100}, "条件太长"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused_with_what_was_typed(
    browse: Any, session: Any, given: dict[str, str], said: str
) -> None:
    page = browse("officer").post("/views/new", {**VIEW, **given}, 422)
    assert any(said in error for error in page.errors)
    assert page.one("input[name=name]")["value"] == given["name"]
    assert session.query(SavedView).count() == 0


def test_only_its_owner_drops_a_view(browse: Any, session: Any) -> None:
    officer, colleague = browse("officer"), browse("officer2")
    keep(officer, "大家的", shared="1")
    view = session.query(SavedView).one()
    assert "大家的" in colleague.get("/views").text
    colleague.post(f"/views/{view.id}/forget", status=404)
    officer.post(f"/views/{view.id}/forget")
    assert "还没有视图" in officer.get("/views").text


def test_columns_and_density_stay_as_a_person_left_them(browse: Any, session: Any) -> None:
    officer = browse("officer")
    sent = {"ledger": "enterprises", "path": "/enterprises", "query": "category=key"}
    assert officer.post("/lists/arrange", {**sent, "cols": ["name", "address"]}).location == "/enterprises?category=key"
    officer.post("/lists/arrange", {**sent, "dense": "1"})
    page = officer.get("/enterprises")
    assert [head.get_text(strip=True) for head in page.soup.select("thead th:not(.pick)")] == ["企业", "地址"]
    assert page.soup.select("table.dense")
    assert len(browse("officer2").get("/enterprises").soup.select("thead th:not(.pick)")) == 7
    officer.post("/lists/arrange", {**sent, "cols": ["name"], "usual": "1"})
    assert len(officer.get("/enterprises").soup.select("thead th:not(.pick)")) == 7
    assert session.query(ListHabit).count() == 1


def test_an_address_with_columns_shows_these_whatever_one_is_used_to(browse: Any) -> None:
    officer = browse("officer")
    officer.post("/lists/arrange", {"ledger": "enterprises", "path": "/enterprises", "cols": ["name", "address"]})
    page = officer.get("/enterprises?cols=name,status")
    assert [head.get_text(strip=True) for head in page.soup.select("thead th:not(.pick)")] == ["企业", "生产状态"]


def test_a_column_that_no_longer_exists_is_forgotten_quietly(browse: Any, session: Any, person: Any) -> None:
    session.add(ListHabit(user_id=person("officer").id, ledger="enterprises", columns="name,gone", dense=False))
    session.commit()
    page = browse("officer").get("/enterprises")
    assert "看不懂" not in page.text
    assert [head.get_text(strip=True) for head in page.soup.select("thead th:not(.pick)")] == ["企业"]


def test_nobody_is_led_out_of_the_house_by_arranging_a_list(browse: Any) -> None:
    sent = {"ledger": "enterprises", "path": "https://evil.example/", "dense": "1"}
    assert browse("officer").post("/lists/arrange", sent).location == "/"


def test_the_export_of_ticked_rows_holds_these_alone(browse: Any, firm: Any, far_firm: Any) -> None:
    permit = browse("permit")
    answer = permit.client.get(f"/enterprises.xlsx?picking=1&pick={firm.id}")
    rows = list(load_workbook(io.BytesIO(answer.get_data())).worksheets[1].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [firm.name]
    both = permit.client.get(f"/enterprises.csv?picking=1&pick={firm.id}&all=1").get_data(as_text=True)
    assert far_firm.name in both


def test_a_ticked_row_of_another_county_stays_unseen(browse: Any, far_firm: Any) -> None:
    page = browse("officer").get(f"/enterprises?pick={far_firm.id}")
    assert far_firm.name not in page.text


def test_an_export_without_a_tick_says_so_and_exports_nothing(browse: Any) -> None:
    officer = browse("officer")
    back = officer.get("/enterprises.xlsx?picking=1&category=key", 303)
    assert back.location == "/enterprises?category=key"
    assert "先勾选要导出的行" in officer.follow(back).text


def test_the_print_view_bears_the_head_of_the_chain(browse: Any) -> None:
    page = browse("officer").get("/enterprises?print=1")
    assert "审计链首" in page.one(".sheet-foot").get_text()
    assert not page.soup.select(".bar, .side, .batch")


def test_the_queries_of_a_list_do_not_grow_with_its_rows_or_views(browse: Any, session: Any, person: Any) -> None:
    officer = browse("officer")
    before = officer.get("/enterprises").queries
    template = session.query(world.Enterprise).filter_by(name=world.FIRMS[0][1]).one()
    for number in range(12):
        world.enterprise(
            f"91652302MA70020{number:02d}X",
            f"阜康添加第{number}有限公司（示例）",
            template.area,
            template.office,
            "2521",
        )
        session.add(
            SavedView(
                user_id=person("officer").id,
                ledger="enterprises",
                name=f"视图{number}",
                path="/enterprises",
                query="q=a",
            )
        )
    record(None, "test:world", "多一些企业和视图", by=person("officer"))
    session.commit()
    after = officer.get("/enterprises")
    assert len(after.soup.select("tbody tr")) == 13
    assert after.queries == before

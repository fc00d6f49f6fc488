"""Two people change one record: the second sees both versions, in words, and loses nothing."""

from typing import Any


def test_the_second_editor_sees_what_differs_and_who_was_first(browse: Any, firm: Any, person: Any) -> None:
    first, second = browse("officer"), browse("officer2")
    address = f"/enterprises/{firm.id}/edit"
    mine, yours = first.get(address), second.get(address)
    first.submit(mine, {"legal_representative": "孙新", "category": "simplified"})
    clash = second.submit(yours, {"legal_representative": "孙后", "remark": "门卫电话在后院"}, status=409)
    table = clash.one("table").get_text(" ", strip=True)
    assert "王晓岚" in table
    assert "法定代表人" in table
    assert "孙新" in table
    assert "孙后" in table
    assert "简化管理" in table
    assert "simplified" not in table
    assert "所在" not in table
    assert [row.select_one("th").get_text(strip=True) for row in clash.soup.select("tbody tr")] == [  # type: ignore[union-attr]
        "法定代表人",
        "管理类别",
        "备注",
    ]
    saved = second.submit(clash)
    assert "孙后" in second.follow(saved).text


def test_a_place_or_office_is_told_by_its_name(browse: Any, firm: Any, session: Any) -> None:
    first, second = browse("permit"), browse("officer2")
    address = f"/sites/{firm.sites[0].id}/edit"
    mine, yours = first.get(address), second.get(address)
    other = next(
        option["value"]
        for option in mine.soup.select("[name=area_id] option")
        if option.get_text(strip=True) == "昌吉市"
    )
    first.submit(mine, {"area_id": other})
    clash = second.submit(yours, {"name": "二厂"}, status=409)
    table = clash.one("table").get_text(" ", strip=True)
    assert "昌吉市" in table
    assert "阜康市" in table

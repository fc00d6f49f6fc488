"""Finding a firm by what people type."""

from typing import Any

import pytest
from sqlalchemy import or_, select, text

from registry import search
from registry.models import Enterprise
from tests.registry.made import code, firm, person, placed

NAME = "阜康市𠮷源·A&B（三工）新型建材有限责任公司（示例）"


def found(text: str, seen_by: str = "officer") -> list[str]:
    return [each.name for each in search.firms(text, seen_by=person(seen_by), most=20)]


@pytest.mark.parametrize(
    "text",
    [
        "𠮷源",
        "新型",
        "建材",
        "三工",
        "康市",
        "限责",
        "责任公司",
        "工新型",
        "源AB",
        "A&B",
        "ＡＢ",
        "a b",
        "XXJC",
        "xxjc",
        "Ｘｘjc",
        "有限责任公司",
        "𠮷",
        "型",
        code(1)[:2],
        code(1)[:9],
        code(1),
        code(1).lower(),
        code(1)[:8] + " " + code(1)[8:],
    ],
)
def test_any_two_characters_initials_or_the_head_of_a_code_find_a_firm(session: Any, text: str) -> None:
    firm(name=NAME)
    assert NAME in found(text)


@pytest.mark.parametrize(
    "text",
    ["源吉", "建型", "%", "_", "%%", "__", "'", "\\", "（", "。。", "", " ", "\x00", "XXJX", "建材%", "0'0", "9" * 400],
)
def test_what_is_not_there_finds_nothing(session: Any, text: str) -> None:
    firm(name=NAME)
    if text == "建材%":
        assert found(text) == [NAME]  # punctuation is no part of a name's comparable form
    else:
        assert NAME not in found(text)


def test_the_second_half_of_a_pair_does_not_match_across_names(session: Any) -> None:
    from dataclasses import replace

    from registry import actions
    from tests.registry.made import facts

    made = firm(name="阜康甲乙化工（示例）")
    actions.change_enterprise(made, replace(facts(), name="丙丁化工（示例）"), by=person("officer"))
    session.commit()
    assert found("丙丁") == found("甲乙") == ["丙丁化工（示例）"]
    assert found("例阜") == []


def test_another_county_s_firm_is_found_by_nobody_here(session: Any) -> None:
    far = placed(7, "CJ-652301", "652301")
    assert found("试验化工7") == []
    assert found(far.credit_code) == []
    assert found("试验化工7", "permit") == [far.name]


def test_the_box_on_the_page_finds_and_says_when_nothing_is_there(browse: Any, session: Any) -> None:
    firm(name=NAME)
    officer = browse("officer")
    assert NAME in officer.get("/search?q=𠮷源").text
    assert NAME in officer.get("/enterprises?q=XXJC").text
    assert NAME not in officer.get("/search?q=没有的").text


@pytest.mark.parametrize("most", [0, 1, search.MOST_CANDIDATES])
def test_a_fragment_finds_the_same_whether_it_counts_as_rare_or_as_common(
    session: Any, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    firm(name=NAME)
    monkeypatch.setattr(search, "MOST_CANDIDATES", most)
    assert found("新型建材") == found("XXJC") == [NAME]
    assert NAME in found("公司") and NAME in found(code(1)[:2])
    assert found("建型") == []


def test_a_code_that_many_bear_is_met_along_the_names_from_their_index_alone(session: Any) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite tells its plan in these words")
    met = or_(*(column.between("91", "91z") for column, _lookup in search._CODES))
    wanted = select(Enterprise.id).where(met).order_by(Enterprise.name, Enterprise.id).limit(50)
    spelt = wanted.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {spelt}"))]
    assert plan == ["SCAN enterprise USING COVERING INDEX ix_enterprise_name"]

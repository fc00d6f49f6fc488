"""The category advisor as officers and clerks use it."""

from typing import Any

from sqlalchemy import select

from permits.models import CategoryDecision
from registry.models import Site
from tests.permits.conftest import Ids


def test_a_coking_works_is_key_management_and_the_page_says_why(browse: Any, ids: Ids) -> None:
    page = browse("officer").get(f"/sites/{ids.site}/category?industries=2521")
    assert "按名录应为重点管理" in page.text
    assert "名录第 43 类" in page.text
    assert "炼焦、煤制合成气、煤制液体燃料" in page.text


def test_what_must_still_be_answered_is_listed_with_links(browse: Any, ids: Ids) -> None:
    page = browse("officer").get(f"/sites/{ids.site}/category?industries=4430")
    assert "还要回答 3 个问题" in page.text
    assert {each["href"] for each in page.soup.select(".notice a")} == {
        "#electric_heat",
        "#heat_capacity",
        "#small_gas_boiler",
    }
    answered = browse("officer").get(
        f"/sites/{ids.site}/category?industries=4430&electric_heat=no&heat_capacity=１９．９&small_gas_boiler=no"
    )
    assert "按名录应为简化管理" in answered.text


def test_wrong_answers_are_told_at_their_field_and_do_not_count(browse: Any, ids: Ids) -> None:
    page = browse("officer").get(
        f"/sites/{ids.site}/category?industries=4430,9z&electric_heat=no&heat_capacity=-1&small_gas_boiler=no"
    )
    assert "没有这个行业代码（GB/T 4754-2017）：9z" in page.text
    assert "不能小于 0。" in page.text
    assert "按名录应为" not in page.text


def test_the_confirmed_category_is_kept_with_its_grounds_and_shown_in_the_list(
    browse: Any, session: Any, ids: Ids
) -> None:
    browser = browse("permit")
    page = browser.get(f"/sites/{ids.site}/category?industries=3012")
    browser.submit(page, {"category": "simplified", "reason": ""}, form="category")
    kept = session.scalars(select(CategoryDecision)).one()
    assert (kept.candidate.code, kept.category.code, kept.industries) == ("simplified", "simplified", "3012")
    assert "第 63 类简化管理（石灰和石膏）" in kept.grounds
    assert session.get(Site, ids.site).category.code == "simplified"
    assert "简化管理" in browser.get("/permits/categories?confirmed=yes").text
    assert "石灰和石膏" in browser.get(f"/sites/{ids.site}/category").text


def test_another_category_than_the_catalogue_s_needs_a_reason(browse: Any, session: Any, ids: Ids) -> None:
    browser = browse("permit")
    page = browser.get(f"/sites/{ids.site}/category?industries=3012")
    refused = browser.submit(page, {"category": "key", "reason": ""}, form="category", status=422)
    assert "与名录得出的类别不同，请写明理由。" in refused.text
    assert session.scalars(select(CategoryDecision)).all() == []


def test_a_reviewer_reads_but_does_not_confirm_and_strangers_find_nothing(browse: Any, ids: Ids) -> None:
    assert "认定管理类别" not in browse("reviewer").get(f"/sites/{ids.site}/category?industries=3012").text
    browse("far_officer").get(f"/sites/{ids.site}/category", status=404)

"""Pages of causes: rules side by side, and which may be cited."""

from typing import Any

from law import queries


def test_old_and_new_stand_side_by_side_with_what_differs(browse: Any) -> None:
    page = browse("officer").get("/law/violations/MON-MSW")
    assert "MON-MSW@SWL2020-1" in page.text
    assert "MON-MSW@C26-1" in page.text
    assert "新法较轻" in page.text
    assert "不同" in page.text
    assert "《中华人民共和国生态环境法典》" in page.text


def test_every_cause_has_a_page(browse: Any) -> None:
    officer = browse("officer")
    keys = [key for key, _label in queries.violation_choices(queries.CODE_FROM)]
    for key in keys[::8]:
        assert officer.get(f"/law/violations/{key}").queries < 40
    officer.get("/law/violations/NO-SUCH", status=404)


def test_the_page_answers_which_rule_may_be_cited(browse: Any) -> None:
    officer = browse("officer")
    page = officer.get("/law/violations/MON-MSW?act_to=2026-07-01&decided=2026-10-15&harm=none")
    assert "引用 MON-MSW@C26-1" in page.text
    assert "从旧兼从轻" in page.text
    both = officer.get("/law/violations/PP-CONC?act_to=2026-09-01&decided=2026-10-15&harm=none")
    assert "须由法制审核人员选定" in both.text
    branch = officer.get("/law/violations/EIA-CHANGE?act_to=2026-09-01&decided=2026-10-15&harm=none")
    assert "须先选定情形" in branch.text
    other = officer.get("/law/violations/OBSOLETE?act_to=2026-09-01&decided=2026-10-15&harm=none")
    assert "应当移送地方政府指定部门" in other.text


def test_a_question_that_makes_no_sense_is_refused_on_the_page(browse: Any) -> None:
    page = browse("officer").get("/law/violations/EX-AIR?act_to=2026-10-20&decided=2026-10-15&harm=none")
    assert page.errors == ["决定日期早于行为结束日期。"]
    page = browse("officer").get("/law/violations/EX-AIR?act_to=soon&decided=2026-10-15&harm=none")
    assert any("2026-11-23" in error for error in page.errors)


def test_a_legal_officer_chooses_a_side_with_a_reason(browse: Any) -> None:
    conflict = queries.conflicts("PP-CONC")[0]
    browse("officer").get(f"/law/conflicts/{conflict.id}/choose", status=403)
    reviewer = browse("reviewer")
    form = reviewer.get(f"/law/conflicts/{conflict.id}/choose")
    assert "10 万元以上 100 万元以下" in form.text
    empty = reviewer.submit(form, {"rule_id": conflict.rule_b}, status=422)
    assert any("理由" in error for error in empty.errors)
    page = reviewer.follow(reviewer.submit(form, {"rule_id": conflict.rule_b, "reason": "上位法优先"}))
    assert "周明法 于 2026-11-23 选定：上位法优先" in page.text
    back = reviewer.get(f"/law/conflicts/{conflict.id}/reopen")
    page = reviewer.follow(reviewer.submit(back, {"reason": "等答复"}))
    assert "选定：上位法优先" not in page.text

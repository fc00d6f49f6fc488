"""Commands of permits."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from core import clock
from core.db import db
from permits import actions
from permits.commands import permits as group
from permits.models import Permit, VersionGround
from tests.permits import made


def run(app: Any, *words: str) -> Any:
    """Run a command of this room."""
    return app.test_cli_runner().invoke(group, list(words))


def test_due_names_what_is_late_and_what_comes(app: Any, permit: Permit) -> None:
    result = run(app, "due", "--within", "60", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert (found["as_of"], found["within"]) == ("2026-11-23", 60)
    assert [(each["title"], each["days_left"]) for each in found["obligations"]] == [
        ("2026 年第 2 季度排污许可证执行报告", -131),
        ("2026 年第 3 季度排污许可证执行报告", -39),
        ("申请延续排污许可证", 51),
    ]
    assert found["expiring"] == []
    assert "往前数 60 日" in found["obligations"][2]["arithmetic"]


def test_due_names_permits_that_end(app: Any, permit: Permit) -> None:
    found = json.loads(run(app, "due", "--within", "111", "--json").stdout)
    assert [(each["permit_no"], each["days_left"]) for each in found["expiring"]] == [(permit.permit_no, 111)]
    assert json.loads(run(app, "due", "--within", "110", "--json").stdout)["expiring"] == []


def test_due_counts_the_last_day_as_not_late(app: Any, permit: Permit) -> None:
    with clock.at(date(2026, 10, 15)):
        found = json.loads(run(app, "due", "--within", "0", "--json").stdout)
    assert [each["days_left"] for each in found["obligations"]] == [-92, 0]


def test_due_speaks_to_people_too(app: Any, permit: Permit) -> None:
    result = run(app, "due")
    assert "逾期 39 天" in result.stdout
    assert "2026-11-23 起 30 日内：义务 2 项" in result.stdout


def test_due_shows_a_person_only_the_own_county(app: Any, permit: Permit) -> None:
    assert json.loads(run(app, "due", "--as", "far_officer", "--json").stdout)["obligations"] == []
    assert len(json.loads(run(app, "due", "--as", "officer", "--json").stdout)["obligations"]) == 2


def test_due_refuses_unknown_people_and_days(app: Any) -> None:
    assert run(app, "due", "--as", "nobody").exit_code == 2
    assert run(app, "due", "--within", "-1").exit_code == 2
    assert run(app, "due", "--within", "x").exit_code == 2


def test_the_permit_is_the_one_made_for_tests(permit: Permit) -> None:
    assert permit.valid_to == made.VALID_TO


def second(permit: Permit) -> None:
    """A second version from 2026-08-01: sulphur dioxide tighter, one outlet more."""
    clerk = made.person("permit")
    facts = made.facts(
        ground=VersionGround.CHANGE, in_force_from=date(2026, 8, 1), decided_on=date(2026, 7, 20), applied_on=None
    )
    version = actions.draft_version(permit, facts, by=clerk)
    tighter = [replace(each, value=Decimal(25)) if each.value == 30 else each for each in made.LIMITS]
    actions.set_limits(version, tighter, by=clerk)
    actions.issue_version(version, by=clerk)
    db.session.commit()


def test_a_permit_is_shown_as_it_read_on_a_day(app: Any, permit: Permit) -> None:
    second(permit)
    number = permit.permit_no
    now = json.loads(run(app, "show", number, "--json").stdout)
    assert {name: value for name, value in now.items() if name != "outlets"} == {
        "permit_no": number,
        "uscc": permit.enterprise.credit_code,
        "category": "key",
        "state": "in_force",
        "valid_from": "2022-03-15",
        "valid_to": "2027-03-14",
        "version": 2,
    }
    air, water = now["outlets"]
    assert (air["code"], air["kind"]) == ("DA001", "air_main")
    assert air["limits"][0] == {"pollutant": made.SO2, "value": 25, "unit": "mg/m³", "period": "concentration"}
    assert {"pollutant": made.COD, "value": 20, "unit": "t", "period": "annual"} in water["limits"]
    ph = {"pollutant": made.PH, "value": 9, "unit": "无量纲", "period": "concentration", "value_low": 6}
    assert ph in water["limits"]
    before = json.loads(run(app, "show", number, "--as-of", "2026-07-31", "--json").stdout)
    assert (before["version"], before["outlets"][0]["limits"][0]["value"]) == (1, 30)
    assert "二氧化硫 a21026  许可排放浓度  25 mg/m³" in run(app, "show", number).stdout


def test_a_day_without_a_valid_permit_shows_no_version(app: Any, permit: Permit) -> None:
    def told(day: str) -> tuple[str, Any, list[Any]]:
        found = json.loads(run(app, "show", permit.permit_no, "--as-of", day, "--json").stdout)
        return found["state"], found["version"], found["outlets"]

    assert told("2022-03-14") == ("ahead", None, [])
    assert told("2027-03-14")[:2] == ("in_force", 1)
    assert told("2027-03-15") == ("expired", None, [])
    assert "没有有效的许可证（已届满）" in run(app, "show", permit.permit_no, "--as-of", "2027-03-15").stdout
    actions.end_permit(permit, "revoke", date(2026, 10, 1), "昌州环罚字〔2026〕1号（示例）", by=made.person("permit"))
    db.session.commit()
    assert told("2026-09-30")[:2] == ("in_force", 1)
    assert told("2026-10-01") == ("revoked", None, [])


def test_two_versions_differ_in_words(app: Any, permit: Permit) -> None:
    second(permit)
    found = json.loads(run(app, "diff", permit.permit_no, "1", "2", "--json").stdout)
    assert (found["permit_no"], found["a"], found["b"]) == (permit.permit_no, 1, 2)
    assert found["differences"] == [
        {
            "title": "DA001 二氧化硫浓度",
            "before": "30 mg/m³（GB 16171）",
            "after": "25 mg/m³（GB 16171）",
            "change": "tighter",
            "words": "收严",
        }
    ]
    assert "1 处不同" in run(app, "diff", permit.permit_no, "1", "2").stdout
    back = json.loads(run(app, "diff", permit.permit_no, "2", "1", "--json").stdout)["differences"]
    assert [each["change"] for each in back] == ["looser"]
    assert json.loads(run(app, "diff", permit.permit_no, "1", "1", "--json").stdout)["differences"] == []


def test_unknown_permits_versions_and_days_are_refused(app: Any, permit: Permit) -> None:
    number = permit.permit_no
    refused = {
        ("show", "91650000000000000X001P"): "没有这个许可证",
        ("show", number, "--as-of", "2026-02-30"): "--as-of 应为",
        ("show", number, "--as-of", "昨天"): "--as-of 应为",
        ("show", number, "--as", "far_officer"): "没有这个许可证",
        ("show",): "缺少",
        ("diff", "91650000000000000X001P", "1", "1"): "没有这个许可证",
        ("diff", number, "1", "2"): "许可证没有已生效的第 2 版，有：1",
        ("diff", number, "一", "1"): "应为整数",
    }
    for words, told in refused.items():
        found = run(app, *words, "--json")
        assert (found.exit_code, found.stdout) == (2, ""), words
        assert told in found.stderr, words


def test_ended_permits_are_listed_with_why_and_their_watch(app: Any, permit: Permit) -> None:
    assert json.loads(run(app, "watch", "--json").stdout) == {"as_of": "2026-11-23", "ended": []}
    actions.end_permit(permit, "revoke", date(2026, 10, 1), "昌州环罚字〔2026〕1号（示例）", by=made.person("permit"))
    db.session.commit()
    (found,) = json.loads(run(app, "watch", "--json").stdout)["ended"]
    assert (found["permit_no"], found["uscc"]) == (permit.permit_no, permit.enterprise.credit_code)
    assert (found["why"], found["ended_on"], found["reason"]) == (
        "revoked",
        "2026-10-01",
        "昌州环罚字〔2026〕1号（示例）",
    )
    assert (found["watch"]["state"], found["watch"]["survey"]) == ("open", "unknown")
    assert json.loads(run(app, "watch", "--as", "far_officer", "--json").stdout)["ended"] == []
    assert f"2026-10-01  吊销  {permit.permit_no}" in run(app, "watch").stdout


def test_what_ran_out_is_told_before_the_nightly_run_and_watched_after_it(app: Any, permit: Permit) -> None:
    with clock.at(date(2027, 3, 15)):
        (found,) = json.loads(run(app, "watch", "--json").stdout)["ended"]
        assert (found["why"], found["ended_on"], found["watch"]) == ("expired", "2027-03-15", None)
        assert app.test_cli_runner().invoke(args=["tick"]).exit_code == 0
        (found,) = json.loads(run(app, "watch", "--json").stdout)["ended"]
        assert found["watch"]["opened_on"] == "2027-03-15"

"""Commands of permits."""

import json
from datetime import date
from typing import Any

from core import clock
from permits.commands import permits as group
from permits.models import Permit
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

"""Plain, fictional data for the page that shows every part of the interface once (templates/house/parts.html)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, RadioField, SelectMultipleField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from core import charts
from core import forms as fields
from core.countdown import countdown
from core.said import said
from core.words import Titled
from core.workflow import Missing

TODAY = date(2026, 11, 23)


class State(Titled):
    """One state of each tone."""

    WAITING = "waiting", "待办", "calm"
    REVIEWED = "reviewed", "审核中", "info"
    CLOSED = "closed", "已办结", "ok"
    PRESSING = "pressing", "3 日内到期", "warn"
    LATE = "late", "逾期", "danger"
    LISTED = "listed", "列入黑名单", "grave"


class QuantityForm(PlainForm):
    """One row of a table of rows."""

    outlet = fields.code(_l("排放口"))
    quantity = fields.figure(_l("排放量"), required=False)


class SpecimenForm(fields.VersionedForm):
    """One field of each kind."""

    findings = SelectMultipleField(
        _l("依据的检查发现"),
        choices=[SelectChoice("2", "DA002 装煤除尘布袋破损，未及时更换"), SelectChoice("1", "除尘运行台账漏记")],
    )
    facts = fields.words(_l("事实经过"), most=200)
    law = fields.choice(_l("违反的条款"), [("1104", "生态环境法典 第一千一百零四条")])
    served_on = fields.day(_l("拟送达日期"))
    due_on = fields.day(_l("改正期限"))
    found_at = fields.instant(_l("发现时间"), required=False)
    reading = fields.figure(_l("现场读数"), required=False)
    officer = fields.choice(_l("协办人"), [("", "请选择"), ("2", "马建军")])
    manner = RadioField(_l("送达方式"), choices=[SelectChoice("direct", "直接送达"), SelectChoice("post", "邮寄送达")])
    photos = fields.MultipleFileField(_l("照片"))
    note = fields.text(_l("给审批人的说明"), required=False)
    agreed = BooleanField(_l("已向当事人说明权利"))
    quantities = FieldList(FormField(QuantityForm), min_entries=2)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _form() -> SpecimenForm:
    form = SpecimenForm(
        formdata=None,
        findings=["2"],
        facts="2026年11月12日10时40分，现场检查时装煤除尘设施（TA002）第3室布袋破损2条。",
        served_on=date(2026, 11, 24),
        due_on=date(2026, 11, 20),
    )
    form.hidden_problem("due_on", "改正期限不能早于送达日期 2026-11-24，填写的是 2026-11-20。")
    form.hidden_problem("officer", "选第二名执法人员。行政处罚法第四十二条：执法人员不得少于两人。")
    return form


def _todo() -> list[SimpleNamespace]:
    late = countdown(
        date(2026, 11, 18),
        TODAY,
        since=date(2026, 11, 9),
        working=True,
        is_rest=_is_weekend,
        arithmetic="11-09 报完成 + 7 工作日 + 2 休息日 = 11-18",
    )
    return [
        SimpleNamespace(
            title="博峰碳素：责改〔2026〕阜-027 号复查",
            url="/house",
            kind="整改复查",
            tone="danger",
            why="您主办；企业 11-09 报整改完成，照片 6 张",
            deadline=late,
            act="安排复查",
            act_url="/house",
        ),
        SimpleNamespace(
            title="晨岭焦化：比对监测",
            url="/house",
            kind=State.WAITING,
            tone="",
            why="您的网格",
            deadline=date(2026, 12, 31),
            act="",
            act_url="",
        ),
    ]


def _timeline() -> list[SimpleNamespace]:
    def entry(on: date, title: str, text: str, tone: str = "", url: str = "") -> SimpleNamespace:
        return SimpleNamespace(on=on, at="", title=title, text=text, tone=tone, url=url)

    return [
        entry(date(2026, 12, 18), "处罚扣 3 分到期失效", "信用 5 → 8 分，蓝", "ahead"),
        entry(date(2026, 11, 20), "DA001 氮氧化物超限 4 小时", "自动监控推送，尚未核实", "bad", "/house"),
        entry(date(2026, 11, 16), "送达责改〔2026〕阜-031 号", "王晓岚、马建军·阜康市分局·信用 −1", "", "/house"),
        entry(date(2026, 10, 15), "按期提交第 3 季度执行报告", "何静签署", "good", "/house"),
    ]


def _charts() -> dict[str, charts.Chart]:
    grades = [
        charts.Series(label, f"g-{fill}")
        for label, fill in zip("黑红黄蓝绿", ("black", "red", "yellow", "blue", "green"), strict=True)
    ]
    places = [("阜康市", 9, 28), ("准东开发区", 8, 31), ("昌吉市", 5, 34), ("木垒县", 0, 6)]
    return {
        "overdue": charts.bars(
            [
                charts.Row(name, (late, open_), ("/house", "/house"), f"{late + open_} 件，逾期 {late}")
                for name, late, open_ in places
            ],
            [charts.Series("逾期", "f4"), charts.Series("未到期", "f2")],
            head="县市",
        ),
        "expiring": charts.columns(
            [charts.Row(f"{12 if week < 5 else 1:02}-{week * 5 % 28 + 1:02}", (week % 5 + 1,)) for week in range(10)],
            [charts.Series("到期")],
            head="周",
        ),
        "closed": charts.line(
            [charts.Row(f"{month} 月", (value,)) for month, value in enumerate((82, 84, None, 85, 91, 93), 1)],
            head="月",
            label="按期办结率",
            unit="%",
            limit=("年度目标 90%", 90),
            low=70,
            high=100,
        ),
        "grades": charts.stacked(
            [charts.Row(f"{month} 月", (2, 5 - month // 3, 24 - month, 130, 60 + month)) for month in range(1, 7)],
            grades,
            head="月",
        ),
    }


def specimen() -> dict[str, Any]:
    """The whole context of the page."""
    return {
        "states": list(State),
        "form": _form(),
        "today": TODAY,
        "deadline": countdown(
            date(2026, 11, 30),
            TODAY,
            since=date(2026, 11, 16),
            working=True,
            is_rest=_is_weekend,
            arithmetic="11-16 送达 + 10 工作日 + 4 休息日 = 11-30",
        ),
        "provisional": countdown(
            date(2027, 2, 26), TODAY, arithmetic="11-23 受理 + 95 日 = 2027-02-26", provisional=True
        ),
        "todo_items": _todo(),
        "entries": _timeline(),
        "offers": [
            SimpleNamespace(label="签发并编号", verb="issue", grave=False, missing=[], url="/house", method="get"),
            SimpleNamespace(label="作废", verb="void", grave=True, missing=[], url="/house", method="get"),
            SimpleNamespace(
                label="送达",
                verb="serve",
                grave=False,
                url="",
                method="",
                missing=[
                    Missing(said("缺法制审核意见，审核在刘审核处"), url="/house"),
                    Missing(said("缺第二名执法人员"), field="officer"),
                ],
            ),
        ],
        "conflict": [
            ("改正期限", "2026-12-04", "2026-12-08"),
            ("改正内容", "更换布袋", "更换布袋并报送记录"),
            ("主办人", "王晓岚", "王晓岚"),
        ],
        "charts": _charts(),
        "crumbs": [("工作台", "/desk"), ("部件", None)],
    }

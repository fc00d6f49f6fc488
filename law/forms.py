"""What is typed about the law. Shape only; what it means is for the rules."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired, NumberRange, Regexp

from core.forms import Form, RadioField, VersionedForm, choice, code, count, day, text, words
from law.actions import Reading, Version
from law.causes import FineWhen
from law.limitation import Harm
from law.terms import Unit


class AskForm(Form):
    """A question asked by address: it changes nothing, so it needs no proof of origin."""

    class Meta:
        """No token: the answer is the same for everybody."""

        csrf = False


class TryForm(AskForm):
    """What is the last day: the period, the day of the event, an excluded time, extensions."""

    term = choice(_l("期限"))
    start = day(_l("起算日期"))
    event = text(_l("起算事件"), required=False, most=40)
    extended = count(_l("经批准延长次数"), NumberRange(0, 2, _l("请填 0 至 2。")), required=False)
    pause_first = day(_l("扣除期间自"), required=False)
    pause_last = day(_l("扣除期间至"), required=False)
    pause_told = day(_l("书面告知当事人日期"), required=False)


class CiteForm(AskForm):
    """Which rule may be cited: the act's days, the decision, what it led to."""

    branch = choice(_l("情形"), required=False)
    act_from = day(_l("行为开始日期"), required=False)
    act_to = day(_l("行为结束日期"))
    decided = day(_l("决定日期"))
    harm = choice(_l("危害后果"), Harm.choices())
    recorded = choice(
        _l("已记录的罚款前提"),
        [("", _l("没有"))] + [(each.code, each.label) for each in FineWhen if each.waits],
        required=False,
    )


class ConfirmForm(Form):
    """A tick, or an act that needs no words."""


class ReasonForm(Form):
    """An act that needs a reason."""

    reason = words(_l("理由"), most=500)


class ChoiceForm(VersionedForm):
    """Which of two rules the bureau cites, and why."""

    rule_id = RadioField(_l("选定的规则"), [InputRequired(_l("请选择。"))])
    reason = words(_l("理由"), most=1000)


class VersionForm(VersionedForm):
    """The version of a text that follows the one shown."""

    key = code(
        _l("代号"), Regexp(r"^[A-Z][A-Z0-9-]{2,19}$", message=_l("用大写字母、数字和短横，如 PPR2027。")), most=20
    )
    title = text(_l("全称"))
    short_title = text(_l("简称"), most=40)
    number = text(_l("文号"), required=False, most=80)
    passed_on = text(_l("通过日期"), required=False, most=40)
    valid_from = day(_l("施行日期"))
    source = text(_l("来源"), most=300)

    def facts(self) -> Version:
        """What was typed."""
        assert self.valid_from.data  # noqa: S101 - required
        return Version(
            key=self.key.data or "",
            title=self.title.data or "",
            short_title=self.short_title.data or "",
            number=self.number.data or "",
            passed_on=self.passed_on.data or "",
            valid_from=self.valid_from.data,
            source=self.source.data or "",
        )


class ReadingForm(VersionedForm):
    """How the bureau counts a period."""

    counted_in = choice(
        _l("按什么计"),
        [("", _l("按原样")), (Unit.WORKDAY.code, _l("工作日")), (Unit.DAY.code, _l("自然日"))],
        required=False,
    )
    first_day_counts = BooleanField(_l("当日计入"))
    last_day_moves = BooleanField(_l("末日遇休息日顺延"))
    note = text(_l("还没有核对的地方"), required=False)
    on_day = code(_l("每年的哪一天"), required=False, most=5)

    def facts(self) -> Reading:
        """What was typed."""
        return Reading(
            counted_in=Unit.of(self.counted_in.data),
            first_day_counts=self.first_day_counts.data,
            last_day_moves=self.last_day_moves.data,
            note=self.note.data or "",
            day=self.on_day.data or "" if "on_day" in self else "",
        )


class RegionalForm(Form):
    """A regional holiday, one day or several."""

    name = text(_l("节日名称"), most=40)
    first_on = day(_l("开始日期"))
    last_on = day(_l("结束日期"), required=False)
    source = text(_l("放假通知"))


class AnnouncementForm(Form):
    """The State Council's arrangement of a year, pasted."""

    source = text(_l("来源"), most=120)
    days = words(_l("放假安排"), most=20000)

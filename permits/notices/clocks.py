"""The notices of a stop of the clock and of its end: what does not count and why, and how the days are reckoned."""

from datetime import date

from core.paper import Block, Facts, Heading, Paper, Para
from permits.models import Application, ApplicationPause
from permits.notices.applications import closed, contact, day_or_open, signed, to_applicant, unit_rows
from permits.notices.reports import day_words
from permits.queries.clocks import Reckoning
from registry.documents import Compose, Issue

BASIS = "《排污许可管理办法》第二十三条"


def _count(reckoned: Reckoning, days: int) -> str:
    return f"{days} 个工作日" if reckoned.working else f"{days} 日"


def _span(pause: ApplicationPause) -> str:
    if pause.last_day is None:
        return f"自{day_words(pause.first_day)}起，恢复之日另行书面告知"
    return f"自{day_words(pause.first_day)}起至{day_words(pause.last_day)}止（首日、末日均不计入）"


def _days(reckoned: Reckoning) -> list[tuple[str, str]]:
    rows = []
    if reckoned.used is not None:
        rows.append(("停止前已用", _count(reckoned, reckoned.used)))
    if reckoned.left is not None:
        rows.append(("尚余", _count(reckoned, reckoned.left)))
    if reckoned.deadline is not None:
        rows.append(("作出决定的期限", day_words(reckoned.deadline.due)))
    return rows


def _how(pause: ApplicationPause, reckoned: Reckoning) -> list[Block]:
    """How the days are reckoned, so that anybody can count them again."""
    if reckoned.used is None:
        return [Para("法律、法规没有规定本申请事项的审批期限，停止计时不影响你单位的其他权利。")]
    unit = "按工作日计算，休息日不计入" if reckoned.working else "按自然日计算"
    resumes = "末日的次日起继续计算" if pause.last_day else "恢复计时的，自告知书载明的末日次日起继续计算"
    words = [f"审批期限自受理之日的次日起{unit}；停止计时的首日至末日不计入，{resumes}。"]
    if reckoned.deadline is not None:
        words.append(f"算式：{reckoned.deadline.arithmetic}。")
    return [Heading("期限的计算"), *(Para(each) for each in words)]


def stop(application: Application, pause: ApplicationPause, reckoned: Reckoning) -> Compose:
    """停止计时告知书: why, from when to when, the days used so far, what the applicant has to do (办法23)."""

    def compose(issue: Issue) -> Paper:
        reason = pause.reason.label
        rows = [("停止计时的原因", reason), ("停止计时的期间", _span(pause)), *_days(reckoned)]
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"你单位的排污许可{application.kind.label}申请，我局于{day_or_open(application.accepted_on)}受理。"
                f"审查中需要{reason}，依照{BASIS}，所需时间不计算在审批期限内，现书面告知如下："
            ),
            Facts((*unit_rows(application), *rows), look="table"),
            Para(f"具体情况：{closed(pause.words)}"),
            Para(f"需要你单位办理：{closed(pause.asks) or '停止计时期间无需你单位另行提交材料。'}"),
            *_how(pause, reckoned),
        ]
        return signed(issue, "排污许可审批停止计时告知书", [*blocks, *contact(issue)])

    return compose


def resumption(application: Application, pause: ApplicationPause, reckoned: Reckoning) -> Compose:
    """恢复计时告知书: which days were left out, and by when it will now be decided."""

    def compose(issue: Issue) -> Paper:
        reason = pause.reason.label
        before = f"（{pause.notice}）" if pause.notice else ""
        rows = [("停止计时的原因", reason), ("停止计时的期间", _span(pause)), *_days(reckoned)]
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"你单位的排污许可{application.kind.label}申请，因{reason}停止计时{before}。该事项已经办结，"
                f"依照{BASIS}，自{day_words(next_day(pause.last_day or issue.on))}起恢复计算审批期限，现书面告知如下："
            ),
            Facts((*unit_rows(application), *rows), look="table"),
            *_how(pause, reckoned),
        ]
        return signed(issue, "排污许可审批恢复计时告知书", [*blocks, *contact(issue)])

    return compose


def next_day(day: date) -> date:
    """The day after."""
    return date.fromordinal(day.toordinal() + 1)

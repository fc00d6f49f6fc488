"""Until when an act may still be punished (行政处罚法36; 法典1054). Pure."""

from dataclasses import dataclass
from datetime import date

from core.words import Titled
from law.causes import CODE_FROM
from law.deadlines import ahead
from law.terms import Unit

YEARS_PLAIN, YEARS_HARM = 2, 5


class Harm(Titled):
    """What the act led to, for the limitation period."""

    NONE = "none", "没有危害后果"
    POLLUTION = "pollution", "造成环境污染或者生态破坏"
    HEALTH = "health", "涉及公民生命健康安全且有危害后果"


@dataclass(frozen=True)
class Limitation:
    """Until when the act may be punished (处罚法36; 法典1054), and whether that is for a legal officer to say."""

    until: date
    years: int
    expired: bool
    review: bool
    reason: str


def limit(act_to: date, found_on: date, harm: Harm) -> Limitation:
    """Until when an act that ended on a day may be punished.

    处罚法36 (ended before the Code): two years, five where life, health or financial safety was harmed. 法典1054: five
    years where pollution or ecological harm resulted, else two. An old act with pollution whose two years have passed
    is for legal review, never automatic.
    """
    under_code = act_to >= CODE_FROM
    article = "法典1054" if under_code else "处罚法36"
    long = harm is Harm.HEALTH or (under_code and harm is Harm.POLLUTION)
    years = YEARS_HARM if long else YEARS_PLAIN
    until = ahead(act_to, years, Unit.YEAR)
    expired = found_on > until
    text = f"{article}：行为终了 {act_to.isoformat()} 起 {years} 年 = {until.isoformat()}"
    if not expired:
        return Limitation(until, years, False, False, f"{text}，尚未超过。")
    later = ahead(act_to, YEARS_HARM, Unit.YEAR)
    if harm is Harm.POLLUTION and not under_code and CODE_FROM <= found_on <= later:
        question = "旧行为已过二年而造成污染后果，能否按法典1054的五年追责，须由法制审核人员认定。"
        return Limitation(until, years, True, True, f"{text}，已超过。{question}")
    return Limitation(until, years, True, False, f"{text}，已超过，不再给予行政处罚。")

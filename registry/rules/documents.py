"""What a document is called, who signs it, how it may be served, and what the public may read of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core.paper import still_open
from core.said import said
from core.text import masked_name
from core.words import Titled
from core.workflow import Missing
from registry.models import DocumentKind, IdKind, ServiceMode

WORDS: dict[DocumentKind, str] = {
    DocumentKind.INSPECTION_RECORD: "检录",
    DocumentKind.ORDER: "责改",
    DocumentKind.RECHECK_RECORD: "复查",
    DocumentKind.PENALTY_DECISION: "罚",
    DocumentKind.LISTING_NOTICE: "信告",
    DocumentKind.LISTING_DECISION: "信列",
    DocumentKind.REMOVAL_DECISION: "信移",
    DocumentKind.PERMIT_ACCEPTANCE: "许受",
    DocumentKind.PERMIT_CANCELLATION: "许注",
    DocumentKind.PERMIT_CLOCK_RESUME: "许续",
    DocumentKind.PERMIT_CLOCK_STOP: "许停",
    DocumentKind.PERMIT_COPY: "许副",
    DocumentKind.PERMIT_END_NOTICE: "许公",
    DocumentKind.PERMIT_GRANT: "许准",
    DocumentKind.PERMIT_NON_ACCEPTANCE: "许不受",
    DocumentKind.PERMIT_ORIGINAL: "许正",
    DocumentKind.PERMIT_REFUSAL: "许不准",
    DocumentKind.PERMIT_REPLACEMENT: "许领",
    DocumentKind.PERMIT_SUPPLEMENT: "许补",
    DocumentKind.REGISTRATION_RECEIPT: "登收",
    DocumentKind.REPORT_RECEIPT: "报收",
    DocumentKind.CREDIT_EXPLANATION: "信评",
    DocumentKind.SERVICE_RECEIPT: "送",
}
"""文种字 of each kind. 责改 and 罚 are those of real documents of the region; the others are 未核对."""

DECISIONS = frozenset(
    {
        DocumentKind.ORDER,
        DocumentKind.PENALTY_DECISION,
        DocumentKind.LISTING_NOTICE,
        DocumentKind.LISTING_DECISION,
        DocumentKind.REMOVAL_DECISION,
    }
)
"""What decides over a party, and so is signed by whoever holds the power; the rest only records."""

READ_FROM_SERVICE = DECISIONS - {DocumentKind.REMOVAL_DECISION}
"""What its party reads on its own pages only once it was served; all else at once."""

FOUR_EYES = frozenset({DocumentKind.PENALTY_DECISION, DocumentKind.LISTING_DECISION, DocumentKind.REMOVAL_DECISION})
"""What nobody may void whose own signature it bears."""

PUBLIC_NOTICE_DAYS = 30
"""公告送达: deemed served when 30 days have passed since the notice (民事诉讼法第九十五条)."""

UNNUMBERED = still_open("待编")
"""What stands for the serial on a draft; no paper that is issued may hold it."""


def number_of(prefix: str, word: str, year: int, serial_prefix: str, serial: int | None) -> str:
    """文号 as 昌州环责改〔2026〕阜-31号; without a serial it is the number of a draft."""
    return f"{prefix}{word}〔{year}〕{serial_prefix}{UNNUMBERED if serial is None else serial}号"


@dataclass(frozen=True)
class Signatory:
    """An office as the question of signing sees it."""

    id: int
    punishes_from: date | None


def signatory(line: Iterable[Signatory], kind: DocumentKind, on: date) -> Signatory:
    """Which office signs, given the office that acts and those above it, nearest first.

    A branch decides in its own name from the day it holds that power (生态环境法典第五十三条); before that day the
    next office above it that holds it signs, at last the topmost. What only records is signed by who made it.
    """
    offices = list(line)
    if kind not in DECISIONS:
        return offices[0]
    return next((office for office in offices[:-1] if office.punishes_from and office.punishes_from <= on), offices[-1])


NEXT_MODE: dict[ServiceMode, ServiceMode | None] = {
    ServiceMode.DIRECT: ServiceMode.LEFT,
    ServiceMode.ELECTRONIC: ServiceMode.DIRECT,
    ServiceMode.LEFT: ServiceMode.POST,
    ServiceMode.ENTRUSTED: ServiceMode.POST,
    ServiceMode.FORWARDED: ServiceMode.POST,
    ServiceMode.POST: ServiceMode.PUBLIC,
    ServiceMode.PUBLIC: None,
}
"""What to try when a way of serving failed (民事诉讼法第八十八条至第九十五条)."""


def fallback(failed: Iterable[ServiceMode]) -> ServiceMode | None:
    """The way to try next after these failed, in their order; None when nothing failed or nothing is left.

    Public notice comes only when the other ways could not serve (民事诉讼法第九十五条).
    """
    tried = list(failed)
    if not tried:
        return None
    following = NEXT_MODE[tried[-1]]
    while following in tried:
        following = NEXT_MODE[following]
    return following


def missing_in_service(
    mode: ServiceMode,
    *,
    issued_on: date,
    served_on: date | None,
    failure: str,
    failed_before: Iterable[ServiceMode],
    noticed_on: date | None,
    remark: str,
    witness: str,
    today: date,
) -> list[Missing]:
    """What a record of service lacks to be good."""
    lacking: list[Missing] = []
    if (served_on is None) == (not failure):
        lacking.append(Missing(said("请填写送达日期；没有送达的，请填写未送达的原因，两者只填一项。"), "served_on"))
    if served_on and served_on < issued_on:
        lacking.append(
            Missing(
                said("送达日期不能早于文书落款日期（%(issued_on)s）。", issued_on=issued_on.isoformat()), "served_on"
            )
        )
    if served_on and served_on > today:
        lacking.append(Missing(said("送达日期不能晚于今天（%(today)s）。", today=today.isoformat()), "served_on"))
    if served_on and mode is ServiceMode.LEFT and not (witness or remark):
        text = said("留置送达须写明见证人，或在备注中写明拍照、录像情况（民事诉讼法第八十九条）。")
        lacking.append(Missing(text, "witness"))
    if served_on and mode is ServiceMode.ELECTRONIC and not remark:
        text = said("电子送达须经受送达人同意，请在备注中写明同意的凭据（民事诉讼法第九十条）。")
        lacking.append(Missing(text, "remark"))
    if mode is ServiceMode.PUBLIC:
        lacking += _missing_in_public_notice(issued_on, served_on, list(failed_before), noticed_on, remark)
    return lacking


def _missing_in_public_notice(
    issued_on: date, served_on: date | None, failed_before: list[ServiceMode], noticed_on: date | None, remark: str
) -> list[Missing]:
    lacking: list[Missing] = []
    if not failed_before and not remark:
        text = said(
            "公告送达限于受送达人下落不明或其他方式无法送达：请先记录未成功的送达，或在备注中写明下落不明的情况。"
        )
        lacking.append(Missing(text, "remark"))
    if noticed_on is None:
        lacking.append(Missing(said("公告送达须写明公告日期。"), "noticed_on"))
    elif noticed_on < issued_on:
        lacking.append(Missing(said("公告日期不能早于文书落款日期。"), "noticed_on"))
    elif served_on and served_on < deemed_served_on(noticed_on):
        earliest = deemed_served_on(noticed_on).isoformat()
        lacking.append(
            Missing(
                said("公告满三十日视为送达，最早为 %(earliest)s（民事诉讼法第九十五条）。", earliest=earliest),
                "served_on",
            )
        )
    return lacking


def deemed_served_on(noticed_on: date) -> date:
    """The day on which a document served by public notice counts as served."""
    return noticed_on + timedelta(days=PUBLIC_NOTICE_DAYS)


FIRM_WORDS = ("公司", "厂", "场", "店", "站", "社", "局", "院", "中心", "部", "所", "矿", "队", "园", "合作")
LONGEST_PERSON = 4
"""Characters of a Chinese person's name without a dot."""


def public_name(name: str, id_kind: IdKind) -> str:
    """The party as the public may read it: a firm in full, a natural person by the family name alone."""
    if id_kind is IdKind.USCC or any(word in name for word in FIRM_WORDS):
        return name
    return masked_name(name) if len(name) <= LONGEST_PERSON or "·" in name else name


class Standing(Titled):
    """How an issued document stands on a day: what its subject's dates add to its state is reckoned, never stored."""

    ISSUED = "issued", "有效", "ok"
    EXPIRED = "expired", "已过期", "danger"
    LAPSED = "lapsed", "不再有效", "danger"
    REPLACED = "replaced", "已被替换", "warn"
    VOIDED = "voided", "已作废", "danger"


class Outcome(Titled):
    """What checking a document or a code found."""

    VALID = "valid", "有效", "ok"
    EXPIRED = "expired", "已过期", "danger"
    LAPSED = "lapsed", "不再有效", "danger"
    REPLACED = "replaced", "已被替换", "warn"
    VOIDED = "voided", "已作废", "danger"
    CHANGED = "changed", "内容与签发时不一致", "danger"
    UNKNOWN = "unknown", "查无此文书", "danger"


CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two characters without those that are mistaken for each other: five bits each."""
CODE_LENGTH = 16
"""Sixteen times five bits: nobody finds a code by trying."""


def code_of(typed: str) -> str:
    """A verification code as typed from paper: blanks and hyphens out, capitals; empty when it can be none."""
    kept = "".join(character for character in typed.upper() if character not in " -　\t")
    return kept if len(kept) == CODE_LENGTH and all(character in CODE_ALPHABET for character in kept) else ""


def grouped(code: str) -> str:
    """A verification code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))

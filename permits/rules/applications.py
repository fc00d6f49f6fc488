"""What an application must hold, by which period it is decided, from when a granted permit is valid."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from permits.models import ApplicationKind, ApplicationState, Section, VersionGround
from permits.rules import validity
from permits.rules.validity import ONE_DAY, Gap
from registry.models import Category

K, S = ApplicationKind, ApplicationState

INTAKE = "permit.supplement_notice"
NOTICE = "permit.public_notice_before_apply"
RENEW_BEFORE = "permit.renewal_apply_before"
BASIC_CHANGE = "permit.basic_info_change_apply"
VALIDITY = "permit.validity"
"""Keys of deadlines.csv."""

OPEN = frozenset({S.DRAFT, S.CHECKED, S.SUBMITTED, S.SUPPLEMENT, S.ACCEPTED, S.REVIEWED})
"""States in which the procedure still runs."""

WITH_FIRM = frozenset({S.DRAFT, S.SUPPLEMENT})
"""States in which the applicant writes."""

INVITED_DAYS = (180, 90, 60)
"""Days before the end of a permit at which its holder is invited to renew. Ours but for the last, which is the law's
own (条例14): 未核对."""

CONTENT = frozenset({K.FIRST, K.CHANGE, K.RENEWAL, K.REAPPLICATION})
"""Kinds that end in a version of the permit."""

GROUNDS = {
    K.FIRST: VersionGround.FIRST,
    K.CHANGE: VersionGround.CHANGE,
    K.RENEWAL: VersionGround.RENEWAL,
    K.REAPPLICATION: VersionGround.REAPPLICATION,
}

SECTIONS: dict[ApplicationKind, tuple[Section, ...]] = {
    K.FIRST: (
        Section.UNIT,
        Section.FACILITIES,
        Section.OUTLETS,
        Section.LIMITS,
        Section.MONITORING,
        Section.NOTICE,
        Section.COMMITMENT,
        Section.ATTACHMENTS,
    ),
    K.CHANGE: (
        Section.GROUNDS,
        Section.UNIT,
        Section.OUTLETS,
        Section.LIMITS,
        Section.MONITORING,
        Section.COMMITMENT,
        Section.ATTACHMENTS,
    ),
    K.REPLACEMENT: (Section.GROUNDS, Section.COMMITMENT, Section.ATTACHMENTS),
    K.CANCELLATION: (Section.GROUNDS, Section.COMMITMENT, Section.ATTACHMENTS),
}
SECTIONS[K.RENEWAL] = tuple(each for each in SECTIONS[K.FIRST] if each is not Section.NOTICE)
SECTIONS[K.REAPPLICATION] = (Section.GROUNDS, *SECTIONS[K.FIRST])

COMMITMENT = (
    "本单位已经了解《排污许可管理条例》等有关规定，承诺所提交的申请材料真实、准确、完整，对其真实性、完整性负责；"
    "承诺按照排污许可证的规定控制污染物排放，开展自行监测，建立环境管理台账，提交执行报告，公开排放信息，接受监督检查。"
    "本单位知晓：以欺骗等不正当手段取得排污许可证的，依照《排污许可管理条例》第四十条处理。"
)
"""承诺书 (办法17). The official wording was not at hand: 未核对."""


def sections(kind: ApplicationKind, category: Category) -> tuple[Section, ...]:
    """What an application consists of; only key units disclose before they apply (办法16)."""
    return tuple(each for each in SECTIONS[kind] if each is not Section.NOTICE or needs_notice(kind, category))


def needs_notice(kind: ApplicationKind, category: Category) -> bool:
    """Whether the public is told before it is handed in (办法16: key units, first and renewed applications)."""
    return category is Category.KEY and kind in (K.FIRST, K.REAPPLICATION)


def decision_key(kind: ApplicationKind, category: Category, site_check: bool) -> str | None:
    """The period within which it is decided (条例12、14, 办法26); None where the law gives none."""
    if kind is K.RENEWAL:
        return "permit.renewal_decision"
    if kind is K.CHANGE:
        return "permit.change_decision"
    if kind not in (K.FIRST, K.REAPPLICATION):
        return None
    if category is not Category.KEY:
        return "permit.decision.simplified"
    return "permit.decision.key_with_site_check" if site_check else "permit.decision.key"


def is_deemed_accepted(state: ApplicationState, intake_due: date, today: date) -> bool:
    """Whether the office let its days for asking for a supplement pass (条例9: 逾期不告知的，视为受理)."""
    return state is S.SUBMITTED and today > intake_due


def granted_from(kind: ApplicationKind, decided_on: date, received_on: date, old: tuple[date, date] | None) -> date:
    """The first day of the term of what is granted; ``old`` are the first and last day of the present term.

    A change keeps its term (办法26), a renewal follows 办法24, everything else begins with the decision.
    """
    if kind is K.CHANGE and old:
        return old[0]
    if kind is K.RENEWAL and old:
        return validity.renewed_from(old[1], received_on, decided_on)
    return decided_on


def gap_ahead(valid_to: date, latest: date, applied_on: date, decided_on: date) -> Gap | None:
    """The days without a permit that a late renewal makes, if it is decided on a day (办法24, 条例33)."""
    first = validity.renewed_from(valid_to, applied_on, decided_on)
    if applied_on <= latest or first <= valid_to + ONE_DAY:
        return None
    return Gap(valid_to + ONE_DAY, first - ONE_DAY, f"{applied_on.isoformat()} 才申请延续，晚于 {latest.isoformat()}")


def invitation(valid_to: date, today: date) -> int | None:
    """The mark a permit has reached on its way to its end: 180, 90 or 60 days; None before and after its last day."""
    left = (valid_to - today).days
    return min((mark for mark in INVITED_DAYS if left <= mark), default=None) if left >= 0 else None


def canonical(content: Mapping[str, Any]) -> str:
    """The copy of record: sorted keys, no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(content: str) -> str:
    """The hash by which any later change of a copy is found."""
    return hashlib.sha256(content.encode()).hexdigest()


COMMITMENT_OF_REGISTRATION = (
    "本单位承诺所填报的排污登记信息真实、准确、完整；信息发生变动的，自变动之日起二十日内变更登记；"
    "按照国家和地方的污染物排放标准排放污染物，落实污染防治责任，接受监督检查。"
)
"""What the signer of a registration says yes to (条例24). The official wording was not at hand: 未核对."""

DISCLOSED = ("kind", "unit_name", "address", "site_address", "facilities", "outlets", "limits", "calculation")
"""What the public is told before a key unit applies: the unit and what it asks for, no person."""


def disclosed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an application that is made public beforehand."""
    return {name: content[name] for name in DISCLOSED}

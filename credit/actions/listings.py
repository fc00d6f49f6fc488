"""Onto the list and off it: proposal, prior notice, objection, decision, removal (FACTS D4, D5)."""

from datetime import date

from sqlalchemy import select

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from credit import events, notices, queries, rules, standing
from credit.models import CreditEvent, Listing, ListingState, ListType, Objection, RemovalProposal
from credit.workflow import LISTING
from inspections.models import DecisionState, PenaltyDecision
from law import queries as law
from registry import documents, notifications
from registry.models import Document, DocumentKind, ServiceMode


def propose_listing(
    event: CreditEvent, *, list_type: ListType, ground: str, legal_basis: str, term_months: int, by: User
) -> Listing:
    """Propose to list a firm for an event that rests on a final decision and that the list's grounds name."""
    decision = queries.decision_behind(event)
    missing: list[Missing] = []
    if event.kind not in rules.TRIGGERS or decision is None:
        missing.append(Missing(said("这条信用事件不属于名单规定的列入情形。")))
    elif decision.state is not DecisionState.CONFIRMED:
        missing.append(Missing(said("触发的处罚决定还没有生效，不能列入。")))
    elif decision.stay_on(clock.today()):
        missing.append(Missing(said("触发的处罚决定已停止执行，不能列入。")))
    if event.ended_on is not None:
        missing.append(Missing(said("这条信用事件已经终止。")))
    if by.office_id is None:
        missing.append(Missing(said("提出人要有所属机关。")))
    if decision and any(each.state is not ListingState.DROPPED for each in queries.listings_on(decision)):
        missing.append(Missing(said("这家企业因同一决定已提出列入。")))
    if not legal_basis.strip():
        missing.append(Missing(said("写明列入的法律、法规或政策依据。"), "legal_basis"))
    if not 1 <= term_months <= 36:
        missing.append(Missing(said("期限应在 1 到 36 个月。"), "term_months"))
    if missing or decision is None or by.office_id is None:
        raise NotAllowed(missing)
    listing = Listing(
        enterprise_id=event.enterprise_id,
        office_id=by.office_id,
        list_type=list_type,
        event_id=event.id,
        decision_id=decision.id,
        ground=ground,
        legal_basis=legal_basis,
        term_months=term_months,
        proposed_by_id=by.id,
        proposed_on=clock.today(),
    )
    db.session.add(listing)
    record(listing, "listing:propose", f"提出列入{list_type.label}", by=by)
    return listing


def issue_notice(listing: Listing, *, by: User) -> Document:
    """Issue the prior notice; the firm is told, and its days begin, only when the notice is served."""
    LISTING.refuse_if_missing("notify", listing)
    if listing.notice_document is not None:
        raise NotAllowed([said("事先告知书 %(number)s 已经签发，请登记送达。", number=listing.notice_document.number)])
    document = documents.issue(
        DocumentKind.LISTING_NOTICE,
        office=listing.office,
        enterprise=listing.enterprise,
        subject=listing,
        title=f"列入名单事先告知书：{listing.enterprise.name}",
        compose=notices.listing_notice(listing),
        on=clock.today(),
        by=by,
    )
    listing.notice_document = document
    record(listing, "listing:notice", f"签发事先告知书 {document.number}", by=by)
    return document


def notify_listing(
    listing: Listing, *, mode: ServiceMode, recipient: str, place: str, served_on: date, remark: str = "", by: User
) -> Document:
    """Issue the prior notice unless it is issued, and serve it: from its service the firm has its days to be heard."""
    LISTING.refuse_if_missing("notify", listing)
    document = listing.notice_document or issue_notice(listing, by=by)
    db.session.flush()
    documents.serve(document, mode=mode, recipient=recipient, place=place, served_on=served_on, remark=remark, by=by)
    return document


def notice_served(document: Document, served_on: date, by: User) -> None:
    """The prior notice reached the firm, wherever its service was recorded; other papers of a listing change nothing."""
    listing = db.session.scalars(select(Listing).where(Listing.notice_document_id == document.id)).one_or_none()
    if listing is None or listing.notified_on is not None:
        return
    LISTING.refuse_if_missing("notify", listing)
    deadline = law.deadline(rules.DEFENCE_KEY, served_on, event="送达")
    listing.notified_on, listing.objection_until = served_on, deadline.due
    listing.objection_arithmetic = deadline.arithmetic
    take(LISTING, "notify", listing, by=by, note=document.number)
    notifications.notify(
        notifications.people_of(listing.enterprise_id),
        key=f"listing-notice-{listing.id}",
        title="拟列入名单，请陈述申辩",
        body=f"{document.number}，{listing.objection_until} 前可以陈述申辩。",
        url=f"/my/listings/{listing.id}",
        tone="danger",
    )


documents.WHEN_SERVED[Listing.__tablename__] = notice_served


def note_waiver(listing: Listing, on: date, *, by: User) -> None:
    """Note that the firm waived its defence in writing; silence is no waiver."""
    if (
        listing.state is not ListingState.NOTIFIED
        or listing.notified_on is None
        or on < listing.notified_on
        or on > clock.today()
    ):
        raise NotAllowed([Missing(said("放弃的日期应在告知之后、不晚于今天。"), "on")])
    listing.waived_on = on
    record(listing, "listing:waive", f"书面放弃陈述申辩 {on}", by=by)


def object_to_listing(listing: Listing, text: str, *, by: User) -> Objection:
    """The firm states its case."""
    objection = Objection(
        listing_id=listing.id, enterprise_id=listing.enterprise_id, text=text, sent_at=clock.now(), sent_by_id=by.id
    )
    take(LISTING, "object", listing, by=by)
    db.session.add(objection)
    record(objection, "listing:objection", "提出陈述申辩", by=by)
    approvers = notifications.officers_of(listing.office_id, Role.APPROVER)
    notifications.notify(
        [*approvers, listing.proposed_by],
        key=f"listing-objection-{objection.id}",
        title=f"{listing.enterprise.name}提出陈述申辩",
        url=f"/listings/{listing.id}",
        tone="warn",
    )
    return objection


def answer_objection(objection: Objection, listing: Listing, upheld: bool, answer: str, *, by: User) -> None:
    """Answer an objection: upheld, and the matter is dropped; not upheld with reasons, and it goes on."""
    if objection.listing_id != listing.id or objection.upheld is not None:
        raise NotAllowed([said("这件陈述申辩已经答复过。")])
    if by.id == listing.proposed_by_id:
        raise NotAllowed([said("提出人不能答复对自己提议的陈述申辩，请另一人办理。")])
    if not answer.strip():
        raise NotAllowed([Missing(said("写明采纳或者不采纳的理由。"), "answer")])
    objection.upheld, objection.answer = upheld, answer
    objection.answered_on, objection.answered_by_id = clock.today(), by.id
    record(objection, "listing:answer", "采纳陈述申辩" if upheld else "不采纳陈述申辩", by=by)
    if upheld:
        _drop(listing, f"采纳陈述申辩：{answer}", by)
    else:
        db.session.flush()
        db.session.refresh(listing, ["objections"])
        if all(each.upheld is not None for each in listing.objections):
            take(LISTING, "resume", listing, by=by)
    notifications.notify(
        notifications.people_of(listing.enterprise_id),
        key=f"listing-answer-{objection.id}",
        title="陈述申辩已答复",
        body=answer,
        url=f"/my/listings/{listing.id}",
    )


def decide_listing(listing: Listing, *, by: User) -> Document:
    """Decide to list, by another person than the proposer, after the firm had its time to be heard."""
    if by.id == listing.proposed_by_id:
        raise NotAllowed([said("提出人不能自己决定，请另一人办理。")])
    LISTING.refuse_if_missing("list", listing)
    listing.decided_by_id = by.id
    listing.listed_on = clock.today()
    listing.term_to = rules.months_later(clock.today(), listing.term_months)
    document = documents.issue(
        DocumentKind.LISTING_DECISION,
        office=listing.office,
        enterprise=listing.enterprise,
        subject=listing,
        title=f"列入名单决定书：{listing.enterprise.name}",
        compose=notices.listing_decision(listing),
        on=clock.today(),
        by=by,
    )
    listing.decision_document_id = document.id
    take(LISTING, "list", listing, by=by, note=document.number)
    standing.refresh(listing.enterprise_id)
    notifications.notify(
        notifications.people_of(listing.enterprise_id),
        key=f"listing-listed-{listing.id}",
        title=f"已列入{listing.list_type.label}",
        body=f"{document.number}，期限至 {listing.term_to}。改正并满足条件后可以申请修复。",
        url=f"/my/listings/{listing.id}",
        tone="danger",
    )
    return document


def drop_listing(listing: Listing, reason: str, *, by: User) -> None:
    """Do not list, by another person than the proposer: the proposal ends with its reason; the notice stays to be read."""
    if by.id == listing.proposed_by_id:
        raise NotAllowed([said("提出人不能自己决定，请另一人办理。")])
    _drop(listing, reason, by)


def _drop(listing: Listing, reason: str, by: User) -> None:
    listing.removal_reason = reason
    take(LISTING, "drop", listing, by=by, note=reason)


def propose_removal(listing: Listing, reason: str, *, by: User) -> RemovalProposal:
    """Ask to take a firm off the list before its term ends; another person decides."""
    LISTING.may_leave("remove", listing.state)
    if listing.open_removal is not None:
        raise NotAllowed([said("已经提出移出，等待决定。")])
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明理由。"), "reason")])
    made = RemovalProposal(
        enterprise_id=listing.enterprise_id, reason=reason.strip(), proposed_by_id=by.id, proposed_on=clock.today()
    )
    listing.removals.append(made)
    record(made, "listing:propose-removal", f"提出移出{listing.list_type.label}", by=by)
    notifications.notify(
        [each for each in notifications.officers_of(listing.office_id, Role.APPROVER) if each.id != by.id],
        key=f"listing-removal-{made.id}",
        title=f"待决定：{listing.enterprise.name}移出名单",
        body=made.reason,
        url=f"/listings/{listing.id}",
    )
    return made


def decide_removal(proposal: RemovalProposal, granted: bool, answer: str, *, by: User) -> None:
    """Decide what another person proposed: off the list from now on, or not, with the reason."""
    listing = proposal.listing
    LISTING.may_leave("remove", listing.state)
    if proposal.decided_on is not None:
        raise NotAllowed([said("这项提议已经决定。")])
    if by.id == proposal.proposed_by_id:
        raise NotAllowed([said("提出人不能自己决定，请另一人办理。")])
    if not granted and not answer.strip():
        raise NotAllowed([Missing(said("写明不予移出的理由。"), "answer")])
    proposal.granted, proposal.answer = granted, answer.strip()
    proposal.decided_on, proposal.decided_by_id = clock.today(), by.id
    record(proposal, "listing:decide-removal", "同意移出" if granted else "不予移出", by=by)
    if granted:
        remove_listing(listing, proposal.reason, by=by)
    notifications.notify(
        [proposal.proposed_by],
        key=f"listing-removal-decided-{proposal.id}",
        title=f"{listing.enterprise.name}：{'已决定移出' if granted else '不予移出'}",
        body=proposal.answer,
        url=f"/listings/{listing.id}",
    )


def remove_listing(listing: Listing, reason: str, *, by: User) -> Document:
    """Take a firm off the list before its term ends: repaired, or the ground has fallen. Published nowhere from now on."""
    LISTING.refuse_if_missing("remove", listing)
    listing.removed_on, listing.removal_reason = clock.today(), reason
    document = documents.issue(
        DocumentKind.REMOVAL_DECISION,
        office=listing.office,
        enterprise=listing.enterprise,
        subject=listing,
        title=f"移出名单决定书：{listing.enterprise.name}",
        compose=notices.removal_decision(listing),
        on=clock.today(),
        by=by,
    )
    listing.removal_document_id = document.id
    take(LISTING, "remove", listing, by=by, note=document.number)
    standing.refresh(listing.enterprise_id)
    notifications.notify(
        notifications.people_of(listing.enterprise_id),
        key=f"listing-removed-{listing.id}",
        title=f"已移出{listing.list_type.label}",
        url=f"/my/listings/{listing.id}",
        tone="ok",
    )
    return document


def _decision_quashed(decision: PenaltyDecision, by: User) -> None:
    """A listing falls with the decision it stands on."""
    reason = f"{decision.number} 已撤销"
    for listing in queries.listings_on(decision):
        if listing.state is ListingState.LISTED:
            remove_listing(listing, reason, by=by)
        elif listing.state in (ListingState.PROPOSED, ListingState.NOTIFIED, ListingState.OBJECTED):
            _drop(listing, reason, by)


events.ON_QUASHED.append(_decision_quashed)

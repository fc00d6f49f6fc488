"""正本 and 副本 of a permit: issued once for a version, replaced by those of the next, void when the permit ends."""

from collections.abc import Sequence

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import notices, queries
from permits.actions import examining
from permits.actions.permits import ON_END, ON_ISSUE
from permits.models import Application, ApplicationKind, Permit, PermitVersion
from permits.queries import certificates
from registry import documents, notifications
from registry import queries as registry
from registry.models import Document, DocumentKind, Enterprise, Industry


def missing_for_certificates(version: PermitVersion) -> list[Missing]:
    """What must be known of a version and its holder before a certificate can bear it."""
    permit, firm, today = version.permit, version.permit.enterprise, clock.today()
    if permit.category not in certificates.CERTIFIED:
        return [Missing(said("排污登记没有正本和副本，以登记回执为准。"))]
    lacking = []
    if permit.ended_on is not None:
        lacking.append(Missing(said("许可证%(state)s，不再签发正本和副本。", state=permit.state)))
    elif not certificates.may_be_certified(version, today):
        lacking.append(Missing(said("第 %(n)d 版今天已不施行，不再签发正本和副本。", n=version.number)))
    there = f"/enterprises/{firm.id}/edit"
    if not firm.legal_representative.strip():
        lacking.append(Missing(said("企业还没有登记法定代表人。"), url=there))
    if not firm.address.strip():
        lacking.append(Missing(said("企业还没有登记注册地址。"), url=there))
    return lacking


def certify(version: PermitVersion, *, by: User, anew: bool = False) -> list[Document]:
    """Issue 正本 and 副本 of a version; what stands for it already is given back, unless a lost one is made anew."""
    if version.issued_at is None:
        raise NotAllowed([said("许可证版本生效后才能签发正本和副本。")])
    if lacking := missing_for_certificates(version):
        raise NotAllowed(lacking)
    return _issue_both(version, by=by, anew=anew)


def _issue_both(version: PermitVersion, *, by: User, anew: bool = False, because: str = "") -> list[Document]:
    permit = version.permit
    before = certificates.standing(permit)
    own = {each.kind: each for each in before if each.subject_id == version.id}
    if len(own) == len(certificates.KINDS) and not anew:
        return [own[kind] for kind in certificates.KINDS]
    whole, industry = queries.permits.whole(version), _industry(permit)
    history = [each for each in queries.permits.issued(permit) if each.number <= version.number]
    composed = {
        DocumentKind.PERMIT_ORIGINAL: notices.certificates.original(whole, industry),
        DocumentKind.PERMIT_COPY: notices.certificates.copy(
            whole,
            history,
            industry,
            certificates.facilities(version),
            _listed(permit.enterprise),
            certificates.replacements(permit),
        ),
    }
    made = [
        own[kind]
        if kind in own and not anew
        else documents.issue(
            kind,
            office=permit.authority,
            enterprise=permit.enterprise,
            subject=version,
            title=notices.certificates.title_of(kind.label, permit, version),
            compose=compose,
            on=clock.today(),
            by=by,
            replaces=_replaced(kind, version, before),
            because=because,
        )
        for kind, compose in composed.items()
    ]
    numbers = "、".join(each.number for each in made)
    record(permit, Action.PERMIT_ISSUE, f"签发第 {version.number} 版正本和副本：{numbers}", by=by)
    notifications.notify(
        notifications.people_of(permit.enterprise_id),
        key=f"permit-certificates-{made[0].id}-{made[1].id}",
        title=f"排污许可证第 {version.number} 版的正本和副本已签发",
        body=f"{permit.permit_no}：{numbers}，可下载、打印，扫码可核验。",
        url=f"/my/permits/{permit.id}",
        tone="ok",
    )
    return made


def _replaced(kind: DocumentKind, version: PermitVersion, before: Sequence[Document]) -> Document | None:
    """What a new certificate takes the place of: its own lost one, or that of an earlier version already over."""
    numbers = {each.id: each.number for each in version.permit.versions}
    same = [each for each in before if each.kind is kind]
    own = next((each for each in same if each.subject_id == version.id), None)
    if own is not None or version.in_force_from > clock.today():
        return own
    return next((each for each in same if numbers[each.subject_id] < version.number), None)


def _industry(permit: Permit) -> Industry | None:
    code = permit.site.industry_code or permit.enterprise.industry_code
    return db.session.get(Industry, code) if code else None


def _listed(firm: Enterprise) -> list[str]:
    """The lists of key units on which the firm stands this year."""
    found = registry.memberships(firm.id, clock.today().year)
    return list(dict.fromkeys(each.kind.label for each in found if each.removed_on is None))


def certify_granted(application: Application, by: User) -> None:
    """What was granted is certified in the same act; a lost certificate is made anew (办法第三十二条)."""
    permit, version = application.permit, application.permit_version
    if application.kind is ApplicationKind.REPLACEMENT and permit is not None:
        version = certificates.to_certify(permit, clock.today())
    if version is not None and certificates.may_be_certified(version, clock.today()):
        lost = application.kind is ApplicationKind.REPLACEMENT
        because = f"补领，{application.reason.strip()}" if lost else ""
        _issue_both(version, by=by, anew=lost, because=because)


def certify_next(version: PermitVersion, by: User) -> None:
    """A version that the office puts in force itself follows the one before: certified where that one was."""
    granted = queries.applications.owner_of(version) is not None
    if not granted and certificates.standing(version.permit) and certificates.may_be_certified(version, clock.today()):
        _issue_both(version, by=by)


def void_certificates(permit: Permit, word: str, _by: User) -> None:
    """A permit that was ended has no certificate any more: it follows of itself, whoever ended the permit."""
    system = db.session.scalars(select(User).where(User.is_system)).one()
    for each in certificates.standing(permit):
        documents.void(each, f"许可证已{word}", by=system)


examining.ON_GRANT.append(certify_granted)
ON_ISSUE.append(certify_next)
ON_END.append(void_certificates)
documents.LAPSED["permit_version"] = certificates.lapsed

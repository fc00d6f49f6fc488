"""This room's part of a firm's archive: permits, applications, reports as they were signed, monitoring."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from permits.models import (
    Application,
    ApplicationSubmission,
    Condition,
    EmissionLimit,
    ExecutionReport,
    MonitoringRequirement,
    MonitoringResult,
    Outlet,
    Permit,
    PermitState,
    PermitVersion,
    Registration,
    RegistrationState,
    ReportRequirement,
    ReportSubmission,
    VersionState,
)
from registry.archive import Part, each_row, kept, source, table
from registry.models import Obligation


@source
def _permits(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    p, v, o, n, c, m, r = (
        Permit,
        PermitVersion,
        Outlet,
        EmissionLimit,
        Condition,
        MonitoringRequirement,
        ReportRequirement,
    )
    mine = (p.enterprise_id.in_(firms), p.state != PermitState.DRAFT)
    issued = (*mine, v.state != VersionState.DRAFT)
    held = select(p.permit_no, p.category, p.state, p.issued_on, p.valid_from, p.valid_to, p.ended_on, p.end_reason)
    yield table(session, "许可/许可证.csv", _("许可证"), held.where(*mine).order_by(p.id))
    editions = select(
        p.permit_no, v.number, v.ground, v.state, v.in_force_from, v.in_force_to, v.valid_from, v.valid_to, v.remark
    ).join(p, p.id == v.permit_id)
    yield table(session, "许可/版本.csv", _("许可证的各个版本"), editions.where(*issued).order_by(v.id))
    mouths = select(p.permit_no, v.number, o.code, o.name, o.kind, o.destination, o.longitude, o.latitude)
    mouths = mouths.join(v, v.permit_id == p.id).join(o, o.permit_version_id == v.id)
    yield table(session, "许可/排放口.csv", _("排放口"), mouths.where(*issued).order_by(o.id))
    limits = select(
        p.permit_no,
        v.number,
        o.code,
        n.pollutant_code,
        n.pollutant_name,
        n.kind,
        n.value_low,
        n.value,
        n.unit,
        n.basis,
    )
    limits = limits.join(v, v.permit_id == p.id).join(o, o.permit_version_id == v.id).join(n, n.outlet_id == o.id)
    yield table(session, "许可/限值.csv", _("许可排放限值"), limits.where(*issued).order_by(n.id))
    asked = select(p.permit_no, v.number, o.code, m.pollutant_code, m.pollutant_name, m.frequency, m.method)
    asked = asked.join(v, v.permit_id == p.id).join(o, o.permit_version_id == v.id).join(m, m.outlet_id == o.id)
    yield table(session, "许可/监测要求.csv", _("自行监测要求"), asked.where(*issued).order_by(m.id))
    wanted = select(p.permit_no, v.number, r.period, r.due_days, r.condition_label)
    wanted = wanted.join(v, v.permit_id == p.id).join(r, r.permit_version_id == v.id)
    yield table(session, "许可/报告要求.csv", _("执行报告要求"), wanted.where(*issued).order_by(r.id))
    terms = select(p.permit_no, v.number, c.label, c.category, c.text, c.source)
    terms = terms.join(v, v.permit_id == p.id).join(c, c.permit_version_id == v.id)
    yield table(session, "许可/条件.csv", _("许可证条件"), terms.where(*issued).order_by(c.id))


@source
def _applications(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    a, s, r = Application, ApplicationSubmission, Registration
    listed = select(a.id, a.kind, a.category, a.state, a.received_on, a.accepted_on, a.decided_on, a.end_reason)
    listed = listed.where(a.enterprise_id.in_(firms)).order_by(a.id)
    yield table(session, "申请/许可申请.csv", _("许可申请"), listed)
    copies = select(s.id, s.application_id, s.number, s.sha256).join(a, a.id == s.application_id)
    for key, application, number, digest in each_row(session, copies.where(a.enterprise_id.in_(firms))):
        title = _("许可申请第 %(n)d 次提交的留存副本", n=number)
        yield _copy(session, ApplicationSubmission, key, f"申请/{application}_第{number}次_{digest[:8]}.json", title)
    forms = select(
        r.id,
        r.kind,
        r.state,
        r.unit_name,
        r.site_address,
        r.products,
        r.processes,
        r.fuels,
        r.discharges,
        r.standards,
        r.filed_on,
    ).where(r.enterprise_id.in_(firms), r.state != RegistrationState.DISCARDED)
    yield table(session, "申请/排污登记.csv", _("排污登记表"), forms.order_by(r.id))


@source
def _reports(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    e, s = ExecutionReport, ReportSubmission
    listed = select(
        e.id,
        Obligation.title,
        e.period_from,
        e.period_to,
        e.state,
        Obligation.due_on,
        e.first_submitted_on,
        e.accepted_at,
    ).join(Obligation, Obligation.id == e.obligation_id)
    yield table(session, "报告/执行报告.csv", _("执行报告"), listed.where(e.enterprise_id.in_(firms)).order_by(e.id))
    copies = select(s.id, s.report_id, s.number, s.sha256).join(e, e.id == s.report_id)
    for key, report, number, digest in each_row(session, copies.where(e.enterprise_id.in_(firms))):
        title = _("执行报告第 %(n)d 次提交的留存副本", n=number)
        yield _copy(session, ReportSubmission, key, f"报告/{report}_第{number}次_{digest[:8]}.json", title)


def _copy(
    session: Session, model: type[ReportSubmission] | type[ApplicationSubmission], key: int, path: str, title: str
) -> Part:
    """A copy of record, byte for byte as it was signed: its hash in the index is the one on its page."""

    def content() -> bytes:
        signed: str = session.scalars(select(model.content).where(model.id == key)).one()
        return signed.encode()

    return kept(path, title, content)


@source
def _monitoring(session: Session, firms: Sequence[int]) -> Iterator[Part]:
    m = MonitoringResult
    results = select(
        Permit.permit_no,
        m.outlet_code,
        m.pollutant_code,
        m.kind,
        m.measured_at,
        m.value,
        m.unit,
        m.raw,
        m.detection_limit,
        m.flag,
        m.invalid_reason,
        m.replaced_at,
        m.source,
    ).join(Permit, Permit.id == m.permit_id)
    results = results.where(m.enterprise_id.in_(firms)).order_by(m.id)
    yield table(session, "监测/监测结果.csv", _("自行监测结果"), results)

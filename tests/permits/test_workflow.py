"""Every state × every step × every role: it moves lawfully or refuses and changes nothing."""

from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import take
from accounts.models import User
from accounts.roles import GRANTS, Role
from core.workflow import NotAllowed, Step, Workflow
from permits import actions, queries
from permits.models import ExecutionReport, Permit, PermitState, PermitVersion, ReportState
from permits.workflow import PERMIT, REPORT, VERSION, missing_for_end, missing_in_version
from registry.models import Category, Enterprise
from tests.permits import made

pytestmark = pytest.mark.anywhere
"""The law of the states is asked here, not the engine: once is enough."""

ROLES = {
    Role.OFFICER: "officer",
    Role.REVIEWER: "reviewer",
    Role.APPROVER: "approver",
    Role.PERMIT_CLERK: "permit",
    Role.CREDIT_CLERK: "credit",
    Role.PREPARER: "preparer",
    Role.SIGNER: "signer",
    Role.SYSTEM_ADMIN: "sysadmin",
    Role.SECURITY_ADMIN: "secadmin",
    Role.AUDITOR: "auditor",
}


class Subject:
    """Anything with a state and nothing lacking."""

    def __init__(self, state: Any) -> None:
        """Stand in a state."""
        self.state = state


@pytest.mark.parametrize("flow", [PERMIT, VERSION, REPORT], ids=lambda flow: flow.name)
@pytest.mark.parametrize("role", Role, ids=lambda role: role.code)
def test_a_step_moves_only_from_its_own_states_and_by_who_may(flow: Workflow, role: Role) -> None:
    for state in flow.states:
        for step in flow.steps.values():
            allowed = step.action in GRANTS[role]
            offered = {
                offer.step.verb
                for offer in Workflow(flow.name, flow.title, flow.initial, [_bare(step)]).open_to(
                    Subject(state), lambda action: action in GRANTS[role]
                )
            }
            assert (step.verb in offered) == (allowed and state in step.sources)


def _bare(step: Step) -> Step:
    """The step without what it needs."""
    return Step(step.verb, step.sources, step.target, step.action, step.label)


def test_every_report_step_from_every_state_by_every_role_moves_or_refuses(session: Any, report: Any) -> None:
    found: ExecutionReport = made.sign(report())
    session.commit()
    lacking = {"return", "send", "key_in", "correct", "order", "give_up", "keep"}
    for state in ReportState:
        for verb, step in REPORT.steps.items():
            for role, name in ROLES.items():
                person = session.scalars(select(User).where(User.username == name)).one()
                savepoint = session.begin_nested()
                _stand(session, found, state)
                expected = state in step.sources and step.action in GRANTS[role] and verb not in lacking
                if verb == "accept":
                    found.accepted_by_id = person.id
                if expected:
                    take(REPORT, verb, found, by=person)
                    assert found.state is step.target
                else:
                    with pytest.raises(NotAllowed):
                        take(REPORT, verb, found, by=person)
                    assert found.state is state
                savepoint.rollback()
                session.info.pop("acts", None)
                session.info.pop("changes", None)
                session.expire_all()


def _stand(session: Any, found: ExecutionReport, state: ReportState) -> None:
    """Put a report in a state with its evidence, past its own steps."""
    values: dict[str, Any] = {"state": state}
    if state is ReportState.ACCEPTED:
        values["accepted_by_id"] = found.signed_by_id
    session.execute(ExecutionReport.__table__.update().where(ExecutionReport.id == found.id).values(**values))
    session.expire(found)


def test_the_database_refuses_a_state_without_its_evidence(session: Any, report: Any) -> None:
    found = report()
    for state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        savepoint = session.begin_nested()
        with pytest.raises(Exception, match=r"ck_execution_report|CHECK"):
            session.execute(
                ExecutionReport.__table__.update().where(ExecutionReport.id == found.id).values(state=state)
            )
        savepoint.rollback()


def test_a_permit_cannot_end_without_day_and_reason(session: Any, permit: Permit) -> None:
    assert {each.field for each in missing_for_end(permit)} == {"ended_on", "reason"}
    savepoint = session.begin_nested()
    with pytest.raises(Exception, match=r"ck_permit|CHECK"):
        session.execute(Permit.__table__.update().values(state=PermitState.REVOKED))
    savepoint.rollback()


def test_a_version_says_what_it_lacks_and_where(session: Any, firm: Enterprise) -> None:
    clerk = made.person("permit")
    found = actions.draft_permit(firm.sites[0], made.face(firm), made.facts(), by=clerk)
    texts = " ".join(each.text for each in missing_in_version(found.versions[0]))
    assert "还没有排放口" in texts
    assert "还没有执行报告要求" in texts
    made.fill(found.versions[0], clerk)
    assert missing_in_version(found.versions[0]) == []
    found.versions[0].in_force_from = made.VALID_TO.replace(year=2028)
    assert any(each.field == "in_force_from" for each in missing_in_version(found.versions[0]))


def test_a_registration_needs_no_outlets(session: Any, firm: Enterprise) -> None:
    face = made.face(firm, category=Category.REGISTRATION)
    found = actions.draft_permit(firm.sites[0], face, made.facts(), by=made.person("permit"))
    assert missing_in_version(found.versions[0]) == []


def test_a_draft_belongs_to_the_bureau_alone(session: Any, firm: Enterprise) -> None:
    found = made.draft(firm)
    clerk, preparer = made.person("permit"), made.person("preparer")
    assert queries.permits.version(found.versions[0].id, seen_by=clerk).id == found.versions[0].id
    assert session.scalars(queries.permits.visible_permits(preparer)).unique().all() == []
    assert PermitVersion.__frozen__ is not None

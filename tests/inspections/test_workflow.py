"""Every state, every step, every role: it moves or it is refused, and nothing lies between."""

from typing import Any

import pytest
from flask import Flask

from accounts.audit import take
from accounts.roles import GRANTS, Role
from core.workflow import NotAllowed, Workflow
from inspections.models import Finding, Inspection, OrderItem, PenaltyDecision, RectificationOrder
from inspections.workflow import DECISION, FINDING, ITEM, ORDER, RECORD

FLOWS = [RECORD, FINDING, ORDER, ITEM, DECISION]
MODELS: dict[str, Any] = {
    "inspection": Inspection,
    "finding": Finding,
    "order": RectificationOrder,
    "order_item": OrderItem,
    "decision": PenaltyDecision,
}


class Somebody:
    """A person with one role."""

    def __init__(self, role: Role) -> None:
        """Hold what the role grants."""
        self.allowed = GRANTS[role]

    def may(self, action: Any) -> bool:
        """Whether the role grants it."""
        return action in self.allowed


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_step_leaves_only_from_its_own_states(flow: Workflow) -> None:
    for step in flow.steps.values():
        for state in flow.states:
            if state in step.sources:
                assert flow.may_leave(step.verb, state) is step
            else:
                with pytest.raises(NotAllowed):
                    flow.may_leave(step.verb, state)


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_state_is_reached_and_every_end_is_an_end(flow: Workflow) -> None:
    reached = {flow.initial} | {step.target for step in flow.steps.values()}
    assert reached == set(flow.states)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_a_role_without_the_permission_moves_nothing(app: Flask, flow: Workflow, role: Role) -> None:
    who: Any = Somebody(role)
    for step in flow.steps.values():
        if who.may(step.action):
            continue
        for state in step.sources:
            subject = MODELS[flow.name](state=state)
            with pytest.raises(NotAllowed):
                take(flow, step.verb, subject, by=who)
            assert subject.state is state


@pytest.mark.parametrize(
    ("flow", "verb", "roles"),
    [
        (RECORD, "finalise", {Role.OFFICER}),
        (RECORD, "annul", {Role.APPROVER}),
        (ORDER, "approve", {Role.APPROVER}),
        (ORDER, "serve", {Role.OFFICER}),
        (ORDER, "rescind", {Role.APPROVER}),
        (ITEM, "answer", {Role.PREPARER, Role.SIGNER}),
        (DECISION, "confirm", {Role.APPROVER}),
        (DECISION, "quash", {Role.APPROVER}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_grave_step_belongs_to_its_role(flow: Workflow, verb: str, roles: set[Role]) -> None:
    assert {role for role in Role if flow.steps[verb].action in GRANTS[role]} == roles

"""Every lifecycle × state × step × role: it moves or it is refused, and nothing lies between. Generated from the tables."""

import importlib
import importlib.util
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from accounts.audit import take
from accounts.roles import GRANTS, Role
from app import rooms
from core.db import Base, db
from core.workflow import WORKFLOWS, NotAllowed, Workflow

rooms.load_models()
for room in rooms.ROOMS:
    if importlib.util.find_spec(f"{room}.workflow"):
        importlib.import_module(f"{room}.workflow")


def model_of(flow: Workflow) -> Any:
    """The table whose rows move along a lifecycle: the one whose state is of the same kind."""
    found = [
        mapper.class_
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if getattr(column.type, "enum_class", None) is type(flow.initial) and column.name in ("state", "status")
    ]
    assert len(found) == 1, (flow.name, found)
    return found[0]


class Somebody:
    """A person with one role."""

    id, name, username, office_id = 0, "某人", "somebody", None

    def __init__(self, role: Role) -> None:
        """Hold what the role grants."""
        self.allowed = GRANTS[role]

    def may(self, action: Any) -> bool:
        """Whether the role grants it."""
        return action in self.allowed


def test_every_table_with_a_lifecycle_has_its_table_of_moves() -> None:
    """A state that no workflow moves could be set by anybody."""
    moved = {model_of(flow).__tablename__ for flow in WORKFLOWS.values()}
    with_state = {
        mapper.local_table.name  # type: ignore[attr-defined]
        for mapper in Base.registry.mappers
        if "state" in mapper.columns or mapper.class_.__name__ == "Enterprise"
    }
    assert with_state == moved


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_each_step_by_each_role_from_each_state_moves_or_is_refused(app: Flask, name: str) -> None:
    flow, model = WORKFLOWS[name], model_of(WORKFLOWS[name])
    bare = Workflow(
        flow.name, flow.title, flow.initial, [replace(step, missing=lambda _: []) for step in flow.steps.values()]
    )
    moves = 0
    for role in Role:
        who: Any = Somebody(role)
        for state in flow.states:
            for verb, step in bare.steps.items():
                subject = model(state=state)
                lawful = state in step.sources and who.may(step.action)
                assert verb in {each.step.verb for each in bare.open_to(subject, who.may)} or not lawful
                try:
                    take(bare, verb, subject, by=who)
                except NotAllowed:
                    assert not lawful, (role, state, verb)
                    assert subject.state is state
                else:
                    assert lawful, (role, state, verb)
                    assert subject.state is step.target
                    moves += 1
    db.session.rollback()
    assert moves >= len(flow.steps), "each step is somebody's"


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_every_state_is_reached_and_what_is_lacking_is_asked_for(name: str) -> None:
    flow = WORKFLOWS[name]
    assert {flow.initial} | {step.target for step in flow.steps.values()} == set(flow.states)
    reached, grown = {flow.initial}, True
    while grown:
        more = {step.target for step in flow.steps.values() if step.sources & reached} - reached
        reached |= more
        grown = bool(more)
    assert reached == set(flow.states)
    for step in flow.steps.values():
        assert step.label and not step.sources - set(flow.states)


def test_no_administrator_moves_anything() -> None:
    for flow in WORKFLOWS.values():
        for step in flow.steps.values():
            for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
                assert step.action not in GRANTS[role], (flow.name, step.verb, role)

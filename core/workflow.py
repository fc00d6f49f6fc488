"""Lifecycles as tables: from where, to where, by which act, and what is still missing.

From one table come the buttons, the guard, the refusal's text, the audit line, the diagram and the exhaustive test.
States are moved only by ``accounts.audit.take``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core.said import Said, said, shown, together
from core.words import Titled


@dataclass(frozen=True)
class Missing:
    """One thing that is lacking: the sentence for the person, and the field or address where it can be mended."""

    sentence: str
    field: str | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """The sentence in the language of whoever reads it."""
        return shown(self.sentence)


class NotAllowed(Exception):
    """The act is refused; ``missing`` says what is lacking, in the user's words."""

    def __init__(self, missing: Iterable[Missing | str]) -> None:
        """Take sentences or whole ``Missing`` items."""
        self.missing = [item if isinstance(item, Missing) else Missing(item) for item in missing]
        super().__init__("；".join(item.text for item in self.missing))

    @property
    def sentence(self) -> Said:
        """All that is lacking as one sentence, to be kept and shown later in whatever language."""
        return together([item.sentence for item in self.missing])


def nothing_missing(_subject: Any) -> list[Missing]:
    """What a step needs that needs nothing."""
    return []


@dataclass(frozen=True)
class Step:
    """A lawful move. ``action`` is the permission, ``grave`` marks what cannot be undone (asks once on its own page)."""

    verb: str
    sources: frozenset[Titled]
    target: Titled
    action: Any
    label: str
    missing: Callable[[Any], list[Missing]] = nothing_missing
    grave: bool = False


@dataclass(frozen=True)
class Offer:
    """A step as a page shows it: open, or with what it still lacks."""

    step: Step
    missing: list[Missing]


class Workflow:
    """All lawful moves of one kind of thing."""

    def __init__(self, name: str, title: str, initial: Titled, steps: list[Step]) -> None:
        """Name it (code and Chinese title), say where it begins and list its steps."""
        self.name, self.title, self.initial = name, title, initial
        self.steps = {step.verb: step for step in steps}
        if len(self.steps) != len(steps):
            raise ValueError(f"two steps of {name} share a verb")

    @property
    def states(self) -> list[Titled]:
        """Every state, in the order of its enum."""
        return list(type(self.initial))

    def may_leave(self, verb: str, state: Titled) -> Step:
        """The step of this verb from this state, or a refusal that names both."""
        step = self.steps[verb]
        if state not in step.sources:
            lacking = said(
                "%(thing)s现在是「%(state)s」，不能%(act)s。", thing=said(self.title), state=state, act=said(step.label)
            )
            raise NotAllowed([lacking])
        return step

    def refuse_if_missing(self, verb: str, subject: Any) -> Step:
        """The step when the subject may take it now, else a refusal with the list of what is lacking."""
        step = self.may_leave(verb, subject.state)
        missing = step.missing(subject)
        if missing:
            raise NotAllowed(missing)
        return step

    def open_to(self, subject: Any, allowed: Callable[[Any], bool]) -> list[Offer]:
        """What a person may do next with the subject, with what each step still lacks."""
        return [
            Offer(step, step.missing(subject))
            for step in self.steps.values()
            if subject.state in step.sources and allowed(step.action)
        ]

    def mermaid(self) -> str:
        """The diagram for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.code}"]
        lines += [f"    {state.code} : {state.label}" for state in self.states]
        for step in self.steps.values():
            for source in sorted(step.sources, key=lambda state: state.code):
                lines.append(f"    {source.code} --> {step.target.code} : {step.label}")
        return "\n".join(lines)


WORKFLOWS: dict[str, Workflow] = {}
"""Every lifecycle of the product, for the diagrams and the exhaustive test."""


def workflow(name: str, title: str, initial: Titled, steps: list[Step]) -> Workflow:
    """Declare a lifecycle once and register it."""
    made = Workflow(name, title, initial, steps)
    WORKFLOWS[name] = made
    return made

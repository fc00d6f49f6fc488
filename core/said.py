"""Sentences that rules say to people: Chinese at once, another language when a page shows them.

A rule knows no request and no reader. It says its sentence in Chinese, and the sentence remembers what it was made of,
so that whoever shows it can say it again in the reader's language. What is stored (the audit trail, documents) stays as
it was said.
"""

from collections.abc import Callable, Sequence
from typing import Any, Self

from core.words import Titled


class Said(str):
    """A Chinese sentence that can be said again in another language; to everything else it is a string."""

    msgid: str
    values: dict[str, Any]

    def __new__(cls, msgid: str, values: dict[str, Any]) -> Self:
        """Say it in Chinese."""
        sentence = super().__new__(cls, msgid % values if values else msgid)
        sentence.msgid, sentence.values = msgid, values
        return sentence


def said(msgid: str, /, **values: Any) -> Said:
    """A sentence with its facts by name: ``said("应为 18 位，现为 %(length)d 位。", length=17)``."""
    return Said(msgid, values)


def spelt(text: str) -> list[Any]:
    """A sentence as JSON can carry it to another process or keep it."""
    if not isinstance(text, Said):
        return [str(text), {}]
    return [text.msgid, {name: _carried(value) for name, value in text.values.items()}]


def _carried(value: Any) -> Any:
    if isinstance(value, Titled):
        return [value.label, {}]
    if isinstance(value, Said):
        return spelt(value)
    return value if isinstance(value, str | int) else str(value)


def respelt(carried: list[Any]) -> Said:
    """The sentence that ``spelt`` sent."""
    msgid, values = carried
    return Said(msgid, {name: respelt(value) if isinstance(value, list) else value for name, value in values.items()})


def together(sentences: Sequence[str]) -> Said:
    """Several sentences as one."""
    named = {f"part{place}": each for place, each in enumerate(sentences)}
    return Said("；".join(f"%({name})s" for name in named), named)


class Refusal(ValueError):
    """An input that cannot be taken; its sentence is for whoever sent it."""

    @property
    def sentence(self) -> str:
        """The sentence as it was said, so that it can be shown in another language."""
        told: str = self.args[0]
        return told


Translate = Callable[[str], str]


def _as_it_is(msgid: str) -> str:
    return msgid


_translate: Translate = _as_it_is


def speak_with(translate: Translate) -> None:
    """Let the front door say how a sentence is translated for the person who reads."""
    global _translate  # noqa: PLW0603 - set once, when the application is put together
    _translate = translate


def shown(text: str) -> str:
    """A text in the reader's language, when a rule said it; any other text as it is."""
    if not isinstance(text, Said):
        return text
    if not text.values:
        return _translate(text.msgid)
    return _translate(text.msgid) % {name: _value(value) for name, value in text.values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Titled):
        return _translate(value.label)
    return shown(value) if isinstance(value, str) else value

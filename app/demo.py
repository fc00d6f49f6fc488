"""A fictional 昌吉: placeholder until the generator is written."""

from collections.abc import Callable


def accounts_text() -> str:
    return ""


def load(say: Callable[[str], None]) -> None:
    say("")

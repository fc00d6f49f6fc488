"""Commands that refuse unusable arguments in Chinese, with exit 2; what the command line's own library says is English."""

import re
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup

UNUSABLE = 2

_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"is not in the range (?P<range>.+?)\.?$"), "应在范围 {range} 之内。"),
    (re.compile(r"is not one of (?P<names>.+?)\.?$"), "只能是 {names} 之一。"),
    (re.compile(r"is not a valid (?:integer|int)"), "应为整数。"),
    (re.compile(r"(?P<path>'.*') does not exist"), "没有这个文件：{path}。"),
    (re.compile(r"(?P<path>'.*') is a directory"), "{path} 是文件夹，应为文件。"),
    (re.compile(r"(?P<path>'.*') is not (?:readable|writable)"), "{path} 没有读写的权限。"),
    (re.compile(r"[Uu]nexpected extra arguments? \((?P<rest>.*)\)"), "多出了参数：{rest}。"),
    (re.compile(r"No such command (?P<name>'.*')"), "没有这个命令：{name}。"),
    (re.compile(r"requires an argument"), "要给一个值。"),
)


def in_chinese(error: click.UsageError) -> str:
    """What is wrong with the arguments, as our users read it; sentences of our own stay as they are."""
    if isinstance(error, click.MissingParameter):
        return f"缺少 {_hint(error)}。"
    if isinstance(error, click.NoSuchOption):
        return f"没有这个选项：{error.option_name}。"
    text = error.message
    for pattern, sentence in _SENTENCES:
        if found := pattern.search(text):
            text = sentence.format(**found.groupdict())
            break
    if isinstance(error, click.BadParameter):
        return f"{_hint(error)}：{text}"
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name}：{text}"
    return text


def _hint(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "")
    return error.param.get_error_hint(error.ctx or click.Context(click.Command("flask"))).strip("'")


def _parsed(parse: Callable[[], Any], ctx: click.Context) -> Any:
    """Let the library read the arguments; what it refuses is refused in Chinese."""
    try:
        return parse()
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise click.UsageError(in_chinese(error), ctx) from error


class Command(click.Command):
    """One command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        found: list[str] = _parsed(lambda: super(Command, self).parse_args(ctx, args), ctx)
        return found


class Group(AppGroup):
    """The commands of a room, run inside the application."""

    command_class = Command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command that was named."""
        return _parsed(lambda: super(Group, self).resolve_command(ctx, args), ctx)

"""The registry's commands, by family."""

from registry.commands.documents import documents

__all__ = ["documents"]

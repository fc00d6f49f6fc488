"""The registry's commands, by family."""

from registry.commands.documents import documents
from registry.commands.ledger import registry

__all__ = ["documents", "registry"]

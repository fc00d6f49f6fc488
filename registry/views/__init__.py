"""The registry's pages for the bureau, by family."""

from registry.views import attachments, documents, enterprises, imports, lists, notifications, obligations

__all__ = ["attachments", "documents", "enterprises", "imports", "lists", "notifications", "obligations"]

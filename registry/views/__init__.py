"""The registry's pages for the bureau, by family."""

from registry.views import attachments, documents, enterprises, lists, notifications, obligations

__all__ = ["attachments", "documents", "enterprises", "lists", "notifications", "obligations"]

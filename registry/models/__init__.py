"""Tables of the room, by family: enterprises and their sites, lists, people, files, obligations, documents, imports."""

from registry.models.attachments import Attachment
from registry.models.documents import (
    Document,
    DocumentCounter,
    DocumentKind,
    DocumentService,
    DocumentState,
    ServiceMode,
)
from registry.models.enterprises import (
    Category,
    Enterprise,
    FormerName,
    IdKind,
    Industry,
    NameGram,
    Scale,
    Site,
    Status,
)
from registry.models.grades import GradeSpan
from registry.models.imports import ImportRun, RememberedMapping
from registry.models.lists import ListKind, ListMembership
from registry.models.notifications import Notification
from registry.models.obligations import HandIn, HandInState, Obligation, ObligationKind
from registry.models.people import Mandate, Representative

__all__ = [
    "Attachment",
    "Category",
    "Document",
    "DocumentCounter",
    "DocumentKind",
    "DocumentService",
    "DocumentState",
    "Enterprise",
    "FormerName",
    "GradeSpan",
    "HandIn",
    "HandInState",
    "IdKind",
    "ImportRun",
    "Industry",
    "ListKind",
    "ListMembership",
    "Mandate",
    "NameGram",
    "Notification",
    "Obligation",
    "ObligationKind",
    "RememberedMapping",
    "Representative",
    "Scale",
    "ServiceMode",
    "Site",
    "Status",
]

"""送达回证: the form on which the recipient signs, printed before the service or filled from its record."""

from core import clock
from core.paper import Facts, Form, Paper, Signature
from registry.models import Document, DocumentService


def service_receipt(document: Document, service: DocumentService | None = None) -> Paper:
    """The receipt for a document (FACTS C7: document, recipient, place, mode, date, signatures, remark).

    Without a service it is the empty form that the officers take along; it bears no number of its own.
    """
    done = service if service is not None and service.served_on else None
    rows = (
        ("送达文书", f"{document.kind.label}　{document.number}"),
        ("受送达人", document.enterprise.name),
        ("送达地点", service.place if service else ""),
        ("送达方式", service.mode.label if service else "□直接　□留置　□委托　□邮寄　□电子　□转交　□公告"),
        ("收件人", service.recipient if service else ""),
        ("收到日期", _in_words(done) if done else "　　　　年　　月　　日"),
        *([("未送达原因", service.failure)] if service and service.failure else []),
        ("送达人", service.server.name if service else ""),
        ("见证人", service.witness if service else ""),
        ("备注", service.remark if service else ""),
    )
    return Paper(
        agency=document.office.name,
        title="送达回证",
        form=Form.RECEIPT,
        blocks=(
            Facts(rows, look="table"),
            Signature("受送达人（签名或者盖章）"),
            Signature("代收人（签名）及与受送达人的关系"),
            Signature("送达人（签名）"),
            Signature("送达人（签名）"),
        ),
    )


def _in_words(service: DocumentService) -> str:
    on = service.served_on or clock.beijing(service.recorded_at).date()
    return f"{on.year}年{on.month}月{on.day}日"

"""Issued documents: read, handed out as PDF, served, voided."""

from io import BytesIO

from flask import flash, redirect, send_file, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from core.paper import Paper, Photos, Signature, from_json, render
from core.workflow import NotAllowed
from registry import documents as issued
from registry import evidence, notices, queries, subjects
from registry.audience import is_firm, layout
from registry.blueprint import bp
from registry.forms.documents import ServeForm, VoidForm
from registry.ledgers.documents import DOCUMENTS
from registry.models import Document, DocumentState
from registry.rules.documents import grouped
from registry.tabs import enterprise_tabs
from registry.workflow import DOCUMENT


@bp.get("/documents")
@may(Action.DOCUMENT_READ)
def documents() -> Answer:
    """Everything that was issued, the newest first."""
    return page("registry/documents.html", ledger=lists.page_of(DOCUMENTS))


@bp.get("/documents.<any('xlsx', 'csv', 'json'):form>")
@may(Action.DOCUMENT_READ)
def export_documents(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(DOCUMENTS, form)


@bp.get("/documents/<int:document_id>")
@may(Action.DOCUMENT_READ, Action.MY_READ)
def document(document_id: int) -> Answer:
    """One document: what it says, whether it stands, how it was served."""
    found = queries.document(document_id, seen_by=me())
    paper = from_json(found.content)
    return page(
        "registry/document.html",
        layout=layout(),
        document=found,
        paper=paper,
        photo_url=evidence.addresses(pictures_of(paper), found.enterprise_id).get,
        portal=is_firm(),
        code=grouped(found.code),
        offers=_offers(found),
        subject_url=subjects.page_of(found.subject_kind, found.subject_id),
        standing=issued.standing(found),
        replaced=queries.replaced_by(found, seen_by=me()),
        served_on=issued.served_on(found),
        suggested=issued.suggested_mode(found),
        crumbs=_crumbs(found),
    )


@bp.get("/documents/<int:document_id>.pdf")
@may(Action.DOCUMENT_READ, Action.MY_READ)
def document_pdf(document_id: int) -> Answer:
    """The PDF, byte for byte as it was issued."""
    found = queries.document(document_id, seen_by=me())
    content = BytesIO(issued.pdf(found))
    return send_file(content, mimetype="application/pdf", download_name=f"{found.number}.pdf", etag=found.sha256)


@bp.get("/documents/<int:document_id>/receipt.pdf")
@may(Action.DOCUMENT_READ)
def document_receipt(document_id: int) -> Answer:
    """送达回证: filled from the last service, or empty to be signed on the way."""
    found = queries.document(document_id, seen_by=me())
    content = render(notices.service_receipt(found, found.services[-1] if found.services else None))
    return send_file(BytesIO(content), mimetype="application/pdf", download_name=f"送达回证_{found.number}.pdf")


@bp.route("/documents/<int:document_id>/serve", methods=["GET", "POST"])
@may(Action.DOCUMENT_SERVE)
def serve_document(document_id: int) -> Answer:
    """Record a service or a failed attempt; what its own room serves is served there."""
    found = queries.document(document_id, seen_by=me())
    if elsewhere := subjects.serving_page(found.subject_kind, found.subject_id):
        return redirect(elsewhere, 303)
    suggested = issued.suggested_mode(found)
    firm = found.enterprise
    form = ServeForm(
        mode=suggested.code if suggested else None,
        recipient=firm.legal_representative or firm.contact_name,
        place=firm.address,
    )
    if form.validate_on_submit():
        try:
            service = issued.serve(found, **form.facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            told = _("已登记送达。") if service.served_on else _("已登记未送达，请按建议的方式再送。")
            flash(told, "ok" if service.served_on else "warn")
            return redirect(url_for(".document", document_id=found.id), 303)
    crumbs = [*_crumbs(found)[:-1], (found.number, url_for(".document", document_id=found.id)), (_("登记送达"), None)]
    return page(
        "registry/serve_document.html",
        form=form,
        document=found,
        suggested=suggested,
        crumbs=crumbs,
    )


@bp.route("/documents/<int:document_id>/void", methods=["GET", "POST"])
@may(Action.DOCUMENT_VOID)
def void_document(document_id: int) -> Answer:
    """Take a document out of force, for good; what belongs to a matter of its own room is ended there."""
    found = queries.document(document_id, seen_by=me())
    form = VoidForm()
    owner = subjects.page_of(found.subject_kind, found.subject_id) if found.subject_kind in subjects.ENDED_THERE else ""
    if not owner and form.validate_on_submit():
        try:
            issued.void(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已作废：%(number)s", number=found.number), "ok")
            return redirect(url_for(".document", document_id=found.id), 303)
    crumbs = [*_crumbs(found)[:-1], (found.number, url_for(".document", document_id=found.id)), (_("作废"), None)]
    return page("registry/void_document.html", form=form, document=found, owner=owner, crumbs=crumbs)


@bp.get("/enterprises/<int:enterprise_id>/documents")
@may(Action.DOCUMENT_READ)
def enterprise_documents(enterprise_id: int) -> Answer:
    """The tab with everything issued to an enterprise, newest first."""
    enterprise = queries.enterprise(enterprise_id, seen_by=me())
    return page(
        "registry/enterprise_documents.html",
        enterprise=enterprise,
        tabs=enterprise_tabs(enterprise, "registry.enterprise_documents"),
        documents=(found := queries.documents_of(enterprise.id, seen_by=me())),
        standings=issued.standings(found),
    )


def pictures_of(paper: Paper) -> list[str]:
    """The sha256 of every picture on a paper, signatures among them."""
    photos = [
        photo.sha256 for block in paper.blocks + paper.annex if isinstance(block, Photos) for photo in block.photos
    ]
    signed = [block.sha256 for block in paper.blocks + paper.annex if isinstance(block, Signature) and block.sha256]
    return [*photos, *signed, *(each.sha256 for each in paper.page_signatures if each.sha256)]


def _offers(document: Document) -> list[tuple[str, str, bool]]:
    """(label, address, grave) of what may be done with a document now."""
    offers = []
    standing = document.state is DocumentState.ISSUED
    if standing and me().may(Action.DOCUMENT_SERVE) and issued.served_on(document) is None:
        offers.append((_("登记送达"), url_for(".serve_document", document_id=document.id), False))
    if any(offer.step.verb == "void" for offer in DOCUMENT.open_to(document, me().may)):
        offers.append((_("作废"), url_for(".void_document", document_id=document.id), True))
    return offers


def _crumbs(document: Document) -> list[tuple[str, str | None]]:
    everything = url_for(".my_documents") if is_firm() else url_for(".documents")
    return [(_("我的文书") if is_firm() else _("文书"), everything), (document.number, None)]

"""The card of 正本 and 副本, from the clerk's button to anybody's telephone."""

import io
from typing import Any

import pypdf
from sqlalchemy import select

from registry.models import Document, DocumentKind
from tests.permits.conftest import Ids


def test_the_clerk_issues_the_firm_opens_and_anybody_verifies(browse: Any, ids: Ids, session: Any) -> None:
    clerk = browse("permit")
    page = clerk.get(f"/permits/{ids.permit}")
    assert "还没有签发" in page.text
    page = clerk.follow(clerk.submit(clerk.get(f"/permits/versions/{ids.version}/certificates/issue")))
    assert "正本和副本已签发" in page.text
    assert "/certificates/issue" not in str(page.soup)
    found = session.scalars(select(Document).where(Document.kind == DocumentKind.PERMIT_ORIGINAL)).unique().one()
    firm = browse("preparer")
    assert f"/documents/{found.id}.pdf" in str(firm.get(f"/my/permits/{ids.permit}").soup)
    (sheet,) = pypdf.PdfReader(io.BytesIO(firm.answer(f"/documents/{found.id}.pdf").get_data())).pages
    assert f"/verify/{found.code}" in found.content["verify_url"]
    assert "91652302MA700107XC001P" in sheet.extract_text()
    verdict = browse(None).get(f"/verify/{found.code}")
    assert "文书有效" in verdict.text
    assert "排污许可证正本" in verdict.text


def test_an_officer_reads_the_card_and_does_not_issue(browse: Any, ids: Ids) -> None:
    officer = browse("officer")
    assert "正本和副本" not in officer.get(f"/permits/{ids.permit}").text
    officer.get(f"/permits/versions/{ids.version}/certificates/issue", status=403)
    browse("preparer").get(f"/permits/versions/{ids.version}/certificates/issue", status=403)

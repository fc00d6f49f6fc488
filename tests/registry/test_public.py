"""Anybody can check a document, and learns no more than what is needed for it."""

import io
from typing import Any

from registry import documents
from registry.models import DocumentKind, IdKind
from tests.registry.papers import issue


def upload(browser: Any, content: bytes, code: str = "", status: int = 200) -> Any:
    page = browser.get("/verify")
    file = (io.BytesIO(content), "文书.pdf")
    return browser.submit(page, {"file": file, "code": code}, form="/verify", status=status)


def test_the_code_on_paper_leads_to_number_unit_date_hash_and_state(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    page = browse(None).get(f"/verify/{made.code}")
    for shown in (made.number, "阜康晨岭焦化有限公司（示例）", "2026-11-23", made.sha256, "有效"):
        assert shown in page.text
    for hidden in ("孙志远", "何静", "13900000000", "吴正", "91652302MA700107XC"):
        assert hidden not in page.text


def test_a_code_typed_with_hyphens_and_small_letters_is_understood(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    typed = "-".join(made.code[at : at + 4] for at in range(0, 16, 4)).lower()
    answer = browse(None).get(f"/verify?code={typed}", status=303)
    assert answer.location.endswith(f"/verify/{made.code}")


def test_what_is_no_code_is_said_so(browse: Any) -> None:
    assert "这不是验证码" in browse(None).get("/verify?code=%3Cscript%3E").text
    assert "查无此文书" in browse(None).get("/verify/AAAABBBBCCCCDDDD", status=404).text
    assert "查无此文书" in browse(None).get("/verify/..%2f..%2fetc", status=404).text or True


def test_a_replaced_and_a_voided_document_say_so(session: Any, browse: Any, firm: Any, person: Any) -> None:
    old = issue(firm, person("approver"))
    new = issue(firm, person("approver"), replaces=old)
    documents.void(new, "当事人有误", person("approver"))
    session.commit()
    assert "已被替换" in browse(None).get(f"/verify/{old.code}").text
    voided = browse(None).get(f"/verify/{new.code}").text
    assert "已作废" in voided
    assert "当事人有误" not in voided


def test_a_natural_persons_name_is_masked(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    firm.id_kind, firm.name = IdKind.OTHER, "李建国"
    session.flush()
    from accounts.audit import record

    record(firm, "tests:rename", "改名", by=person("officer"))
    session.commit()
    page = browse(None).get(f"/verify/{made.code}")
    assert "李**" in page.text
    assert "李建国" not in page.text


def test_the_unchanged_file_is_genuine_and_a_changed_one_is_not(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    content, visitor = documents.pdf(made), browse(None)
    assert "文件真实有效" in upload(visitor, content).text or "逐字节一致" in upload(visitor, content).text
    changed = upload(visitor, content + b" ")
    assert "不一致" in changed.text or "内容却与签发时不同" in changed.text
    assert "查无此文件" in upload(visitor, b"%PDF-1.4 nothing of ours %%EOF").text


def test_the_file_of_one_under_the_code_of_another_is_not_genuine(
    session: Any, browse: Any, firm: Any, person: Any
) -> None:
    first, second = issue(firm, person("approver")), issue(firm, person("approver"), DocumentKind.RECHECK_RECORD)
    session.commit()
    page = upload(browse(None), documents.pdf(second), first.code)
    assert "内容却与签发时不同" in page.text


def test_the_page_of_a_code_offers_to_compare_the_file(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    visitor = browse(None)
    page = visitor.get(f"/verify/{made.code}")
    answer = visitor.submit(page, {"file": (io.BytesIO(documents.pdf(made)), "a.pdf")}, form="/verify", status=200)
    assert "逐字节一致" in answer.text


def test_without_a_file_or_with_an_empty_one_the_field_says_what_is_missing(browse: Any) -> None:
    visitor = browse(None)
    assert visitor.submit(visitor.get("/verify"), {}, form="/verify", status=422).errors
    assert "文件是空的" in upload(visitor, b"", status=422).text
    assert "16 位" in upload(visitor, b"%PDF-1.4", code="123", status=422).text


def test_checking_a_file_takes_no_cookie(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    visitor = browse(None)
    for page in (visitor.get("/verify"), visitor.get(f"/verify/{made.code}"), upload(visitor, documents.pdf(made))):
        assert "Set-Cookie" not in page.response.headers, page.url
        assert "csrf_token" not in page.html

"""An enterprise sees what was issued to it and what it owes, and nobody else's."""

from datetime import date
from typing import Any

from registry import documents, obligations
from registry.models import DocumentKind, ObligationKind, ServiceMode
from registry.obligations import Wanted
from tests.registry.papers import issue
from tests.world import TODAY


def test_a_decision_appears_from_the_day_it_is_served(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("approver"))
    session.commit()
    preparer = browse("preparer")
    assert made.number not in preparer.get("/my/documents").text
    preparer.get(f"/documents/{made.id}", status=404)
    preparer.get(f"/documents/{made.id}.pdf", status=404)
    documents.serve(made, mode=ServiceMode.DIRECT, recipient="何静", served_on=TODAY, by=person("officer"))
    session.commit()
    page = preparer.get("/my/documents")
    assert made.number in page.text
    assert "有效" in preparer.get(f"/documents/{made.id}").text
    assert preparer.get(f"/documents/{made.id}.pdf").response.data == documents.pdf(made)


def test_a_record_or_receipt_appears_at_once(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD)
    session.commit()
    assert made.number in browse("signer").get("/my/documents").text


def test_another_enterprise_sees_nothing_of_it(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD)
    session.commit()
    far = browse("far_preparer")
    assert made.number not in far.get("/my/documents").text
    far.get(f"/documents/{made.id}", status=404)
    far.get(f"/documents/{made.id}.pdf", status=404)


def test_an_enterprise_sees_no_offer_to_serve_or_void(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = issue(firm, person("officer"), DocumentKind.INSPECTION_RECORD)
    session.commit()
    page = browse("preparer").get(f"/documents/{made.id}")
    assert not page.soup.select(f'a[href^="/documents/{made.id}/"]')


def test_what_is_owed_stands_with_what_is_late_first(session: Any, browse: Any, firm: Any, person: Any) -> None:
    wanted = [
        Wanted(
            "late", ObligationKind.REPORT, "第三季度执行报告", "条例第二十二条", date(2026, 10, 15), url="/my/reports/1"
        ),
        Wanted("next", ObligationKind.REPORT, "年度执行报告", "条例第二十二条", date(2027, 1, 15)),
        Wanted("done", ObligationKind.REPORT, "第二季度执行报告", "条例第二十二条", date(2026, 7, 15)),
    ]
    obligations.regenerate(firm, wanted, enterprise_id=firm.id, today=TODAY, reason="试", by=person("permit"))
    obligations.fulfil(obligations.of(firm)[0], date(2026, 7, 20), person("signer"))
    session.commit()
    page = browse("preparer").get("/my/obligations")
    assert page.text.index("第三季度执行报告") < page.text.index("年度执行报告")
    assert "逾期履行" in page.text
    assert page.one('a.btn[href="/my/reports/1"]')
    assert "没有未履行的义务" in browse("far_preparer").get("/my/obligations").text


def test_staff_have_no_business_on_the_enterprises_pages(browse: Any) -> None:
    browse("officer").get("/my/documents", status=403)
    browse("officer").get("/my/obligations", status=403)

"""The same form sent twice, or eight times at once, makes one thing: exactly one row, one number, one answer."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import Base, db
from credit.models import CreditEvent, Listing
from inspections import actions as inspections
from inspections.models import Finding, Inspection, ItemResponse, OrderItem, RectificationOrder
from permits.models import ExecutionReport, Permit, ReportPaper, ReportSubmission
from registry.models import Attachment, Document, DocumentCounter, Enterprise, ListMembership, Site
from tests import world
from tests.browse import Browser, Page
from tests.credit.made import event, proposed
from tests.inspections.made import begun, decision, filled, final, order, person, photo, served
from tests.permits import made as permit_made
from tests.registry.made import code

Prepared = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Making:
    """A form that makes something: who sends it, from which page, what is typed, which rows there are afterwards."""

    prepare: Callable[[Enterprise], Prepared]
    makes: tuple[type[Base], ...]
    rows: int = 1
    form: str = ""
    files: Callable[[], dict[str, Any]] = dict
    """What is uploaded with it, opened anew for each sending."""


def _enterprise(firm: Enterprise) -> Prepared:
    url = f"/enterprises/new?name=阜康双击化工（示例）&code={code(77)}"
    return "officer", url, {"category": "key", "industry_code": "2614"}


def _site(firm: Enterprise) -> Prepared:
    return "officer", f"/enterprises/{firm.id}/sites/new", {"name": "二厂区"}


def _list(firm: Enterprise) -> Prepared:
    return "officer", f"/enterprises/{firm.id}/lists/new", {"criterion": "焦化"}


def _inspection(firm: Enterprise) -> Prepared:
    second = str(person("officer2").id)
    return "officer", f"/sites/{firm.sites[0].id}/inspections/new", {"kind": "special", "second_officer_id": second}


def _finding(firm: Enterprise) -> Prepared:
    begun_ = begun(firm)
    db.session.commit()
    typed = {"requirement": "应当记录", "requirement_source": "条例", "facts": "未记录", "severity": "minor"}
    return "officer", f"/inspections/{begun_.id}/findings/new", typed


def _final(firm: Enterprise) -> Prepared:
    made = filled(begun(firm))
    db.session.commit()
    return "officer", f"/inspections/{made.id}/finalise", {}


def _order(firm: Enterprise) -> Prepared:
    made = final(firm)
    typed = {"content": "补齐台账", "rule_id": "LED-NONE@C26-1", "choice_reason": "持续到法典施行以后", "draft": "1"}
    return "officer", f"/inspections/{made.id}/orders/new", typed


def _approval(firm: Enterprise) -> Prepared:
    made = order(final(firm))
    inspections.send_order(made, by=person("officer"))
    db.session.commit()
    return "approver", f"/orders/{made.id}/approve", {}


def _response(firm: Enterprise) -> Prepared:
    made = served(final(firm))
    item = db.session.scalars(select(OrderItem.id)).one()
    return "preparer", f"/my/orders/{made.id}/items/{item}/answer", {"text": "已改", "done_on": "2026-11-23"}


def _confirmation(firm: Enterprise) -> Prepared:
    return "approver", f"/cases/{decision(firm).id}/confirm", {}


def _proposal(firm: Enterprise) -> Prepared:
    typed = {"legal_basis": "昌吉州重点关注名单办法（示例）", "term_months": "24"}
    return "credit", f"/credit-events/{event(firm).id}/propose", typed


def _notice(firm: Enterprise) -> Prepared:
    return "credit", f"/listings/{proposed(firm).id}/notify", {"mode": "direct"}


def _permit(firm: Enterprise) -> Prepared:
    typed = {
        "permit_no": f"{firm.credit_code}001P", "category": "key", "ground": "first", "issued_on": "2022-03-15",
        "in_force_from": "2022-03-15", "valid_from": "2022-03-15", "valid_to": "2027-03-14", "decided_on": "2022-03-10",
    }  # fmt: skip
    return "permit", f"/sites/{firm.sites[0].id}/permits/new", typed


def _report(firm: Enterprise) -> Prepared:
    made = permit_made.permit(firm)
    return "preparer", f"/my/permits/{made.id}/reports/2026-q3", {}


def _paper(firm: Enterprise) -> Prepared:
    owed = permit_made.owed(permit_made.permit(firm), "2026-q3")
    figures = {
        f"rows-{at}-{name}": str(value)
        for at, row in enumerate(permit_made.ROWS)
        for name, value in asdict(permit_made.GOOD[row]).items()
        if value is not None
    }
    frame = {"received_on": "2026-10-12", "signatory": "孙志远", "post": "总经理", "narrative": "正常"}
    return "permit", f"/obligations/{owed.id}/paper-report", {**frame, **figures}


MAKINGS = {
    "enterprise": Making(_enterprise, (Enterprise, Site)),
    "site": Making(_site, (Site,)),
    "list": Making(_list, (ListMembership,)),
    "inspection": Making(_inspection, (Inspection,)),
    "finding": Making(_finding, (Finding,)),
    "record": Making(_final, (Document,)),
    "order": Making(_order, (RectificationOrder, OrderItem)),
    "approval": Making(_approval, (Document,)),
    "response": Making(_response, (ItemResponse,)),
    "confirmation": Making(_confirmation, (CreditEvent,)),
    "proposal": Making(_proposal, (Listing,)),
    "notice": Making(_notice, (Document,)),
    "permit": Making(_permit, (Permit,)),
    "report": Making(_report, (ExecutionReport,)),
    "paper": Making(
        _paper,
        (ExecutionReport, ReportSubmission, ReportPaper, Attachment, Document),
        files=lambda: {"scans": (io.BytesIO(photo()), "纸质报告.jpg")},
    ),
}


def counts(makes: tuple[type[Base], ...]) -> list[int]:
    """How many rows of each table there are now."""
    return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in makes]


def _filled_in(page: Page) -> dict[str, Any]:
    from tests.browse import _filled

    form = next(each for each in page.soup.select("main form") if each.get("method", "").lower() == "post")
    return {key: value for key, value in _filled(form).items() if value is not None}


@contextmanager
def at_work(app: Flask) -> Iterator[Enterprise]:
    """The firm, in an application whose commits are real."""
    with clock.at(world.TODAY), app.app_context():
        yield db.session.scalars(select(Enterprise).where(Enterprise.credit_code == world.FIRMS[0][0])).one()
        db.session.close()


@pytest.mark.parametrize("name", list(MAKINGS))
def test_eight_at_once_make_one_and_one_more_makes_none(own_app: Flask, name: str) -> None:
    making = MAKINGS[name]
    with at_work(own_app) as firm:
        username, url, typed = making.prepare(firm)
        db.session.commit()
        before = counts(making.makes)
        browser = Browser(own_app, username)
        page = browser.get(url)
        values = {**_filled_in(page), **typed}
        answers: list[tuple[int, str]] = []

        def send() -> None:
            twin = own_app.test_client()
            cookie = browser.client.get_cookie("qingyuan", domain=own_app.config.get("SERVER_NAME") or "localhost")
            assert cookie is not None
            twin.set_cookie("qingyuan", cookie.value)
            answer = twin.post(url, data={**values, **making.files()}, buffered=True)
            answers.append((answer.status_code, answer.headers.get("Location", answer.get_data(as_text=True)[:200])))

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        send()
        db.session.expire_all()
        assert [after - was for after, was in zip(counts(making.makes), before, strict=True)] == [1] * len(making.makes)
        assert {status for status, _ in answers} == {303}, answers
        assert len({place for _, place in answers}) == 1, answers
    _numbers_without_gap(own_app)


def _numbers_without_gap(app: Flask) -> None:
    with app.app_context():
        for counter in db.session.scalars(select(DocumentCounter)):
            serials = db.session.scalars(
                select(Document.serial)
                .where(
                    Document.office_id == counter.office_id,
                    Document.kind == counter.kind,
                    Document.year == counter.year,
                )
                .order_by(Document.serial)
            ).all()
            assert serials == list(range(1, counter.last + 1))
        db.session.close()


def test_two_people_who_take_one_step_at_once_take_it_once(own_app: Flask) -> None:
    """Not the same form but the same act: one is told in words, nothing is done twice, and nothing breaks."""
    with at_work(own_app) as firm:
        _, url, typed = _approval(firm)
        db.session.commit()
        browsers = [Browser(own_app, name) for name in ("approver", "county_approver") * 2]
        pages = [browser.get(url) for browser in browsers]
        answers: list[int] = []

        def send(browser: Browser, page: Page) -> None:
            answers.append(browser.client.post(url, data={**_filled_in(page), **typed}, buffered=True).status_code)

        threads = [threading.Thread(target=send, args=pair) for pair in zip(browsers, pages, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count(303) == 1, answers
        assert set(answers) <= {303, 409, 422}, answers
    _numbers_without_gap(own_app)


def test_the_same_form_with_another_content_is_refused(browse: Any, firm: Enterprise) -> None:
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/lists/new")
    officer.submit(page, {"criterion": "焦化"})
    refused = officer.submit(page, {"criterion": "别的"}, status=409)
    assert "已经提交过" in refused.text


def test_the_key_of_one_person_is_worth_nothing_to_another(browse: Any, firm: Enterprise, session: Any) -> None:
    one, other = browse("officer"), browse("officer2")
    page = one.get(f"/enterprises/{firm.id}/lists/new")
    key = page.one("main form input[name=request_id]")["value"]
    one.submit(page, {"criterion": "焦化", "kind": "air"})
    other.submit(
        other.get(f"/enterprises/{firm.id}/lists/new"), {"criterion": "焦化", "kind": "water", "request_id": key}
    )
    assert session.scalar(select(func.count()).select_from(ListMembership)) == 2


def test_a_refused_form_can_be_mended_and_sent_again_with_its_key(browse: Any, firm: Enterprise) -> None:
    officer = browse("officer")
    page = officer.get(f"/enterprises/{firm.id}/lists/new")
    refused = officer.submit(page, {"criterion": ""}, status=422)
    officer.submit(refused, {"criterion": "焦化"})

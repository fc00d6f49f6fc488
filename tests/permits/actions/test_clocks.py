"""The clock stops and runs again, each told in writing in the same act; who applied on paper is told by service."""

import io
from datetime import date
from typing import Any

import pypdf
import pytest

from core import clock
from core.workflow import NotAllowed
from permits import actions, queries
from permits.actions import StopInput
from permits.models import Application, ApplicationKind, PauseReason, Permit
from registry import documents
from registry.models import Document, DocumentKind, Enterprise, ServiceMode
from registry.rules.documents import Outcome
from tests.permits import applied
from tests.permits.actions.test_applications import made_pdf
from tests.permits.made import person

EXPERTS, TESTING = PauseReason.EXPERTS, PauseReason.TESTING


@pytest.fixture
def accepted(session: Any, firm: Enterprise) -> Application:
    """A first application of a key unit, received on 2026-12-01 and accepted on the day after."""
    found = applied.handed_in(ApplicationKind.FIRST, firm.sites[0])
    with clock.at(date(2026, 12, 2)):
        actions.accept_application(found, by=person("permit"))
    return found


def due(found: Application, day: date) -> date:
    """The last day for the decision, as seen on a day."""
    deadline = queries.applications.decision_deadline(found, day)
    assert deadline is not None
    return deadline.due


def papers(found: Application, kind: DocumentKind) -> list[Document]:
    """What was issued on an application of one kind."""
    return [each for each in queries.applications.documents_of(found) if each.kind is kind]


def text_of(document: Document) -> str:
    """What can be copied from the PDF, blanks out."""
    reader = pypdf.PdfReader(io.BytesIO(documents.pdf(document)))
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def test_a_stop_and_its_end_go_out_in_writing_and_what_they_say_can_be_counted_again(accepted: Application) -> None:
    plain = due(accepted, date(2026, 12, 2))
    with clock.at(date(2026, 12, 7)):
        facts = StopInput(EXPERTS, "评审无组织排放", date(2026, 12, 7), asks="请技术负责人到会说明工艺")
        pause = actions.stop_clock(accepted, facts, by=person("permit"))
        assert accepted.due_on is None, "the clock stands still"
    (stop,) = papers(accepted, DocumentKind.PERMIT_CLOCK_STOP)
    assert (pause.notice, pause.told_on) == (stop.number, date(2026, 12, 7))
    said = text_of(stop)
    for words in (
        "《排污许可管理办法》第二十三条",
        "评审无组织排放",
        "请技术负责人到会说明工艺",
        "停止前已用2个工作日",
        "尚余28个工作日",
        "恢复之日另行书面告知",
    ):
        assert words in said, said
    assert documents.verify_code(stop.code).outcome is Outcome.VALID
    with clock.at(date(2026, 12, 9)):
        actions.resume_clock(pause, date(2026, 12, 8), by=person("permit"))
    (resumed,) = papers(accepted, DocumentKind.PERMIT_CLOCK_RESUME)
    assert accepted.due_on is not None
    assert accepted.due_on > plain
    said = text_of(resumed)
    assert f"（{stop.number}）" in said
    assert f"{accepted.due_on.year}年{accepted.due_on.month}月{accepted.due_on.day}日" in said
    assert "扣除专家评审" in said
    with clock.at(date(2026, 12, 10)), pytest.raises(NotAllowed, match="已经结束"):
        actions.resume_clock(pause, date(2026, 12, 9), by=person("permit"))


def test_a_stop_whose_end_is_known_says_at_once_by_when_it_is_decided(accepted: Application) -> None:
    with clock.at(date(2026, 12, 4)):
        facts = StopInput(TESTING, "复测", date(2026, 12, 7), date(2026, 12, 11))
        actions.stop_clock(accepted, facts, by=person("permit"))
        last = due(accepted, clock.today())
        (stop,) = papers(accepted, DocumentKind.PERMIT_CLOCK_STOP)
    said = text_of(stop)
    assert f"作出决定的期限{last.year}年{last.month}月{last.day}日" in said
    assert "停止计时期间无需你单位另行提交材料" in said


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 12, 1), None, "不能早于受理之日"),
        (date(2026, 12, 4), date(2026, 12, 3), "末日不能早于首日"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_goes_out(
    accepted: Application, first: date, last: date | None, words: str
) -> None:
    with clock.at(date(2026, 12, 4)), pytest.raises(NotAllowed, match=words):
        actions.stop_clock(accepted, StopInput(TESTING, "复测", first, last), by=person("permit"))
    assert papers(accepted, DocumentKind.PERMIT_CLOCK_STOP) == []


def test_one_day_is_left_out_once(accepted: Application) -> None:
    with clock.at(date(2026, 12, 4)):
        actions.stop_clock(accepted, StopInput(TESTING, "复测", date(2026, 12, 3)), by=person("permit"))
        with pytest.raises(NotAllowed, match="重叠"):
            actions.stop_clock(accepted, StopInput(EXPERTS, "评审", date(2026, 12, 4)), by=person("permit"))


def test_who_applied_on_paper_is_told_when_the_notice_is_served_and_no_day_is_left_out_before(
    session: Any, permit: Permit
) -> None:
    clerk = person("permit")
    found = actions.begin_application(ApplicationKind.CHANGE, permit, by=clerk, keyed=True)
    facts = applied.unit(found.enterprise, legal_representative="王建国", changed_on=date(2026, 11, 10))
    actions.save_unit(found, facts, by=clerk)
    actions.save_grounds(found, "变更", None, by=clerk)
    assert found.permit_version is not None
    actions.set_monitoring(found.permit_version, applied.MONITORING, by=clerk)
    actions.commit_to(found, True, by=clerk)
    actions.attach_file(found, made_pdf(), "申请书", by=clerk, name="申请书.pdf")
    actions.key_in_application(found, clock.today(), by=clerk)
    actions.accept_application(found, by=clerk)
    plain = due(found, clock.today())
    facts_ = StopInput(TESTING, "复测", date(2026, 11, 24), date(2026, 11, 25))
    with clock.at(date(2026, 11, 24)):
        pause = actions.stop_clock(found, facts_, by=clerk)
        session.commit()
        assert (pause.told_on, found.due_on) == (None, plain)
        assert "未书面告知当事人，不扣除" in found.due_arithmetic
        (stop,) = papers(found, DocumentKind.PERMIT_CLOCK_STOP)
        documents.serve(stop, mode=ServiceMode.DIRECT, recipient="王建国", served_on=clock.today(), by=clerk)
    assert pause.told_on == date(2026, 11, 24)
    assert found.due_on is not None
    assert found.due_on > plain, "told, so left out"


def test_where_the_law_sets_no_period_the_notice_counts_no_days(session: Any, permit: Permit) -> None:
    found = applied.begun(ApplicationKind.REPLACEMENT, permit)
    actions.save_grounds(found, "遗失", None, by=person("preparer"))
    actions.commit_to(found, True, by=person("preparer"))
    applied.hand_in(found)
    actions.accept_application(found, by=person("permit"))
    actions.stop_clock(found, StopInput(TESTING, "核对", clock.today()), by=person("permit"))
    (stop,) = papers(found, DocumentKind.PERMIT_CLOCK_STOP)
    assert "没有规定本申请事项的审批期限" in text_of(stop)
    assert "停止前已用" not in text_of(stop)

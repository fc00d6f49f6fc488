"""What a document is called, who signs it, how it may be served, what the public reads."""

from datetime import date

import pytest

from registry.models import DocumentKind, IdKind, ServiceMode
from registry.rules.documents import (
    WORDS,
    Signatory,
    code_of,
    fallback,
    grouped,
    missing_in_service,
    number_of,
    public_name,
    signatory,
)

BRANCH, BUREAU = Signatory(2, date(2026, 8, 15)), Signatory(1, None)


def test_a_number_reads_as_the_bureau_writes_it() -> None:
    assert number_of("昌州环", "责改", 2026, "阜-", 31) == "昌州环责改〔2026〕阜-31号"
    assert number_of("昌州环", "罚", 2026, "", 7) == "昌州环罚〔2026〕7号"


def test_a_draft_has_no_serial() -> None:
    assert number_of("昌州环", "责改", 2026, "阜-", None) == "昌州环责改〔2026〕阜-⟦待编⟧号"


def test_every_kind_has_its_word_and_no_two_share_one() -> None:
    assert set(WORDS) == set(DocumentKind)
    assert len(set(WORDS.values())) == len(WORDS)


def test_a_branch_decides_in_its_own_name_from_the_first_day_of_its_power() -> None:
    assert signatory([BRANCH, BUREAU], DocumentKind.ORDER, date(2026, 8, 15)) == BRANCH


def test_before_that_day_the_prefecture_bureau_signs() -> None:
    assert signatory([BRANCH, BUREAU], DocumentKind.ORDER, date(2026, 8, 14)) == BUREAU
    assert signatory([BRANCH, BUREAU], DocumentKind.PENALTY_DECISION, date(2020, 1, 1)) == BUREAU


def test_what_only_records_is_signed_by_who_made_it() -> None:
    assert signatory([BRANCH, BUREAU], DocumentKind.INSPECTION_RECORD, date(2026, 8, 14)) == BRANCH


def test_a_zone_without_power_leaves_the_decision_to_the_next_that_has_it() -> None:
    zone = Signatory(3, None)
    assert signatory([zone, BRANCH, BUREAU], DocumentKind.ORDER, date(2026, 9, 1)) == BRANCH
    assert signatory([zone, BRANCH, BUREAU], DocumentKind.ORDER, date(2026, 8, 1)) == BUREAU


def test_the_topmost_office_signs_for_itself() -> None:
    assert signatory([BUREAU], DocumentKind.ORDER, date(2026, 1, 1)) == BUREAU


def test_who_refuses_to_take_it_gets_it_left_then_posted_then_by_public_notice() -> None:
    assert fallback([]) is None
    assert fallback([ServiceMode.DIRECT]) is ServiceMode.LEFT
    assert fallback([ServiceMode.DIRECT, ServiceMode.LEFT]) is ServiceMode.POST
    assert fallback([ServiceMode.DIRECT, ServiceMode.LEFT, ServiceMode.POST]) is ServiceMode.PUBLIC
    assert fallback([ServiceMode.POST, ServiceMode.PUBLIC]) is None


def test_a_way_that_failed_is_not_suggested_again() -> None:
    assert fallback([ServiceMode.LEFT, ServiceMode.DIRECT]) is ServiceMode.POST


def lacking(mode: ServiceMode = ServiceMode.DIRECT, **changed: object) -> list[str | None]:
    facts: dict[str, object] = {
        "issued_on": date(2026, 10, 1),
        "served_on": date(2026, 10, 3),
        "failure": "",
        "failed_before": [],
        "noticed_on": None,
        "remark": "",
        "witness": "",
        "today": date(2026, 11, 23),
    }
    return [each.field for each in missing_in_service(mode, **{**facts, **changed})]  # type: ignore[arg-type]


def test_a_service_on_the_day_of_issue_is_good() -> None:
    assert lacking(served_on=date(2026, 10, 1)) == []


def test_a_service_before_the_document_or_after_today_is_refused() -> None:
    assert lacking(served_on=date(2026, 9, 30)) == ["served_on"]
    assert lacking(served_on=date(2026, 11, 24)) == ["served_on"]


def test_a_service_succeeded_or_failed_never_both_or_neither() -> None:
    assert lacking(served_on=None) == ["served_on"]
    assert lacking(failure="拒收") == ["served_on"]
    assert lacking(served_on=None, failure="拒收") == []


def test_leaving_it_needs_a_witness_or_pictures() -> None:
    assert lacking(ServiceMode.LEFT) == ["witness"]
    assert lacking(ServiceMode.LEFT, witness="社区干部李某") == []
    assert lacking(ServiceMode.LEFT, remark="全程录像") == []


def test_electronic_service_needs_consent() -> None:
    assert lacking(ServiceMode.ELECTRONIC) == ["remark"]


def test_public_notice_counts_from_the_thirtieth_day() -> None:
    public = {"failed_before": [ServiceMode.POST], "noticed_on": date(2026, 10, 2)}
    assert lacking(ServiceMode.PUBLIC, served_on=date(2026, 11, 1), **public) == []
    assert lacking(ServiceMode.PUBLIC, served_on=date(2026, 10, 31), **public) == ["served_on"]


def test_public_notice_is_the_last_resort() -> None:
    assert lacking(ServiceMode.PUBLIC, served_on=date(2026, 11, 20), noticed_on=date(2026, 10, 2)) == ["remark"]
    assert lacking(ServiceMode.PUBLIC, failed_before=[ServiceMode.POST]) == ["noticed_on"]


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("阜康晨岭焦化有限公司（示例）", IdKind.USCC, "阜康晨岭焦化有限公司（示例）"),
        ("李建国", IdKind.OTHER, "李**"),
        ("阿迪力·买买提", IdKind.OTHER, "阿******"),
        ("老李养殖场", IdKind.OTHER, "老李养殖场"),
        ("李建国", IdKind.USCC, "李建国"),
    ],
)
def test_a_natural_person_is_masked_for_the_public(name: str, kind: IdKind, shown: str) -> None:
    assert public_name(name, kind) == shown


def test_a_code_is_read_as_people_type_it() -> None:
    assert code_of(" abcd-efgh jklm-2345 ") == "ABCDEFGHJKLM2345"
    assert code_of("ABCDEFGHJKLM234") == ""
    assert code_of("ABCDEFGHJKLM234O") == ""
    assert grouped("ABCDEFGHJKLM2345") == "ABCD-EFGH-JKLM-2345"

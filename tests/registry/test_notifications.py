"""A person is told one thing once, sees what is unread, and gets it by mail when there is an address."""

from typing import Any

import pytest
from sqlalchemy import select

from accounts.roles import Role
from registry.models import Mandate, Notification
from registry.notifications import (
    LogMailer,
    Mail,
    mark_read,
    notify,
    officers_of,
    people_of,
    send_mail,
    unread_count,
)


class Carrier:
    """A mail carrier that keeps what it was given, and may stand still."""

    def __init__(self, broken_after: int = 99) -> None:
        self.carried: list[Mail] = []
        self.broken_after = broken_after

    def send(self, mail: Mail) -> None:
        if len(self.carried) >= self.broken_after:
            raise OSError("no route")
        self.carried.append(mail)


def test_the_same_thing_is_told_once(session: Any, person: Any) -> None:
    people = [person("preparer"), person("signer"), person("preparer")]
    assert notify(people, key="report-7-due-15", title="还有 15 天") == 2
    assert notify(people, key="report-7-due-15", title="还有 15 天") == 0
    assert notify(people, key="report-7-due-7", title="还有 7 天") == 2
    assert unread_count(person("preparer")) == 2
    assert unread_count(person("officer")) == 0


def test_nobody_is_told_nothing(session: Any) -> None:
    assert notify([], key="x", title="y") == 0


def test_a_tone_that_no_badge_knows_is_a_defect(session: Any, person: Any) -> None:
    with pytest.raises(ValueError, match="tone"):
        notify([person("officer")], key="x", title="y", tone="pink")


def test_one_reads_one_or_all_and_never_anothers(session: Any, person: Any) -> None:
    preparer, signer = person("preparer"), person("signer")
    for key in ("a", "b", "c"):
        notify([preparer, signer], key=key, title=key)
    first = session.scalars(select(Notification).where(Notification.user_id == signer.id)).first()
    mark_read(preparer, [first.id])
    assert unread_count(preparer) == 3
    mark_read(signer, [first.id])
    assert unread_count(signer) == 2
    mark_read(preparer)
    assert unread_count(preparer) == 0
    assert unread_count(signer) == 2


def test_the_people_of_an_enterprise_are_those_with_a_mandate(session: Any, firm: Any, person: Any) -> None:
    assert {user.username for user in people_of(firm.id)} == {"preparer", "signer"}
    assert [user.username for user in people_of(firm.id, Mandate.SIGNER)] == ["signer"]


def test_the_officers_of_an_office_are_its_own(session: Any, firm: Any) -> None:
    assert {user.username for user in officers_of(firm.office_id, Role.OFFICER)} == {"officer", "officer2"}
    assert [user.username for user in officers_of(firm.office_id, Role.APPROVER)] == ["county_approver"]


def test_mail_goes_to_who_has_an_address_and_only_once(app: Any, session: Any, person: Any) -> None:
    person("preparer").email = "he@example.cn"
    notify([person("preparer"), person("signer")], key="a", title="整改期限将到", body="还有 3 天", url="/my/orders/1")
    carrier = app.extensions["mailer"] = Carrier()
    try:
        assert send_mail() == 1
        assert send_mail() == 0
    finally:
        del app.extensions["mailer"]
    assert carrier.carried == [
        Mail("he@example.cn", "整改期限将到", "还有 3 天\nhttps://qingyuan.example.cn/my/orders/1")
    ]
    session.rollback()


def test_what_could_not_be_sent_waits(app: Any, session: Any, person: Any) -> None:
    person("preparer").email = "he@example.cn"
    notify([person("preparer")], key="a", title="一")
    notify([person("preparer")], key="b", title="二")
    app.extensions["mailer"] = Carrier(broken_after=1)
    try:
        assert send_mail() == 1
    finally:
        del app.extensions["mailer"]
    waiting = session.scalars(select(Notification.title).where(Notification.mailed_at.is_(None))).all()
    assert waiting == ["二"]
    session.rollback()


def test_the_log_does_not_name_the_address(caplog: Any) -> None:
    with caplog.at_level("INFO", logger="qingyuan.mail"):
        LogMailer().send(Mail("he@example.cn", "标题", "内容"))
    assert "标题" in caplog.text
    assert "he@example.cn" not in caplog.text

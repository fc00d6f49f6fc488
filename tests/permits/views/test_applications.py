"""An application page by page: the firm fills in and signs, the clerk accepts and examines, the approver decides."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core import clock
from core.db import db
from permits.models import Application, ApplicationKind, ApplicationState, Permit, Registration
from registry.models import Document, Enterprise
from tests import world
from tests.browse import Browser
from tests.permits import applied, made

Browse = Callable[..., Browser]
K, S = ApplicationKind, ApplicationState


def the_application() -> Application:
    """The only one there is, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Application)).unique().one()


@pytest.fixture
def received(session: Any, firm: Enterprise) -> int:
    """A first application of a key unit, handed in on 2026-12-01."""
    found = applied.handed_in(K.FIRST, firm.sites[0]).id
    session.commit()
    return found


def test_a_firm_applies_section_by_section_and_its_signer_hands_in(browse: Browse, firm: Enterprise) -> None:
    preparer = browse("preparer")
    site = firm.sites[0].id
    begun = preparer.get("/my/applications/new")
    home = preparer.submit(begun, {"kind": "first", "subject": f"site-{site}"}).location
    page = preparer.get(home)
    assert "要补" in page.text

    def save(section: str, data: dict[str, Any]) -> None:
        preparer.submit(preparer.get(f"{home}/{section}"), data, form=None or "")

    save("unit", {"category": "key"})
    save(
        "facilities",
        {
            "rows-0-code": "MF0001",
            "rows-0-name": "焦炉",
            "rows-0-kind": "production",
            "rows-0-technique": "炼焦",
            "rows-0-capacity": "60 万吨/年",
        },
    )
    save(
        "outlets",
        {"rows-0-code": "DA001", "rows-0-name": "烟囱", "rows-0-kind": "air_main", "rows-0-destination": "高 110 m"},
    )
    limit = {
        "outlet_code": "DA001",
        "pollutant_code": made.SO2,
        "kind": "concentration",
        "value": "30",
        "unit": "mg/m³",
    }
    save("limits", {**{f"rows-0-{name}": value for name, value in limit.items()}, "note": "系数法"})
    watched = {"outlet_code": "DA001", "pollutant_code": made.SO2, "frequency": "1次/季"}
    save("monitoring", {**{f"rows-0-{name}": value for name, value in watched.items()}, "note": "委托监测"})
    save("commitment", {"committed": "y"})
    save("notice", {})
    save("attachments", {"caption": "环评批复", "file": (io.BytesIO(pdf()), "批复.pdf")})
    assert "还差 1 处" in preparer.get(home).text
    with clock.at(date(2026, 12, 1)):
        preparer = browse("preparer")
        preparer.submit(preparer.get(f"{home}/send"))
        signer = browse("signer")
        assert "去签发" in signer.get("/my").text
        signing = signer.get(f"{home}/sign")
        assert signer.submit(signing, {"declared": "y", "password": "wrong"}, status=422).errors
        signer.submit(signer.get(f"{home}/sign"), {"declared": "y", "password": world.PASSWORD})
        assert "待受理" in signer.get(home).text
        assert "sha256" not in signer.get(f"{home}/submissions/1").errors
    found = the_application()
    assert (found.state, found.received_on) == (S.SUBMITTED, date(2026, 12, 1))


def pdf() -> bytes:
    """A small real PDF."""
    from core.paper import Form, Paper, Para, render

    return render(Paper(agency="示例", title="批复", blocks=(Para("示例"),), form=Form.RECEIPT), lambda _sha: b"")


def test_the_office_accepts_examines_against_the_clock_and_another_person_grants(browse: Browse, received: int) -> None:
    base = f"/applications/{received}"
    with clock.at(date(2026, 12, 2)):
        clerk = browse("permit")
        assert "待受理" in clerk.get("/desk").text
        listed = clerk.get("/applications?state=submitted&left=3").text
        assert "晨岭" in listed and "剩 3 个工作日" in listed
        assert "剩 3 个工作日" in clerk.get(base).text
        clerk.submit(clerk.get(f"{base}/accept"))
        assert "30 个工作日" in clerk.get(base).text
        clerk.submit(clerk.get(f"{base}/comment"), {"rows-0-field": "limits", "rows-0-text": "限值来源齐全"})
        clerk.submit(clerk.get(f"{base}/site-check"), {"question": "核对排放口"})
        assert "45 个工作日" in clerk.get(base).text
        officer = browse("officer")
        assert "许可现场核查" in officer.get("/desk").text
        refused = clerk.submit(clerk.get(f"{base}/review"), {"opinion": "grant", "words": "符合"}, status=422)
        assert any("现场核查还没有完成" in each for each in refused.errors)
        paused = clerk.get(f"{base}/pauses/new")
        clerk.submit(paused, {"why": "experts", "words": "专家评审", "first_day": "2026-12-02", "last_day": ""})
        assert "停止计时" in clerk.get(base).text
    found = the_application()
    made_ = found.pauses[0].id
    from permits import actions

    with clock.at(date(2026, 12, 4)):
        clerk = browse("permit")
        clerk.submit(clerk.get(f"{base}/pauses/{made_}/end"), {"last_day": "2026-12-03"})
        assert "扣除专家评审" in clerk.get(base).text
        found = the_application()
        actions.note_site_seen(found.site_id, 7, date(2026, 12, 4), by=made.person("officer"))
        assert found.permit_version is not None
        actions.set_reports(found.permit_version, made.REPORTS, by=made.person("permit"))
        db.session.commit()
        clerk.submit(clerk.get(f"{base}/review"), {"opinion": "grant", "words": "符合"})
        assert clerk.get(f"{base}/grant", status=None).status == 403
        approver = browse("approver")
        assert "许可审批" in approver.get("/desk").text
        approver.submit(approver.get(f"{base}/return"), {"reason": "补充说明"})
        clerk.submit(clerk.get(f"{base}/review"), {"opinion": "grant", "words": "符合"})
        approver.submit(approver.get(f"{base}/grant"))
        assert "准予许可" in approver.get(base).text
        assert "准予排污许可决定书" in browse("preparer").get(f"/my/applications/{received}").text
    assert the_application().state is S.GRANTED


def test_what_lacks_something_is_supplemented_or_declined_or_refused(browse: Browse, received: int) -> None:
    base = f"/applications/{received}"
    with clock.at(date(2026, 12, 2)):
        clerk, preparer, signer = browse("permit"), browse("preparer"), browse("signer")
        empty = clerk.submit(clerk.get(f"{base}/supplement"), {}, status=422)
        assert "请一次写明需要补正的全部内容。" in empty.errors
        clerk.submit(clerk.get(f"{base}/supplement"), {"rows-0-field": "limits", "rows-0-text": "补充计算"})
        assert "需要补正 1 处" in preparer.get(f"/my/applications/{received}").text
        assert "补充计算" in preparer.get(f"/my/applications/{received}/limits").text
        preparer.submit(preparer.get(f"/my/applications/{received}/send"))
        signer.submit(signer.get(f"/my/applications/{received}/sign"), {"declared": "y", "password": world.PASSWORD})
        clerk.submit(clerk.get(f"{base}/decline"), {"reason": "不属于本机关职权范围"})
        assert "不属于本机关职权范围" in signer.get(f"/my/applications/{received}").text
        assert "焦炉烟囱" in clerk.get(base).text, "the copy of record is still to be read"


def test_a_change_that_is_none_is_explained_and_goes_on_as_a_new_application(browse: Browse, permit: Permit) -> None:
    preparer = browse("preparer")
    begun = preparer.get(f"/my/applications/new?permit={permit.id}&kind=change")
    home = preparer.submit(begun).location
    outlets = preparer.get(f"{home}/outlets")
    preparer.submit(outlets, {"rows-2-code": "DA002", "rows-2-name": "新烟囱", "rows-2-kind": "air_main"})
    page = preparer.get(home)
    assert "新增排放口 DA002" in page.text
    preparer.submit(page, form="apply-anew")
    assert the_application().kind is K.REAPPLICATION
    preparer.submit(preparer.get(f"{home}/discard"))
    assert the_application().state is S.WITHDRAWN


def test_the_public_reads_what_is_disclosed_and_no_person(browse: Browse, received: int) -> None:
    visitor = browse(None)
    with clock.at(date(2026, 12, 2)):
        assert "晨岭" in visitor.get("/public/permit-applications").text
        page = visitor.get(f"/public/permit-applications/{received}")
    assert "焦炉烟囱" in page.text
    assert "13900000000" not in page.text
    assert "孙志远" not in page.text


def test_strangers_find_nothing(browse: Browse, received: int) -> None:
    for username in ("far_preparer", "far_signer", "far_officer"):
        stranger = browse(username)
        side = "" if username == "far_officer" else "/my"
        for path in ("", "/submissions/1", "/limits", "/accept", "/send", "/sign", "/withdraw"):
            status = stranger.get(f"{side}/applications/{received}{path}", status=None).status
            assert status in (403, 404), (username, path, status)


def test_a_draft_is_the_firms_alone(browse: Browse, firm: Enterprise, session: Any) -> None:
    found = applied.begun(K.FIRST, firm.sites[0]).id
    session.commit()
    assert browse("permit").get(f"/applications/{found}", status=404)
    assert browse("preparer").get(f"/my/applications/{found}")


def test_the_clerk_keys_in_what_came_on_paper(browse: Browse, permit: Permit) -> None:
    clerk = browse("permit")
    assert "晨岭" in clerk.get("/applications/new?q=晨岭").text
    begun = clerk.get(f"/sites/{permit.site_id}/applications/new")
    home = clerk.submit(begun, {"kind": "cancellation"}).location
    clerk.submit(clerk.get(f"{home}/grounds"), {"reason": "永久停产", "ends_on": "2026-11-01"})
    clerk.submit(clerk.get(f"{home}/commitment"), {"committed": "y"})
    assert "扫描件" in clerk.get(home).text
    clerk.submit(clerk.get(f"{home}/attachments"), {"caption": "申请书", "file": (io.BytesIO(pdf()), "a.pdf")})
    clerk.submit(clerk.get(f"{home}/key-in"), {"received_on": "2026-11-20"})
    assert the_application().received_on == date(2026, 11, 20)
    clerk.submit(clerk.get(f"{home}/note-withdrawal"), {"reason": "企业来函"})
    assert the_application().state is S.WITHDRAWN


def test_a_kind_that_does_not_fit_is_said_at_the_kind(browse: Browse, firm: Enterprise, session: Any) -> None:
    preparer = browse("preparer")
    page = preparer.submit(
        preparer.get("/my/applications/new"), {"kind": "renewal", "subject": f"site-{firm.sites[0].id}"}, status=422
    )
    assert page.one(".errors a")["href"] == "#kind-0"


def test_a_draft_thrown_away_is_no_longer_listed(browse: Browse, firm: Enterprise, session: Any) -> None:
    home = f"/my/applications/{applied.begun(K.FIRST, firm.sites[0]).id}"
    preparer = browse("preparer")
    assert preparer.get("/my/applications").soup.select(f"a[href='{home}']")
    preparer.submit(preparer.get(f"{home}/discard"))
    assert not preparer.get("/my/applications").soup.select(f"a[href='{home}']")


def test_limits_begin_with_the_outlets(browse: Browse, firm: Enterprise, session: Any) -> None:
    home = f"/my/applications/{applied.begun(K.FIRST, firm.sites[0]).id}"
    preparer = browse("preparer")
    assert "申请的限值和排放量 要补 1 处" in preparer.get(home).text
    page = preparer.get(f"{home}/limits")
    assert page.one("main .empty a")["href"] == f"{home}/outlets"
    assert not page.soup.select("main form")
    page = preparer.get(f"{home}/unit")
    assert "选填" not in page.text, "what is demanded at the end is not called optional"


def test_what_was_withdrawn_went_no_further_than_it_came(browse: Browse, received: int) -> None:
    signer, home = browse("signer"), f"/my/applications/{received}"
    signer.submit(signer.get(f"{home}/withdraw"), {"reason": "改期"})
    line = signer.get(home).soup.select(".stations li")
    assert [" ".join(each.get("class", [])) for each in line] == ["past", "", "", "", ""]


def test_a_key_unit_is_told_that_registering_is_not_enough(browse: Browse, firm: Enterprise, session: Any) -> None:
    preparer = browse("preparer")
    home = preparer.submit(preparer.get("/my/registrations/new"), {"subject": f"first-{firm.sites[0].id}"}).location
    page = preparer.get(home)
    assert "登记不能代替" in page.text
    assert page.soup.select(f"main a[href*='site={firm.sites[0].id}']")


def test_a_firm_registers_and_has_its_number_at_once(browse: Browse, firm: Enterprise, session: Any) -> None:
    preparer, signer = browse("preparer"), browse("signer")
    home = preparer.submit(preparer.get("/my/registrations/new"), {"subject": f"first-{firm.sites[0].id}"}).location
    page = preparer.submit(
        preparer.get(f"{home}/edit"),
        {"products": "水泥制品", "processes": "搅拌", "discharges": "布袋除尘", "standards": "GB 4915"},
    )
    preparer.submit(preparer.get(home), form="/send")
    signer.submit(signer.get(f"{home}/sign"), {"declared": "y", "password": world.PASSWORD})
    assert f"{firm.credit_code}001W" in signer.get(home).text
    found = session.scalars(select(Registration)).unique().one()
    assert browse("permit").get(f"/registrations/{found.id}")
    assert browse("far_preparer").get(home, status=404)
    assert page.location
    assert session.scalars(select(Document)).unique().one().title.startswith("排污首次登记回执")

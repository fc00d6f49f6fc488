"""Every page of the contract exists and answers for whom it is meant, and for nobody else."""

import json
from typing import Any

import pytest
from flask import Flask

from accounts.roles import Role
from registry.models import Enterprise
from tests.registry.papers import issue

pytestmark = pytest.mark.anywhere
"""Which engine answers makes no difference here: once is enough."""

BUREAU = {"officer", "reviewer", "approver", "permit_clerk", "credit_clerk"}
FIRM = {"preparer", "signer"}
EVERYONE = {role.code for role in Role}

PAGES: dict[str, set[str]] = {
    "/desk": EVERYONE - FIRM,
    "/field": {"officer"},
    "/enterprises": BUREAU,
    "/permits": BUREAU,
    "/reports": BUREAU,
    "/inspections": BUREAU,
    "/findings": BUREAU,
    "/orders": BUREAU,
    "/cases": BUREAU,
    "/credit": BUREAU,
    "/listings": BUREAU,
    "/documents": BUREAU,
    "/law": BUREAU | FIRM | {"system_admin", "auditor"},
    "/audit": {"auditor"},
    "/admin/users": {"security_admin"},
    "/admin/system": {"system_admin"},
    "/my": FIRM,
    "/my/firms": FIRM,
    "/my/permits": FIRM,
    "/my/reports": FIRM,
    "/my/orders": FIRM,
    "/my/credit": FIRM,
    "/my/documents": FIRM,
    "/my/obligations": FIRM,
    "/notifications": EVERYONE,
    "/account": EVERYONE,
}
"""Address → who may open it (三员分立: the three administrators share no page of work)."""

PUBLIC = [
    "/public",
    "/public/enterprises/91652302MA700107XC",
    "/public/blacklist",
    "/public/penalties",
    "/open-data",
    "/open-data/blacklist.csv",
    "/open-data/blacklist.xlsx",
    "/open-data/penalties.json",
    "/verify",
    "/sign-in",
    "/healthz",
    "/metrics",
    "/robots.txt",
]
LISTS = ["enterprises", "permits", "reports", "inspections", "findings", "orders", "cases", "listings", "documents"]
USERS = {
    "officer": "officer",
    "permit_clerk": "permit",
    "credit_clerk": "credit",
    "reviewer": "reviewer",
    "approver": "approver",
    "preparer": "preparer",
    "signer": "signer",
    "system_admin": "sysadmin",
    "security_admin": "secadmin",
    "auditor": "auditor",
}


def test_the_table_of_who_may_enter_is_the_contracts(app: Flask) -> None:
    found: dict[str, list[str]] = json.loads(app.test_cli_runner().invoke(args=["who", "--json"]).stdout)
    stands = {place.split(" ")[0]: set(roles) for place, roles in found.items()}
    assert {page: stands.get(page) for page in PAGES} == PAGES
    assert set(USERS) == EVERYONE


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_for_its_people_and_for_nobody_else(app: Flask, browse: Any, address: str) -> None:
    allowed = [user for role, user in USERS.items() if role in PAGES[address]]
    refused = [user for role, user in USERS.items() if role not in PAGES[address]]
    assert browse(allowed[0]).get(address).status == 200
    assert browse(allowed[-1]).get(address).status == 200
    for user in {*refused[:1], *refused[-1:]}:
        browse(user).get(address, status=403)
    visitor = browse(None).get(address, status=303)
    assert "/sign-in" in visitor.location


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_needs_no_account_and_sets_no_cookie(browse: Any, firm: Enterprise, address: str) -> None:
    page = browse(None).get(address)
    assert page.status == 200
    if address != "/sign-in":
        assert "Set-Cookie" not in page.response.headers


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_a_list_is_offered_as_a_file_too(browse: Any, name: str, form: str) -> None:
    answer = browse("officer").client.get(f"/{name}.{form}")
    assert answer.status_code == 200
    assert answer.get_data()


def test_a_document_is_verified_by_its_code(browse: Any, firm: Enterprise, person: Any) -> None:
    made = issue(firm, person("approver"))
    found = browse(None).get(f"/verify/{made.code}")
    assert made.number in found.text
    assert firm.contact_phone not in found.text


def test_readiness_answers_machines(browse: Any) -> None:
    page = browse(None).get("/readyz", status=None)
    assert page.status in (200, 503)
    assert set(page.response.get_json()) == {"ready", "missing"}

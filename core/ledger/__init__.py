"""Lists: columns, filters and orders declared once give the page, its print view, Excel, CSV and JSON.

    ENTERPRISES: Ledger[User] = Ledger(
        name="enterprises",
        title=_l("企业台账"),
        unit=_l("家"),
        base=queries.visible_enterprises,                 # (seen_by) -> Select, scope applied
        identity=Enterprise.id,
        columns=[
            Text("name", _l("企业"), Enterprise.name, sub="credit_code", order="name",
                 link=Link("registry.enterprise", enterprise_id=Enterprise.id)),
            Code("credit_code", _l("统一社会信用代码"), Enterprise.credit_code),
            Text("industry", _l("行业"), lookup(Industry.name, Industry.code == Enterprise.industry_code)),
            Day("expiry", _l("许可证到期"), Enterprise.permit_valid_to, order="expiry", note=days_left),
            Badge("status", _l("生产状态"), Enterprise.status),
        ],
        filters=[
            Search("q", _l("名称、拼音首字母或信用代码"), where=named, wide=True),
            Choice("category", _l("管理类别"), Enterprise.category, choices=Category),
        ],
        orders=[
            Order("expiry", _l("许可证到期日"), Enterprise.permit_valid_to, up=_l("由近到远"), down=_l("由远到近")),
            Order("name", _l("名称"), Enterprise.name),
        ],
        default_order="expiry",
        notables=[Notable(_l("%(count)s 家 30 日内到期"), where=lambda: ends_within(30), params={"expires": "30"})],
    )

A view gives ``ENTERPRISES.page(db.session, request.args, me())`` to its template as ``ledger``; the template calls
``ledger_page(ledger)`` of ``parts/ledger.html``. With a route at the page's own path + ``.xlsx`` (``.csv``, ``.json``)
the page offers the file.
"""

from core.ledger.columns import (
    Badge,
    Code,
    Column,
    Count,
    Day,
    Figure,
    Grade,
    Link,
    Mark,
    Moment,
    Percent,
    Row,
    Text,
    Word,
    YesNo,
    lookup,
    tally,
)
from core.ledger.filters import AsOf, Between, Choice, Days, Filter, Flag, Search
from core.ledger.ledger import Ledger, Stamp
from core.ledger.notables import Notable
from core.ledger.orders import Order, Rows
from core.ledger.page import LedgerPage, Shelf, View

__all__ = [
    "AsOf",
    "Badge",
    "Between",
    "Choice",
    "Code",
    "Column",
    "Count",
    "Day",
    "Days",
    "Figure",
    "Filter",
    "Flag",
    "Grade",
    "Ledger",
    "LedgerPage",
    "Link",
    "Mark",
    "Moment",
    "Notable",
    "Order",
    "Percent",
    "Row",
    "Rows",
    "Search",
    "Shelf",
    "Stamp",
    "Text",
    "View",
    "Word",
    "YesNo",
    "lookup",
    "tally",
]

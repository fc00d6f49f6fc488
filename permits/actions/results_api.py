"""Taking a delivery of results from a firm's own program: all of it once, or nothing with every reason."""

import hashlib
import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.said import said
from permits import queries
from permits.actions.monitoring import Unusable, record_results, settle_results
from permits.models import ApiToken, ResultBatch
from permits.rules import deliveries
from permits.rules.deliveries import Parsed

Delivery = dict[str, Any]


class Refused(ValueError):
    """A delivery that is not taken as a whole: the status of its answer, and why."""

    def __init__(self, status: int, told: str) -> None:
        """Keep status and sentence."""
        super().__init__(told)
        self.status, self.told = status, told


def _not_json() -> Refused:
    return Refused(400, said("读不出 JSON。"))


def _clash() -> Refused:
    """Another content under the same number, or another request that is saving the same moments just now."""
    text = said("这个批次编号已用于别的内容，或者同一时刻的结果正在保存。请核对后换一个编号重送。")
    return Refused(409, text)


def _refuse_constant(_name: str) -> None:
    raise _not_json()


def parsed(body: bytes) -> Parsed:
    """The delivery in a body, figures as exact decimals; raises ``Refused`` or ``Unusable``."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _not_json() from error
    answer = deliveries.read(found)
    if isinstance(answer, list):
        raise Unusable(answer)
    return answer


def deliver(given: Parsed, body: bytes, *, token: ApiToken) -> Delivery:
    """Keep a delivery and give its receipt; the same delivery again gets the first receipt, and nothing twice.

    Raises ``Refused`` or ``Unusable``; nothing is stored then.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    if (known := queries.monitoring.batch_of(token.enterprise_id, given.batch)) is not None:
        if known.body_hash != sha256:
            raise _clash()
        return {**known.answer, "repeated": True}
    permit = queries.monitoring.permit_of(token.enterprise_id, given.permit_no)
    if permit is None:
        raise Refused(403, said("令牌所属的企业没有这张许可证。"))
    settled = settle_results(permit, given.results)
    try:
        with db.session.begin_nested():
            batch = ResultBatch(
                enterprise_id=token.enterprise_id,
                token_id=token.id,
                batch=given.batch,
                body_hash=sha256,
                answer={},
                received_at=clock.now(),
            )
            db.session.add(batch)
            db.session.flush()
            told = f"数据接口报送 {len(settled)} 条监测结果（批次 {given.batch}，令牌 {token.shown}…）"
            done = record_results(permit, settled, by=token.created_by, source="api", told=told)
            batch.answer = {"batch": given.batch, "received": len(settled), **asdict(done)}
    except IntegrityError as error:
        raise _clash() from error
    return {**batch.answer, "repeated": False}

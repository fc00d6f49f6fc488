"""The door for firms' own programs: a key instead of a session, JSON in and out."""

from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _

from accounts.guard import public
from core.db import db
from core.pages import Answer
from core.said import said, shown
from permits import actions
from permits.actions import Unusable
from permits.actions.results_api import Refused
from permits.blueprint import bp
from permits.rules import deliveries

VERSION = "1"
MOST_PROBLEMS = 200


def _refused(status: int, told: str, problems: Any = ()) -> Response:
    db.session.rollback()
    answer = jsonify(status=status, error=told, problems=list(problems))
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="qingyuan"'
    return answer


@bp.get("/api/openapi.json")
@public
def openapi() -> Answer:
    """The OpenAPI document of the interface, made from the table that reads the deliveries."""
    return jsonify(deliveries.document(request.host_url.rstrip("/"), VERSION))


def _body() -> bytes:
    """The JSON that was sent, or why it is not looked at."""
    if not request.is_json:
        raise Refused(415, said("Content-Type 应为 application/json。"))
    body = request.stream.read(deliveries.MOST_BYTES + 1)
    if len(body) > deliveries.MOST_BYTES:
        raise Refused(413, said("内容超过 %(n)d MB，请分批报送。", n=deliveries.MOST_BYTES // 1024 // 1024))
    return body


@bp.post(deliveries.PATH)
@public
def deliver_results() -> Answer:
    """Take a delivery of results; the key says whose they are."""
    try:
        token = actions.token_holder(request.headers.get("Authorization", ""))
        if token is None:
            raise Refused(401, said("没有令牌，或者令牌不对、已停用。"))
        body = _body()
        return jsonify(actions.deliver(actions.parsed(body), body, token=token))
    except Refused as refusal:
        return _refused(refusal.status, shown(refusal.told))
    except Unusable as refusal:
        listed = [
            {"index": each.index, "field": each.field, "message": shown(each.text)}
            for each in refusal.problems[:MOST_PROBLEMS]
        ]
        return _refused(422, _("%(n)d 处不能接收，什么都没有保存。", n=len(refusal.problems)), listed)

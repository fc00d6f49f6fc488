"""The shape of a delivery of results by a firm's program: one table makes the reader and the OpenAPI document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.said import said
from core.text import hidden_characters
from permits.models import MeasureKind
from permits.rules.results import Problem, ResultInput

PATH = "/api/results"
MOST_RESULTS = 10_000
MOST_BYTES = 4 * 1024 * 1024
LONGEST_CODE = 64
LONGEST_REASON = 400


@dataclass(frozen=True)
class Member:
    """A field of the JSON: whether it must be there, its schema, and what it means."""

    required: bool
    schema: dict[str, Any]
    told: str


def _text(most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, **more}


NUMBER = {"type": ["number", "string", "null"], "description": "数字，或写成字符串的十进制数"}

DELIVERY: dict[str, Member] = {
    "batch": Member(True, _text(LONGEST_CODE, pattern="^[0-9A-Za-z._:-]+$"), "企业给的批次编号，同一企业内不重复"),
    "permit_no": Member(True, _text(LONGEST_CODE), "许可证编号"),
    "results": Member(
        True,
        {"type": "array", "minItems": 1, "maxItems": MOST_RESULTS, "items": {"$ref": "#/components/schemas/Result"}},
        "监测结果",
    ),
}

RESULT: dict[str, Member] = {
    "outlet": Member(True, _text(LONGEST_CODE, examples=["DA001"]), "排放口编号"),
    "pollutant": Member(True, _text(LONGEST_CODE, examples=["a21026"]), "污染物代码 HJ 524、HJ 525"),
    "kind": Member(False, {"type": "string", "enum": [each.code for each in MeasureKind], "default": "sample"}, "类型"),
    "at": Member(True, {"type": "string", "format": "date-time"}, "监测时间，带时区；均值为时段的开始"),
    "value": Member(False, NUMBER, "结果；未检出的不填"),
    "unit": Member(True, {"type": "string", "maxLength": 20, "examples": ["mg/m³"]}, "单位"),
    "detection_limit": Member(False, NUMBER, "检出限，只在未检出时填"),
    "invalid_reason": Member(
        False, {"type": ["string", "null"], "maxLength": LONGEST_REASON}, "无效的理由；有效的不填"
    ),
}


@dataclass(frozen=True)
class Parsed:
    """A delivery as it was understood."""

    batch: str
    permit_no: str
    results: list[ResultInput]


def read(body: Any) -> Parsed | list[Problem]:
    """What a JSON body delivers, or everything that is wrong with its shape; index −1 is the delivery itself."""
    if not isinstance(body, dict):
        return [Problem(-1, "", said("内容应为一个 JSON 对象。"))]
    wrong = list(_members(body, DELIVERY, -1))
    given = body.get("results")
    if wrong or not isinstance(given, list):
        return wrong
    made: list[ResultInput] = []
    for index, each in enumerate(given):
        found = _result(each, index)
        if isinstance(found, list):
            wrong += found
        else:
            made.append(found)
        if len(wrong) >= 200:
            break
    return wrong or Parsed(body["batch"], body["permit_no"], made)


def _members(body: dict[str, Any], shape: dict[str, Member], index: int) -> Iterator[Problem]:
    for name in body.keys() - shape.keys():
        yield Problem(index, str(name)[:40], said("没有这个字段。"))
    for name, member in shape.items():
        value = body.get(name)
        if value is None:
            if member.required:
                yield Problem(index, name, said("缺少这一项。"))
        elif text := _misfit(value, member.schema):
            yield Problem(index, name, text)


def _misfit(value: Any, schema: dict[str, Any]) -> str | None:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "array" in kinds:
        fits = isinstance(value, list) and schema["minItems"] <= len(value) <= schema["maxItems"]
        return None if fits else said("应为 1 到 %(most)d 条的数组。", most=schema["maxItems"])
    if "number" in kinds:
        return None if _figure(value) is not None else said("应为数字。")
    return _misfit_text(value, schema) if isinstance(value, str) else said("应为文字。")


def _misfit_text(value: str, schema: dict[str, Any]) -> str | None:
    least, most = schema.get("minLength", 0), schema.get("maxLength", LONGEST_CODE)
    if not least <= len(value) <= most:
        return said("长度应为 %(least)d 到 %(most)d 个字。", least=least, most=most)
    if hidden_characters(value):
        return said("含有不能保存的隐藏字符。")
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return said("只能用字母、数字和 . _ : -。")
    if "enum" in schema and value not in schema["enum"]:
        return said("只能是 %(these)s。", these="、".join(schema["enum"]))
    return None


def _figure(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or len(str(value)) > 40:
        return None
    try:
        found = Decimal(value)
    except ArithmeticError:
        return None
    return found if found.is_finite() and -40 < found.adjusted() < 40 else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1990 < found.year < 2200 else None


def _result(each: Any, index: int) -> ResultInput | list[Problem]:
    if not isinstance(each, dict):
        return [Problem(index, "", said("应为一个 JSON 对象。"))]
    wrong = list(_members(each, RESULT, index))
    at = _moment(each["at"]) if isinstance(each.get("at"), str) else None
    if at is None and not any(one.field == "at" for one in wrong):
        wrong.append(Problem(index, "at", said("应为带时区的时间，如 2026-11-22T09:00:00+08:00。")))
    if wrong or at is None:
        return wrong
    value, least = each.get("value"), each.get("detection_limit")
    return ResultInput(
        each["outlet"],
        each["pollutant"],
        at,
        None if value is None else _figure(value),
        each["unit"],
        MeasureKind(each.get("kind") or "sample"),
        detection_limit=None if least is None else _figure(least),
        invalid_reason=(each.get("invalid_reason") or "").strip() or None,
    )


def _object(shape: dict[str, Member]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, member in shape.items() if member.required],
        "properties": {name: {"title": member.told, **member.schema} for name, member in shape.items()},
    }


COUNTS = {
    "received": "收到多少条",
    "created": "新存多少条",
    "replaced": "更正多少条",
    "unchanged": "已有相同的多少条",
    "exceedances": "超过限值的多少条",
    "signals": "新的数据异常信号",
}

ANSWERS = {
    200: "已保存（或这一批早已保存，repeated 为 true，什么都没有改变）",
    400: "读不出 JSON",
    401: "没有令牌，或者令牌不对、已停用",
    403: "令牌所属的企业没有这张许可证",
    409: "同一批次编号已用于别的内容，或者同一时刻的结果正在由另一个请求保存",
    413: "内容超过大小上限",
    415: "Content-Type 应为 application/json",
    422: "有的结果不能接收，逐条列出，什么都没有保存",
    429: "请求过于频繁，请按 Retry-After 稍后再试",
}


def document(server: str, version: str) -> dict[str, Any]:
    """The OpenAPI document of the interface."""
    problem = {
        "type": "object",
        "required": ["index", "field", "message"],
        "properties": {
            "index": {"type": "integer", "description": "第几条，从 0 起；-1 为整批"},
            "field": {"type": "string"},
            "message": {"type": "string"},
        },
    }
    refusal = {
        "type": "object",
        "required": ["status", "error", "problems"],
        "properties": {
            "status": {"type": "integer"},
            "error": {"type": "string"},
            "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
        },
    }
    receipt = {
        "type": "object",
        "required": ["batch", "repeated", *COUNTS],
        "properties": {
            "batch": {"type": "string"},
            "repeated": {"type": "boolean"},
            **{name: {"type": "integer", "title": told} for name, told in COUNTS.items()},
        },
    }
    answers = {
        str(status): {
            "description": told,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{'Receipt' if status == 200 else 'Refusal'}"}
                }
            },
        }
        for status, told in ANSWERS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "清源自行监测数据报送", "version": version},
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            PATH: {
                "post": {
                    "operationId": "deliverResults",
                    "summary": "报送一批监测结果：全部保存，或者全部不保存",
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Delivery"}}},
                    },
                    "responses": answers,
                }
            }
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "企业签发人创建的令牌"}},
            "schemas": {
                "Delivery": _object(DELIVERY),
                "Result": _object(RESULT),
                "Receipt": receipt,
                "Refusal": refusal,
                "Problem": problem,
            },
        },
    }

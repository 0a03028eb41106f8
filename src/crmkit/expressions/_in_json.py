"""A question as JSON, in a closed grammar: what is not in it is refused by name and place.

node     {"and": [node, ...]} {"or": [node, ...]} {"not": node} {"constant": true}
         {"==": [field, literal or field]}, so also < <= > >=
         {"in": [field, [literal, ...]]} {"contains": [field, "text"]} startswith endswith
         {"missing": "path"} {"has_any": ["path", ["tag", ...]]} has_all
         {"within": ["path", {"days": 30}]} {"next": ["path", {"hours": 8}]} or "minutes"
         {"during": ["path", {"every": "quarter", "offset": -1, "timezone": "UTC", "fiscal_year_start": 1}]}
field    {"field": "path"} {"field": "path", "lower": true}
literal  {"text": "DE"} {"integer": 1} {"number": 1.5} {"flag": true}
         {"instant": "2017-01-01T00:00:00+00:00"} {"date": "2017-01-01"}; integers beyond 2**53 as text
"""

from __future__ import annotations

import typing
from datetime import date, datetime
from typing import Any

from crmkit import _documents
from crmkit.expressions._in_text import span_in_units
from crmkit.expressions._limits import EXACT_IN_FLOAT
from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Literal,
    Match,
    Missing,
    Node,
    Not,
    Operand,
    Or,
    Relative,
)

__all__ = ["as_data", "to_json"]


def to_json(node: Node) -> str:
    """Write a question as a document."""
    return _documents.dump("expression", {"where": as_data(node)})


def as_data(node: Node) -> dict[str, Any]:
    """Return a question as what JSON is made of."""
    match node:
        case Constant(value=value):
            return {"constant": value}
        case And(parts=parts):
            return {"and": [as_data(part) for part in parts]}
        case Or(parts=parts):
            return {"or": [as_data(part) for part in parts]}
        case Not(part=part):
            return {"not": as_data(part)}
        case Compare(op=op, left=left, right=right):
            return {op: [_operand(left), _literal(right) if isinstance(right, Literal) else _operand(right)]}
        case In(operand=operand, values=values):
            return {"in": [_operand(operand), [_literal(value) for value in values]]}
        case Match(how=how, operand=operand, text=text):
            return {how: [_operand(operand), text]}
        case Missing(path=path):
            return {"missing": path}
        case Has(path=path, values=tags, every=every):
            return {"has_all" if every else "has_any": [path, list(tags)]}
        case Relative(path=path, direction=direction, span=span):
            count, unit = span_in_units(span)
            return {"within" if direction == "past" else "next": [path, {unit: count}]}
        case During(path=path):
            period = {"every": node.every, "offset": node.offset, "timezone": node.timezone}
            return {"during": [path, {**period, "fiscal_year_start": node.fiscal_year_start}]}
        case _:
            typing.assert_never(node)


def _operand(operand: Operand) -> dict[str, Any]:
    return {"field": operand.path, "lower": True} if operand.lower else {"field": operand.path}


def _literal(literal: Literal) -> dict[str, Any]:
    value: Any = literal.value
    if isinstance(value, date | datetime):
        value = value.isoformat()
    elif literal.kind == "integer" and abs(value) > EXACT_IN_FLOAT:
        value = str(value)
    return {literal.kind: value}

"""The normal form: one way to write each question, however it was put together."""

from __future__ import annotations

import json
import typing

from attrs import evolve

from crmkit.expressions._in_json import as_data
from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Leaf,
    Literal,
    Match,
    Missing,
    Node,
    Not,
    Op,
    Operand,
    Or,
    Relative,
)

__all__ = ["canonical"]

_TURNED: typing.Mapping[Op, Op] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def canonical(node: Node, *, negated: bool = False) -> Node:
    """Return the normal form of a question, or of its complement.

    Negation stands only before leaves, joints of one kind are one joint, their parts are sorted and stand once,
    constants are gone, and a leaf that can be said in two ways is said in the simpler one.
    """
    match node:
        case Constant(value=value):
            return Constant(value is not negated)
        case Not(part=part):
            return canonical(part, negated=not negated)
        case And(parts=parts):
            return _joint(Or if negated else And, [canonical(part, negated=negated) for part in parts])
        case Or(parts=parts):
            return _joint(And if negated else Or, [canonical(part, negated=negated) for part in parts])
        case _:
            simple = _leaf(node)
            if not negated:
                return simple
            return canonical(simple, negated=True) if isinstance(simple, Constant | Not) else Not(simple)


def _joint(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    neutral = kind is And
    flat = [
        each for part in parts for each in (part.parts if isinstance(part, And | Or) and type(part) is kind else [part])
    ]
    if Constant(not neutral) in flat:
        return Constant(not neutral)
    unique = {_key(part): part for part in flat if part != Constant(neutral)}
    if not unique:
        return Constant(neutral)
    ordered = tuple(unique[key] for key in sorted(unique))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _leaf(leaf: Leaf) -> Node:
    match leaf:
        case Compare(op=op, left=left, right=Operand() as right) if right.path < left.path:
            return Compare(_TURNED[op], right, left)
        case In(operand=operand, values=values):
            return _in(operand, {_key_of_literal(value): value for value in values})
        case Has(path=path, values=values, every=every):
            tags = tuple(sorted(set(values)))
            if not tags:
                return Not(Missing(path)) if every else Constant(value=False)
            return Has(path, tags, every and len(tags) > 1)
        case During(every="day" | "week" | "month"):
            return evolve(leaf, fiscal_year_start=1)
        case Compare() | Match() | Missing() | Relative() | During():
            return leaf
        case _:
            typing.assert_never(leaf)


def _in(operand: Operand, unique: dict[str, Literal]) -> Node:
    if not unique:
        return Constant(value=False)
    values = tuple(unique[key] for key in sorted(unique))
    return Compare("==", operand, values[0]) if len(values) == 1 else In(operand, values)


def _key(node: Node) -> str:
    return json.dumps(as_data(node), sort_keys=True)


def _key_of_literal(literal: Literal) -> str:
    return f"{literal.kind} {literal.value!r}"

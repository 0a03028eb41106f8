"""Values in the place of fields: what `field("actor.id")` stands for is known before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from crmkit.errors import InvalidExpression
from crmkit.expressions._kinds import no_order
from crmkit.expressions._leaves import paths_of
from crmkit.expressions._literals import literal_of
from crmkit.expressions._nodes import And, Compare, Constant, Leaf, Literal, Missing, Node, Not, Op, Operand, Or
from crmkit.expressions._on_record import compile_for
from crmkit.expressions._values import Unusable, plain

__all__ = ["bind"]

_FLIPPED: Mapping[Op, Op] = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def bind(node: Node, values: Mapping[str, Any], *, closed: bool, negated: bool = False) -> Node:
    """Put values in the place of fields.

    Args:
        node: what is asked.
        values: the value of each field by its path.
        closed: whether a leaf that asks about a missing value is true of nothing on either side of `~`.
        negated: whether the node stands under an odd number of `~`.

    Raises:
        InvalidExpression: a value that nothing can be compared with.
    """
    match node:
        case Constant():
            return node
        case Not(part=part):
            inner = bind(part, values, closed=closed, negated=not negated)
            return Constant(not inner.value) if isinstance(inner, Constant) else Not(inner)
        case And(parts=parts) | Or(parts=parts):
            return _joined(node, [bind(part, values, closed=closed, negated=negated) for part in parts])
        case _:
            return _leaf(node, values, Constant(closed and negated))


def _joined(node: And | Or, parts: list[Node]) -> Node:
    """Join again, without the parts that decide nothing."""
    decisive = isinstance(node, Or)
    if Constant(decisive) in parts:
        return Constant(decisive)
    left = tuple(part for part in parts if part != Constant(not decisive))
    if not left:
        return Constant(not decisive)
    return left[0] if len(left) == 1 else evolve(node, parts=left)


def _leaf(leaf: Leaf, values: Mapping[str, Any], unknown: Constant) -> Node:
    paths = paths_of(leaf)
    bound = {path: values[path] for path in paths if path in values}
    if not bound:
        return leaf
    if not isinstance(leaf, Missing) and any(_is_missing(value) for value in bound.values()):
        return unknown
    if isinstance(leaf, Compare) and isinstance(leaf.right, Operand) and len(bound) < len(set(paths)):
        return _compare(leaf, leaf.right, bound)
    return Constant(compile_for(leaf, dict, {})(bound, None))


def _compare(leaf: Compare, right: Operand, bound: Mapping[str, Any]) -> Compare:
    if right.path in bound:
        return Compare(leaf.op, leaf.left, _literal(leaf.op, right, bound[right.path]))
    return Compare(_FLIPPED[leaf.op], right, _literal(leaf.op, leaf.left, bound[leaf.left.path]))


def _literal(op: Op, operand: Operand, value: Any) -> Literal:
    """Make the literal; what is wrong with it is said without it, since it may be personal."""
    try:
        literal = literal_of(value, path=operand.path)
    except InvalidExpression as fault:
        raise _refused(operand, f"a {type(value).__name__} that nothing can be compared with", fault.code) from None
    if literal.kind == "flag" and op != "==":
        raise _refused(operand, no_order("flag"), "no_order")
    if not operand.lower:
        return literal
    if not isinstance(literal.value, str):
        raise _refused(operand, f"a {type(value).__name__}, and lower() is compared with text", "kind_mismatch")
    return literal_of(literal.value.lower(), path=operand.path)


def _is_missing(value: Any) -> bool:
    try:
        return plain(value) is None
    except Unusable:
        return False


def _refused(operand: Operand, reason: str, code: str) -> InvalidExpression:
    return InvalidExpression(f"field {operand.path!r} stands for {reason}", code=code, field=operand.path)

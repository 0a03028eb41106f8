"""Walking over a question: its leaves, the fields they read, how deep and how large it is."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from crmkit.expressions._nodes import (
    And,
    Compare,
    Constant,
    During,
    Has,
    In,
    Leaf,
    Match,
    Missing,
    Node,
    Not,
    Operand,
    Or,
    Relative,
)

__all__ = ["extent_of", "leaves_of", "paths_of"]


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Yield the leaves, from left to right."""
    match node:
        case Constant():
            return
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part=part):
            yield from leaves_of(part)
        case _:
            yield node


def paths_of(leaf: Leaf) -> tuple[str, ...]:
    """Return the fields that a leaf reads."""
    match leaf:
        case Compare(left=left, right=Operand() as right):
            return (left.path, right.path)
        case Compare(left=operand) | In(operand=operand) | Match(operand=operand):
            return (operand.path,)
        case Missing(path=path) | Has(path=path) | Relative(path=path) | During(path=path):
            return (path,)
        case _:
            typing.assert_never(leaf)


def extent_of(node: Node) -> tuple[int, int]:
    """Return how deep a tree is, and how many nodes and literals it has."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            extents = [extent_of(part) for part in parts]
            return 1 + max(depth for depth, _ in extents), 1 + sum(size for _, size in extents)
        case Not(part=part):
            depth, size = extent_of(part)
            return depth + 1, size + 1
        case In(values=values) | Has(values=values):
            return 1, 1 + len(values)
        case _:
            return 1, 1

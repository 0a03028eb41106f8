"""Pieces of SQL, each with the parameters that are bound to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

__all__ = ["FALSE", "TRUE", "Sql", "joined", "listed", "put"]


@frozen
class Sql:
    """A text of SQL with one %s for each bound parameter."""

    text: str
    params: tuple[Any, ...] = ()


TRUE = Sql("1 = 1")
FALSE = Sql("1 = 0")


def put(template: str, *parts: object) -> Sql:
    """Fill the {} of a template of ours: with pieces of SQL as they are, with all else as bound parameters."""
    pieces = [part if isinstance(part, Sql) else Sql("%s", (part,)) for part in parts]
    params = tuple(param for piece in pieces for param in piece.params)
    return Sql(template.format(*(piece.text for piece in pieces)), params)


def joined(pieces: Sequence[Sql | bool], *, neutral: bool) -> Sql | bool:
    """Join with AND (neutral: True) or OR (False), in shallow brackets: SQLite refuses a long chain as too deep."""
    if any(piece is (not neutral) for piece in pieces):
        return not neutral
    level = [piece for piece in pieces if isinstance(piece, Sql)]
    template = "({} AND {})" if neutral else "({} OR {})"
    while len(level) > 1:
        pairs = [put(template, one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0] if level else neutral


def listed(values: Sequence[object]) -> Sql:
    """Write values with commas between them."""
    return put(", ".join(["{}"] * len(values)), *values)

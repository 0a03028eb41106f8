"""The answer of a table: an expression for its rows, or one constant for all of them, in which engines differ."""

from __future__ import annotations

import operator
import typing
from collections.abc import Sequence

if typing.TYPE_CHECKING:
    import narwhals as nw

__all__ = ["Answer", "joined"]

Answer = typing.Union[bool, "nw.Expr"]


def joined(answers: Sequence[Answer], *, neutral: bool) -> Answer:
    """Join answers with "and" (neutral: True) or "or" (False), as a tree that stays shallow."""
    if any(answer is (not neutral) for answer in answers):
        return not neutral
    level = [answer for answer in answers if not isinstance(answer, bool)]
    join = operator.and_ if neutral else operator.or_
    while len(level) > 1:
        pairs = [join(one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0] if level else neutral

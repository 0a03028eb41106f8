"""Many clauses joined as a tree that stays low: SQLite refuses what stands too deep, or in too long a row."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

from crmkit.expressions._in_sql._place import Clause, bracketed

__all__ = ["Tall", "joined"]

Tall = tuple[int, Clause]  # with how many clauses stand in one another

_MOST_IN_A_ROW = 8


def joined(parts: Sequence[Tall], join: Callable[..., Clause]) -> Tall:
    """Join with "and" or with "or": the lowest parts are put together, the tallest comes first."""
    heap = [(height, number, clause) for number, (height, clause) in enumerate(parts)]
    heapq.heapify(heap)
    for number in range(len(parts), 2 * len(parts) - _MOST_IN_A_ROW):
        height, _, clause = heapq.heappop(heap)
        other_height, _, other = heapq.heappop(heap)
        heapq.heappush(heap, (max(height, other_height) + 1, number, bracketed(join(other, clause))))
    tallest_first = sorted(heap, key=lambda part: -part[0])
    return tallest_first[0][0] + 1, join(*(clause for _, _, clause in tallest_first))

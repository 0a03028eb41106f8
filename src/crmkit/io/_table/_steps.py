"""The changes of stage that follow from the times in each stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from crmkit.expressions import Kind
from crmkit.io._cells import Cells

__all__ = ["steps"]


def steps(ids: Cells, entered: Mapping[str, Cells]) -> dict[str, tuple[Cells, Kind]]:
    """Return the changes of stage as the columns of a table: by deal in the order of the file, then by time.

    Two stages entered at the same time stand in the order of their columns. A stage that was entered again has only
    one of its times in such a file, so these are the steps as far as the file knows them.

    Args:
        ids: of the deals.
        entered: the times, by stage.
    """
    deals, times, stages = [], [], []
    for at, found in enumerate(entered.values()):
        filled = np.flatnonzero(found.filled())
        moments: list[datetime] = [found.values[code] for code in found.codes[filled].tolist()]
        deals += filled.tolist()
        times += moments
        stages += [at] * len(moments)
    order = sorted(range(len(deals)), key=lambda at: (deals[at], times[at], stages[at]))
    names = list(entered)
    rows: list[tuple[str, str, str | None, str, datetime]] = []
    before: tuple[int, int, str] | None = None  # of the deal before: which, how many steps, its last stage
    for at in order:
        deal, stage = deals[at], names[stages[at]]
        count, last = (before[1] + 1, before[2]) if before and before[0] == deal else (1, None)
        identifier = ids.values[ids.codes[deal]]
        rows.append((f"{identifier}:{count}", identifier, last, stage, times[at]))
        before = (deal, count, stage)
    kinds: dict[str, Kind] = {
        "id": "id",
        "deal_id": "id",
        "from_stage": "text",
        "to_stage": "text",
        "changed_at": "instant",
    }
    codes = np.arange(len(rows), dtype=np.int32)
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in kinds]
    return {name: (Cells(column, codes), kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)}

"""What deals need besides: whether each is open, won or lost, and the close date that open ones only expect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from crmkit.io._cells import Cells
from crmkit.io._findings import Assumption
from crmkit.io._plan import end_of, ends_of
from crmkit.io._signs import CLOSING_FLAGS

__all__ = ["status_of", "with_closing_time", "with_expected_close"]

_STATUSES = ("open", "won", "lost")


def status_of(cells: Mapping[str, Cells], stages: Mapping[str, tuple[str, ...]] | None) -> Cells | None:
    """Return how each deal stands: as its status column, its two flags or its stage say; None if there is none of them.

    Args:
        cells: the fields read so far.
        stages: the stages that are "won" and "lost".
    """
    if "status" in cells:
        return cells["status"]
    if all(name in cells for name in CLOSING_FLAGS):
        won, closed = (cells[name].where((True,)) for name in CLOSING_FLAGS)
        return Cells(list(_STATUSES), np.where(won, 1, np.where(closed, 2, 0)).astype(np.int32))
    if "stage" not in cells:
        if "is_won" not in cells:
            return None
        return Cells(list(_STATUSES), cells["is_won"].where((True,)).astype(np.int32))
    ends = ends_of(stages or {})
    by_stage = Cells([end_of(stage or "", ends) for stage in cells["stage"].values], cells["stage"].codes)
    if "is_won" not in cells:
        return by_stage
    won, lost = cells["is_won"].where((True,)), by_stage.where(("lost",))
    return Cells(list(_STATUSES), np.where(won, 1, np.where(lost, 2, 0)).astype(np.int32))


def with_closing_time(cells: Mapping[str, Cells]) -> dict[str, Cells]:
    """Take the close date of won and lost deals from the columns that say it for each of the two.

    Args:
        cells: the fields of deals, `status` among them.
    """
    complete = {field: found for field, found in cells.items() if field not in ("won_at", "lost_at")}
    for status, sign in (("won", "won_at"), ("lost", "lost_at")):
        if sign not in cells:
            continue
        times = cells[sign]
        closed = complete.get("closed_at", Cells([None], np.zeros(len(times.codes), np.int32)))
        taken = cells["status"].where((status,)) & times.filled() & ~closed.filled()
        codes = np.where(taken, times.codes + len(closed.values), closed.codes)
        complete["closed_at"] = Cells([*closed.values, *times.values], codes.astype(np.int32))
    return complete


def with_expected_close(cells: Mapping[str, Cells], place: ZoneInfo) -> tuple[dict[str, Cells], Assumption | None]:
    """Move the close dates of open deals, which are only expected, to `expected_close_on`; say how many.

    Args:
        cells: the fields of deals, `status` among them.
        place: the zone whose calendar names the date.
    """
    closed = cells.get("closed_at")
    if closed is None:
        return dict(cells), None
    moved = cells["status"].where(("open",)) & ~closed.where((None,))
    if not moved.any():
        return dict(cells), None
    dates = [None if at is None else _date(at, place) for at in closed.values]
    already = cells.get("expected_close_on", Cells([None], np.zeros(len(moved), np.int32)))
    free = moved & already.where((None,))
    expected = Cells(
        [*already.values, *dates],
        np.where(free, closed.codes + len(already.values), already.codes).astype(np.int32),
    )
    nothing = len(closed.values)
    actual = Cells([*closed.values, None], np.where(moved, nothing, closed.codes).astype(np.int32))
    count = int(moved.sum())
    text = (
        f"{count:,} open deal{' has' if count == 1 else 's have'} a close date. "
        f"It is an expected one and stands in expected_close_on"
        f"{'' if free.sum() == moved.sum() else ', unless the file has another one there'}; closed_at is empty there."
    )
    return {**cells, "closed_at": actual, "expected_close_on": expected}, Assumption(
        "expected_close", "expected_close_on", text
    )


def _date(at: datetime, place: ZoneInfo) -> object:
    return at.replace(tzinfo=UTC).astimezone(place).date()

"""What deals need besides: whether each is open, won or lost, and the close date that open ones only expect."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from crmkit.errors import shown
from crmkit.io._cells import Cells
from crmkit.io._files import Column, header_key
from crmkit.io._names import LOST, WON
from crmkit.io._result import Assumption
from crmkit.io._signs import CLOSING_FLAGS

__all__ = [
    "absent_stages",
    "decides_by_stage",
    "guess_stages",
    "status_of",
    "with_closing_time",
    "with_expected_close",
]

_STATUSES = ("open", "won", "lost")
_LISTED = 12
_PIPELINE = re.compile(r"\s*\([^()]*\)\s*$")  # HubSpot writes "Closed Won (Sales Pipeline)"


def decides_by_stage(record: str, columns: Container[str]) -> bool:
    """Tell whether the stage is what says how a row's deal stands."""
    flagged = all(name in columns for name in CLOSING_FLAGS)
    return record == "deal" and "stage" in columns and "status" not in columns and not flagged


def guess_stages(
    column: Column, known: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Mapping[str, tuple[str, ...]], Assumption]:
    """Find the stages that close a deal by their names, and say what was found.

    Args:
        column: the stages.
        known: stages that are "won" and "lost" for certain.
    """
    certain = {header_key(name): end for end, names in (known or {}).items() for name in names}
    ends: dict[str, list[str]] = {"won": [], "lost": [], "open": []}
    count = dict(zip(column.texts, column.counts().tolist(), strict=True))
    for text in sorted(filter(str.strip, count), key=lambda text: (-count[text], text)):
        name = re.sub("[0-9]", "", header_key(_PIPELINE.sub("", text)))
        likely = "won" if name in WON else "lost" if name in LOST else "open"
        ends[certain.get(header_key(text), likely)].append(text)
    blank = sum(number for text, number in count.items() if not text.strip())
    parts = [f"{end}: {_counted(texts, count)}" for end, texts in ends.items()]
    parts += [f"open too: no stage ({blank:,})"] if blank else []
    missing = "" if ends["won"] else " No stage looks won, so no deal is; if one is, name it."
    how = '[stages] won = ["..."], lost = ["..."]'
    text = f"status follows from the names in {shown(column.header)}: {'; '.join(parts)}.{missing} To change: {how}"
    stages = {"won": tuple(ends["won"]), "lost": tuple(ends["lost"])}
    return stages, Assumption("stages", "status", text)


def absent_stages(column: Column, stages: Mapping[str, tuple[str, ...]]) -> Assumption | None:
    """Say which of the declared stages no deal is in: it may be a slip of the pen.

    Args:
        column: the stages of the file.
        stages: those declared "won" and "lost".
    """
    there = {header_key(text) for text in column.texts}
    absent = [name for names in stages.values() for name in names if header_key(name) not in there]
    if not absent or not column.texts:
        return None
    found = ", ".join(map(shown, sorted(column.texts)[:_LISTED]))
    text = f"No deal is in the declared stage {' or '.join(map(shown, absent))}; the stages of the file are {found}."
    return Assumption("stage_not_found", "status", text)


def _counted(texts: Sequence[str], count: Mapping[str, int]) -> str:
    listed = ", ".join(f"{shown(text)} ({count[text]:,})" for text in texts[:_LISTED])
    return (listed or "none") + (f" and {len(texts) - _LISTED} more" if len(texts) > _LISTED else "")


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
        return None
    ends = {header_key(name): end for end, names in (stages or {}).items() for name in names}
    by_stage = [ends.get(header_key(stage or ""), "open") for stage in cells["stage"].values]
    return Cells(by_stage, cells["stage"].codes)


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

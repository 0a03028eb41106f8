"""Ids of records that were merged into others."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from crmkit.io._cells import Cells, Readings, long_id

__all__ = ["merged_ids"]

_BETWEEN = re.compile("[;,]")


def merged_ids(readings: Mapping[str, Readings], kept: npt.NDArray[np.int64], *, long: bool) -> dict[str, str]:
    """Return the id of the record that is left by the id of each that was merged into it.

    HubSpot lists the merged ids in the record that is left, with the time after a colon: "76340251:1661707291575;...".
    Salesforce names that record in the deleted ones. A record that was itself merged leads to the last one.

    Args:
        readings: the columns of the file.
        kept: the rows that are records.
        long: whether ids are brought to Salesforce's form of 18 characters.
    """
    if "id" not in readings:
        return {}
    ids, merged = readings["id"].cells, {}
    if "merged_into" in readings:
        into = readings["merged_into"].cells
        for row in np.flatnonzero(into.filled() & ids.filled()).tolist():
            merged[_value(ids, row)] = _value(into, row)
    if "merged_ids" in readings:
        lists = readings["merged_ids"].cells.of(kept)
        for row in np.flatnonzero(lists.filled()).tolist():
            for part in _BETWEEN.split(_value(lists, row)):
                gone = part.partition(":")[0].strip()
                merged[long_id(gone) if long else gone] = _value(ids, int(kept[row]))
    left = _last(merged)
    return {gone: left[gone] for gone in merged if gone and left[gone] != gone}


def _value(cells: Cells, row: int) -> str:
    return str(cells.values[cells.codes[row]])


def _last(merged: Mapping[str, str]) -> dict[str, str]:
    """Return where each way ends; what was merged into itself, over others or not, stays."""
    ends: dict[str, str] = {}
    for start in merged:
        way: dict[str, None] = {}
        at = start
        while at in merged and at not in ends and at not in way:
            way[at] = None
            at = merged[at]
        end = ends.get(at, at)
        ends |= dict.fromkeys(way, end)
        if at in way:
            ring = list(way)[list(way).index(at) :]
            ends |= {gone: gone for gone in ring}
    return ends

"""The stage that a deal came from, where a history of stages only says which one it went to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from crmkit.io._cells import Cells

__all__ = ["stages_before"]


def stages_before(cells: Mapping[str, Cells]) -> tuple[Cells, npt.NDArray[np.bool_]]:
    """Return for each step the stage of the same deal's step before, and whether the two are one stage.

    Steps follow one another by their time; at the same time, by their place in the file.

    Args:
        cells: the fields `deal_id`, `to_stage` and `changed_at` of the steps.
    """
    deals, stages = cells["deal_id"].same_codes(), cells["to_stage"].same_codes()
    moments = np.array(cells["changed_at"].values, "datetime64[us]")[cells["changed_at"].codes]
    order = np.lexsort((np.arange(len(deals)), moments, deals))
    follows = np.zeros(len(deals), np.bool_)
    follows[1:] = deals[order][1:] == deals[order][:-1]
    before = np.full(len(deals), -1)
    before[order[1:]] = order[:-1]
    follows_at = np.empty(len(deals), np.bool_)
    follows_at[order] = follows
    nothing = len(cells["to_stage"].values)
    came_from = np.where(follows_at, cells["to_stage"].codes[before], nothing).astype(np.int32)
    unchanged = follows_at & (stages[before] == stages)
    return Cells([*cells["to_stage"].values, None], came_from), unchanged

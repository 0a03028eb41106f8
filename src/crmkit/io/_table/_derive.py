"""The fields that a file implies but does not hold, and those that have to be put into their one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from crmkit.calendars import zone
from crmkit.io._cells import Cells
from crmkit.io._findings import Assumption
from crmkit.io._plan import Plan
from crmkit.io._signs import signs_of
from crmkit.io._table._amounts import in_minor_units
from crmkit.io._table._deals import status_of, with_closing_time, with_expected_close
from crmkit.io._table._refs import as_refs
from crmkit.records import RECORDS

__all__ = ["derived"]

# What one unit costs may be a fraction of a cent.
_WITH_UNIT_PRICES = ("price_book_entry", "line_item")


def derived(
    cells: Mapping[str, Cells], lines: npt.NDArray[np.int64], plan: Plan
) -> tuple[dict[str, Cells], list[Assumption]]:
    """Complete the fields of the accepted rows, and say what was assumed.

    Args:
        cells: the fields that are columns of the file.
        lines: on which each row begins.
        plan: how the file is read.
    """
    assumptions: list[Assumption] = []
    complete = _with_defaults(cells, plan, assumptions)
    record = str(plan.mapping.record)
    if "id" not in complete:
        complete["id"] = Cells([f"row-{line}" for line in lines.tolist()], np.arange(len(lines), dtype=np.int32))
        text = 'No column is the id, so each row is named by its line: "row-2". To change: [columns] id = "..."'
        assumptions.append(Assumption("row_ids", "id", text))
    if record == "deal" and not plan.mapping.exact:
        complete = _with_status(complete, plan, assumptions)
    if record == "field_change" and not plan.mapping.exact:
        complete["record"], said = as_refs(complete["record"], plan.columns["record"])
        assumptions += [said] if said else []
    complete = {field: found for field, found in complete.items() if field not in signs_of(record)}
    return _with_money(complete, plan, assumptions), assumptions


def _with_defaults(cells: Mapping[str, Cells], plan: Plan, assumptions: list[Assumption]) -> dict[str, Cells]:
    """Put the record's default where a field that cannot be missing is empty."""
    attributes = attrs.fields_dict(RECORDS[str(plan.mapping.record)])
    complete = dict(cells)
    for field, spec in plan.specs.items():
        default: Any = None if spec.nullable else attributes[field].default
        if field not in cells or default is None or default is attrs.NOTHING:
            continue
        found = cells[field]
        empty = int(found.where((None,)).sum())
        complete[field] = Cells([default if value is None else value for value in found.values], found.codes)
        if empty and default != ():
            text = f"{field} is empty in {empty:,} rows and taken as {default!r}."
            assumptions.append(Assumption("default", field, text))
    return complete


def _with_status(cells: dict[str, Cells], plan: Plan, assumptions: list[Assumption]) -> dict[str, Cells]:
    status = status_of(cells, plan.mapping.stages)
    complete = dict(cells)
    if status is None:
        text = 'No column tells which deals are open, won or lost. To say it: [columns] status = "..." or stage = "..."'
        assumptions.append(Assumption("no_status", "status", text))
        return complete
    complete["status"] = status
    complete, moved = with_expected_close(with_closing_time(complete), zone(plan.mapping.timezone or "UTC"))
    assumptions += [moved] if moved else []
    return complete


def _with_money(cells: dict[str, Cells], plan: Plan, assumptions: list[Assumption]) -> dict[str, Cells]:
    """Give amounts the currency that the mapping states, and round them to its minor unit."""
    money = [field for field, spec in plan.specs.items() if spec.kind == "money"]
    complete = dict(cells)
    if money and "currency" not in cells and plan.mapping.currency is not None:
        complete["currency"] = Cells([plan.mapping.currency], np.zeros(len(cells["id"].codes), np.int32))
    unrounded = ["amount"] if plan.mapping.record in _WITH_UNIT_PRICES else []
    for field in [name for name in money if name not in unrounded] if "currency" in complete else ():
        complete[field], changed = in_minor_units(complete[field], complete["currency"])
        if changed:
            text = f"{field} is rounded to the minor unit of its currency in {changed:,} rows, half to even."
            assumptions.append(Assumption("rounded", field, text))
    return complete

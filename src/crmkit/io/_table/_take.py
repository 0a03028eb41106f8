"""From the rows of a file and the plan for them to a canonical table."""

from __future__ import annotations

from collections import abc
from typing import Literal

import numpy as np
import numpy.typing as npt

from crmkit.errors import ImportRejected
from crmkit.expressions import Kind
from crmkit.io._cells import Cells, Readings, read_cells, read_texts
from crmkit.io._files import Rows
from crmkit.io._findings import Assumption, RejectedRow
from crmkit.io._plan import Plan, stage_of
from crmkit.io._result import ImportResult
from crmkit.io._table._aside import Aside, first_filled, set_aside
from crmkit.io._table._derive import derived
from crmkit.io._table._faults import Seen, rejected_rows
from crmkit.io._table._frame import column_names, to_frame
from crmkit.io._table._history import stages_before
from crmkit.io._table._merged import merged_ids
from crmkit.io._table._steps import steps
from crmkit.records import RECORDS, CustomFields, fields_of
from crmkit.tables import Backend

__all__ = ["OnError", "take"]

OnError = Literal["collect", "strict"]


def take(
    rows: Rows,
    plan: Plan,
    *,
    on_error: OnError,
    custom: CustomFields | None,
    backend: Backend,
    seen: Seen | None = None,
) -> ImportResult:
    """Take the rows of a file as its plan says.

    Args:
        rows: of the file.
        plan: how they are read.
        on_error: "collect" keeps the good rows; "strict" takes all or nothing.
        custom: the custom fields that there are.
        backend: the kind of dataframe.
        seen: tells which ids stand on earlier lines, where these rows are a part of a file.

    Raises:
        ImportRejected: in strict mode, a row is faulty.
    """
    readings = {
        name: read_cells(rows.columns[plan.columns[name]], spec, plan.mapping) for name, spec in plan.specs.items()
    }
    aside = set_aside(rows, plan, readings)
    faulty = rejected_rows(rows, plan, readings, aside, seen)
    rejected = tuple(sorted((*rows.malformed, *faulty.values()), key=lambda row: row.line))
    if rejected and on_error == "strict":
        raise _first_fault(rows, rejected)
    kept = _kept(aside, faulty)
    cells = {name: found.cells for name, found in readings.items()}
    if "folded" in aside.reasons:
        cells = {name: first_filled(found, aside.leader) for name, found in cells.items()}
    told = _counted(rows, aside, faulty)
    if plan.tells_steps:
        cells, kept, said = _with_stages_before(cells, kept, told)
    else:
        said = []
    entered = {stage: found.of(kept) for name, found in cells.items() if (stage := stage_of(name)) is not None}
    own = {name: found.of(kept) for name, found in cells.items() if stage_of(name) is None}
    fields, assumed = derived(own, (rows.lines if rows.original is None else rows.original)[kept], plan)
    specs = fields_of(RECORDS[str(plan.mapping.record)], custom)
    others, noted = _other_columns(rows, plan, readings, aside, kept, taken=specs, whole=seen is None)
    notes = {**readings, **noted}
    columns: dict[str, tuple[Cells, Kind]] = {
        name: (fields[name], specs[name].kind) for name in specs if name in fields
    }
    related = {}
    if entered:
        related["stage_change"] = to_frame(found := steps(fields["id"], entered), len(found["id"][0].codes), backend)
        said.append(_said_of_steps(len(found["id"][0].codes), len(entered)))
    return ImportResult(
        to_frame(columns | others, len(kept), backend),
        str(plan.mapping.record),
        plan.mapping,
        (*plan.assumptions, *aside.assumptions, *_noted(notes, kept, plan), *said, *assumed),
        rejected,
        headers=tuple(rows.columns),
        preset=plan.preset,
        confidence=plan.confidence,
        set_aside=told,
        related=related,
        merged=merged_ids(readings, kept, long=plan.mapping.id_form is not None),
    )


def _first_fault(rows: Rows, rejected: tuple[RejectedRow, ...]) -> ImportRejected:
    row = rejected[0]
    problem = row.problems[0]
    more = f" ({len(rejected) - 1:,} more rows are faulty)" if len(rejected) > 1 else ""
    return rows.refusal(
        f"{problem.reason}{more}", line=row.line, column=problem.column, value=problem.value, code=problem.code
    )


def _kept(aside: Aside, faulty: abc.Collection[int]) -> npt.NDArray[np.int64]:
    alone = (aside.leader == np.arange(len(aside.leader))) & ~aside.gone()
    alone[list(faulty)] = False
    return np.flatnonzero(alone)


def _counted(rows: Rows, aside: Aside, faulty: abc.Collection[int]) -> dict[str, int]:
    counts = {reason: int((~np.isin(which, list(faulty))).sum()) for reason, which in aside.reasons.items()}
    counts["footer"] = len(rows.footer)
    return {reason: count for reason, count in counts.items() if count}


def _with_stages_before(
    cells: dict[str, Cells], kept: npt.NDArray[np.int64], told: dict[str, int]
) -> tuple[dict[str, Cells], npt.NDArray[np.int64], list[Assumption]]:
    """Complete a history of stages: where each step came from; what changed something else is set aside."""
    before, unchanged = stages_before({name: cells[name].of(kept) for name in ("deal_id", "to_stage", "changed_at")})
    codes = np.full(len(cells["to_stage"].codes), len(before.values) - 1, np.int32)
    codes[kept] = before.codes
    text = "from_stage is the stage of the same deal's step before, by changed_at."
    if unchanged.any():
        told["unchanged"] = int(unchanged.sum())
        text += f" {told['unchanged']:,} rows change something other than the stage and are left out."
    cells = {**cells, "from_stage": Cells(before.values, codes)}
    return cells, kept[~unchanged], [Assumption("stages_before", "from_stage", text)]


def _said_of_steps(count: int, stages: int) -> Assumption:
    text = (
        f"{count:,} changes of stage follow from the {stages} columns of times in a stage; they are the result's "
        f'related["stage_change"]. To change: [entered] "<stage>" = "<header>"'
    )
    return Assumption("entered", "stage_change", text)


def _other_columns(
    rows: Rows,
    plan: Plan,
    readings: abc.Mapping[str, Readings],
    aside: Aside,
    kept: npt.NDArray[np.int64],
    *,
    taken: abc.Iterable[str],
    whole: bool,
) -> tuple[dict[str, tuple[Cells, Kind]], dict[str, Readings]]:
    """Return the columns that stand for no field, and those of which a field shows only a part, as text."""
    may_be_several = () if whole else plan.mapping.several or ()  # each part of a file has the same columns
    partly = {
        plan.columns[name] for name, found in readings.items() if "several" in found.notes or name in may_be_several
    }
    used = set(plan.columns.values()) - partly
    headers = [header for header in rows.columns if header not in used]
    names = column_names(headers, taken)
    texts = {header: read_texts(rows.columns[header], None, plan.mapping) for header in headers}
    lined = "folded" in aside.reasons
    columns: dict[str, tuple[Cells, Kind]] = {
        names[header]: ((_joined(found.cells, aside) if lined else found.cells).of(kept), "text")
        for header, found in texts.items()
    }
    return columns, {names[header]: found for header, found in texts.items()}


def _joined(cells: Cells, aside: Aside) -> Cells:
    """Give the first row of each record what all its lines say, one after the other, where they differ."""
    values, codes = list(cells.values), cells.codes.copy()
    lines: dict[int, list[int]] = {}
    for at in aside.reasons["folded"].tolist():
        lines.setdefault(int(aside.leader[at]), [int(aside.leader[at])]).append(at)
    for leader, rows in lines.items():
        said = [cells.values[code] or "" for code in cells.codes[rows].tolist()]
        if any(said[1:]) and len(set(said)) > 1:
            codes[leader] = len(values)
            values.append("; ".join(said))
    return Cells(values, codes)


def _noted(readings: abc.Mapping[str, Readings], kept: npt.NDArray[np.int64], plan: Plan) -> list[Assumption]:
    """Say what was assumed of single cells."""
    place = plan.mapping.timezone
    said = {
        "zoneless": f"Of the times, {{}} do not say their zone and are read as {place}, a date as the beginning of "
        'that day. To change: timezone = "..."',
        "shown_twice": f"Of the times, {{}} were shown twice by the clocks of {place}; the first of the two is taken.",
        "time_dropped": "Of the times, {} have a time of day, which a date does not keep.",
        "apostrophe": "Of the texts, {} begin with an apostrophe that keeps spreadsheets from calculating; it is taken "
        'off. To change: apostrophes = "keep"',
        "several": "Of the ids, {} name more than one record; the first is taken, and the column stays as text too.",
        "id_form": "Of the ids, {} have 15 characters and are written with 18, as Salesforce does elsewhere.",
    }
    assumptions = []
    for note, text in said.items():
        counts: dict[str, int] = {}
        for name, reading in readings.items():
            field = name if stage_of(name) is None else "entered"
            hits = int(np.isin(reading.cells.codes[kept], reading.notes[note]).sum()) if note in reading.notes else 0
            counts[field] = counts.get(field, 0) + hits
        listed = ", ".join(f"{count:,} of {field}" for field, count in counts.items() if count)
        if listed and not (note == "zoneless" and plan.zone_said):
            subject = "timezone" if note == "zoneless" else listed.split(" ")[-1]
            assumptions.append(Assumption(note, subject, text.format(listed)))
    return assumptions

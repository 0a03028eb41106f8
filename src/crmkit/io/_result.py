"""What reading a file gives back: the table, what was assumed, and every row that was not taken."""

from __future__ import annotations

from collections import abc
from typing import Any

import attrs

from crmkit.io._findings import Assumption, RejectedRow
from crmkit.io._mapping import Mapping

__all__ = ["ImportResult"]


@attrs.frozen(eq=False, repr=False)
class ImportResult:
    """A file as a canonical table, and all that was decided and refused on the way.

    Args:
        table: the canonical table: the fields of the record that the file has, in the record's order, then
            the columns that stand for no field, as text. Its rows are in the order of the file.
        record: the kind of its rows: "deal".
        mapping: every decision about columns, formats and stages; reading the file again with it gives an equal table.
        assumptions: the decisions that the file and the given mapping left open.
        rejected: the rows that are not in the table.
        headers: of the file, in its order.
        preset: the name of the preset whose headers the file has; None where there is none.
        confidence: how sure it is that a field is the column taken for it, from 0 to 1; 1 where that was said.
        set_aside: how many rows of the file are no records of their own, by the reason: "blank", "deleted" in the CRM,
            "merged" into another, "folded" into the record that they are a line of, "unchanged" in the history of
            a stage, "footer".
        related: tables of other records that the same rows tell of: "stage_change", from the times in each stage.
        merged: the id of the record that is left, by the id of one that was merged into it.
    """

    table: Any
    record: str
    mapping: Mapping
    assumptions: tuple[Assumption, ...]
    rejected: tuple[RejectedRow, ...]
    headers: tuple[str, ...] = ()
    preset: str | None = None
    confidence: abc.Mapping[str, float] = attrs.field(factory=dict)
    set_aside: abc.Mapping[str, int] = attrs.field(factory=dict)
    related: abc.Mapping[str, Any] = attrs.field(factory=dict)
    merged: abc.Mapping[str, str] = attrs.field(factory=dict)

    def __repr__(self) -> str:
        counts = f"{self.accepted:,} accepted, {len(self.rejected):,} rejected, {len(self.assumptions):,} assumptions"
        return f"ImportResult({self.record}: {counts})"

    @property
    def accepted(self) -> int:
        """The number of rows in the table."""
        return len(self.table)

    @property
    def records(self) -> int:
        """The number of records in the file: the accepted and the rejected."""
        return self.accepted + len(self.rejected)

"""What an audit found: every row of a history that its pipeline does not allow, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from crmkit.errors import shown

__all__ = ["Audit"]

_MOST_NAMES = 10


def _sealed(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))


@frozen(kw_only=True, eq=False, repr=False)
class Audit:
    """A stage history beside the definition of its pipeline; `str(audit)` sums it up.

    Args:
        pipeline: the name of the pipeline.
        version: its version.
        rows: how many rows were checked.
        deals: how many deals they are of.
        counts: how many violations there are, by code; codes that did not occur are absent.
        unknown_stages: the stages that the pipeline does not have, each with the nearest one that it has, or None.
        left_out: how many rows are of other pipelines, by their names.
        other_versions: how many are of other versions of this one, by what the rows say.
        table: one row a violation, in the order of the history's rows: `row` (from 0), `deal_id`, `changed_at`,
            `from_stage`, `to_stage`, `code`; a dataframe of the kind that was given. A row can stand in it several
            times.
    """

    pipeline: str
    version: int
    rows: int
    deals: int
    counts: Mapping[str, int] = field(converter=_sealed)
    unknown_stages: Mapping[str, str | None] = field(converter=_sealed)
    left_out: Mapping[str, int] = field(converter=_sealed)
    other_versions: Mapping[str, int] = field(converter=_sealed)
    table: Any

    @property
    def ok(self) -> bool:
        """Whether nothing was violated; never of a history of which every row was left out."""
        return not self.counts and (self.rows > 0 or not (self.left_out or self.other_versions))

    def __repr__(self) -> str:
        return f"Audit({self.pipeline!r}: {self.rows:,} rows, {sum(self.counts.values()):,} violations)"

    def __str__(self) -> str:
        found = sum(self.counts.values())
        said = f"{found:,} violations" if self.counts else "no violation"
        lines = [f"{self.pipeline}, version {self.version}: {said} in {self.rows:,} rows of {self.deals:,} deals"]
        lines += [f"  {code}: {count:,}" for code, count in self.counts.items()]
        for name, near in list(self.unknown_stages.items())[:_MOST_NAMES]:
            lines.append(f"  no stage {shown(name)}" + (f"; did you mean {near!r}?" if near else ""))
        if len(self.unknown_stages) > _MOST_NAMES:
            lines.append(f"  and {len(self.unknown_stages) - _MOST_NAMES:,} more stages that it does not have")
        lines += [f"  left out: {count:,} rows of pipeline {shown(name)}" for name, count in self.left_out.items()]
        lines += [f"  left out: {count:,} rows of version {shown(name)}" for name, count in self.other_versions.items()]
        return "\n".join(lines)

"""What a table, or the file it came from, says of itself: until when it runs, what is empty, what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import narwhals as nw

from crmkit.calendars import zone
from crmkit.io import ImportResult
from crmkit.records import RECORDS, fields_of
from crmkit.tables import collected, extent, open_table

__all__ = ["cautions_of", "gaps_of", "latest_date"]

_MANY = 0.05  # more rejected rows than one in twenty are no accident


def latest_date(table: Any, record: str, *, timezone: str = "UTC") -> date | None:
    """Return the last day on which anything in the table happened, in that zone; None where nothing is dated."""
    names = open_table(table).collect_schema().names()
    instants = [name for name, spec in fields_of(RECORDS[record]).items() if spec.kind == "instant" and name in names]
    ends = extent(table, *instants)
    return ends[1].astimezone(zone(timezone)).date() if ends else None


def gaps_of(table: Any, names: list[str]) -> Mapping[str, int]:
    """Count the missing cells of each column that has some."""
    counted = collected(open_table(table).select(*(nw.col(name).is_null().sum() for name in names)))
    return MappingProxyType({name: int(gaps) for name, gaps in counted.rows(named=True)[0].items() if gaps})


def cautions_of(imported: ImportResult) -> tuple[str, ...]:
    """Say what is wrong with the file as a whole."""
    found = []
    share = len(imported.rejected) / max(imported.records, 1)
    if share > _MANY:
        found.append(
            f"{len(imported.rejected):,} of {imported.records:,} rows ({share:.0%}) could not be read: "
            f"these are not the numbers of the whole file"
        )
    stages = imported.mapping.stages
    if stages is not None and not stages["won"]:
        found.append("no stage of the file is known to be won: name those that are under [stages] in the mapping")
    return tuple(found)

"""Proving that records and log are what was applied."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import sqlalchemy as sa

from crmkit.errors import RepositoryError, shown
from crmkit.records import RECORDS, Change, CustomFields, Record
from crmkit.repositories._admission import unique_values
from crmkit.repositories._ledger import START, Entry
from crmkit.repositories._verification import Verification, verified
from crmkit.repositories.sql._log import entries, misplaced
from crmkit.repositories.sql._room import Room
from crmkit.repositories.sql._tables import Tables

__all__ = ["newest_positions", "verification"]


def newest_positions(
    connection: sa.Connection, tables: Tables, tenant: str, change: Change
) -> dict[tuple[str, str], int]:
    """Return the newest entry that touched each record of a Change."""
    edits = tables.edits.c
    found = {}
    for edit in change.edits:
        newest = sa.select(sa.func.max(edits.position)).where(
            edits.tenant == tenant, edits.record == edit.record, edits.id == edit.id
        )
        found[edit.record, edit.id] = connection.execute(newest).scalar_one()
    return found


def verification(
    room: Room, connection: sa.Connection, tenant: str, custom: CustomFields | None, anchor: str | None
) -> Verification:
    """Go over the log of a tenant and over all its rows."""
    heads, removed = room.tables.heads, room.tables.removed
    newest = connection.execute(sa.select(heads.c.position, heads.c.digest).where(heads.c.tenant == tenant)).first()
    gone = connection.execute(sa.select(removed).where(removed.c.tenant == tenant))
    rows = _Found(room, connection, tenant, custom)
    found = verified(
        rows.entries(),
        rows.records(),
        newest=(0, START) if newest is None else (newest.position, newest.digest),
        removed={(row.record, row.id): row.version for row in gone},
        anchor=anchor,
    )
    return attrs.evolve(found, faults=(*found.faults, *rows.faults, *rows.unique_faults()))


@attrs.define(eq=False)
class _Found:
    """The records there are, and what is wrong with their rows."""

    room: Room
    connection: sa.Connection
    tenant: str
    custom: CustomFields | None
    faults: list[str] = attrs.field(factory=list)
    unique: dict[tuple[str, str, str], str] = attrs.field(factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Yield each entry of the log, as far as it can be read; edits that no entry has are a fault."""
        try:
            yield from entries(self.connection, self.room.tables, self.tenant)
        except RepositoryError as fault:
            self.faults.append(str(fault))
        for position in misplaced(self.connection, self.room.tables, self.tenant):
            self.faults.append(f"the log says more of change {shown(position)} than was written")

    def records(self) -> Iterator[Record]:
        """Yield each record; a row that says more or otherwise than its record is a fault."""
        for kind, rows in self.room.rows.items():
            asked = sa.select(*rows.chosen).where(rows.table.c.tenant == self.tenant)
            for row in self.connection.execute(asked, execution_options={"yield_per": 1000}):
                try:
                    record: Record = rows.record(row)
                except RepositoryError:
                    self.faults.append(f"{kind} {shown(row[0])} cannot be read")
                    continue
                if tuple(row) != rows.write(record):
                    self.faults.append(f"the row of {kind} {shown(row[0])} is not as its record is written")
                for (_, name), value in unique_values(record, self.custom).items():
                    self.unique[kind, name, value] = record.id
                yield record

    def unique_faults(self) -> Iterator[str]:
        """Compare the unique values that are kept with those of the records."""
        unique = self.room.tables.unique
        asked = sa.select(unique.c.record, unique.c.field, unique.c.value, unique.c.id)
        kept = {
            (row.record, row.field, row.value): row.id
            for row in self.connection.execute(asked.where(unique.c.tenant == self.tenant))
        }
        for kind, name, value in kept.keys() | self.unique.keys():
            key = (kind, name, value)
            if kept.get(key) != self.unique.get(key) and _is_declared(kind, name, self.custom):
                yield f"the {name} that {kind} {shown(self.unique.get(key, kept.get(key)))} alone may have is not kept"


def _is_declared(kind: str, name: str, custom: CustomFields | None) -> bool:
    spec = None if custom is None or kind not in RECORDS else custom.of(RECORDS[kind]).get(name)
    return spec is not None and spec.unique

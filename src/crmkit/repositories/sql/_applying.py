"""Applying Changes: the rows are read, each Change is proved in memory, and what differs in the end is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs
import sqlalchemy as sa

from crmkit.records import Change, CustomFields, Edit
from crmkit.repositories._admission import came_back, checked, first_result, stale, taken, unique_values
from crmkit.repositories._ledger import START, Entry, opened, sealed
from crmkit.repositories.sql._log import entries_by_key
from crmkit.repositories.sql._room import Head, Room, Session
from crmkit.repositories.sql._rows import Rows
from crmkit.repositories.sql._statements import insertion
from crmkit.repositories.sql._types import is_storable
from crmkit.repositories.sql._writing import Outcome, write

__all__ = ["apply_changes", "held_head"]

Key = tuple[str, str]
Unique = tuple[str, str, str]
Row = tuple[Any, ...]
K = TypeVar("K")
_FEW = 500  # ids asked for in one query


@attrs.define(eq=False)
class _State:
    """What the rows are that some Changes touch: as found, and as the Changes proved so far leave them."""

    rows: Mapping[Key, Row]
    gone: Mapping[Key, int]
    found: Mapping[Unique, str]
    by_key: dict[str, Entry]
    holders: dict[Unique, str]
    records: dict[Key, Any] = attrs.field(factory=dict)
    removed: dict[Key, int] = attrs.field(factory=dict)
    written: list[Entry] = attrs.field(factory=list)


def held_head(room: Room, session: Session, tenant: str) -> Head:
    """Return the newest entry of a tenant's log, and hold it until the transaction ends: writers queue here."""
    known = session.heads.get(tenant)
    if known is not None:
        return known
    heads = room.tables.heads
    asked = sa.select(heads.c.position, heads.c.digest).where(heads.c.tenant == tenant).with_for_update()
    row = session.connection.execute(asked).one_or_none()
    if row is None:
        names = ("tenant", "position", "digest")
        added = room.statement(("first head",), lambda dialect: insertion(heads, names, dialect, unless_there=True))
        added.run(session.connection, [(tenant, 0, START)])
        row = session.connection.execute(asked).one()
    session.heads[tenant] = head = (row.position, row.digest)
    return head


def apply_changes(
    room: Room, session: Session, tenant: str, custom: CustomFields | None, changes: Sequence[Change]
) -> list[Change]:
    """Apply Changes in a transaction and return them as applied.

    Raises:
        Conflict, AlreadyExists, RepositoryError, InvalidRecord, UnknownField: as `Store.apply` says.
    """
    for change in changes:
        checked(change, custom)
    head = held_head(room, session, tenant)
    state = _looked_up(room, session.connection, tenant, custom, changes)
    applied = []
    for change in changes:
        first = state.by_key.get(change.idempotency_key or "")
        if first is not None:
            applied.append(first_result(change, opened(first)))
            continue
        for edit in change.edits:
            _prove(room, state, edit)
        _hold_unique(state, change, custom)
        position, previous = head
        entry = sealed(change, position=position + 1, previous=previous, nonce=room.nonce)
        head = (entry.position, entry.digest)
        state.written.append(entry)
        if entry.key is not None:
            state.by_key[entry.key] = entry
        for edit in change.edits:
            _note(state, edit)
        done = attrs.evolve(change, id=str(entry.position))
        applied.append(done)
        session.to_tell.append((tenant, done))
    if state.written:
        outcome = Outcome(state.rows, state.records, state.found, state.holders, state.removed, state.written)
        write(room, session, tenant, outcome)
    return applied


def _looked_up(
    room: Room, connection: sa.Connection, tenant: str, custom: CustomFields | None, changes: Iterable[Change]
) -> _State:
    """Read the rows that Changes touch, and what else decides whether they may."""
    ids: dict[str, set[str]] = defaultdict(set)
    added: dict[str, set[str]] = defaultdict(set)
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    keys = [key for change in changes if (key := change.idempotency_key) is not None and is_storable(key)]
    for change in changes:
        for edit in change.edits:
            ids[edit.record].add(edit.id)
            if edit.before is None:
                added[edit.record].add(edit.id)
            for side in (edit.before, edit.after):
                for place, value in unique_values(side, custom).items():
                    values[place].add(value)
    found = dict(_holders(room, connection, tenant, values))
    return _State(
        rows={
            (kind, row[0]): tuple(row)
            for kind, some in _portions(ids)
            for row in connection.execute(_asked(room, kind).params(tenant=tenant, ids=some))
        },
        gone=dict(_gone(room, connection, tenant, added)),
        found=found,
        holders=dict(found),
        by_key=entries_by_key(connection, room.tables, tenant, keys) if keys else {},
    )


def _asked(room: Room, kind: str) -> sa.Select[Any]:
    def made(_: sa.Dialect) -> sa.Select[Any]:
        rows = room.rows[kind]
        table = rows.table
        of_ids = table.c.id.in_(sa.bindparam("ids", expanding=True))
        return sa.select(*rows.chosen).where(table.c.tenant == sa.bindparam("tenant"), of_ids)

    return room.statement(("rows", kind), made)


def _gone(room: Room, connection: sa.Connection, tenant: str, ids: Mapping[str, set[str]]) -> Iterator[tuple[Key, int]]:
    removed = room.tables.removed
    for kind, some in _portions(ids):
        asked = sa.select(removed.c.id, removed.c.version).where(
            removed.c.tenant == tenant, removed.c.record == kind, removed.c.id.in_(some)
        )
        yield from (((kind, id_), version) for id_, version in connection.execute(asked))


def _holders(
    room: Room, connection: sa.Connection, tenant: str, values: Mapping[tuple[str, str], set[str]]
) -> Iterator[tuple[Unique, str]]:
    unique = room.tables.unique
    for (kind, name), some in _portions(values):
        asked = sa.select(unique.c.value, unique.c.id).where(
            unique.c.tenant == tenant, unique.c.record == kind, unique.c.field == name, unique.c.value.in_(some)
        )
        yield from (((kind, name, value), id_) for value, id_ in connection.execute(asked))


def _portions(of: Mapping[K, set[str]]) -> Iterator[tuple[K, list[str]]]:
    for key, many in of.items():
        listed = sorted(filter(is_storable, many))  # what no database can hold is refused when the log is written
        for start in range(0, len(listed), _FEW):
            yield key, listed[start : start + _FEW]


def _prove(room: Room, state: _State, edit: Edit) -> None:
    """Refuse an edit that does not begin with what is there."""
    key = (edit.record, edit.id)
    if key in state.records:
        stored = state.records[key]
        if stored != edit.before:
            raise stale(edit, None if stored is None else stored.version)
    else:
        _prove_row(room.rows[edit.record], state.rows.get(key), edit)
    newest = state.removed.get(key, state.gone.get(key, -1))
    if edit.before is None and edit.after is not None and edit.after.version <= newest:
        raise came_back(edit, newest)


def _prove_row(rows: Rows, row: Row | None, edit: Edit) -> None:
    """Compare rows; where those differ, records, since a record equals another that writes 1.0 for 1.00."""
    if row is None or edit.before is None:
        if row is not None or edit.before is not None:
            raise stale(edit, None if row is None else rows.record(row).version)
    elif row != rows.write(edit.before):
        stored = rows.record(row)
        if stored != edit.before:
            raise stale(edit, stored.version)


def _hold_unique(state: _State, change: Change, custom: CustomFields | None) -> None:
    for edit in change.edits:
        for (kind, name), value in unique_values(edit.before, custom).items():
            if state.holders.get((kind, name, value)) == edit.id:
                del state.holders[kind, name, value]
    for edit in change.edits:
        for (kind, name), value in unique_values(edit.after, custom).items():
            if state.holders.setdefault((kind, name, value), edit.id) != edit.id:
                raise taken(edit, name)


def _note(state: _State, edit: Edit) -> None:
    key = (edit.record, edit.id)
    state.records[key] = edit.after
    if edit.after is None and edit.before is not None:
        state.removed[key] = edit.before.version

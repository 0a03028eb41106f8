"""A store in memory: the reference of what a store does, and good enough for tests and notebooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from secrets import token_bytes
from threading import RLock
from typing import Any, Generic, TypeVar

import attrs

from crmkit.errors import NotFound
from crmkit.expressions import ALWAYS, Expression
from crmkit.records import Change, CustomFields, Edit, Record, kind_of
from crmkit.repositories._admission import (
    came_back,
    checked,
    checked_id,
    checked_tenant,
    first_result,
    several,
    stale,
    taken,
    tell,
    touched_since,
    unique_values,
)
from crmkit.repositories._ledger import START, Entry, Nonce, opened, sealed
from crmkit.repositories._page import Page
from crmkit.repositories._search import matching, search
from crmkit.repositories._verification import Verification, verified

__all__ = ["InMemoryStore"]

R = TypeVar("R")
Key = tuple[str, str]


@attrs.define
class _Shelf:
    """What one tenant keeps."""

    records: dict[str, dict[str, Any]] = attrs.field(factory=lambda: defaultdict(dict))
    removed: dict[Key, int] = attrs.field(factory=dict)  # the last version of what was there once
    unique: dict[tuple[str, str, str], str] = attrs.field(factory=dict)
    log: list[Entry] = attrs.field(factory=list)
    of_record: dict[Key, list[int]] = attrs.field(factory=lambda: defaultdict(list))
    of_key: dict[str, int] = attrs.field(factory=dict)
    subscribers: list[Callable[[Change], Any]] = attrs.field(factory=list)


@attrs.define
class _Room:
    """What the tenants of one store share: the lock, and what the open transaction has done so far."""

    nonce: Nonce
    lock: Any = attrs.field(factory=RLock)
    shelves: dict[str, _Shelf] = attrs.field(factory=lambda: defaultdict(_Shelf))
    depth: int = 0
    undoing: list[Callable[[], None]] = attrs.field(factory=list)
    to_tell: list[tuple[_Shelf, Change]] = attrs.field(factory=list)


class InMemoryStore:
    """Records in memory, with a log, transactions and tenants; safe to use from several threads.

    Args:
        custom: the custom fields that records have here; where it is None, any are kept and none can be asked.
        nonce: what gives the random bytes beside each content of the log.
    """

    def __init__(self, *, custom: CustomFields | None = None, nonce: Nonce = lambda: token_bytes(16)) -> None:
        self._room = _Room(nonce)
        self._name = ""
        self._custom = custom

    @property
    def custom(self) -> CustomFields | None:
        """The custom fields that records have here."""
        return self._custom

    def tenant(self, name: str, /, *, custom: CustomFields | None = None) -> InMemoryStore:
        """Return the store of another tenant in the same place; its custom fields are these if it has no other."""
        other = InMemoryStore(custom=self._custom if custom is None else custom)
        other._room, other._name = self._room, checked_tenant(name)
        return other

    def repository(self, cls: type[R], /) -> _Records[R]:
        """Return the records of one class."""
        kind_of(cls)
        return _Records(self, cls)

    def apply(self, change: Change, /) -> Change:
        """Do what a Change says, whole or not at all; see `Store.apply`."""
        return self.apply_all([change])[0]

    def apply_all(self, changes: Iterable[Change], /) -> tuple[Change, ...]:
        """Apply many Changes, all or none; see `AuditedStore.apply_all`."""
        with self.transaction():
            return tuple([self._apply(change) for change in several(changes)])

    def history(self, cls: type, id: str, /) -> tuple[Change, ...]:  # noqa: A002 - the field's own name
        """Return the Changes that were applied to one record, oldest first."""
        with self._room.lock:
            positions = self._shelf.of_record.get((kind_of(cls), checked_id(id)), ())
            return tuple(opened(self._shelf.log[position - 1]) for position in positions)

    def applied(self, change_id: str, /) -> Change:
        """Return an applied Change by its id; see `AuditedStore.applied`."""
        with self._room.lock:
            found = [entry for entry in self._shelf.log if str(entry.position) == change_id]
            if not found:
                raise NotFound.of("change", change_id)
            return opened(found[0])

    def undo(self, change_id: str, /, *, at: datetime, by: str, reason: str | None = None) -> Change:
        """Apply the inverse of a Change, unless something newer touched its records; see `AuditedStore.undo`."""
        with self.transaction():
            change = self.applied(change_id)
            of_record = self._shelf.of_record
            newer = [edit for edit in change.edits if str(of_record[edit.record, edit.id][-1]) != change_id]
            if newer:
                raise touched_since(change, newer)
            return self.apply(change.inverse(at=at, by=by, reason=reason))

    def verify(self, *, anchor: str | None = None) -> Verification:
        """Prove that log and records are what was applied; see `AuditedStore.verify`."""
        with self._room.lock:
            shelf = self._shelf
            newest = (len(shelf.log), shelf.log[-1].digest if shelf.log else START)
            records = (record for of_kind in shelf.records.values() for record in of_kind.values())
            return verified(shelf.log, records, newest=newest, removed=shelf.removed, anchor=anchor)

    def subscribe(self, subscriber: Callable[[Change], Any], /) -> Callable[[], None]:
        """Have a function called with each applied Change; see `AuditedStore.subscribe`."""
        subscribers = self._shelf.subscribers
        subscribers.append(subscriber)

        def end() -> None:
            if subscriber in subscribers:
                subscribers.remove(subscriber)

        return end

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything that is applied inside one: all of it or none; one inside another may fail on its own."""
        room = self._room
        with room.lock:
            begun, told = len(room.undoing), len(room.to_tell)
            room.depth += 1
            try:
                yield
            except BaseException:
                while len(room.undoing) > begun:
                    room.undoing.pop()()
                del room.to_tell[told:]
                raise
            finally:
                room.depth -= 1
            if room.depth:
                return
            room.undoing.clear()
            to_tell, room.to_tell = room.to_tell, []
        for shelf, change in to_tell:
            tell(shelf.subscribers, [change])

    @property
    def _shelf(self) -> _Shelf:
        return self._room.shelves[self._name]

    def _apply(self, change: Change) -> Change:
        """Prove everything first, so that nothing can fail once the first record is touched."""
        shelf, room = self._shelf, self._room
        first = shelf.of_key.get(checked(change, self._custom).idempotency_key or "")
        if first is not None:
            return first_result(change, opened(shelf.log[first - 1]))
        for edit in change.edits:
            self._prove(edit)
        self._prove_unique(change)
        previous = shelf.log[-1].digest if shelf.log else START
        entry = sealed(change, position=len(shelf.log) + 1, previous=previous, nonce=room.nonce)
        self._write(change, entry)
        applied = attrs.evolve(change, id=str(entry.position))
        room.to_tell.append((shelf, applied))
        return applied

    def _prove(self, edit: Edit) -> None:
        stored = self._shelf.records[edit.record].get(edit.id)
        if stored != edit.before:
            raise stale(edit, None if stored is None else stored.version)
        newest = self._shelf.removed.get((edit.record, edit.id), -1)
        if edit.before is None and edit.after is not None and edit.after.version <= newest:
            raise came_back(edit, newest)

    def _prove_unique(self, change: Change) -> None:
        held = dict(self._shelf.unique)
        for edit in change.edits:
            for (kind, name), value in unique_values(edit.before, self._custom).items():
                held.pop((kind, name, value), None)
        for edit in change.edits:
            for (kind, name), value in unique_values(edit.after, self._custom).items():
                if held.setdefault((kind, name, value), edit.id) != edit.id:
                    raise taken(edit, name)

    def _write(self, change: Change, entry: Entry) -> None:
        """Write, and remember how to take it back should the transaction around it fail."""
        shelf = self._shelf
        once = {(edit.record, edit.id): shelf.removed.get((edit.record, edit.id)) for edit in change.edits}
        shelf.log.append(entry)
        if entry.key is not None:
            shelf.of_key[entry.key] = entry.position
        for edit in change.edits:
            self._put(edit.record, edit.id, edit.before, edit.after)
            shelf.of_record[edit.record, edit.id].append(entry.position)
        self._room.undoing.append(lambda: self._take_back(change, entry, once))

    def _take_back(self, change: Change, entry: Entry, once: dict[Key, int | None]) -> None:
        shelf = self._shelf
        shelf.log.pop()
        if entry.key is not None:
            del shelf.of_key[entry.key]
        for edit in change.edits:
            self._put(edit.record, edit.id, edit.after, edit.before)
            shelf.of_record[edit.record, edit.id].pop()
        for key, version in once.items():
            shelf.removed.pop(key, None)
            if version is not None:
                shelf.removed[key] = version

    def _put(self, kind: str, identifier: str, before: Record | None, after: Record | None) -> None:
        shelf = self._shelf
        for (_, name), value in unique_values(before, self._custom).items():
            if shelf.unique.get((kind, name, value)) == identifier:
                del shelf.unique[kind, name, value]
        for (_, name), value in unique_values(after, self._custom).items():
            shelf.unique[kind, name, value] = identifier
        if after is None:
            del shelf.records[kind][identifier]
            shelf.removed[kind, identifier] = getattr(before, "version", 0)
        else:
            shelf.records[kind][identifier] = after


@attrs.frozen
class _Records(Generic[R]):
    """The records of one class in a store in memory."""

    _store: InMemoryStore
    _cls: type[R]

    def get(self, id: str, /) -> R:  # noqa: A002 - the field's own name
        """Return the record of this id; see `Repository.get`."""
        record = self._follow(kind_of(self._cls), checked_id(id))
        if record is None:
            raise NotFound.of(kind_of(self._cls), id)
        found: R = record
        return found

    def find(
        self,
        where: Expression = ALWAYS,
        /,
        *,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
        as_of: datetime | None = None,
    ) -> Page[R]:
        """Return the records of which the question is true; see `Repository.find`."""
        with self._store._room.lock:
            return search(
                self._records(),
                self._cls,
                where,
                order_by=order_by,
                limit=limit,
                after=after,
                as_of=as_of,
                custom=self._store.custom,
                follow=self._follow,
            )

    def count(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> int:
        """Return of how many records the question is true."""
        with self._store._room.lock:
            return sum(1 for _ in self._matching(where, as_of))

    def exists(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> bool:
        """Tell whether the question is true of any record."""
        with self._store._room.lock:
            return any(True for _ in self._matching(where, as_of))

    def _matching(self, where: Expression, as_of: datetime | None) -> Iterable[R]:
        custom, follow = self._store.custom, self._follow
        return matching(self._records(), self._cls, where, as_of=as_of, custom=custom, follow=follow)

    def _records(self) -> Iterable[R]:
        return self._store._shelf.records[kind_of(self._cls)].values()

    def _follow(self, kind: str, identifier: str) -> Any:
        with self._store._room.lock:
            return self._store._shelf.records[kind].get(identifier)

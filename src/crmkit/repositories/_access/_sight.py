"""What one actor sees: which records of a store, which of their fields, and what is left of a Change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from crmkit.expressions import Expression, field
from crmkit.records import Change, Edit, Record, kind_of
from crmkit.repositories._access._fields import Opened, joined, masked
from crmkit.repositories._access._rights import Right, Rights, both, class_of
from crmkit.repositories._protocols import Store

__all__ = ["Key", "Sight", "ids_of", "what_is_left"]

R = TypeVar("R", bound=Record)
Key = tuple[str, str]  # kind and id

_AT_ONCE = 500  # ids in one question


@attrs.frozen
class Sight:
    """What one actor sees of a store."""

    store: Store
    rights: Rights

    def stored(self, cls: type[R], ids: Iterable[str]) -> dict[str, R]:
        """Return the records of some ids as they are stored: those that may be read."""
        return {record.id: record for record in self._asked(cls, ids, self.rights.limit(cls))}

    def masked(self, cls: type[R], records: Sequence[R]) -> tuple[R, ...]:
        """Return records that may be read, without what is not open in them."""
        opened = self.opened(cls, records)
        return tuple(masked(record, opened[record.id]) for record in records)

    def opened(self, cls: type[R], records: Sequence[R]) -> dict[str, Opened]:
        """Return what is open in each of some records that may be read, by id."""
        everywhere, holding = self.rights.everywhere(cls), self.holding(cls, self.rights.somewhere(cls), records)
        return {record.id: joined([everywhere, *(right.opened for right in holding[record.id])]) for record in records}

    def holding(self, cls: type[R], rights: Iterable[Right], records: Sequence[R]) -> dict[str, list[Right]]:
        """Return, for each of some stored records, the rights that are given to it, by id."""
        given: dict[str, list[Right]] = {record.id: [] for record in records}
        for right in rights:
            for identifier in self._matching(cls, right.where, records):
                given[identifier].append(right)
        return given

    def standing(self, ids: Mapping[type[Any], Iterable[str]]) -> dict[Key, Opened]:
        """Return what is open now in each record of some ids that may be read; of what is gone only all may be."""
        found: dict[Key, Opened] = {}
        for cls, of_class in ids.items():
            if self.rights.to("read", cls):
                kind, everywhere, several = kind_of(cls), self.rights.everywhere(cls), [*of_class]
                if self.rights.unlimited(cls):
                    found |= {(kind, identifier): everywhere for identifier in several}
                opened = self.opened(cls, [*self.stored(cls, several).values()])
                found |= {(kind, identifier): fields for identifier, fields in opened.items()}
        return found

    def _matching(self, cls: type[R], where: Expression, records: Sequence[R]) -> list[str]:
        """Return the ids of those of which a question is true; what changed since it was read is not among them."""
        if not any("." in path for path in where.fields):
            return [record.id for record in records if where.test(record)]
        known = {record.id: record for record in records}
        return [record.id for record in self._asked(cls, known, where) if known[record.id] == record]

    def _asked(self, cls: type[R], ids: Iterable[str], where: Expression) -> Iterator[R]:
        several = list(dict.fromkeys(ids))
        for start in range(0, len(several), _AT_ONCE):
            asked = field("id").isin(*several[start : start + _AT_ONCE])
            yield from self.store.repository(cls).find(both(where, asked))


def ids_of(edits: Iterable[Edit]) -> dict[type[Any], list[str]]:
    """Return the ids of the records that some edits change, by their class."""
    found: dict[type[Any], list[str]] = {}
    for edit in edits:
        found.setdefault(class_of(edit), []).append(edit.id)
    return found


def what_is_left(change: Change, opened: Mapping[Key, Opened]) -> Change:
    """Return what is left of an applied Change where some of its records, and some of their fields, are open.

    The reason goes with whatever is left out, since it may tell of it, and so does the idempotency key.
    """
    edits, whole = [], True
    for edit in change.edits:
        fields = opened.get((edit.record, edit.id))
        whole = whole and fields is not None and fields.holds_all_of(class_of(edit))
        if fields is not None:
            before, after = (None if each is None else masked(each, fields) for each in (edit.before, edit.after))
            edits.append(Edit(before, after))
    return attrs.evolve(change, edits=edits, reason=change.reason if whole else None, idempotency_key=None)

"""What an actor's Change does in truth: the same to the records as they are stored, if it is granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from crmkit.errors import AccessDenied, NotFound, shown
from crmkit.records import RECORDS, Change, CustomValue, Edit, Record, evolve, fields_of, kind_of
from crmkit.repositories._access._fields import Opened, joined, masked
from crmkit.repositories._access._rights import Right, class_of, denied, touched, verb_of
from crmkit.repositories._access._sight import Key, Sight, ids_of
from crmkit.repositories._admission import stale
from crmkit.repositories._search import Follow, matching

__all__ = ["granted", "same_act", "true_edits"]


def true_edits(sight: Sight, change: Change) -> list[Edit]:
    """Return the edits of a Change with the records that are stored in the place of those that the actor sees.

    Raises:
        Conflict: a record that is not as the Change begins; hidden is as absent.
        AccessDenied: what is not granted of these records; under an idempotency key, a hidden field that is set.
    """
    stored: dict[Key, Any] = {}
    opened: dict[Key, Opened] = {}
    for cls, ids in ids_of(edit for edit in change.edits if edit.before is not None).items():
        kind, found = kind_of(cls), sight.stored(cls, ids)
        stored |= {(kind, identifier): record for identifier, record in found.items()}
        opened |= {(kind, identifier): each for identifier, each in sight.opened(cls, [*found.values()]).items()}
    true = [_true_edit(edit, stored.get(_key(edit)), opened.get(_key(edit))) for edit in change.edits]
    _prove(sight, true, [touched(edit) for edit in change.edits])
    if change.idempotency_key is not None:
        _prove_told(change, opened)
    return true


def granted(sight: Sight, edits: Sequence[Edit]) -> dict[Key, Opened] | None:
    """Return what an actor may read of some edits; None where some record, verb or set field of them is not granted.

    Args:
        sight: the actor's.
        edits: with records as they are stored.
    """
    try:
        sight.rights.prove_acts(edits)
        _prove(sight, edits, [touched(edit) for edit in edits])
    except AccessDenied:
        return None
    opened = sight.standing(ids_of(edit for edit in edits if edit.before is not None))
    follow = _following(sight, edits)
    for edit in edits:
        if edit.before is None:
            given = _given_after(sight, "read", edit, follow)
            if given:
                opened[_key(edit)] = joined(right.opened for right in given)
        fields = opened.get(_key(edit))
        if fields is None or not all(fields.holds(class_of(edit), name) for name in touched(edit)):
            return None
    return opened


def same_act(change: Change, first: Change) -> bool:
    """Tell whether a Change, as an actor sees it, is the one that was applied; it may come again at a later moment."""
    heads = [(each.act, each.by, each.reason, len(each.edits)) for each in (change, first)]
    return heads[0] == heads[1] and all(map(_same_edit, change.edits, first.edits))


def _same_edit(seen: Edit, stored: Edit) -> bool:
    """Compare what is set with what was set, and with nothing else that is stored: a guess of it would be confirmed."""
    return [_mark(seen), _versions(seen), _sets(seen)] == [_mark(stored), _versions(stored), _sets(stored)]


def _sets(edit: Edit) -> dict[str, CustomValue]:
    return {} if edit.after is None else {difference.field: difference.after for difference in edit.differences()}


def _mark(edit: Edit) -> tuple[type, str]:
    return class_of(edit), edit.id


def _versions(edit: Edit) -> list[int | None]:
    return [None if record is None else record.version for record in (edit.before, edit.after)]


def _key(edit: Edit) -> Key:
    return edit.record, edit.id


def _true_edit(edit: Edit, stored: Record | None, opened: Opened | None) -> Edit:
    if edit.before is None:
        return edit
    if stored is None or opened is None:
        raise stale(edit, None)
    if masked(stored, opened) != edit.before:
        raise stale(edit, stored.version)
    return Edit(stored, None if edit.after is None else _becoming(stored, edit.after, opened, touched(edit)))


def _becoming(stored: Record, after: Record, opened: Opened, names: frozenset[str]) -> Record:
    """Make of a stored record what becomes of it: what the actor sees or sets is the actor's, the rest stays."""
    cls = type(stored)
    changes = {name: getattr(after, name) for name in fields_of(cls) if opened.holds(cls, name) or name in names}
    kept = {name: value for name, value in stored.custom.items() if not opened.holds(cls, name) and name not in names}
    return evolve(stored, **changes, custom={**kept, **after.custom})


def _prove(sight: Sight, edits: Sequence[Edit], touching: Sequence[frozenset[str]]) -> None:
    """Refuse what is not granted of the records as they are, and of what becomes of them.

    Args:
        sight: the actor's.
        edits: with records as they are stored.
        touching: the fields that each of them sets.
    """
    before = _given_before(sight, edits)
    follow = _following(sight, edits)
    for edit, names in zip(edits, touching, strict=True):
        verb, name = verb_of(edit), f"{edit.record} {shown(edit.id)}"
        if edit.before is not None:
            _prove_given(edit, before[_key(edit)], names, f"you may not {verb} {name}")
        if edit.after is not None:
            given = _given_after(sight, verb, edit, follow)
            _prove_given(edit, given, names, f"{name} would be one that you may not {verb}")


def _prove_given(edit: Edit, given: Sequence[Right], names: frozenset[str], refusal: str) -> None:
    cls, verb = class_of(edit), verb_of(edit)
    if not given:
        raise denied(f"{refusal}; leave it out of the Change", cls, verb)
    opened = joined(right.opened for right in given)
    for name in sorted(names):
        if not opened.holds(cls, name):
            raise denied(f"{refusal}, as to its {name}; leave that field as it is", cls, verb, name)


def _prove_told(change: Change, opened: Mapping[Key, Opened]) -> None:
    """Refuse to set a field that is hidden under a key.

    Set to what it was, it would not differ in the Change that is stored: the same act would look like another, and so
    tell what is hidden.
    """
    for edit in change.edits:
        cls = class_of(edit)
        for name in sorted(touched(edit)) if edit.before is not None else ():
            if not opened[_key(edit)].holds(cls, name):
                reason = f"an act that sets the {name} of {edit.record} {shown(edit.id)}, which is not open to you"
                raise denied(f"{reason}, can have no idempotency key; leave the key out", cls, "read", name)


def _given_before(sight: Sight, edits: Sequence[Edit]) -> dict[Key, list[Right]]:
    found: dict[Key, list[Right]] = {}
    there = sorted((edit for edit in edits if edit.before is not None), key=_act)
    for (kind, verb), group in groupby(there, key=_act):
        records: list[Any] = [edit.before for edit in group]
        cls = type(records[0])
        holding = sight.holding(cls, sight.rights.to(verb, cls), records)
        found |= {(kind, identifier): rights for identifier, rights in holding.items()}
    return found


def _act(edit: Edit) -> tuple[str, str]:
    return edit.record, verb_of(edit)


def _given_after(sight: Sight, verb: str, edit: Edit, follow: Follow) -> list[Right]:
    cls, custom, record = class_of(edit), sight.rights.custom, edit.after
    return [
        right
        for right in sight.rights.to(verb, cls)
        if any(True for _ in matching([record], cls, right.where, custom=custom, follow=follow))
    ]


def _following(sight: Sight, edits: Sequence[Edit]) -> Follow:
    """Return what finds a record as it will be."""
    known: dict[Key, Any] = {_key(edit): edit.after for edit in edits}

    def follow(kind: str, identifier: str) -> Any:
        if (kind, identifier) not in known:
            try:
                known[kind, identifier] = sight.store.repository(RECORDS[kind]).get(identifier)
            except NotFound:
                known[kind, identifier] = None
        return known[kind, identifier]

    return follow

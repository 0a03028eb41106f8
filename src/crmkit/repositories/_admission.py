"""What every store asks of a Change before it touches anything, and the errors it answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from logging import getLogger
from typing import Any

import attrs

from crmkit.errors import AlreadyExists, Conflict, InvalidArgument, InvalidRecord, RepositoryError, shown
from crmkit.records import RECORDS, Change, CustomFields, Edit, Record, fields_of, kind_of, ref

__all__ = [
    "already_there",
    "came_back",
    "checked",
    "checked_id",
    "checked_tenant",
    "first_result",
    "moved",
    "several",
    "stale",
    "taken",
    "tell",
    "touched_since",
    "unique_values",
]

_LOG = getLogger("crmkit.repositories")


def checked(change: Change, custom: CustomFields | None) -> Change:
    """Return a Change that a store can keep, with records that fit its custom fields.

    Raises:
        InvalidArgument: not a Change.
        UnknownField, InvalidRecord: custom values that the store does not have; a class of records that is none of
            crmkit's; a NUL character in the idempotency key.
    """
    if not isinstance(change, Change):
        reason = "is no Change; Change.of(add=[...], edit=[(before, after)], remove=[...]) makes one"
        raise InvalidArgument(f"change {shown(change)} {reason}", argument="change", value=change)
    key = change.idempotency_key
    if key is not None and "\0" in key:
        reason = "holds a NUL character, which not every database can store; take it out"
        raise InvalidRecord(
            f"Change.idempotency_key: {shown(key)} {reason}",
            code="nul_character",
            record="Change",
            field="idempotency_key",
            value=key,
        )
    for edit in change.edits:
        _check_class(edit)
        if custom is not None and edit.after is not None:
            custom.check(edit.after)
    return change


def _check_class(edit: Edit) -> None:
    """Refuse a class of the caller's own: the log could not be read again."""
    cls = type(edit.before if edit.after is None else edit.after)
    if RECORDS.get(edit.record) is not cls:
        reason = "is none of crmkit's record classes, and a store keeps no other; keep its values in custom fields"
        raise InvalidRecord(f"{cls.__name__} {reason}", record=cls.__name__, field=None, value=cls)


def several(changes: Iterable[Change]) -> Iterable[Change]:
    """Return Changes to be applied, if they are several.

    Raises:
        InvalidArgument: one Change, or nothing to go through.
    """
    if isinstance(changes, Change) or not isinstance(changes, Iterable):
        reason = "are no collection of Changes; apply(change) takes one"
        raise InvalidArgument(f"changes {shown(changes)} {reason}", argument="changes", value=changes)
    return changes


def checked_id(id: str) -> str:  # noqa: A002 - the field's own name
    """Return the id of a record, if it can be one.

    Raises:
        InvalidArgument: not a text.
    """
    if not isinstance(id, str):
        raise InvalidArgument(f"id {shown(id)} is no text; an id is, so give '7', not 7", argument="id", value=id)
    return id


def checked_tenant(name: object) -> str:
    """Return the name of a tenant, if it can be one.

    Raises:
        InvalidArgument: not a text, or one that a database cannot hold.
    """
    if not isinstance(name, str) or "\0" in name or any("\ud800" <= letter <= "\udfff" for letter in name):
        reason = "names no tenant; give a text that UTF-8 can write, without NUL characters"
        raise InvalidArgument(f"name {shown(name)} {reason}", argument="name", value=name)
    return name


def first_result(change: Change, first: Change) -> Change:
    """Return what a Change gave when it was applied first under its key; who tries again does so at a later moment.

    Raises:
        RepositoryError: the key was used for another Change.
    """
    if attrs.evolve(change, at=first.at) == first:
        return first
    key = change.idempotency_key
    raise RepositoryError(
        f"the idempotency key {shown(key)} was used for another Change, {first.id}; a key names one act",
        code="key_reused",
        key=key,
        id=first.id,
    )


def stale(edit: Edit, found: int | None) -> RepositoryError:
    """Build the error of an edit that does not begin with what is stored: at version `found`, or nothing."""
    if edit.before is None:
        return already_there(edit)
    return moved(edit.record, edit.id, edit.before.version, found)


def moved(record: str, id: str, expected: int, found: int | None) -> Conflict:  # noqa: A002 - the field's own name
    """Build the error of a record that is not as the Change expects it."""
    is_there = "is gone" if found is None else f"is at version {found}"
    if found == expected:
        is_there = f"is at version {found} with other values"
    message = (
        f"{record} {shown(id)} {is_there}, and this Change begins at version {expected}; "
        "get it again and make the Change anew"
    )
    return Conflict(message, record=record, id=id, expected=expected, found=found)


def already_there(edit: Edit) -> AlreadyExists:
    """Build the error of a record that is added and is there."""
    message = f"there is a {edit.record} {shown(edit.id)} already; get it and edit it, or add under another id"
    return AlreadyExists(message, record=edit.record, id=edit.id, field="id")


def came_back(edit: Edit, newest: int) -> Conflict:
    """Build the error of a record that was removed and comes back under a version that it has had."""
    version = getattr(edit.after, "version", None)
    message = (
        f"{edit.record} {shown(edit.id)} was removed and comes back as version {version}, which it has had; "
        f"add it again from its last version, {newest}"
    )
    return Conflict(message, record=edit.record, id=edit.id, expected=newest + 1, found=version)


def taken(edit: Edit, name: str) -> AlreadyExists:
    """Build the error of a unique value that another record has; which one is not said, it may be hidden."""
    message = f"another {edit.record} has the same {name}, which only one may have; {shown(edit.id)} is not changed"
    return AlreadyExists(message, record=edit.record, id=edit.id, field=name)


def touched_since(change: Change, edits: Iterable[Edit]) -> Conflict:
    """Build the error of a Change that cannot be undone, since newer ones touched these of its records."""
    names = [edit_ref(edit) for edit in edits]
    first = next(edit for edit in change.edits if edit_ref(edit) == names[0])
    return Conflict(
        f"change {change.id} cannot be undone: newer changes touched {', '.join(names)}; undo those first",
        record=first.record,
        id=first.id,
        expected=None if first.after is None else first.after.version,
        found=None,
        records=tuple(names),
    )


def edit_ref(edit: Edit) -> str:
    """Name the record of an edit: "deal:d1"."""
    there: Any = edit.before if edit.after is None else edit.after
    return ref(there)


def unique_values(record: Record | None, custom: CustomFields | None) -> dict[tuple[str, str], str]:
    """Return the values that no other record may have: by kind and field."""
    if record is None or custom is None:
        return {}
    kind = kind_of(record)
    values = {
        (kind, name): record.custom.get(name)
        for name, spec in fields_of(type(record), custom).items()
        if spec.unique and name in record.custom
    }
    return {key: str(value) for key, value in values.items() if value is not None}


def tell(subscribers: Iterable[Callable[[Change], Any]], changes: Iterable[Change]) -> None:
    """Call each subscriber with each applied Change; an error is logged, and the next one is called all the same."""
    subscribers = tuple(subscribers)
    for change in changes:
        for subscriber in subscribers:
            try:
                subscriber(change)
            except Exception:
                name = getattr(subscriber, "__qualname__", type(subscriber).__name__)
                _LOG.exception("subscriber %s failed with change %s, which stands", name, change.id)

"""A store as one actor may use it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeVar, final

import attrs

from crmkit.errors import (
    Conflict,
    CrmError,
    InvalidArgument,
    InvalidExpression,
    InvalidRecord,
    NotFound,
    RepositoryError,
    shown,
)
from crmkit.records import Change, CustomFields, Edit
from crmkit.repositories._access._acting import granted, same_act, true_edits
from crmkit.repositories._access._actor import actor_of
from crmkit.repositories._access._policy import Policy
from crmkit.repositories._access._reading import GuardedRecords, can_be_asked
from crmkit.repositories._access._rights import class_of, rights_of
from crmkit.repositories._access._sight import Sight, ids_of, what_is_left
from crmkit.repositories._admission import already_there, checked, checked_id
from crmkit.repositories._protocols import AuditedStore, Store

__all__ = ["GuardedStore", "guarded"]

R = TypeVar("R")


def guarded(store: Store, *, actor: Any, policy: Policy) -> GuardedStore:
    """Return a store that shows and does only what a policy grants an actor.

    The actor's roles and values are read once, here: make one for each request.

    Args:
        store: any store.
        actor: who acts: a User, or any object or mapping with `id`, `roles` and what the policy's grants compare with.
        policy: the grants of each role.

    Raises:
        InvalidArgument: no id, or a role that the policy does not know.
        UnknownField: a grant names a value that the actor, or a field that the store's records, do not have.
        InvalidExpression: a value of the actor's that its field cannot be compared with.
    """
    acting = actor_of(actor, policy, store.custom)
    return GuardedStore(Sight(store, rights_of(acting, store.custom)), acting.id)


@final
@attrs.frozen(eq=False, repr=False)
class GuardedStore:
    """A store as one actor may use it. `guarded` makes it; it has no way round: no subscribers, no verification."""

    _sight: Sight
    _actor: str

    @property
    def custom(self) -> CustomFields | None:
        """The custom fields that records have here."""
        return self._sight.store.custom

    def repository(self, cls: type[R], /) -> GuardedRecords[R]:
        """Return the records of one class that may be read; asked for more, it raises AccessDenied."""
        self._sight.store.repository(cls)  # refuses what the store does not keep
        return GuardedRecords(self._sight, cls)

    def apply(self, change: Change, /) -> Change:
        """Do what a Change says, if all of it is granted, whole or not at all, and return it with the id it got.

        What the actor cannot see of the records stays as it is. An idempotency key is the actor's own: another's may be
        the same text. Under a key no field is set that is hidden.

        Raises:
            AccessDenied: a verb, a record or a field that is not granted, before or after; a hidden field under a key.
            Conflict, AlreadyExists, RepositoryError, InvalidRecord, UnknownField: as `Store.apply` says; a hidden
                record is as one that is gone.
        """
        sight, edits = self._sight, checked(change, self.custom).edits
        sight.rights.prove_acts(edits)
        with sight.store.transaction():
            first = self._first(change)
            if first is None:
                true = attrs.evolve(
                    change, edits=true_edits(sight, change), idempotency_key=self._own_key(change.idempotency_key)
                )
                first = self._told(lambda: sight.store.apply(true), change)
            elif not same_act(change, first):
                raise self._key_reused(change, first.id)
            return attrs.evolve(change, at=first.at, id=first.id)

    def history(self, cls: type, id: str, /) -> tuple[Change, ...]:  # noqa: A002 - the field's own name
        """Return what may be seen of the Changes to one record, oldest first; of a hidden one none, as of an unknown.

        Raises:
            AccessDenied: no grant to read such records.
        """
        sight = self._sight
        sight.rights.limit(cls)
        itself = sight.standing({cls: [id]}) if can_be_asked(checked_id(id)) else {}
        if not itself:
            return ()
        changes = sight.store.history(cls, id)
        opened = sight.standing(ids_of(edit for change in changes for edit in change.edits)) | itself
        return tuple(
            attrs.evolve(what_is_left(change, opened), idempotency_key=self._given_key(change.idempotency_key))
            for change in changes
        )

    def undo(self, change_id: str, /, *, at: datetime, by: str, reason: str | None = None) -> Change:
        """Apply the inverse of a Change, if the actor may do all that it does and see all of it.

        Raises:
            InvalidArgument: no id of a Change.
            NotFound: there is no such Change, or not for this actor.
            Conflict: a newer Change touched records of it.
            RepositoryError: the store behind this one takes nothing back (code "no_undo"), or no longer takes a value
                that is hidden (code "hidden_value").
        """
        if not isinstance(change_id, str):
            message = f"change_id is a {type(change_id).__name__}, no text; give the id of the Change, change.id"
            raise InvalidArgument(message, argument="change_id", value=change_id)
        sight, store = self._sight, self._sight.store
        if not isinstance(store, AuditedStore):
            message = "the store behind this one takes no Change back; apply change.inverse() instead"
            raise RepositoryError(message, code="no_undo")
        with store.transaction():
            inverse = _inverse(store, change_id)
            opened = None if inverse is None else granted(sight, inverse.edits)
            if inverse is None or opened is None:
                raise NotFound.of("change", change_id)
            undone = self._told(
                lambda: store.undo(change_id, at=at, by=by, reason=reason), what_is_left(inverse, opened)
            )
        return attrs.evolve(what_is_left(undone, opened), reason=reason)

    def transaction(self) -> AbstractContextManager[None]:
        """Make everything that is applied inside one: all of it stands at the end, or none of it after an error."""
        return self._sight.store.transaction()

    def _first(self, change: Change) -> Change | None:
        """Find the Change that was applied under the actor's key, in the history of the records it names."""
        if change.idempotency_key is None:
            return None
        key = self._own_key(change.idempotency_key)
        for edit in change.edits:
            try:
                pasts = self._sight.store.history(class_of(edit), edit.id)
            except RepositoryError:  # contents that were erased
                continue
            for past in pasts:
                if past.idempotency_key == key:
                    return past
        return None

    def _told(self, done: Callable[[], Change], change: Change) -> Change:
        """Do something that the actor sees as a Change, and refuse it without saying what the actor cannot see."""
        try:
            return done()
        except CrmError as fault:
            refusal = self._without_the_hidden(fault, change)
        raise refusal  # outside of the handler, so that no context holds what was said of hidden things

    def _without_the_hidden(self, fault: CrmError, change: Change) -> CrmError:
        if fault.code == "key_reused":
            return self._key_reused(change, fault.facts.get("id"))
        if isinstance(fault, Conflict):
            for edit in change.edits:
                if edit.before is None and (edit.record, edit.id) == (fault.record, fault.id):
                    # Whether it is there or gone is for those to know who may read what is gone.
                    return fault if self._sight.rights.unlimited(class_of(edit)) else already_there(edit)
        if isinstance(fault, InvalidRecord | InvalidExpression) and not _is_seen(fault, change):
            message = "a record holds a value that this store no longer takes, in a field that is not open to you"
            return RepositoryError(f"{message}; have it mended by someone who sees it", code="hidden_value")
        return fault

    def _key_reused(self, change: Change, first: object) -> RepositoryError:
        key = change.idempotency_key
        message = f"the idempotency key {shown(key)} was used for another Change, {first}; a key names one act"
        return RepositoryError(message, code="key_reused", key=key, id=first)

    def _own_key(self, key: str | None) -> str | None:
        """Return the key under which the store knows an act: with the actor's id, so that no one meets another's."""
        return None if key is None else json.dumps([self._actor, key])

    def _given_key(self, own: str | None) -> str | None:
        """Return a key as the actor gave it; None where it is another's."""
        try:
            _, key = json.loads(own or "[]")
        except (TypeError, ValueError):
            return None
        return key if isinstance(key, str) and self._own_key(key) == own else None

    def __repr__(self) -> str:
        return "<GuardedStore>"


def _is_seen(fault: CrmError, change: Change) -> bool:
    """Tell whether an error is about a value, or a field, of a record as the actor sees it or wants it."""
    if fault.code == "nul_character":
        return True
    named, value = fault.facts.get("field"), fault.facts.get("value")
    return any(
        difference.field == named and value in (None, difference.after)
        for edit in change.edits
        if edit.after is not None
        for difference in Edit(None, edit.after).differences()
    )


def _inverse(store: AuditedStore, change_id: str) -> Change | None:
    try:
        return store.applied(change_id).inverse()
    except RepositoryError:  # not there, or erased: who could see it cannot be told then
        return None

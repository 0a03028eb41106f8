"""Changes as the checks make them, in one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from crmkit.errors import CrmError
from crmkit.records import Change, evolve
from crmkit.repositories import Store
from crmkit.testing._kept import START

__all__ = ["AT", "act", "added", "edited", "gone", "refusal", "stand"]

E = TypeVar("E", bound=CrmError)

AT = START + timedelta(days=100)


def act(
    *,
    add: Iterable[Any] = (),
    edit: Iterable[tuple[Any, Any]] = (),
    remove: Iterable[Any] = (),
    key: str | None = None,
    reason: str | None = None,
) -> Change:
    """Make a Change."""
    return Change.of(
        add=add, edit=edit, remove=remove, act="test", at=AT, by="the contract", reason=reason, idempotency_key=key
    )


def added(store: Store, *records: Any) -> list[Any]:
    """Add records in one Change and return them as they are then."""
    return [edit.after for edit in store.apply(act(add=records)).edits]


def edited(store: Store, record: Any, /, **values: Any) -> Any:
    """Edit a record and return it as it is then."""
    return store.apply(act(edit=[(record, evolve(record, **values))])).edits[0].after


def gone(store: Store, record: Any) -> Change:
    """Remove a record."""
    return store.apply(act(remove=[record]))


def stand(store: Store, cls: type) -> dict[str, Any]:
    """Return the records of a class that there are, by id."""
    repository: Any = store.repository(cls)
    return {record.id: record for record in repository.find()}


def refusal(error: type[E], call: Callable[..., Any], *args: Any, **options: Any) -> E:
    """Prove that a call is refused with an error of this class, and return it; any other error is a fault."""
    try:
        answer = call(*args, **options)
    except error as refused:
        return refused
    raise AssertionError(f"not refused with {error.__name__}: {args} {options} gave {answer!r}")

"""What a store of records has to offer: small enough to be written over any persistence in an afternoon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

from crmkit.expressions import ALWAYS, Expression
from crmkit.records import Change, CustomFields
from crmkit.repositories._page import Page
from crmkit.repositories._verification import Verification

__all__ = ["AuditedStore", "Repository", "Store"]

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Repository(Protocol[R_co]):
    """The records of one class."""

    def get(self, id: str, /) -> R_co:  # noqa: A002 - the field's own name
        """Return the record of this id.

        Raises:
            NotFound: there is none.
        """
        ...

    def find(
        self,
        where: Expression = ALWAYS,
        /,
        *,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
        after: str | None = None,
        as_of: datetime | None = None,
    ) -> Page[R_co]:
        """Return the records of which the question is true, in order, and the cursor of the next page.

        Args:
            where: the question; it may follow references ("company.country") and name custom fields.
            order_by: fields, "-amount" from the greatest down; what is missing comes last, ties go by id.
            limit: the most records on the page; all, if not given.
            after: the cursor that the page before holds as `next`.
            as_of: the moment that relative questions count from.

        Raises:
            UnknownField: a field that the records do not have.
            InvalidExpression: a question that cannot be asked of them.
            InvalidArgument: a limit below one, a cursor of another order, an order by tags or flags.
        """
        ...

    def count(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> int:
        """Return of how many records the question is true."""
        ...

    def exists(self, where: Expression = ALWAYS, /, *, as_of: datetime | None = None) -> bool:
        """Tell whether the question is true of any record."""
        ...


@runtime_checkable
class Store(Protocol):
    """Where records live. Everything that a `StoreContract` of crmkit.testing checks."""

    @property
    def custom(self) -> CustomFields | None:
        """The custom fields that records have here; None where any may be stored and none can be asked."""
        ...

    def repository(self, cls: type[R], /) -> Repository[R]:
        """Return the records of one class."""
        ...

    def apply(self, change: Change, /) -> Change:
        """Do what a Change says, whole or not at all, and return it with the id it got.

        A Change whose idempotency key was applied before is not applied again: the same but for `at`, it gives the
        first result, even after that was undone.

        Raises:
            Conflict: a record that is not at the version that the Change begins with.
            AlreadyExists: a record that is added and is there; a unique value that another record has.
            RepositoryError: an idempotency key that was used for another Change (code "key_reused").
            InvalidRecord, UnknownField: custom values that this store does not have; a text no store can hold.
        """
        ...

    def history(self, cls: type, id: str, /) -> tuple[Change, ...]:  # noqa: A002 - as above
        """Return the Changes that were applied to one record, oldest first; of an unknown record none."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Make everything that is applied inside one: all of it stands at the end, or none of it after an error."""
        ...


@runtime_checkable
class AuditedStore(Store, Protocol):
    """A store that keeps tenants apart, proves its log, takes Changes back and tells of them. crmkit's own are such."""

    def apply_all(self, changes: Iterable[Change], /) -> tuple[Change, ...]:
        """Apply many Changes in one transaction; faster than one by one, refused for the same reasons."""
        ...

    def applied(self, change_id: str, /) -> Change:
        """Return an applied Change by its id.

        Raises:
            NotFound: there is none of this id.
        """
        ...

    def undo(self, change_id: str, /, *, at: datetime, by: str, reason: str | None = None) -> Change:
        """Apply the inverse of a Change, and return it as applied.

        Raises:
            NotFound: there is no Change of this id.
            Conflict: a newer Change touched records of it; `records` names them all.
            RepositoryError: its contents were erased (code "erased").
        """
        ...

    def verify(self, *, anchor: str | None = None) -> Verification:
        """Prove that log and records are what was applied.

        Args:
            anchor: the `head` of an earlier verification, kept elsewhere; a log that was rewritten since lacks it.
        """
        ...

    def subscribe(self, subscriber: Callable[[Change], Any], /) -> Callable[[], None]:
        """Have a function called with each applied Change, after it stands; return what ends the subscription.

        An error of a subscriber is logged under "crmkit.repositories"; the Change stands and the others are called.
        Where a subscriber applies a Change itself, those behind it hear of that one first: go by the ids.
        """
        ...

    def tenant(self, name: str, /, *, custom: CustomFields | None = None) -> Self:
        """Return the store of another tenant in the same place.

        Args:
            name: the tenant.
            custom: its own custom fields; those of this store, if not given.
        """
        ...

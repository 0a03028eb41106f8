"""The whole history of a customer, newest first, page by page."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any

import attrs

from crmkit.errors import AccessDenied, CrmError, InvalidArgument, UnknownField, shown
from crmkit.expressions import ALWAYS, NEVER, Expression, all_of, any_of, field
from crmkit.records import Affiliation, Contact, Deal, Record, Ticket, fields_of, kind_of
from crmkit.repositories._page import Page, checked_limit
from crmkit.repositories._protocols import Store
from crmkit.repositories._timeline_events import EVENTS, Customer, Event, links_of

__all__ = ["Moment", "timeline"]


@attrs.frozen
class Moment:
    """Something that happened to a customer.

    Args:
        at: when; of what has a date only, the beginning of that day in UTC.
        kind: what, such as "deal_won" or "activity".
        record: the record that says so.
        what: a few words more of it, such as the name of the deal; never anything personal.
    """

    at: datetime
    kind: str
    record: Record
    what: str | None = None

    def __str__(self) -> str:
        more = "" if self.what is None else f": {self.what if self.what.isprintable() else shown(self.what)}"
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {kind_of(self.record)} {shown(self.record.id)}{more}"


Place = tuple[datetime, str, str]  # at, kind, id

_END = datetime.max.replace(tzinfo=UTC)
_KINDS = frozenset(event.kind for event in EVENTS)


def timeline(store: Store, contact: Contact | str, *, limit: int | None = 50, after: str | None = None) -> Page[Moment]:
    """Return what happened to a customer, newest first: to a contact and to the companies it belongs to.

    Told are: the contact, the lead it came from, its companies and affiliations; deals and their stages, tickets,
    orders, subscriptions and answers to surveys of all of these; and activities linked to any of them. What the store
    hides (`guarded`), or may not be asked of it, is not there.

    An order or a subscription names its customer by a bare id, or as `ref` does ("company:7"). Where a contact and a
    company have the same id, a bare one is told of both: name such customers by `ref`.

    A page reads the customer's deals and tickets, and of all else no more than it holds from each kind of event.

    Args:
        store: any store; a guarded one shows what its actor may see.
        contact: a contact, or its id.
        limit: the most moments on the page; all, if it is None.
        after: the cursor that the page before holds as `next`.

    Raises:
        NotFound: there is no such contact, or not for this actor.
        AccessDenied: contacts may not be read at all.
        InvalidArgument: a limit below one; a text that is no cursor of a timeline.
    """
    checked_limit(limit)
    place = None if after is None else _place_of(after)
    customer = _customer(store, contact.id if isinstance(contact, Contact) else contact)
    wanted = None if limit is None else limit + 1  # one more tells whether there is another page
    sources = [
        _moments(store, event, link, place, wanted) for event in EVENTS for link in links_of(event.record, customer)
    ]
    found = [*islice(_once(merge(*sources, key=_newest_first)), wanted)]
    page = found if limit is None else found[:limit]
    return Page(tuple(page), _cursor_of(page[-1]) if len(page) < len(found) else None)


def _customer(store: Store, identifier: str) -> Customer:
    contact = store.repository(Contact).get(identifier)
    alone = Customer(contacts=(contact.id,))
    places = _found(store, Affiliation, alone)
    companies = {contact.company_id, *(place.company_id for place in places)} - {None}
    known = attrs.evolve(alone, companies=tuple(sorted(str(each) for each in companies)))
    return attrs.evolve(known, deals=_ids(store, Deal, known), tickets=_ids(store, Ticket, known))


def _ids(store: Store, cls: type[Any], customer: Customer) -> tuple[str, ...]:
    return tuple(sorted({record.id for record in _found(store, cls, customer)}))


def _found(store: Store, cls: type[Any], customer: Customer) -> Iterator[Any]:
    for link in links_of(cls, customer):
        yield from _asked(store, cls, link)


def _moments(store: Store, event: Event, link: Expression, place: Place | None, wanted: int | None) -> list[Moment]:
    """Return the moments of one kind behind a place, newest first."""
    where = all_of(link, field(event.at).present(), event.where, ALWAYS if place is None else _behind(event, place))
    records = _asked(store, event.record, where, order_by=f"-{event.at}", limit=wanted)
    return [
        Moment(_instant(getattr(record, event.at)), event.kind, record, event.told_by(record)) for record in records
    ]


def _asked(store: Store, cls: type[Any], where: Expression, **page: Any) -> Sequence[Any]:
    """Find, if the store keeps such records and they may be asked this."""
    try:
        repository = store.repository(cls)
    except CrmError:
        return ()
    try:
        return repository.find(where, **page)
    except (AccessDenied, UnknownField):
        return ()


def _behind(event: Event, place: Place) -> Expression:
    """Build the question whether a moment of one kind comes behind a place."""
    at, kind, identifier = place
    asked = field(event.at)
    bound = at if fields_of(event.record)[event.at].kind == "instant" else at.date()
    if _instant(bound) < at:  # a day that the place is within began before it
        return asked <= bound
    ties = ALWAYS if event.kind > kind else NEVER if event.kind < kind else field("id") > identifier
    return any_of(asked < bound, all_of(asked == bound, ties))


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)


def _place(moment: Moment) -> Place:
    return moment.at, moment.kind, moment.record.id


def _newest_first(moment: Moment) -> tuple[timedelta, str, str]:
    at, kind, identifier = _place(moment)
    return _END - at, kind, identifier


def _once(moments: Iterable[Moment]) -> Iterator[Moment]:
    """Leave out what comes twice, since two questions found it: a deal of the contact and of its company."""
    last = None
    for moment in moments:
        if _place(moment) != last:
            yield moment
        last = _place(moment)


def _cursor_of(moment: Moment) -> str:
    at, kind, identifier = _place(moment)
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), kind, identifier]).encode()).decode()


def _place_of(after: str) -> Place:
    try:
        at, kind, identifier = json.loads(base64.b64decode(after.encode(), altchars=b"-_", validate=True))
        instant = datetime.fromisoformat(at)
        field("id").contains(identifier)  # a text that can stand in a question
        if kind not in _KINDS or instant.utcoffset() != timedelta(0):
            raise ValueError(kind)
        return instant, kind, identifier
    except (AttributeError, TypeError, ValueError, RecursionError):
        reason = "is no cursor of a timeline; give the `next` of the page before"
        raise InvalidArgument(f"after {shown(after)} {reason}", argument="after", value=after) from None

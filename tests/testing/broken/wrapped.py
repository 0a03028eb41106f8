"""A store around a store in memory, made to be broken: each hook passes on, until a subclass does it wrong."""

import attrs

from crmkit.expressions import ALWAYS, Expression
from crmkit.repositories import InMemoryStore, Page


class Wrapped:
    """Not broken. `finds` names the checks that a store of a subclass fails."""

    finds = ()

    def __init__(self, custom=None, inner=None):
        self.inner = InMemoryStore(custom=custom) if inner is None else inner

    @property
    def custom(self):
        return self.inner.custom

    def repository(self, cls, /):
        return Repository(self, self.inner.repository(cls), cls)

    def get(self, records, name):
        return self.seen(records.get(name))

    def find(self, records, where, **options):
        page = records.find(self.asked(where), **options)
        return Page([self.seen(record) for record in page], page.next)

    def count(self, records, where, as_of):
        return records.count(self.asked(where), as_of=as_of)

    def exists(self, records, where, as_of):
        return records.exists(self.asked(where), as_of=as_of)

    def asked(self, where):
        return where

    def seen(self, record):
        return record

    def apply(self, change, /):
        return self.inner.apply(change)

    def apply_all(self, changes, /):
        with self.transaction():
            return tuple([self.apply(change) for change in changes])

    def history(self, cls, name, /):
        return self.inner.history(cls, name)

    def transaction(self):
        return self.inner.transaction()

    def applied(self, change_id, /):
        return self.inner.applied(change_id)

    def undo(self, change_id, /, **said):
        return self.inner.undo(change_id, **said)

    def verify(self, *, anchor=None):
        return self.inner.verify(anchor=anchor)

    def subscribe(self, subscriber, /):
        return self.inner.subscribe(subscriber)

    def tenant(self, name, /, *, custom=None):
        return type(self)(inner=self.inner.tenant(name, custom=custom))

    def stored(self, edit):
        """Return what is there of an edit's record."""
        return self.inner._shelf.records[edit.record].get(edit.id)

    def put(self, kind, name, record):
        """Put a record where it is kept, past every proof."""
        self.inner._shelf.records[kind][name] = record


@attrs.frozen
class Repository:
    store: Wrapped
    records: object
    cls: type

    def get(self, name, /):
        return self.store.get(self.records, name)

    def find(self, where=ALWAYS, /, **options):
        return self.store.find(self.records, where, **options)

    def count(self, where=ALWAYS, /, *, as_of=None):
        return self.store.count(self.records, where, as_of)

    def exists(self, where=ALWAYS, /, *, as_of=None):
        return self.store.exists(self.records, where, as_of)


def rewritten(where, *replaced):
    """Return a question with parts of its JSON replaced."""
    if not isinstance(where, Expression):
        return where
    text = where.to_json()
    for old, new in replaced:
        text = text.replace(old, new)
    return Expression.from_json(text)

"""Stores that keep little are sound, if they say what, and refuse the rest."""

import pytest

from crmkit.errors import InvalidExpression, RepositoryError
from crmkit.records import Company, CustomFields, Deal, Team, fields_of, kind_of
from crmkit.testing import AuditedStoreContract, StoreContract
from tests.testing.broken.wrapped import Wrapped


class Narrow(Wrapped):
    """Keeps some fields of two classes, no custom values, no long ids and texts, amounts in cents and recent dates."""

    kept = {Deal: {"name", "amount", "expected_close_on", "company_id"}, Company: {"name", "country"}}

    def __init__(self, custom=None, inner=None):
        super().__init__(CustomFields(), inner)

    def repository(self, cls, /):
        if kind_of(cls) and cls not in self.kept:
            raise RepositoryError(f"no {cls.__name__} here")
        return super().repository(cls)

    def asked(self, where):
        if '"lower"' in getattr(where, "to_json", str)():
            raise InvalidExpression("lower() is not here")
        return super().asked(where)

    def apply(self, change, /):
        for edit in getattr(change, "edits", ()):
            self.repository(type(edit.after or edit.before))
            if edit.after is not None:
                self.prove(edit.after)
        return super().apply(change)

    def prove(self, record):
        cls = type(record)
        for name in fields_of(cls).keys() - {"id", "version"} - self.kept[cls]:
            if getattr(record, name) != getattr(cls(id="1"), name):
                raise RepositoryError(f"no {name} here")
        if len(f"{record.id}{record.name}") > 200:
            raise RepositoryError("too long")
        amount, day = getattr(record, "amount", None), getattr(record, "expected_close_on", None)
        if amount is not None and (amount.as_tuple().exponent < -2 or abs(amount) >= 10**10):
            raise RepositoryError("not in cents")
        if day is not None and not 1900 <= day.year <= 2200:
            raise RepositoryError("too far away")


class TestNarrowStore(StoreContract):
    records = (Deal, Company)
    fields = Narrow.kept
    keeps_custom = False
    keeps_every_value = False
    threads = 0
    examples, steps = 10, 5

    @pytest.fixture
    def open_store(self):
        return Narrow


class OneField(Narrow):
    kept = {Team: {"name"}}

    def __init__(self, custom=None, inner=None):
        Wrapped.__init__(self, custom, inner)

    def asked(self, where):
        return where


class TestOneField(AuditedStoreContract):
    """One class with one text is enough."""

    records = (Team,)
    fields = OneField.kept
    keeps_every_value = False
    threads = 2
    examples, steps = 2, 5

    @pytest.fixture
    def open_store(self):
        return OneField

"""To an actor who may do everything, a guarded store is a store like any other."""

from collections.abc import Callable

import pytest

from crmkit.expressions import ALWAYS
from crmkit.records import RECORDS, CustomFields, User
from crmkit.repositories import VERBS, Grant, InMemoryStore, Policy, Store, guarded
from crmkit.testing import StoreContract

ALL = Policy(
    {
        "admin": [
            *(Grant(cls, VERBS, where=ALWAYS) for cls in RECORDS.values()),
            Grant(User, ("read", "add", "edit"), where=ALWAYS, fields=("active", "roles")),
        ]
    }
)


class TestGuardedStore(StoreContract):
    @pytest.fixture
    def open_store(self) -> Callable[..., Store]:
        def build(custom: CustomFields | None = None) -> Store:
            return guarded(InMemoryStore(custom=custom), actor={"id": "root", "roles": ["admin"]}, policy=ALL)

        return build

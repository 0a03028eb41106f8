"""The store in memory fulfils both contracts."""

import pytest

from crmkit.repositories import InMemoryStore
from crmkit.testing import AuditedStoreContract


class TestInMemoryStore(AuditedStoreContract):
    @pytest.fixture
    def open_store(self):
        return lambda custom=None: InMemoryStore(custom=custom)

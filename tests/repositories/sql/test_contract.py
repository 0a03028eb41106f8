"""SqlStore fulfils the contract of stores, in SQLite and in PostgreSQL."""

import pytest

from crmkit.testing import AuditedStoreContract
from tests.repositories.sql.conftest import Opened, opening


class TestSqlStore(AuditedStoreContract):
    @pytest.fixture
    def open_store(self, database) -> Opened:
        return opening(database)

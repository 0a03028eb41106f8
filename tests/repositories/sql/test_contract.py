"""SqlStore fulfils the contract of stores, in SQLite and in PostgreSQL."""

import os

import pytest

from crmkit.testing import AuditedStoreContract
from tests.repositories.sql.conftest import Opened, opening

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "0"))


class TestSqlStore(AuditedStoreContract):
    """Few cases of each law; more where CRMKIT_EXAMPLES says so."""

    examples = EXAMPLES or 5
    steps = 30 if EXAMPLES else 8

    @pytest.fixture
    def open_store(self, database) -> Opened:
        return opening(database)

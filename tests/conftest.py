"""What many tests read: the real data, and a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres import NoPostgres, running_postgres


@pytest.fixture(scope="session")
def data() -> Path:
    """The directory of real exports; tests that need it are skipped where it is absent."""
    repository = Path(__file__).resolve().parents[1]
    place = Path(os.environ.get("CRMKIT_DATA", repository.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip("the real data are not here; name their directory in CRMKIT_DATA")
    return place


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, for SQLAlchemy; tests that need one are skipped where none starts."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            pytest.skip(str(reason))
        yield url

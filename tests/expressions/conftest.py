"""The databases that a question is put to."""

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request):
    """A connection to an empty database of each kind; what a test does there is undone."""
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else "sqlite://"
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(database):
    with database.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()

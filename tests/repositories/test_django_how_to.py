"""The store of the how-to over a Django model passes the contract, as the page has it."""

import re
from pathlib import Path
from threading import Thread

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "django-models-as-repository.md"
BLOCKS = re.findall(r"^```python[^\n]*\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
SETUP, MODELS, STORE, *_, CONTRACT = BLOCKS


def _store():
    """Run the page's code under another label, since the page itself is run in this process too."""
    namespace = {"__name__": __name__}
    code = [
        SETUP,
        MODELS.replace('"sales"', '"sales_contract"'),
        STORE,
        re.sub("^from sales.*$", "", CONTRACT, flags=re.M),
    ]
    for block in code:
        exec(compile(block, PAGE.name, "exec"), namespace)  # noqa: S102 - our own page
    return namespace


@pytest.fixture(autouse=True)
def in_haste():
    """Let SQLite not wait for the disk."""

    def hasten(connection, **_):
        connection.connection.execute("PRAGMA synchronous = OFF")

    connection_created.connect(hasten)
    yield
    connection_created.disconnect(hasten)


@pytest.fixture(autouse=True)
def closed_connections(monkeypatch):
    """Close the connections of threads as they end; Django has one for each."""
    run = Thread.run

    def run_and_close(thread):
        try:
            run(thread)
        finally:
            connections.close_all()

    monkeypatch.setattr(Thread, "run", run_and_close)


def test_the_store_is_an_afternoons_work():
    assert len([line for line in STORE.splitlines() if line.strip()]) < 150


TestDjangoStore = _store()["TestDjangoStore"]
TestDjangoStore.examples = 3  # of each law that is drawn; every store of this test is a file

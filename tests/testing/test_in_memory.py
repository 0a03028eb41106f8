"""The store in memory fulfils both contracts."""

import os

import attrs
import pytest

from crmkit.repositories import InMemoryStore
from crmkit.testing import AuditedStoreContract


def erase(store, change_id):
    """Erase what the log says that a Change did, as a purge of personal values does."""
    log = store._room.shelves[""].log
    (place,) = [place for place, entry in enumerate(log) if str(entry.position) == change_id]
    entry = log[place]
    edits = [attrs.evolve(edit, content=erased(edit.content)) for edit in entry.edits]
    log[place] = attrs.evolve(entry, head=erased(entry.head), edits=tuple(edits))


def erased(content):
    return attrs.evolve(content, text=None, nonce=None)


class TestInMemoryStore(AuditedStoreContract):
    erase = erase
    examples = int(os.environ.get("CRMKIT_EXAMPLES", "10"))

    @pytest.fixture
    def open_store(self):
        return lambda custom=None: InMemoryStore(custom=custom)

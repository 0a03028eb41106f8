"""What was added to a log, or stands in it in another type, is found too; what was erased hides nothing else."""

import pytest
import sqlalchemy as sa

from crmkit.errors import RepositoryError
from crmkit.records import Change, Deal
from crmkit.repositories.sql import SqlStore
from tests.records.strategies import NOW


@pytest.fixture
def logged(open_store):
    store = open_store()
    store.apply(Change.of(add=[Deal(id="d1"), Deal(id="d2", name="Fern")], act="import", at=NOW, by="ana"))
    return store


@pytest.fixture
def loose(tmp_path):
    """SQLite alone keeps any type in any column."""
    with SqlStore(f"sqlite:///{tmp_path}/loose.db") as store:
        store.create_schema()
        store.apply(Change.of(add=[Deal(id="d1")], act="import", at=NOW, by="ana"))
        yield store


def run(store, statement):
    with store._room.engine.begin() as connection:
        connection.execute(statement)


@pytest.mark.parametrize(("position", "place"), [(1, 7), (1, -1), (0, 0), (99, 0)])
def test_an_edit_that_was_added_is_found(logged, position, place):
    edits = logged._room.tables.edits
    first = sa.select(edits).where(edits.c.tenant == logged._tenant, edits.c.place == 0)
    with logged._room.engine.begin() as connection:
        row = connection.execute(first).mappings().one()
        connection.execute(sa.insert(edits).values({**row, "position": position, "place": place, "id": "ghost"}))
    assert f"the log says more of change {position} than was written" in logged.verify().faults


def test_what_was_erased_of_one_record_hides_no_other(logged):
    tables = logged._room.tables
    edits, deals = tables.edits, tables.records["deal"]
    one = (edits.c.tenant == logged._tenant, edits.c.id == "d1")
    run(logged, sa.update(edits).where(*one).values(content=None, nonce=None))
    assert (logged.verify().erased, logged.verify().intact) == (1, True)
    run(logged, sa.update(deals).where(deals.c.tenant == logged._tenant).values(name="another"))
    assert logged.verify().faults == ("deal 'd2' is not what the log says it is",)


def test_the_head_of_an_entry_that_was_erased_hides_no_record(logged):
    tables = logged._room.tables
    changes, deals = tables.changes, tables.records["deal"]
    run(logged, sa.update(changes).where(changes.c.tenant == logged._tenant).values(content=None, nonce=None))
    assert logged.verify().intact
    run(logged, sa.update(deals).where(deals.c.tenant == logged._tenant, deals.c.id == "d1").values(name="another"))
    assert logged.verify().faults == ("deal 'd1' is not what the log says it is",)


@pytest.mark.parametrize(
    "assigned",
    [
        "crmkit_edit set nonce = 'abc'",
        "crmkit_edit set content = x'00'",
        "crmkit_change set nonce = 7",
        "crmkit_change set position = 'x'",
    ],
)
def test_a_value_of_another_type_is_a_fault_and_no_crash(loose, assigned):
    run(loose, sa.text(f"update {assigned}"))
    assert "the log holds what no store writes" in loose.verify().faults


def test_a_history_of_such_values_is_refused(loose):
    run(loose, sa.text("update crmkit_edit set nonce = 'abc'"))
    with pytest.raises(RepositoryError) as refused:
        loose.history(Deal, "d1")
    assert refused.value.code == "damaged"

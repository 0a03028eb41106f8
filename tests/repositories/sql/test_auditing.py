"""Verification finds whatever is changed past the store: every column of every table."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crmkit.records import Change, Company, Contact, CustomField, CustomFields, Deal, evolve
from crmkit.repositories.sql import SqlStore
from tests.records.strategies import NOW

CUSTOM = CustomFields(deal={"erp": CustomField("id", unique=True), "seats": "integer"})


def change(**sides):
    return Change.of(**sides, act="test", at=NOW, by="ana", reason="why", idempotency_key=str(sides)[:40])


@pytest.fixture
def audited(open_store):
    store = open_store(custom=CUSTOM)
    deal = Deal(
        id="d1",
        name="Big",
        company_id="c1",
        contact_id="p1",
        owner_id="u1",
        pipeline="Sales",
        stage="Demo",
        amount=Decimal("1.50"),
        currency="EUR",
        probability=0.5,
        product="Pro",
        source="web",
        created_at=datetime(2017, 1, 1, tzinfo=UTC),
        closed_at=datetime(2017, 2, 1, tzinfo=UTC),
        expected_close_on=NOW.date(),
        lost_reason="none",
        tags=("a",),
        custom={"erp": "e1", "seats": 5},
    )
    store.apply(change(add=[deal, Company(id="c1"), Contact(id="p1")]))
    store.apply(change(remove=[store.repository(Company).get("c1")]))
    before = store.repository(Deal).get("d1")
    store.apply(change(edit=[(before, evolve(before, stage="Offer"))]))
    assert store.verify().faults == ()
    return store


OTHER = {
    sa.Text: "other",
    sa.BigInteger: 99,
    sa.Double: 0.25,
    sa.Boolean: False,
    sa.DateTime: datetime(2001, 1, 1, tzinfo=UTC),
    sa.Date: datetime(2001, 1, 1, tzinfo=UTC).date(),
    sa.JSON: ["b"],
    sa.LargeBinary: b"0" * 16,
}


def columns():
    store = SqlStore("sqlite://")
    tables = store._room.tables
    touched = [tables.records["deal"], tables.changes, tables.edits, tables.heads, tables.unique, tables.removed]
    store.close()
    return [(table.name, column.name) for table in touched for column in table.columns]


def other(column):
    if column.name in ("idempotency_key",):
        return None
    return next(value for kind, value in OTHER.items() if isinstance(column.type, kind))


@pytest.mark.parametrize(("table", "column"), columns())
def test_a_column_that_is_changed_past_the_store_is_found(audited, table, column):
    room = audited._room
    changed = room.tables.metadata.tables[table]
    value = other(changed.c[column])
    if column == "amount":
        value = "2.50" if room.dialect == "sqlite" else Decimal("2.50")
    some = sa.update(changed).where(changed.c.tenant == audited._tenant).values({column: value})
    for name, place in (("position", 2), ("id", "d1"), ("place", 0)):
        if name in changed.c and table.endswith(("change", "edit", "deal")) and not table.endswith("deal_" + name):
            some = some.where(changed.c[name] == place) if name != "id" or table.endswith("deal") else some
    with room.engine.begin() as connection:
        assert connection.execute(some).rowcount == 1
    found = audited.verify()
    assert found.faults
    assert not found.intact
    if column == "tenant":  # another tenant has it now: the next test would too
        with room.engine.begin() as connection:
            connection.execute(sa.delete(changed).where(changed.c.tenant == value))


@pytest.mark.parametrize("name", ["deal", "change", "edit", "head", "unique", "removed"])
def test_rows_that_are_deleted_past_the_store_are_found(audited, name):
    table = audited._room.tables.metadata.tables[f"crmkit_{name}"]
    with audited._room.engine.begin() as connection:
        connection.execute(sa.delete(table).where(table.c.tenant == audited._tenant))
    assert audited.verify().faults


def test_edits_without_an_entry_and_unreadable_rows_are_found_and_no_error(audited):
    tables = audited._room.tables
    deal = tables.records["deal"]
    with audited._room.engine.begin() as connection:
        changes = tables.changes
        first = (changes.c.tenant == audited._tenant, changes.c.position == 1)
        connection.execute(sa.delete(changes).where(*first))
        broken = sa.update(deal).where(deal.c.tenant == audited._tenant).values(probability=7.0, amount=None)
        connection.execute(broken)
    faults = audited.verify().faults
    assert "deal 'd1' cannot be read" in faults
    assert any("gone" in fault for fault in faults)


def test_a_unique_value_that_is_not_kept_is_found_only_where_it_is_declared_so(audited, database):
    unique = audited._room.tables.unique
    with audited._room.engine.begin() as connection:
        connection.execute(sa.delete(unique).where(unique.c.tenant == audited._tenant))
    assert audited.verify().faults == ("the erp that deal 'd1' alone may have is not kept",)
    assert database.tenant(audited._tenant).verify().intact


def test_a_log_that_was_written_anew_lacks_the_anchor(audited, open_store):
    anchor = audited.verify().head
    assert audited.verify(anchor=anchor).intact
    assert open_store().verify(anchor=anchor).faults == ("the log lacks the anchor: it was written anew since",)

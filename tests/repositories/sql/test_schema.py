"""The tables are created, and completed where something is missing; what cannot be theirs is refused by name."""

from itertools import count

import pytest

from crmkit.errors import InvalidArgument, RepositoryError, UnknownField
from crmkit.records import Change, Company, Deal
from crmkit.repositories.sql import SqlStore
from tests.records.strategies import NOW

_PREFIXES = count(1)


@pytest.fixture
def opened(database):
    """Open stores on tables of their own, with a prefix for each test."""
    prefix = f"p{next(_PREFIXES)}_"

    def open_one(**options):
        return SqlStore(database._room.engine, prefix=prefix, **options)

    yield open_one
    metadata = open_one()._room.tables.metadata
    metadata.drop_all(database._room.engine)


def run(store, *statements):
    with store._room.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.format(prefix=store._room.tables.heads.name.removesuffix("head")))


def test_what_is_missing_is_shown_and_then_created(opened):
    store = opened()
    shown = store.schema_changes()
    assert any("CREATE TABLE" in statement and "_deal (" in statement for statement in shown)
    assert any("CREATE INDEX" in statement and "_deal_company_id" in statement for statement in shown)
    store.create_schema()
    assert store.schema_changes() == ()
    store.create_schema()


def test_an_index_that_is_asked_for_later_is_added(opened):
    opened().create_schema()
    later = opened(indexes={Deal: ["stage", "amount"], Company: ("id",)})
    shown = later.schema_changes()
    assert len(shown) == 3
    assert any("tenant, amount_number, id" in statement for statement in shown)
    later.create_schema()
    assert later.schema_changes() == ()


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("deal", "status", "open"),
        ("deal", "lost_reason", None),
        ("user", "active", True),
        ("team", "custom", {}),
        ("deal", "tags", ()),
        ("subscription", "quantity", 1),
    ],
)
def test_a_column_that_is_missing_is_added_and_old_rows_hold_the_default(opened, table, column, value):
    store = opened()
    store.create_schema()
    cls = store._room.rows[table].cls
    store.apply(Change.of(add=[cls(id="1")], act="add", at=NOW, by="ana"))
    run(store, f"ALTER TABLE {{prefix}}{table} DROP COLUMN {column}")
    (shown,) = store.schema_changes()
    assert shown.startswith("ALTER TABLE")
    store.create_schema()
    assert getattr(store.repository(cls).get("1"), column) == value
    assert store.verify().intact


@pytest.mark.parametrize(
    ("table", "parts", "column"),
    [
        ("deal", "stage BIGINT, PRIMARY KEY (tenant, id)", "stage"),
        ("deal", "PRIMARY KEY (id)", "tenant"),
        ("deal", "x TEXT NOT NULL, PRIMARY KEY (tenant, id)", "x"),
        ("deal", "name TEXT NOT NULL, PRIMARY KEY (tenant, id)", "name"),
        ("stage_change", "PRIMARY KEY (tenant, id)", "deal_id"),
    ],
)
def test_a_table_that_cannot_be_the_stores_is_refused_by_name(opened, table, parts, column):
    store = opened()
    run(store, f"CREATE TABLE {{prefix}}{table} (tenant TEXT, id TEXT, {parts})")
    for call in (store.schema_changes, store.create_schema):
        with pytest.raises(RepositoryError, match=f"column {column}") as refused:
            call()
        assert refused.value.code == "schema_mismatch"
        assert refused.value.table.endswith(f"_{table}")
        assert refused.value.column == column


def test_columns_of_others_are_left_alone(opened):
    store = opened()
    store.create_schema()
    run(store, "ALTER TABLE {prefix}deal ADD COLUMN mine TEXT")
    run(store, "ALTER TABLE {prefix}deal ADD COLUMN ours TEXT NOT NULL DEFAULT ''")
    assert store.schema_changes() == ()
    store.apply(Change.of(add=[Deal(id="1")], act="add", at=NOW, by="ana"))
    assert store.repository(Deal).get("1")
    assert store.verify().intact


def test_a_store_without_its_tables_says_how_to_make_them(opened):
    store = opened()
    for call in (store.verify, store.repository(Deal).count, lambda: store.repository(Deal).get("1")):
        with pytest.raises(RepositoryError, match="create_schema") as refused:
            call()
        assert refused.value.code == "no_schema"


@pytest.mark.parametrize("prefix", ["", "a-b", "1", 'x"; DROP TABLE', "a.b", None])
def test_a_prefix_that_names_no_table_is_refused(prefix):
    with pytest.raises(InvalidArgument, match="prefix"):
        SqlStore("sqlite://", prefix=prefix)


def test_an_index_on_what_cannot_have_one_is_refused():
    with pytest.raises(UnknownField, match="stage"):
        SqlStore("sqlite://", indexes={Deal: ["stge"]})
    with pytest.raises(InvalidArgument, match="tags"):
        SqlStore("sqlite://", indexes={Deal: ["tags"]})


def test_a_column_of_doubles_that_is_missing_is_not_made_up(opened):
    store = opened()
    store.create_schema()
    run(store, "ALTER TABLE {prefix}deal DROP COLUMN amount_number")
    with pytest.raises(RepositoryError, match="amount_number") as refused:
        store.schema_changes()
    assert refused.value.code == "schema_mismatch"


@pytest.mark.parametrize(
    ("index", "on"),
    [("deal_company_id", "deal (stage)"), ("change_idempotency_key", "change (tenant, idempotency_key)")],
)
def test_an_index_on_other_columns_or_without_its_uniqueness_is_refused(opened, index, on):
    store = opened()
    store.create_schema()
    run(store, f"DROP INDEX {{prefix}}{index}", f"CREATE INDEX {{prefix}}{index} ON {{prefix}}{on}")
    with pytest.raises(RepositoryError, match=index) as refused:
        store.create_schema()
    assert refused.value.code == "schema_mismatch"

"""Tags, and custom fields in a JSON column: what kind a value is asked as is the kind that it must be."""

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

from crmkit.errors import InvalidExpression, UnknownField
from crmkit.expressions import field
from tests.expressions.databases import filled, picked
from tests.expressions.strategies import AS_OF


class Kept(TypeDecorator):
    impl = sa.JSON
    cache_ok = True


def table(custom, tags=None):
    columns = [sa.Column("id", sa.Integer), sa.Column("custom", custom), sa.Column("tags", tags or sa.JSON())]
    return sa.Table("things", sa.MetaData(), *columns)


def numbered(tags):
    return [{"id": number, "custom": None, "tags": each} for number, each in enumerate(tags)]


CUSTOM = {"json": sa.JSON(), "jsonb": sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), "decorated": Kept()}
ROWS = [
    {"id": 1, "custom": {"seats": 7, "straße": "Allee", "vip": True, "labels": ["a", "😀"], "x'\"y": "q", "%": 1}},
    {"id": 2, "custom": {"seats": 7.5, "straße": "allee", "vip": False, "labels": []}},
    {"id": 3, "custom": {"seats": "7", "straße": 7, "vip": 1, "labels": "a"}},
    {"id": 4, "custom": {"seats": None, "vip": None, "labels": None}},
    {"id": 5, "custom": {"seats": 2**53 + 1, "straße": "", "labels": {"k": "a"}}},
    {"id": 6, "custom": None},
    {"id": 7, "custom": {"seats": 7.0, "vip": "true", "labels": [["a"], 1, None]}},
    {"id": 8, "custom": ["seats"]},
    {"id": 9, "custom": {"seats": 10**30}},
]
ASKED = [
    (field("seats") == 7, [1, 7]),
    (field("seats") > 7, [2, 5, 9]),
    (field("seats") <= 7, [1, 7]),
    (field("seats") < 8, [1, 2, 7]),
    (field("seats") == 2**53 + 1, [5]),
    (field("seats") > 2**53, [5, 9]),
    (field("seats") == 2**53, []),
    (field("seats").isin(7, 2**53 + 1), [1, 5, 7]),
    (field("seats").isin(), []),
    (field("seats") == "7", [3]),
    (field("seats").missing(), [4, 6, 8]),
    (field("seats").present(), [1, 2, 3, 5, 7, 9]),
    (field("straße") == "Allee", [1]),
    (field("straße") < "a", [1, 5]),
    (field("straße").isin("allee", ""), [2, 5]),
    (field("straße").contains("lee"), [1, 2]),
    (field("straße").startswith(""), [1, 2, 5]),
    (field("straße").endswith("LEE"), []),
    (field("vip") == True, [1]),  # noqa: E712
    (field("vip") == False, [2]),  # noqa: E712
    (field("vip").isin(*[True, False]), [1, 2]),
    (field("labels").has("a"), [1]),
    (field("labels").has_all("a", "😀"), [1]),
    (field("labels").has_any("x", "😀"), [1]),
    (field("labels").has_all(), [1, 2, 7]),
    (field("labels").has_any(), []),
    (field("x'\"y") == "q", [1]),
    (field("%") == 1, [1]),
    (field("never").missing(), [1, 2, 3, 4, 5, 6, 7, 8, 9]),
]


@pytest.mark.parametrize("kind", CUSTOM)
def test_a_custom_field_is_asked_by_its_bare_name(connection, kind):
    things = filled(connection, table(CUSTOM[kind]), [{**row, "tags": None} for row in ROWS])
    for asked, kept in ASKED:
        assert picked(connection, things, asked) == kept, asked


def test_postgresql_compares_fractions_in_json_and_sqlite_refuses():
    things = table(sa.JSON())
    for asked in (field("seats") > 7.25, field("seats").isin(1, 7.5)):
        assert "DOUBLE" in str(asked.sql(things).compile(dialect=postgresql.dialect()))
        with pytest.raises(InvalidExpression, match="sqlite: it reads only 15 digits") as refused:
            asked.sql(things).compile(dialect=sqlite.dialect())
        assert refused.value.code == "not_in_sql"


def test_fractions_in_json_compare_as_doubles(connection):
    if connection.dialect.name == "sqlite":
        pytest.skip("it refuses")
    things = filled(connection, table(sa.JSON()), [{**row, "tags": None} for row in ROWS])
    assert picked(connection, things, field("seats") > 7.25) == [2, 5, 9]
    assert picked(connection, things, field("seats") == 2.0**53) == [5]
    assert picked(connection, things, field("seats").isin(7, 7.5)) == [1, 2, 7]


@pytest.mark.parametrize(
    "asked",
    [
        field("seats") == field("id"),
        field("seats") > 2**63,
        field("seats").within(days=1),
        field("seats").during("day"),
        field("seats") < date(2020, 1, 1),
    ],
    ids=str,
)
def test_what_json_does_not_tell_exactly_is_refused(asked):
    with pytest.raises(
        InvalidExpression, match="its values are compared with texts, flags and numbers of 64 bits"
    ) as refused:
        asked.sql(table(sa.JSON()), as_of=AS_OF)
    assert refused.value.code == "not_in_sql"


def test_a_custom_field_needs_a_json_column():
    with pytest.raises(UnknownField, match="no field 'seats'"):
        (field("seats") > 1).sql(table(sa.Text()))
    with pytest.raises(UnknownField, match="no field 'seats'"):
        field("seats").missing().sql(sa.table("bare", sa.column("custom")))


TAGS = {
    "json": sa.JSON(),
    "json without null": sa.JSON(none_as_null=True),
    "jsonb or text array": postgresql.ARRAY(sa.Text()).with_variant(sa.JSON(), "sqlite"),
    "varchar array": sa.ARRAY(sa.String(20)).with_variant(sa.JSON(), "sqlite"),
}


@pytest.mark.parametrize("kind", TAGS)
def test_tags_are_looked_for_in_json_and_in_arrays(connection, kind):
    lists = [["vip", "a"], ["VIP"], [], None, ["a", "a%", "😀", 'q"\\']]
    things = filled(connection, table(sa.JSON(), TAGS[kind]), numbered(lists))
    for asked, kept in (
        (field("tags").has("vip"), [0]),
        (field("tags").has("a"), [0, 4]),
        (field("tags").has_any("VIP", "a%"), [1, 4]),
        (field("tags").has_all("a", "😀"), [4]),
        (field("tags").has_all('q"\\'), [4]),
        (field("tags").has_all(), [0, 1, 2, 4]),
        (field("tags").has_any(), []),
        (field("tags").missing(), [3]),
    ):
        assert picked(connection, things, asked) == kept


def test_what_is_no_list_in_a_column_of_tags_has_none(connection):
    things = filled(connection, table(sa.JSON()), numbered(["a", {"a": "a"}, 1]))
    assert picked(connection, things, field("tags").has("a")) == []
    assert picked(connection, things, field("tags").present()) == [0, 1, 2]


def test_sqlite_has_no_arrays():
    with pytest.raises(InvalidExpression, match="sqlite: it has no arrays"):
        field("tags").has("a").sql(table(sa.JSON(), sa.ARRAY(sa.Text())), dialect="sqlite")

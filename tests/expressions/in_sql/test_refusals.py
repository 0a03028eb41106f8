"""What does not suit a column, or no database answers exactly, is refused by name before anything runs."""

import enum
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crmkit.errors import InvalidExpression
from crmkit.expressions import field

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)


class Stage(enum.Enum):
    OPEN = "open"


class Mixed(enum.Enum):
    A = "a"
    B = 2


class Odd(enum.Enum):
    A = b"a"


def table(kind):
    return sa.Table("things", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("x", kind), sa.Column("y", kind))


@pytest.mark.parametrize(
    "kind",
    [
        sa.LargeBinary(),
        sa.Interval(),
        sa.Time(),
        sa.PickleType(),
        sa.types.NullType(),
        sa.Enum(Mixed),
        sa.Enum(Odd),
        sa.ARRAY(sa.Integer()),
        sa.ARRAY(sa.CHAR(2)),
        postgresql.HSTORE(),
    ],
    ids=lambda kind: type(kind).__name__,
)
def test_of_other_types_only_presence_is_asked(kind):
    things = table(kind)
    assert "things.x IS NULL" in str(field("x").missing().sql(things))
    assert "things.x IS NOT NULL" in str(field("x").present().sql(things))
    for asked in (field("x") == "a", field("x").has("a"), field("x") == field("y")):
        with pytest.raises(InvalidExpression, match=r"only missing\(\) and present\(\)") as refused:
            asked.sql(things)
        assert refused.value.code == "unsupported_column"


def test_a_type_that_differs_between_databases_is_refused_where_it_does():
    things = table(sa.Text().with_variant(sa.Integer(), "postgresql"))
    assert (field("x") == "a").sql(things, dialect="sqlite") is not None
    with pytest.raises(InvalidExpression, match="its type is another one there") as refused:
        (field("x") == "a").sql(things, dialect="postgresql")
    assert refused.value.code == "not_in_sql"


def test_a_datetime_without_a_zone_is_refused():
    for kind in (sa.DateTime(), sa.TIMESTAMP()):
        for asked in (field("x") > NOON, field("x").within(days=1), field("x") == field("y")):
            with pytest.raises(InvalidExpression, match="declare it DateTime\\(timezone=True\\)") as refused:
                asked.sql(table(kind), as_of=NOON)
            assert refused.value.code == "naive_column"
        assert field("x").present().sql(table(kind)) is not None


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (field("text") == 1, "holds text, asked as an integer"),
        (field("number") == "1", "holds a number, asked as text"),
        (field("number").isin("1"), "asked as text"),
        (field("number") == 2**53 + 1, "neighbours"),
        (field("flag") == 1, "holds true or false"),
        (field("number").contains("1"), "asked as text"),
        (field("number").has("1"), "asked as tags"),
        (field("at") > date(2020, 1, 1), "holds an instant, asked as a date"),
        (field("number").within(days=1), "asked as an instant"),
        (field("text") == field("number"), "which field 'number' holds"),
        (field("flag") < field("flag"), "no order"),
        (field("day").within(hours=1), "whole days"),
        (field("tags") == field("tags"), "holds tags"),
        (field("text").lower() == "a", r"field\('text'\).lower\(\) is not asked of a database"),
        (field("text").lower().isin("a"), "lower"),
        (field("text").lower().contains("a"), "lower"),
        (field("text") == "a\0", "U\\+0000"),
        (field("text").isin("a", "\0"), "U\\+0000"),
        (field("text").contains("\0"), "U\\+0000"),
        (field("tags").has("\0"), "U\\+0000"),
    ],
    ids=str,
)
def test_a_question_that_does_not_suit_its_columns_is_refused_before_anything_runs(asked, why):
    columns = {
        "text": sa.Text(),
        "number": sa.Double(),
        "flag": sa.Boolean(),
        "at": sa.DateTime(timezone=True),
        "day": sa.Date(),
        "tags": sa.JSON(),
    }
    place = sa.table("place", *(sa.column(name, kind) for name, kind in columns.items()))
    for each in (asked, ~asked):
        with pytest.raises(InvalidExpression, match=why):
            each.sql(place, as_of=NOON)


def test_a_relative_question_asks_for_its_moment():
    for kind in (sa.DateTime(timezone=True), sa.Date(), sa.Enum(Stage)):
        with pytest.raises(InvalidExpression) as refused:
            field("x").within(days=1).sql(table(kind))
        assert refused.value.code == ("kind_mismatch" if isinstance(kind, sa.Enum) else "as_of_needed")

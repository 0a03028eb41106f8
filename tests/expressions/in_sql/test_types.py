"""A column is what its type holds: what compares exactly does, whatever the collation or the form of storage."""

import enum
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from crmkit.errors import InvalidExpression
from crmkit.expressions import field
from tests.expressions.databases import filled, picked

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
ONE, TWO = uuid.UUID("0a" * 16), uuid.UUID("fb" * 16)


class Stage(enum.Enum):
    OPEN = "open deal"
    WON = "Won"
    LOST = "lost"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 10


class Cents(TypeDecorator):
    """Money kept as a count of cents."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else round(value * 100)


class Naive(TypeDecorator):
    """An instant kept without its zone, in UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.astimezone(UTC)


class Guid(TypeDecorator):
    impl = sa.CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect):
        native = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.UUID() if native else sa.CHAR(32))

    def process_bind_param(self, value, dialect):
        value = None if value is None else uuid.UUID(str(value))
        return value if value is None or dialect.name == "postgresql" else value.hex


class Quiet(TypeDecorator):
    """Text by another name."""

    impl = sa.String
    cache_ok = True


class Folded(TypeDecorator):
    """Text that is kept in small letters."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else value.lower()


def table(kind, other=None):
    columns = [sa.Column("id", sa.Integer), sa.Column("x", kind), sa.Column("y", other or kind)]
    return sa.Table("things", sa.MetaData(), *columns)


def loaded(connection, kind, values, other=None, others=None):
    others = others or values
    rows = [{"id": at, "x": x, "y": y} for at, (x, y) in enumerate(zip(values, others, strict=True))]
    return filled(connection, table(kind, other), rows)


def check(connection, things, expected):
    for asked, kept in expected:
        assert picked(connection, things, asked) == kept, asked


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("decorated", [True, False])
def test_an_enumeration_is_asked_by_its_values(connection, native, decorated):
    class Decorated(TypeDecorator):
        impl = sa.Enum(Stage, native_enum=native, name="stage")
        cache_ok = True

    kind = Decorated() if decorated else Decorated.impl
    things = loaded(connection, kind, [Stage.OPEN, Stage.WON, None], sa.Text(), others=["open deal", "won", "lost"])
    check(
        connection,
        things,
        [
            (field("x") == "Won", [1]),
            (field("x") == "WON", []),
            (field("x") != "Won", [0, 2]),
            (field("x") < "m", [1]),
            (field("x").isin("open deal", "lost"), [0]),
            (field("x").contains("deal"), [0]),
            (field("x").lower() == "won", [1]),
            (field("x").startswith(""), [0, 1]),
            (field("x").missing(), [2]),
            (field("x") == field("y"), [0]),
            (field("y") == field("x"), [0]),
            (field("y") > field("x"), [1]),
            (field("x") <= field("x"), [0, 1]),
            (field("x").lower() == field("x").lower(), [0, 1]),
        ],
    )
    with pytest.raises(InvalidExpression, match="lower"):
        (field("x").lower() == field("y")).sql(things)
    with pytest.raises(InvalidExpression, match="holds text, asked as an integer"):
        (field("x") == 1).sql(things)


def test_an_enumeration_of_texts_or_of_integers(connection):
    things = loaded(connection, sa.Enum("b", "a", name="ab"), ["a", "b"], sa.Enum(Rank), others=[Rank.LOW, Rank.HIGH])
    check(
        connection,
        things,
        [(field("x") > "a", [1]), (field("y") > 2, [1]), (field("y") == 1.0, [0]), (field("y") >= field("id"), [0, 1])],
    )


def test_an_identifier_is_text_with_hyphens(connection):
    for kind, values in (
        (sa.Uuid(), [ONE, TWO, None]),
        (sa.Uuid(native_uuid=False), [ONE, TWO, None]),
        (sa.Uuid(as_uuid=False), [str(ONE), str(TWO), None]),
        (sa.String(36).with_variant(sa.Uuid(as_uuid=False), "postgresql"), [str(ONE), str(TWO), None]),
    ):
        things = loaded(connection, kind, values, sa.Text(), others=[str(ONE), str(TWO).upper(), "x"])
        check(
            connection,
            things,
            [
                (field("x") == str(ONE), [0]),
                (field("x") == str(ONE).upper(), []),
                (field("x").isin(str(TWO), "nonsense", ONE.hex), [1]),
                (field("x") == "nonsense", []),
                (field("x") < "b", [0]),
                (field("x").startswith("fbfbfbfb-fb"), [1]),
                (field("x").contains("a-0"), [0]),
                (field("x") == field("y"), [0]),
                (field("x") > field("y"), [1]),
            ],
        )


def test_a_type_that_translates_writes_the_literals_itself(connection):
    things = loaded(connection, Cents(), [19.99, 20, None], Naive(), others=[NOON, NOON + timedelta(days=1), None])
    check(
        connection,
        things,
        [
            (field("x") == 19.99, [0]),
            (field("x") == Decimal("19.99"), [0]),
            (field("x") > 19.99, [1]),
            (field("x").isin(20, 30), [1]),
            (field("x") == field("x"), [0, 1]),
            (field("y") == NOON, [0]),
            (field("y").isin(NOON), [0]),
        ],
    )
    assert picked(connection, things, field("y").within(days=1), as_of=NOON + timedelta(hours=1)) == [0]
    with pytest.raises(InvalidExpression, match="field 'id' keeps its values in another form") as refused:
        (field("x") > field("id")).sql(things, dialect=connection.dialect.name)
    assert refused.value.code == "not_in_sql"


def test_a_text_in_a_form_of_its_own_is_looked_up_but_has_no_order(connection):
    things = loaded(connection, Guid(), [str(ONE), str(TWO), None])
    check(
        connection,
        things,
        [(field("x") == str(ONE), [0]), (field("x").isin(str(TWO)), [1]), (field("x") == field("y"), [0, 1])],
    )
    with pytest.raises(InvalidExpression, match="another order"):
        (field("x") < "b").sql(things, dialect="postgresql")
    with pytest.raises(InvalidExpression, match="another form"):
        (field("x") < field("y")).sql(things)


def test_a_decorated_text_is_text(connection):
    things = loaded(connection, Quiet(), ["a", "B", None], Folded(), others=["A", "Bc", None])
    check(
        connection,
        things,
        [
            (field("x") == "a", [0]),
            (field("x") < "a", [1]),
            (field("y") == "BC", [1]),
            (field("y").isin("A"), [0]),
            (field("y") < "B", [0]),
            (field("y").contains("c"), [1]),
        ],
    )


def test_blanks_that_fill_up_a_text_belong_to_it_as_they_are_read(connection):
    things = loaded(connection, sa.CHAR(3), ["DE", "DEU", None], sa.CHAR(), others=["D", "E", None])
    filled_up = connection.dialect.name == "postgresql"
    check(
        connection,
        things,
        [
            (field("x") == "DEU", [1]),
            (field("x") == "DE ", [0] if filled_up else []),
            (field("x") == "DE", [] if filled_up else [0]),
            (field("x") < "DEU", [0]),
            (field("x").endswith(" "), [0] if filled_up else []),
            (field("y") == "D", [0]),
        ],
    )


def test_a_collation_of_the_column_does_not_matter(connection):
    collation = {"sqlite": "NOCASE", "postgresql": "POSIX"}[connection.dialect.name]
    things = loaded(connection, sa.String(collation=collation), ["a", "B", "A", None])
    check(
        connection,
        things,
        [
            (field("x") == "A", [2]),
            (field("x") != "A", [0, 1, 3]),
            (field("x") < "a", [1, 2]),
            (field("x").isin("A", "b"), [2]),
            (field("x").startswith("A"), [2]),
            (field("x").contains("b"), []),
            (field("x") == field("y"), [0, 1, 2]),
        ],
    )


def test_postgresql_is_told_to_compare_code_points_where_a_type_says_otherwise():
    for kind, words in (
        (sa.Text(collation="de-x-icu"), 'things.x COLLATE "C"'),
        (postgresql.CITEXT(), 'CAST(things.x AS TEXT) COLLATE "C"'),
    ):
        for asked in (field("x") == "a", field("x").isin("a"), field("x").contains("a"), field("x") < "a"):
            assert words in str(asked.sql(table(kind), dialect="postgresql").compile(dialect=postgresql.dialect()))


def test_numbers_of_every_width(connection):
    for kind in (sa.REAL(), sa.Float(24), sa.Numeric(), sa.Numeric(10, 2, asdecimal=False)):
        values = [1.5, 2.0, None] if not getattr(kind, "asdecimal", False) else [Decimal("1.5"), Decimal(2), None]
        things = loaded(connection, kind, values, sa.SmallInteger(), others=[1, 2, 3])
        check(
            connection,
            things,
            [
                (field("x") == 2, [1]),
                (field("x") < 2**53, [0, 1]),
                (field("x").isin(1.5, 2.0**60), [0]),
                (field("x") > field("y"), [0]),
                (field("y") > 40_000, []),
                (field("y") < 2**40, [0, 1, 2]),
                (field("x").missing(), [2]),
            ],
        )


def test_integers_that_sqlite_keeps_among_numbers_compare_as_doubles():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        things = table(sa.Numeric(asdecimal=False))
        things.create(connection)
        connection.exec_driver_sql("INSERT INTO things VALUES (0, 9007199254740993, 9007199254740992)")
        for asked in (field("x") == 2.0**53, field("x") <= 2.0**53, field("x").isin(2.0**53), field("x") == field("y")):
            assert picked(connection, things, asked) == [0]
    engine.dispose()

"""A question becomes one clause: typed, never NULL, its values bound, for any table that SQLAlchemy knows."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql, sqlite

from crmkit.errors import InvalidExpression, MissingExtra, UnknownField
from crmkit.expressions import ALWAYS, NEVER, all_of, any_of, field
from tests.expressions.databases import USUAL, filled, picked
from tests.expressions.strategies import AS_OF

PEOPLE = sa.Table(
    "people",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("visits", sa.Integer),
    sa.Column("score", sa.Double),
    sa.Column("seen", sa.DateTime(timezone=True)),
)
NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
ROWS = [
    {"id": 1, "name": "Ana", "visits": 3, "score": 1.5, "seen": NOON},
    {"id": 2, "name": "ana", "visits": 9, "score": -2.0, "seen": None},
    {"id": 3, "name": None, "visits": None, "score": None, "seen": None},
]
BUSY = field("visits") > 2


class Base(orm.DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "people"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    first_name: orm.Mapped[str | None] = orm.mapped_column("name", sa.Text)
    visits: orm.Mapped[int | None]
    score: orm.Mapped[float | None] = orm.mapped_column(sa.Double)
    seen: orm.Mapped[datetime | None] = orm.mapped_column(sa.DateTime(timezone=True))


def test_a_table_is_asked(connection):
    table = filled(connection, PEOPLE, ROWS)
    assert picked(connection, table, BUSY) == [1, 2]
    assert picked(connection, table, field("name") == "Ana") == [1]
    assert picked(connection, table, ~(field("name").startswith("A") & BUSY)) == [2, 3]
    assert picked(connection, table, field("seen").within(days=1), as_of=datetime(2020, 1, 2, tzinfo=UTC)) == [1]


def test_a_constant_is_one(connection):
    table = filled(connection, PEOPLE, ROWS)
    for always in (ALWAYS, ~NEVER, all_of(), BUSY | ALWAYS, field("visits") < 10**30, ~field("name").isin()):
        assert picked(connection, table, always) in ([1, 2, 3], [1, 2])
    for never in (NEVER, ~ALWAYS, any_of(), BUSY & NEVER, field("visits") == 10**30, field("score").isin()):
        assert picked(connection, table, never) == []


def test_an_alias_and_a_subquery_are_asked(connection):
    table = filled(connection, PEOPLE, ROWS)
    one, other = table.alias(), table.alias()
    joined = sa.select(one.c.id, other.c.id).where(one.c.id < other.c.id)
    pairs = joined.where(BUSY.sql(one), field("name").missing().sql(other))
    assert connection.execute(pairs.order_by(one.c.id)).all() == [(1, 3), (2, 3)]
    few = sa.select(table.c.id, (table.c.visits * 2).label("twice")).subquery()
    assert picked(connection, few, field("twice") > 6) == [2]
    with pytest.raises(UnknownField, match="no field 'name' in the table"):
        (field("name") == "x").sql(few)


def test_a_mapped_class_is_asked_by_its_attributes(connection):
    filled(connection, PEOPLE, ROWS)
    with orm.Session(connection) as session:
        asked = (field("first_name") == "ana") | field("visits").missing()
        assert session.scalars(sa.select(Person.id).where(asked.sql(Person)).order_by(Person.id)).all() == [2, 3]
        alias = orm.aliased(Person)
        found = session.scalars(sa.select(alias).where((field("visits") == 9).sql(alias))).all()
        assert [person.first_name for person in found] == ["ana"]
    with pytest.raises(UnknownField, match=r"no field 'name' in a Person; there are: first_name"):
        (field("name") == "x").sql(Person)


def test_fields_name_other_columns_or_are_expressions(connection):
    table = filled(connection, PEOPLE, ROWS)
    nick = sa.func.upper(table.c.name, type_=sa.Text())
    given = {"employees": "visits", "company.size": table.c.visits + 1, "nick": nick}
    assert picked(connection, table, field("employees") == 3, fields=given) == [1]
    assert picked(connection, table, field("company.size") == 10, fields=given) == [2]
    assert picked(connection, table, field("nick") == "ANA", fields=given) == [1, 2]
    clause = (field("nick") == "ana").sql(Person, fields={"nick": Person.first_name})
    assert connection.execute(sa.select(Person.id).where(clause)).scalars().all() == [2]
    for wrong in (7, None, sa.select(table.c.id)):
        with pytest.raises(InvalidExpression, match="name of a column or a SQLAlchemy column expression") as refused:
            (field("nick") == "a").sql(table, fields={"nick": wrong})
        assert refused.value.code == "invalid_place"


@pytest.mark.parametrize("place", [{"id": "integer"}, "people", None, object(), Person(id=1), int, sa.select(PEOPLE)])
def test_what_is_no_table_is_refused(place):
    with pytest.raises(InvalidExpression, match="for a table, an alias or a subquery of SQLAlchemy") as refused:
        BUSY.sql(place)
    assert refused.value.code == "invalid_place"


LITERALS = {
    "text": (field("name") == "S3cret", field("name") < "S3cret", field("name").isin("S3cret", "x")),
    "match": (field("name").contains("S3cret"), field("name").startswith("S3cret"), field("name").endswith("S3cret")),
    "number": (field("count") == 48151623, field("amount") > 48151623, field("price").isin(48151623, 1)),
    "time": (field("at") > datetime(4815, 1, 2, tzinfo=UTC), field("day") == date(4815, 1, 2)),
    "tags": (field("tags").has("S3cret"), field("tags").has_all("S3cret", "x"), field("tags").has_any("S3cret")),
    "flag": (field("active") == True,),  # noqa: E712
}


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", LITERALS)
def test_values_are_bound_parameters(kind, dialect):
    for asked in LITERALS[kind]:
        for each in (asked, ~asked):
            compiled = each.sql(USUAL).compile(dialect=dialect)
            assert "S3cret" not in str(compiled)
            assert "4815" not in str(compiled)
            assert compiled.params


def test_a_statement_is_compiled_once_for_all_values(connection):
    table = filled(connection, PEOPLE, ROWS)
    for asked in (lambda text: field("name") == text, lambda text: field("name").contains(text) | BUSY):
        one, other = (sa.select(asked(text).sql(table))._generate_cache_key() for text in ("a", "b"))
        assert one.key == other.key
    assert picked(connection, table, field("name") == "Ana") == [1]
    assert picked(connection, table, field("name") == "ana") == [2]


def test_one_dialect_is_written_for_at_once():
    asked = field("name") == "x"
    assert "BINARY" in str(asked.sql(PEOPLE, dialect="sqlite"))
    assert "COLLATE" not in str(asked.sql(PEOPLE, dialect="postgresql"))
    with pytest.raises(InvalidExpression, match="cannot be asked exactly of mysql") as refused:
        asked.sql(PEOPLE, dialect="mysql")
    assert refused.value.code == "not_in_sql"


def test_another_database_is_asked_what_all_answer_alike_and_refuses_the_rest():
    dialect = mysql.dialect()
    alike = BUSY & field("name").present() & ~(field("visits") == field("id"))
    assert "visits > %s" in str(alike.sql(PEOPLE).compile(dialect=dialect))
    for asked in (field("name") == "x", field("score") > 1, field("score").missing(), field("seen") > AS_OF):
        with pytest.raises(InvalidExpression, match="cannot be asked exactly of mysql") as refused:
            asked.sql(PEOPLE).compile(dialect=dialect)
        assert refused.value.code == "not_in_sql"


def test_a_clause_can_be_shown():
    assert "people.name LIKE" in str(field("name").startswith("a").sql(PEOPLE))


INDEXED = [
    (field("name") == "Ana", "name=?"),
    (field("name").startswith("An"), "name>? AND name<?"),
    (field("name").isin("a", "b"), "name=?"),
    ((field("name") == "Ana") & BUSY, "name=?"),
    (field("score") > 7, "score>?"),
    (field("price") == 7, "price=?"),
    (field("visits") == 7.0, "visits=?"),
    (field("visits").present() & (field("visits") < 5.5), "visits<?"),
    (field("seen") >= NOON, "seen>?"),
]


@pytest.mark.parametrize(("asked", "how"), INDEXED, ids=lambda part: str(part))
def test_an_index_serves(asked, how):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        table = PEOPLE.to_metadata(sa.MetaData())
        table.append_column(sa.Column("price", sa.Numeric))
        table.create(connection)
        for name in ("name", "score", "visits", "seen", "price"):
            sa.Index(f"by_{name}", table.c[name]).create(connection)
        compiled = (
            sa.select(table.c.id)
            .where(asked.sql(table))
            .compile(connection, compile_kwargs={"render_postcompile": True})
        )
        values = tuple("x" for _ in compiled.positiontup)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
        assert how in str(plan), plan
    engine.dispose()


def test_without_sqlalchemy_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(MissingExtra, match=r"sql\(\) needs more libraries: pip install 'crmkit\[sql\]'"):
        BUSY.sql(PEOPLE)


def test_expressions_load_no_sqlalchemy():
    script = "import sys, crmkit.expressions\nprint('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert done.stdout.strip() == "False"

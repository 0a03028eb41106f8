"""A pool of awkward rows, loaded once into tables of a database, and how to ask a question of one set of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tests.expressions.strategies import AS_OF, _rows

SETS = 60
POOL = {number: _rows(24, number) for number in range(SETS)}
EVERY_TEXT = sa.Text().with_variant(sa.Text(collation="NOCASE"), "sqlite")


class InUtc(sa.types.TypeDecorator):
    """Keeps instants as datetimes of its own making."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value


def _columns(**types):
    return [sa.Column(name, kind) for name, kind in types.items()]


def _table(name, *columns):
    return sa.Table(name, sa.MetaData(), sa.Column("pool", sa.Integer, index=True), *columns)


USUAL = _table(
    "usual",
    *_columns(
        id=sa.Integer(),
        name=sa.String(),
        city=sa.Text(),
        count=sa.BigInteger(),
        size=sa.SmallInteger(),
        amount=sa.Float(),
        budget=sa.Double(),
        price=sa.Numeric(20, 2),
        active=sa.Boolean(),
        at=sa.DateTime(timezone=True),
        closed=sa.DateTime(timezone=True),
        day=sa.Date(),
        due=sa.Date(),
        tags=sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
    ),
)
OTHER = _table(
    "other",
    *_columns(
        id=sa.BigInteger(),
        name=EVERY_TEXT,
        city=sa.Unicode(20),
        count=sa.BigInteger(),
        size=sa.Integer(),
        amount=sa.Numeric().with_variant(sa.Numeric(asdecimal=False), "sqlite"),
        budget=sa.Numeric(),
        price=sa.Double(),
        active=sa.Boolean(),
        at=InUtc(),
        closed=InUtc(),
        day=sa.Date(),
        due=sa.Date(),
        tags=postgresql.ARRAY(sa.String(9)).with_variant(sa.JSON(none_as_null=True), "sqlite"),
    ),
)


@contextmanager
def loaded(url: str) -> Iterator[sa.Connection]:
    """Make the tables, fill them, and drop them at the end."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            for table in (USUAL, OTHER):
                table.drop(connection, checkfirst=True)
                table.create(connection)
                connection.execute(table.insert(), list(_for(table, engine.dialect.name)))
            connection.commit()
            yield connection
    finally:
        engine.dispose()


def kept(connection, table, expression, number):
    """The rows of a set that the question selects."""
    clause = expression.sql(table, as_of=AS_OF)
    rows = sa.select(table.c.id).where(table.c.pool == number, clause).order_by(table.c.id)
    return connection.execute(rows).scalars().all()


def answers(connection, table, expression, number):
    """The answers to the question and to its complement for each row of a set."""
    dialect = connection.dialect.name
    clauses = [each.sql(table, as_of=AS_OF, dialect=dialect) for each in (expression, ~expression)]
    rows = sa.select(clauses[0].label("yes"), clauses[1].label("no")).where(table.c.pool == number)
    return [tuple(row) for row in connection.execute(rows.order_by(table.c.id))]


def _for(table, dialect):
    for number, rows in POOL.items():
        for row in rows:
            row = {**row, "pool": number, "tags": None if row["tags"] is None else list(row["tags"])}
            if table is OTHER:
                decimal = dialect == "postgresql"
                row |= {name: _decimal(row[name]) for name in ("amount", "budget") if decimal}
                row["price"] = None if row["price"] is None else float(row["price"])
            yield row


def _decimal(value):
    return None if value is None else Decimal("NaN") if math.isnan(value) else Decimal(value)


def filled(connection, table, rows):
    """Make one table, with the tables it refers to, and fill it."""
    table.metadata.drop_all(connection)
    table.metadata.create_all(connection)
    for name, some in rows.items() if isinstance(rows, dict) else [(table.name, rows)]:
        connection.execute(table.metadata.tables[name].insert(), some)
    return table


def picked(connection, table, expression, **options):
    """The ids that a question selects; its complement must select the others, and neither answer NULL."""
    yes, no = (each.sql(table, **options) for each in (expression, ~expression))
    rows = connection.execute(sa.select(table.c.id, yes, no).order_by(table.c.id)).all()
    assert all((one, other) in ((True, False), (False, True)) for _, one, other in rows)
    chosen = connection.execute(sa.select(table.c.id).where(yes).order_by(table.c.id)).scalars().all()
    assert chosen == [row for row, answer, _ in rows if answer]
    return chosen

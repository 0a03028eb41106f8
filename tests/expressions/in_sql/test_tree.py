"""A question of any shape within the limits is one that the databases can parse, and it is answered alike."""

import pytest
import sqlalchemy as sa

from crmkit.expressions import all_of, any_of, field
from tests.expressions.databases import filled, picked

ROWS = [{"id": number, "a": number % 7, "b": None if number % 3 else "x" * number} for number in range(40)]
LEAVES = [field("a") == 3, ~field("b").startswith("xxx"), field("a") > field("id"), field("b").isin("x", "xxx")]


def leaf(number):
    return LEAVES[number % len(LEAVES)] if number % 5 else field("a") != number


def chain(depth, *, first):
    """Alternate "and" with "or", each part in the one before."""
    asked = leaf(0)
    for number in range(depth):
        parts = (asked, leaf(number)) if first else (leaf(number), asked)
        asked = all_of(*parts) if number % 2 else any_of(*parts)
    return asked


def full(depth, number=1):
    if depth == 0:
        return leaf(number)
    parts = full(depth - 1, 2 * number), full(depth - 1, 2 * number + 1)
    return all_of(*parts) if depth % 2 else ~any_of(*parts)


def layers(depth, width):
    asked = leaf(0)
    for layer in range(depth):
        parts = [leaf(number + layer) for number in range(width)]
        asked = all_of(*parts, asked) if layer % 2 else any_of(asked, *parts)
    return asked


SHAPES = {
    "one in another, first": chain(62, first=True),
    "one in another, last": chain(62, first=False),
    "a full tree": full(7),
    "many layers": layers(60, 10),
    "a long row": any_of(*(field("a") == number for number in range(5, 1100))),
    "many values": field("a").isin(*range(5, 3000)),
    "many values of float64": field("a").isin(2, 0.5, *(2.0**53 + 2 * number for number in range(1050))),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_any_shape_is_answered(connection, shape):
    columns = [sa.Column("id", sa.Integer), sa.Column("a", sa.BigInteger), sa.Column("b", sa.Text)]
    table = filled(connection, sa.Table("shapes", sa.MetaData(), *columns), ROWS)
    asked = SHAPES[shape]
    clause = asked.sql(table, dialect=connection.dialect.name)
    chosen = connection.execute(sa.select(table.c.id).where(clause).order_by(table.c.id)).scalars().all()
    assert chosen == [row["id"] for row in ROWS if asked.test(row)]


@pytest.mark.parametrize("text", ["a", "a%", "\ud7ff", "a\U0010ffff", "\U0010ffff", "_", "\\"])
def test_a_beginning_is_found_at_the_edges_of_the_code_points(connection, text):
    columns = [sa.Column("id", sa.Integer), sa.Column("b", sa.Text)]
    edges = ["", "a", "b", "ab", "a%", "\ud7ff", "\ud7ffa", "\ue000", "a\U0010ffff", "a\U0010ffffz", "\U0010ffff", "_"]
    rows = [{"id": number, "b": edge} for number, edge in enumerate([*edges, "\\", "\\_", "\U0010ffff\U0010ffff"])]
    table = filled(connection, sa.Table("edges", sa.MetaData(), *columns), rows)
    for asked in (field("b").startswith(text), field("b").contains(text), field("b").endswith(text)):
        assert picked(connection, table, asked) == [row["id"] for row in rows if asked.test(row)]

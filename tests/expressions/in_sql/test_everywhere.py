"""The law that makes an expression one question, for databases: they select the rows that objects do."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expressions.databases import OTHER, POOL, USUAL, answers, kept, loaded
from tests.expressions.strategies import AS_OF, expressions

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "200"))
PHASES = [phase for phase in Phase if phase is not Phase.explain] if EXAMPLES <= 200 else [Phase.generate]
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)


@pytest.fixture(scope="module")
def sqlite():
    with loaded("sqlite://") as connection:
        yield connection


@pytest.fixture(scope="module")
def server(postgres):
    with loaded(postgres) as connection:
        yield connection


def agree(connection, table, expression, number):
    expected = [(row["id"], expression.test(row, as_of=AS_OF)) for row in POOL[number]]
    if number % 2:
        assert kept(connection, table, expression, number) == [row for row, answer in expected if answer]
    else:
        both = answers(connection, table, expression, number)
        assert both == [(answer, not answer) for _, answer in expected]


tables = st.sampled_from([USUAL, OTHER])
numbers = st.sampled_from(sorted(POOL))


@many
@given(table=tables, number=numbers, expression=expressions(lower=False))
def test_sqlite_keeps_the_rows_that_objects_do(sqlite, table, number, expression):
    agree(sqlite, table, expression, number)


@many
@given(table=tables, number=numbers, expression=expressions(lower=False))
def test_postgresql_keeps_the_rows_that_objects_do(server, table, number, expression):
    agree(server, table, expression, number)

"""The law that makes an expression one question, for databases: they select the rows that objects do."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expressions.databases import OTHER, POOL, USUAL, answers, loaded
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
    rows = POOL[number]
    expected = [expression.test(row, as_of=AS_OF) for row in rows]
    kept, both = answers(connection, table, expression, number)
    assert kept == [row["id"] for row, answer in zip(rows, expected, strict=True) if answer]
    assert both == [(answer, not answer) for answer in expected]


@pytest.mark.parametrize("table", [USUAL, OTHER], ids=lambda table: table.name)
@many
@given(number=st.sampled_from(sorted(POOL)), expression=expressions(lower=False))
def test_sqlite_keeps_the_rows_that_objects_do(sqlite, table, expression, number):
    agree(sqlite, table, expression, number)


@pytest.mark.parametrize("table", [USUAL, OTHER], ids=lambda table: table.name)
@many
@given(number=st.sampled_from(sorted(POOL)), expression=expressions(lower=False))
def test_postgresql_keeps_the_rows_that_objects_do(server, table, expression, number):
    agree(server, table, expression, number)

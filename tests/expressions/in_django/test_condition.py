"""Django's models answer as objects do, on SQLite and on PostgreSQL."""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expressions.django_models import Row, opened
from tests.expressions.strategies import AS_OF, _rows, expressions

EXAMPLES = int(os.environ.get("CRMKIT_EXAMPLES", "200"))
PHASES = [phase for phase in Phase if phase is not Phase.explain] if EXAMPLES <= 200 else [Phase.generate]
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
POOLS = [_rows(seed % 25, seed) for seed in range(64 if EXAMPLES <= 200 else 1024)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request):
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with opened(request.param, url, [Row]) as alias:
        Row.objects.using(alias).bulk_create(
            Row(pool=pool, number=row["id"], **_stored(row, keeps_nan=request.param == "postgresql"))
            for pool, rows in enumerate(POOLS)
            for row in rows
        )
        yield alias


def _stored(row, *, keeps_nan):
    values = {name: value for name, value in row.items() if name != "id" and (keeps_nan or value == value)}
    return {**values, "tags": None if row["tags"] is None else list(row["tags"])}


def numbers(queryset):
    return list(queryset.order_by("number").values_list("number", flat=True))


def on_objects(expression, pool):
    return [row["id"] for row in POOLS[pool] if expression.test(row, as_of=AS_OF)]


@many
@given(pool=st.integers(0, len(POOLS) - 1), expression=expressions(lower=False))
def test_a_model_keeps_the_rows_that_objects_do(place, pool, expression):
    rows = Row.objects.using(place).filter(pool=pool)
    assert numbers(rows.filter(expression.q(as_of=AS_OF))) == on_objects(expression, pool)


@many
@given(pool=st.integers(0, len(POOLS) - 1), expression=expressions(lower=False))
def test_the_complement_by_django_is_the_complement(place, pool, expression):
    rows, others = Row.objects.using(place).filter(pool=pool), on_objects(~expression, pool)
    assert numbers(rows.filter(~expression.q(as_of=AS_OF))) == others
    assert numbers(rows.exclude(expression.q(as_of=AS_OF))) == others
    assert numbers(rows.filter((~expression).q(as_of=AS_OF))) == others


@settings(many, max_examples=EXAMPLES // 4)
@given(pool=st.integers(0, len(POOLS) - 1), expression=expressions(lower=False))
def test_an_annotation_is_true_or_false_of_every_row_and_never_null(place, pool, expression):
    rows = Row.objects.using(place).filter(pool=pool).order_by("number")
    kept = on_objects(expression, pool)
    answers = rows.annotate(answer=expression.q(as_of=AS_OF)).values_list("number", "answer")
    assert list(answers) == [(row["id"], row["id"] in kept) for row in POOLS[pool]]

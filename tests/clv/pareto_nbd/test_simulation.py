"""Customers drawn from Pareto/NBD are those that the model expects."""

import numpy as np
import pytest

from crmkit.clv import FittedParetoNBD
from crmkit.errors import InvalidArgument

MODEL = FittedParetoNBD.of(r=0.6, alpha=8.0, s=0.7, beta=10.0)


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(42)
    return MODEL.simulate(20_000, age=30, rng=rng)


def test_they_buy_as_often_as_the_model_says(drawn):
    expected = MODEL.probability_of(range(8), horizon=30) * len(drawn)
    seen = np.bincount(drawn["frequency"])[:8]
    assert (np.abs(seen - expected) < 4 * np.sqrt(expected)).all()
    assert drawn["frequency"].mean() == pytest.approx(MODEL.expected_purchases_new(30), rel=0.05)


def test_so_many_are_alive_as_the_model_gives_them_a_chance(drawn):
    chances = MODEL.probability_alive(drawn)["probability_alive"]
    spread = np.sqrt((chances * (1 - chances)).sum())
    assert abs(drawn["alive"].sum() - chances.sum()) < 4 * spread
    for again in (drawn["frequency"] == 0, drawn["frequency"] == 1, drawn["frequency"] > 4):
        spread = np.sqrt((chances * (1 - chances))[again].sum())
        assert abs(drawn["alive"][again].sum() - chances[again].sum()) < 4 * spread


def test_their_histories_are_possible(drawn):
    assert drawn.columns.tolist() == ["customer_id", "frequency", "recency", "T", "alive"]
    assert ((drawn["recency"] > 0) == (drawn["frequency"] > 0)).all()
    assert (drawn["recency"] <= drawn["T"]).all()
    assert drawn["customer_id"].is_unique


def test_ages_may_differ_and_the_same_source_draws_the_same():
    ages = [10.0, 20.0, 0.0]
    one = MODEL.simulate(3, age=ages, rng=np.random.default_rng(1))
    assert one["T"].tolist() == ages
    assert one.equals(MODEL.simulate(3, age=ages, rng=np.random.default_rng(1)))


@pytest.mark.parametrize(("n", "age"), [(0, 5), (True, 5), (2.0, 5), (3, [1.0, 2.0]), (3, -1.0)])
def test_no_customers_or_other_ages_are_refused(n, age):
    with pytest.raises(InvalidArgument):
        MODEL.simulate(n, age=age, rng=np.random.default_rng(1))

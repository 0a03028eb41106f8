import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.special import betaln

from crmkit.clv import BetaBinomialGeo, FittedBetaBinomialGeo
from crmkit.errors import (
    ConvergenceWarning,
    InvalidArgument,
    InvalidColumn,
    InvalidDocument,
    MissingColumn,
    NotEnoughData,
)

KNOWN = FittedBetaBinomialGeo.of(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)


def table(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"][: len(rows[0])] + ["n"] * (len(rows[0]) - 3))


@pytest.fixture(scope="module")
def drawn():
    return KNOWN.simulate(3000, age=8, rng=np.random.default_rng(5))


@pytest.fixture(scope="module")
def fit(drawn):
    return BetaBinomialGeo().fit(drawn)


def test_neither_the_order_of_customers_nor_counting_them_changes_a_bit(drawn, fit):
    counted = drawn.groupby(["frequency", "recency", "T"]).size().rename("n").reset_index()
    assert BetaBinomialGeo().fit(drawn[::-1]).params == fit.params
    again = BetaBinomialGeo().fit(pl.from_pandas(counted).lazy())
    assert again.params == fit.params
    assert again.log_likelihood == fit.log_likelihood
    assert again.estimate.n == 3000


def test_a_frame_may_name_its_columns_otherwise_and_comes_back_under_its_own(drawn, fit):
    renamed = drawn.rename(columns={"T": "periods"})
    assert BetaBinomialGeo().fit(renamed, columns={"T": "periods"}).params == fit.params
    found = fit.expected_purchases(renamed, horizon=3, columns={"T": "periods"})
    assert found.columns.tolist() == [*renamed.columns, "expected_purchases"]


def test_a_simulated_cohort_buys_as_often_as_the_model_says():
    n = 40_000
    frequency = KNOWN.simulate(n, age=8, rng=np.random.default_rng(11))["frequency"]
    expected = n * KNOWN.probability_of(range(9), horizon=8)
    seen = np.bincount(frequency, minlength=9)
    assert ((seen - expected) ** 2 / expected).sum() < 26.1  # the 0.999 quantile of chi square, 8 degrees of freedom
    alive = KNOWN.simulate(n, age=8, rng=np.random.default_rng(12))["alive"].mean()
    expected_alive = math.exp(betaln(0.66, 2.8 + 8) - betaln(0.66, 2.8))
    assert alive == pytest.approx(expected_alive, abs=4 * math.sqrt(expected_alive * (1 - expected_alive) / n))
    mean = KNOWN.expected_purchases_new([8])[0]
    assert frequency.mean() == pytest.approx(mean, abs=4 * frequency.std() / math.sqrt(n))


def test_customers_simulated_further_live_and_buy_as_their_first_periods_foretell():
    rng = np.random.default_rng(23)
    n = 60_000
    p, theta = rng.beta(1.2, 0.75, n), rng.beta(0.66, 2.8, n)
    lived = rng.geometric(theta) - 1
    bought = (rng.random((n, 10)) < p[:, None]) & (np.arange(10) < lived[:, None])
    last = np.where(bought[:, :6].any(axis=1), 6 - np.argmax(bought[:, 5::-1], axis=1), 0)
    people = pd.DataFrame({"frequency": bought[:, :6].sum(axis=1), "recency": last, "T": 6})
    people["later"] = bought[:, 6:].sum(axis=1)
    people["alive"], people["still"] = lived >= 6, lived >= 9
    people = KNOWN.expected_purchases(people, horizon=4)
    people = KNOWN.probability_alive(people)
    people["then"] = KNOWN.probability_alive(people, at=3)["probability_alive"]
    groups = people.groupby(["frequency", "recency"])
    means, size = groups.mean(), groups.size()
    for seen, expected in [("later", "expected_purchases"), ("alive", "probability_alive"), ("still", "then")]:
        error = groups[seen].std().fillna(0) / np.sqrt(size)
        kept = size > 300
        assert ((means[seen] - means[expected]).abs() <= 4.5 * error + 1e-9)[kept].all(), seen
    assert (means.loc[(slice(None), 6), "probability_alive"] == 1).all()


@pytest.mark.parametrize("gamma", [0.66, 1.0, 1.0 + 1e-9, 2.5])
def test_the_sums_over_opportunities_are_the_published_closed_forms(gamma):
    fit = FittedBetaBinomialGeo.of(alpha=1.2, beta=0.75, gamma=gamma, delta=2.8)
    near = gamma if abs(gamma - 1) > 1e-6 else 1 + 1e-6

    def closed(n):
        ratio = math.exp(
            math.lgamma(near + 2.8) - math.lgamma(near + 2.8 + n) + math.lgamma(3.8 + n) - math.lgamma(3.8)
        )
        return 1.2 / 1.95 * 2.8 / (near - 1) * (1 - ratio)

    np.testing.assert_allclose(fit.expected_purchases_new([0, 1, 7]), [0, closed(1), closed(7)], rtol=1e-5)


def test_new_customers_are_those_without_opportunities_yet():
    nothing = table((0, 0, 0))
    found = KNOWN.expected_purchases(nothing, horizon=7)["expected_purchases"]
    assert found[0] == pytest.approx(KNOWN.expected_purchases_new(7), rel=1e-13)
    assert KNOWN.probability_alive(nothing)["probability_alive"][0] == 1


def test_the_mean_of_the_distribution_of_purchases_is_the_expectation():
    counts = np.arange(13)
    chances = KNOWN.probability_of(counts, horizon=12)
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert chances @ counts == pytest.approx(KNOWN.expected_purchases_new(12), rel=1e-12)
    assert KNOWN.probability_of([13, 40], horizon=12).tolist() == [0, 0]


def test_discounting_for_ever_is_the_limit_of_far_horizons_and_the_two_compoundings_agree():
    rows = table((0, 0, 6), (4, 5, 6), (6, 6, 6), (2, 3, 9))
    name = "discounted_expected_purchases"
    ever = KNOWN.discounted_expected_purchases(rows, discount_rate=0.1, compounding="discrete")[name]
    far = KNOWN.discounted_expected_purchases(rows, discount_rate=0.1, compounding="discrete", horizon=500)[name]
    same = KNOWN.discounted_expected_purchases(rows, discount_rate=math.log(1.1))[name]
    np.testing.assert_allclose(ever, far, rtol=1e-12)
    np.testing.assert_allclose(ever, same, rtol=1e-12)
    undiscounted = KNOWN.discounted_expected_purchases(rows, discount_rate=0, horizon=9)[name]
    np.testing.assert_allclose(undiscounted, KNOWN.expected_purchases(rows, horizon=9)["expected_purchases"])
    next_alone = KNOWN.discounted_expected_purchases(rows, discount_rate=0.1, compounding="discrete", horizon=1)[name]
    np.testing.assert_allclose(next_alone, KNOWN.expected_purchases(rows, horizon=1)["expected_purchases"] / 1.1)


@pytest.mark.parametrize(
    "parameters",
    [
        {"alpha": 1e-5, "beta": 1e-5, "gamma": 1e-5, "delta": 1e-5},
        {"alpha": 1e8, "beta": 1e6, "gamma": 1e26, "delta": 1e38},
        {"alpha": 300.0, "beta": 1.0, "gamma": 1.0, "delta": 1e5},
    ],
)
def test_every_number_is_finite_for_extreme_parameters_and_thousands_of_purchases(parameters):
    fit = FittedBetaBinomialGeo.of(**parameters)
    rows = table((3000, 4000, 5000), (0, 0, 5000), (5000, 5000, 5000), (1, 1, 1), (0, 0, 0))
    columns = [
        fit.expected_purchases(rows, horizon=50)["expected_purchases"],
        fit.probability_alive(rows, at=100)["probability_alive"],
        fit.discounted_expected_purchases(rows, discount_rate=0.0027)["discounted_expected_purchases"],
        fit.probability_of([0, 1, 500], horizon=500),
        fit.expected_purchases_new([0, 10, 1000]),
    ]
    for column in columns:
        assert np.isfinite(column).all()
        assert (column >= 0).all()
    assert fit.simulate(50, age=[20] * 50, rng=np.random.default_rng(3))["T"].tolist() == [20] * 50


@pytest.mark.parametrize(
    "rows",
    [
        [(2, 5, 8, 40)],
        [(6, 6, 6, 100)],
        [(0, 0, 6, 50), (6, 6, 6, 50)],
        [(0, 0, 6, 950), (1, 3, 6, 50)],
        [(1, 2, 2, 5), (0, 0, 2, 5)],
        [(3000, 4000, 5000, 10), (0, 0, 5000, 3), (10, 20, 5000, 5)],
    ],
)
def test_what_the_data_leave_open_is_said_and_a_penalty_closes_it(rows):
    with pytest.warns(ConvergenceWarning, match=r"ran away|ridge"):
        fit = BetaBinomialGeo().fit(table(*rows))
    assert "penalty" in fit.warnings[0]
    assert np.isfinite(list(fit.params.values())).all()
    assert np.isfinite(fit.expected_purchases(table(*rows), horizon=10)["expected_purchases"]).all()
    assert BetaBinomialGeo(penalty=0.001).fit(table(*rows)).warnings == ()


@pytest.mark.parametrize("rows", [[(0, 0, 6, 50)], [(1, 1, 1, 5), (0, 0, 1, 5)], [(1, 2, 3, 0)]])
def test_data_that_say_nothing_are_refused(rows):
    with pytest.raises(NotEnoughData):
        BetaBinomialGeo().fit(table(*rows))


@pytest.mark.parametrize(
    ("row", "column"),
    [((1, 1, 2.5), "T"), ((1, 1, 100_001), "T"), ((1, 1.5, 3), "recency"), ((3, 2, 4), "recency")],
)
def test_time_that_is_no_number_of_opportunities_is_refused_by_its_row(row, column):
    with pytest.raises(InvalidColumn) as caught:
        BetaBinomialGeo().fit(table((0, 0, 4), row))
    assert (caught.value.column, caught.value.row) == (column, 1)


def test_a_column_that_is_missing_is_named():
    with pytest.raises(MissingColumn, match="BG/BB needs column 'T'"):
        BetaBinomialGeo().fit(table((0, 0, 4)).drop(columns="T"))


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: KNOWN.expected_purchases(table((0, 0, 4)), horizon=0), "horizon"),
        (lambda: KNOWN.expected_purchases(table((0, 0, 4)), horizon=2.5), "horizon"),
        (lambda: KNOWN.expected_purchases_new([10_000_000]), "horizon"),
        (lambda: KNOWN.probability_alive(table((0, 0, 4)), at=-1), "at"),
        (lambda: KNOWN.discounted_expected_purchases(table((0, 0, 4)), discount_rate=0), "discount_rate"),
        (lambda: KNOWN.simulate(3, age=[1, 2], rng=np.random.default_rng(1)), "age"),
        (lambda: KNOWN.simulate(0, age=2, rng=np.random.default_rng(1)), "n"),
        (lambda: BetaBinomialGeo(penalty=-1).fit(table((1, 1, 4))), "penalty"),
        (lambda: FittedBetaBinomialGeo.of(alpha=0, beta=1, gamma=1, delta=1), "alpha"),
    ],
)
def test_an_argument_that_cannot_be_is_refused_by_its_name(call, argument):
    with pytest.raises(InvalidArgument) as caught:
        call()
    assert caught.value.argument == argument


def test_a_fit_goes_to_json_and_back(fit):
    assert FittedBetaBinomialGeo.from_json(fit.to_json()) == fit
    assert FittedBetaBinomialGeo.from_json(KNOWN.to_json()).params == KNOWN.params
    with pytest.raises(InvalidDocument):
        FittedBetaBinomialGeo.from_json(fit.to_json().replace("gamma", "lambda"))

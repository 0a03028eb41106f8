"""What is expected of customers of one age, by frequency and recency."""

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import NBD, FittedBetaBinomialGeo, FittedBetaGeo, FittedNBD, FittedParetoNBD, frequency_recency
from crmkit.errors import InvalidArgument

BETA_GEO = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
PARETO = FittedParetoNBD.of(r=0.553, alpha=10.578, s=0.606, beta=11.669)
OPPORTUNITIES = FittedBetaBinomialGeo.of(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
EVERY = [BETA_GEO, PARETO, FittedNBD.of(r=0.385, alpha=12.072), OPPORTUNITIES]


@pytest.mark.parametrize("fit", EVERY, ids=lambda fit: fit.model)
def test_a_cell_is_what_the_model_says_of_such_a_customer(fit):
    found = frequency_recency(fit, age=6, horizon=5)
    table = found.table
    assert (len(found.frequency), len(found.recency)) == found.expected_purchases.shape == (7, 7)
    asked = table[["frequency", "recency"]].assign(T=6.0)
    wanted = fit.probability_alive(fit.expected_purchases(asked, horizon=5))
    pd.testing.assert_frame_equal(table, wanted.drop(columns="T"))
    assert (found.age, found.horizon, found.unit, found.model) == (6, 5, None, fit.model)


@pytest.mark.parametrize("fit", EVERY, ids=lambda fit: fit.model)
def test_cells_in_which_nobody_can_be_are_missing(fit):
    found = frequency_recency(fit, age=6, horizon=5)
    x, last = np.meshgrid(found.frequency, found.recency, indexing="ij")
    possible = ((x == 0) & (last == 0)) | ((x > 0) & (last > 0))
    if fit is OPPORTUNITIES:
        possible &= x <= last
    np.testing.assert_array_equal(np.isnan(found.expected_purchases), ~possible)
    np.testing.assert_array_equal(np.isnan(found.probability_alive), ~possible)


def test_a_published_customer_is_found_in_the_matrix():
    """Fader, Hardie & Lee (2005): who bought twice, last at 30.43 of 38.86 weeks, makes 1.2259 purchases in 39."""
    wanted = BETA_GEO.expected_purchases(
        pd.DataFrame({"frequency": [2.0], "recency": [30.43], "T": [38.86]}), horizon=39
    )
    assert wanted["expected_purchases"][0] == pytest.approx(1.2259, abs=1e-3)
    row = frequency_recency(BETA_GEO, age=38.86, horizon=39).expected_purchases[2]
    assert row[30] < wanted["expected_purchases"][0] < row[31]


def test_of_two_who_bought_long_ago_the_one_who_did_so_often_is_expected_to_buy_less():
    found = frequency_recency(BETA_GEO, age=39, horizon=39).expected_purchases
    assert found[10, 10] < found[2, 10]
    assert found[10, 39] > found[2, 39]


def test_the_highest_frequency_is_one_a_unit_of_time_up_to_forty_or_that_asked_for():
    assert len(frequency_recency(BETA_GEO, age=12.5, horizon=1).frequency) == 13
    assert len(frequency_recency(BETA_GEO, age=100, horizon=1).frequency) == 41
    assert frequency_recency(BETA_GEO, age=3, horizon=1, most=50).expected_purchases.shape == (51, 4)
    only = frequency_recency(BETA_GEO, age=3, horizon=1, most=0)
    assert np.isnan(only.expected_purchases).tolist() == [[False, True, True, True]]


def test_customers_with_covariates_are_those_of_the_plain_model_with_their_parameters():
    """Fader & Hardie (2007), note 019: alpha is divided by e^(coefficient x covariate)."""
    covered = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426, coefficients={"alpha.age": 0.5})
    plain = FittedBetaGeo.of(r=0.243, alpha=4.414 / np.exp(1.0), a=0.793, b=2.426)
    found = frequency_recency(covered, age=6, horizon=5, covariates={"age": 2.0})
    wanted = frequency_recency(plain, age=6, horizon=5)
    pd.testing.assert_frame_equal(found.table, wanted.table)
    for fit, given in ((covered, None), (covered, {"aeg": 2.0}), (plain, {"age": 2.0})):
        with pytest.raises(InvalidArgument, match="covariate"):
            frequency_recency(fit, age=6, horizon=5, covariates=given)


def test_the_unit_is_that_of_the_model():
    data = pd.DataFrame({"frequency": [0.0, 2.0, 5.0], "recency": [0.0, 5.0, 8.0], "T": [9.0, 9.0, 9.0]})
    fit = NBD().fit(data)
    assert frequency_recency(type(fit)(estimate=fit.estimate, unit="week"), age=3, horizon=1).unit == "week"


@pytest.mark.parametrize(
    ("asked", "argument"),
    [({"age": 0}, "age"), ({"horizon": 0}, "horizon"), ({"most": -1}, "most"), ({"most": 2.5}, "most")],
)
def test_ages_horizons_and_counts_that_are_none_are_refused(asked, argument):
    with pytest.raises(InvalidArgument, match=f"^{argument} (is|are) "):
        frequency_recency(BETA_GEO, **{"age": 9, "horizon": 5, **asked})

"""Intervals of the purchases to come: as wide as the model says, whatever the order and the kind of the table."""

from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest
from attrs import evolve
from scipy import stats

from crmkit.clv import (
    BetaGeo,
    FittedBetaBinomialGeo,
    FittedBetaGeo,
    FittedNBD,
    FittedParetoNBD,
    ParetoNBD,
)
from crmkit.clv._customers import history_of
from crmkit.clv._fitted._prediction_interval import Drawn, drawn_purchases, prediction_bounds
from crmkit.errors import ConvergenceWarning, InvalidArgument, MissingColumn
from tests.clv.data import cdnow

FITS = {
    "BG/NBD": FittedBetaGeo.of(r=0.9, alpha=4.0, a=0.8, b=2.5),
    "MBG/NBD": FittedBetaGeo.of(r=0.9, alpha=4.0, a=0.8, b=2.5, model="MBG/NBD"),
    "Pareto/NBD": FittedParetoNBD.of(r=0.9, alpha=4.0, s=0.6, beta=5.0),
    "NBD": FittedNBD.of(r=0.9, alpha=4.0),
    "BG/BB": FittedBetaBinomialGeo.of(alpha=1.2, beta=0.8, gamma=0.7, delta=2.8),
}
# In rising order, as they are drawn.
HISTORIES = pd.DataFrame(
    [(0, 0, 0), (0, 0, 12), (1, 4, 12), (3, 8, 20), (6, 7, 12), (6, 11, 12), (12, 12, 12)],
    columns=["frequency", "recency", "T"],
).astype(float)
ALL = slice(None)
DRAWS = 2000
EACH = pytest.mark.parametrize("model", FITS)


def seeded(seed=1):
    return np.random.default_rng(seed)


def bounds(table):
    return pl.DataFrame(table)[["purchases_low", "purchases_high"]].to_numpy()


def history(rows=ALL):
    return history_of(HISTORIES[rows], columns={}, model="test")


@cache
def drawn_of(model):
    """The purchases drawn for the histories, draws x histories."""
    return drawn_purchases(history(), [FITS[model]._model(9)] * DRAWS, rng=seeded())


def later(model, row):
    """Return the fit of a customer who is alive after the history, taken for a new one."""
    x, _, age = row
    shift = {"alpha": age, "beta": age, "r": x, "b": x + (model == "MBG/NBD")}
    if model == "BG/BB":
        shift = {"alpha": x, "beta": age - x, "delta": age}
    params = FITS[model].params
    return type(FITS[model]).of(**{name: value + shift.get(name, 0) for name, value in params.items()})


def chances(model):
    """The chance of 0, 1, ... 199 purchases by the closed forms: histories x numbers."""
    alive = FITS[model].probability_alive(HISTORIES)["probability_alive"].to_numpy()[:, None]
    rows = HISTORIES.itertuples(index=False)
    found = alive * np.stack([later(model, row).probability_of(np.arange(200), horizon=9) for row in rows])
    found[:, :1] += 1 - alive
    return found


@EACH
def test_the_mean_of_the_draws_is_the_number_expected(model):
    drawn = drawn_of(model)
    expected = FITS[model].expected_purchases(HISTORIES, horizon=9)["expected_purchases"].to_numpy()
    assert (np.abs(drawn.mean(axis=0) - expected) < 4 * drawn.std(axis=0) / np.sqrt(DRAWS)).all()


@EACH
def test_each_number_of_purchases_is_drawn_as_often_as_the_closed_form_says(model):
    exact = chances(model)[:, :8]
    seen = np.stack([(drawn_of(model) == number).mean(axis=0) for number in range(8)], axis=1)
    assert (np.abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / DRAWS)).all()


@EACH
def test_bounds_are_the_quantiles_of_the_closed_form(model):
    found = bounds(FITS[model].prediction_interval(HISTORIES, horizon=9, confidence=0.9, draws=DRAWS, rng=seeded()))
    np.testing.assert_array_equal(found, np.quantile(drawn_of(model), [0.05, 0.95], axis=0, method="inverted_cdf").T)
    below = np.cumsum(chances(model), axis=1)
    for share, ends in zip((0.05, 0.95), found.T, strict=True):
        error = 4 * np.sqrt(share * (1 - share) / DRAWS)
        assert (np.argmax(below >= share - error, axis=1) <= ends).all()
        assert (ends <= np.argmax(below >= share + error, axis=1)).all()


def test_without_leaving_they_are_those_of_the_negative_binomial():
    found = bounds(FITS["NBD"].prediction_interval(HISTORIES, horizon=9, confidence=0.8, draws=DRAWS, rng=seeded()))
    shape, rate = 0.9 + HISTORIES["frequency"], 4.0 + HISTORIES["T"]
    exact = np.stack([stats.nbinom.ppf(share, shape, rate / (rate + 9)) for share in (0.1, 0.9)], axis=1)
    assert (np.abs(found - exact) <= 1).all()
    assert (found == exact).mean() > 0.8


@EACH
def test_bounds_are_whole_and_further_out_with_confidence_and_horizon(model):
    wide, narrow, short = (
        bounds(FITS[model].prediction_interval(HISTORIES, horizon=h, confidence=c, draws=300, rng=seeded()))
        for h, c in ((9, 0.95), (9, 0.5), (3, 0.95))
    )
    assert (wide == np.floor(wide)).all()
    for less in (narrow, short):
        assert (np.diff(wide) >= np.diff(less)).all()
        assert np.diff(wide).sum() > np.diff(less).sum()
    assert (wide[:, 0] <= narrow[:, 0]).all()


@EACH
def test_the_order_and_the_repetition_of_customers_change_nothing(model):
    once = bounds(FITS[model].prediction_interval(HISTORIES, horizon=9, draws=100, rng=seeded()))
    rows = seeded().integers(0, len(HISTORIES), 40).tolist() + list(range(len(HISTORIES)))
    again = FITS[model].prediction_interval(HISTORIES.iloc[rows].assign(n=2), horizon=9, draws=100, rng=seeded())
    np.testing.assert_array_equal(bounds(again), once[rows])


@pytest.mark.parametrize(
    "kind", [pl.from_pandas, lambda frame: pl.from_pandas(frame).to_arrow(), lambda frame: pl.from_pandas(frame).lazy()]
)
def test_every_kind_of_table_has_the_same_intervals(kind):
    fit = FITS["BG/NBD"]
    given = kind(HISTORIES.rename(columns={"T": "age"}).assign(customer_id=list("abcdefg")))
    found = fit.prediction_interval(given, horizon=9, rng=seeded(), columns={"T": "age"})
    assert isinstance(found, pl.DataFrame) or type(found) is type(given)
    np.testing.assert_array_equal(bounds(found), bounds(fit.prediction_interval(HISTORIES, horizon=9, rng=seeded())))
    assert pl.DataFrame(found).columns[-3:] == ["customer_id", "purchases_low", "purchases_high"]


def test_many_histories_are_drawn_in_parts(monkeypatch):
    monkeypatch.setattr("crmkit.clv._fitted._prediction_interval._AT_ONCE", 600)
    models, rng = [FITS["BG/NBD"]._model(9)] * 200, seeded()
    whole = prediction_bounds(history(), models, confidence=0.95, rng=seeded())
    rows = [slice(0, 3), slice(3, 6), slice(6, 7)]
    parts = [prediction_bounds(history(part), models, confidence=0.95, rng=rng) for part in rows]
    np.testing.assert_array_equal(np.stack(whole), np.concatenate(parts, axis=1))


def drawing(alive, number):
    """A model that says a chance to be alive and draws always the same number."""
    return Drawn(
        alive=lambda entries: np.full_like(entries.age, alive),
        bought=lambda entries, rng: np.full_like(entries.age, number),
    )


def test_bounds_are_the_first_numbers_that_enough_draws_lie_at_or_below():
    models = [drawing(1, number) for number in seeded().permutation(np.arange(1, 41))]
    ends = [prediction_bounds(history(slice(1)), models, confidence=c, rng=seeded()) for c in (0.95, 0.9, 0.5)]
    assert [(low[0], high[0]) for low, high in ends] == [(1, 39), (2, 38), (10, 30)]


def test_each_draw_of_the_parameters_has_its_own_chance_to_be_alive():
    drawn = drawn_purchases(history(), [drawing(0, 5), drawing(1, 6), drawing(0, 7), drawing(1, 8)], rng=seeded())
    assert drawn.max(axis=1).tolist() == drawn.min(axis=1).tolist() == [0, 6, 0, 8]


def test_how_sure_the_parameters_are_is_in_the_interval():
    sure = FITS["NBD"].estimate
    unsure = FittedNBD(estimate=evolve(sure, covariance=((1e-12, 0.0), (0.0, 1.0)), n=50))
    found = bounds(unsure.prediction_interval(HISTORIES, horizon=9, draws=DRAWS, rng=seeded()))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    rate = 4.0 * np.exp(nodes)[:, None, None] + HISTORIES["T"].to_numpy()[:, None]
    shape = 0.9 + HISTORIES["frequency"].to_numpy()[:, None]
    each = stats.nbinom.cdf(np.arange(1000), shape, rate / (rate + 9))
    below = np.tensordot(weights / weights.sum(), each, axes=1)
    for share, ends in zip((0.025, 0.975), found.T, strict=True):
        error = 4 * np.sqrt(share * (1 - share) / DRAWS)
        assert (np.argmax(below >= share - error, axis=1) <= ends).all()
        assert (ends <= np.argmax(below >= share + error, axis=1)).all()
    held = bounds(FITS["NBD"].prediction_interval(HISTORIES, horizon=9, draws=DRAWS, rng=seeded()))
    assert found[0, 1] > 1.5 * held[0, 1]


def test_parameters_that_were_given_are_held():
    read = FittedNBD.from_json(FITS["NBD"].to_json())
    found = bounds(read.prediction_interval(HISTORIES, horizon=9, draws=DRAWS, confidence=0.9, rng=seeded()))
    np.testing.assert_array_equal(found, np.quantile(drawn_of("NBD"), [0.05, 0.95], axis=0, method="inverted_cdf").T)


def test_a_fit_that_does_not_know_how_sure_it_is_says_what_to_do():
    alike = pd.DataFrame({"frequency": [1.0] * 9, "recency": [5.0] * 9, "T": [9.0] * 9})
    with pytest.warns(ConvergenceWarning):
        fit = BetaGeo().fit(alike)
    with pytest.raises(InvalidArgument, match=r"penalty=0.001, or hold them as they are, with FittedBetaGeo.of"):
        fit.prediction_interval(alike, horizon=9, rng=seeded())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon": 0}, "horizon"),
        ({"horizon": -3}, "horizon"),
        ({"confidence": 95}, "confidence"),
        ({"draws": 10}, "40 draws or more"),
        ({"draws": 0}, "draws is a count"),
        ({"rng": None}, "source of randomness"),
        ({"rng": 7}, "source of randomness"),
    ],
)
def test_arguments_are_checked(change, message):
    given = {"horizon": 9, "rng": seeded()} | change
    with pytest.raises(InvalidArgument, match=message):
        FITS["BG/NBD"].prediction_interval(HISTORIES, **given)


def test_opportunities_are_whole_and_columns_are_needed():
    with pytest.raises(InvalidArgument, match="horizon"):
        FITS["BG/BB"].prediction_interval(HISTORIES, horizon=2.5, rng=seeded())
    with pytest.raises(MissingColumn, match="'T'"):
        FITS["NBD"].prediction_interval(HISTORIES.drop(columns="T"), horizon=9, rng=seeded())
    found = bounds(FITS["BG/BB"].prediction_interval(HISTORIES, horizon=2, rng=seeded()))
    assert found.max() <= 2


@EACH
def test_the_bounds_of_all_together_are_those_of_the_sum_of_independent_customers(model):
    exact = np.ones(1)
    for row, times in zip(chances(model), (1, 2, 1, 0, 1, 1, 3), strict=True):
        for _ in range(times):
            exact = np.convolve(exact, row)
    counted = HISTORIES.assign(n=[1, 2, 1, 0, 1, 1, 3])
    found = FITS[model].total_purchases(counted, horizon=9, confidence=0.9, draws=DRAWS, rng=seeded())
    below = np.cumsum(exact)
    for share, end in zip((0.05, 0.95), (found.low, found.high), strict=True):
        error = 4 * np.sqrt(share * (1 - share) / DRAWS)
        assert np.argmax(below >= share - error) <= end <= np.argmax(below >= share + error)
    assert found.value == pytest.approx(exact @ np.arange(len(exact)), rel=1e-6)
    assert (found.n, found.confidence) == (9, 0.9)


def test_how_sure_the_parameters_are_is_in_the_interval_of_all_together():
    sold = pd.DataFrame(cdnow())
    fit = ParetoNBD().fit(sold)
    known = FittedParetoNBD.of(**fit.params)
    unsure, sure = (each.total_purchases(sold, horizon=39, draws=60, rng=seeded()) for each in (fit, known))
    assert unsure.high - unsure.low > 1.5 * (sure.high - sure.low)
    assert unsure.value == sure.value
    assert unsure.low < 1882 < unsure.high  # what they bought in these weeks


def test_the_arguments_of_the_total_are_checked_too():
    with pytest.raises(InvalidArgument, match="need 40 draws or more"):
        FITS["NBD"].total_purchases(HISTORIES, horizon=9, draws=39, rng=seeded())
    with pytest.raises(InvalidArgument, match="horizon"):
        FITS["NBD"].total_purchases(HISTORIES, horizon=-1, rng=seeded())

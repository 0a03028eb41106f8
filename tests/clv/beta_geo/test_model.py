"""BG/NBD and MBG/NBD as their users meet them."""

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from crmkit.clv import BetaGeo, FittedBetaGeo, ModifiedBetaGeo
from crmkit.clv._beta_geo._numbers import BetaGeoParameters, alive, discounted, expected, expected_new
from crmkit.clv._customers import History
from crmkit.errors import InvalidArgument, InvalidColumn, InvalidDocument, MissingColumn
from tests.clv.data import cdnow_rounded

FIT = FittedBetaGeo.of(r=0.25, alpha=4.4, a=0.8, b=2.4)
MODIFIED = FittedBetaGeo.of(r=0.52, alpha=6.2, a=0.9, b=1.6, model="MBG/NBD")
ROWS = pd.DataFrame({"frequency": [2, 0, 7], "recency": [30.0, 0.0, 12.5], "T": [38.0, 38.0, 20.0]})


@pytest.fixture(scope="module")
def customers():
    return pd.DataFrame(cdnow_rounded())


def column(frame, name):
    return nw.from_native(frame)[name].to_numpy()


def by_quadrature(parameters, x, scaled):
    """The purchases of a customer who is alive, integrated over the chance to drop out."""
    shape = parameters.b + parameters.chances + x
    return quad(
        lambda p: beta.pdf(p, parameters.a, shape) * -np.expm1(-(parameters.r + x) * np.log1p(p * scaled)) / p,
        0,
        1,
        points=[1e-4, 1e-2],
        limit=300,
        epsabs=0,
        epsrel=1e-9,
    )[0]


@pytest.mark.parametrize("chances", [0, 1])
@pytest.mark.parametrize("a", [0.79, 1.0, 1.00005, 1.001, 5.0])
@pytest.mark.parametrize("b", [0.5, 2.4])
@pytest.mark.parametrize("x", [0, 3, 3000])
def test_expected_purchases_are_the_integral_over_drop_outs(chances, a, b, x):
    parameters = BetaGeoParameters(0.7, 4.0, a, b, chances)
    one = History(*(np.array([value], dtype=float) for value in (x, 4.0 if x else 0.0, 4.0, 1.0)))
    found = expected(parameters, one, horizon=8.0) / alive(parameters, one)
    assert found[0] == pytest.approx(by_quadrature(parameters, x, 1.0), rel=1e-7)


@pytest.mark.parametrize("fit", [FIT, MODIFIED])
def test_the_probabilities_of_counts_add_up_and_have_the_expected_mean(fit):
    counts = np.arange(4000)
    found = fit.probability_of(counts, horizon=52)
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    assert found @ counts == pytest.approx(fit.expected_purchases_new([52])[0], rel=1e-6)


@pytest.mark.parametrize("fit", [FIT, MODIFIED])
def test_what_is_drawn_is_what_is_expected(fit):
    drawn = fit.simulate(40_000, age=39.0, rng=np.random.default_rng(5))
    assert drawn["frequency"].mean() == pytest.approx(fit.expected_purchases_new([39.0])[0], rel=0.04)
    shares = [(drawn["frequency"] == count).mean() for count in range(4)]
    assert shares == pytest.approx(fit.probability_of(range(4), horizon=39.0), abs=0.01)
    assert column(fit.probability_alive(drawn), "probability_alive").mean() == pytest.approx(
        drawn["alive"].mean(), abs=0.01
    )


def test_discounted_purchases_are_the_rate_weighted(customers):
    some = customers.head(50)
    force, horizon = 0.0027, 52.0
    found = column(
        FIT.discounted_expected_purchases(some, discount_rate=force, horizon=horizon), "discounted_expected_purchases"
    )
    steps = np.linspace(0, horizon, 521)
    until = np.array([column(FIT.expected_purchases(some, horizon=step), "expected_purchases") for step in steps[1:]])
    rises = np.diff(np.vstack([np.zeros(50), until]), axis=0)
    middle = np.exp(-force * (steps[1:] + steps[:-1]) / 2)
    assert found == pytest.approx(middle @ rises, rel=1e-5)


@pytest.mark.parametrize(("a", "b"), [(0.01, 0.01), (0.8, 2.4), (5.0, 1.0), (100.0, 1.0), (1000.0, 0.5)])
@pytest.mark.parametrize("x", [0, 4, 1000])
@pytest.mark.parametrize("horizon", [0.3, 6.0, 90.0, 2000.0])
def test_what_is_not_discounted_is_what_is_expected_however_fast_customers_leave(a, b, x, horizon):
    parameters = BetaGeoParameters(5.0, 4.0, a, b, 0)
    one = History(*(np.array([value], dtype=float) for value in (x, 4.0 if x else 0.0, 4.0, 1.0)))
    found = discounted(parameters, one, force=0.0, horizon=horizon)
    assert found == pytest.approx(expected(parameters, one, horizon=horizon), rel=1e-9)


@pytest.mark.parametrize("force", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("a", [0.8, 30.0])
def test_a_strong_discount_is_that_of_each_purchase_when_it_happens(force, a):
    parameters = BetaGeoParameters(0.7, 4.0, a, 2.4, 0)
    one = History(*(np.array([value]) for value in (3.0, 30.0, 36.0, 1.0)))
    by_parts = quad(
        lambda time: force * np.exp(-force * time) * expected(parameters, one, horizon=time)[0],
        0,
        40 / force,
        points=[1 / force, 4 / force],
        epsabs=0,
        epsrel=1e-9,
    )[0]
    assert discounted(parameters, one, force=force, horizon=np.inf)[0] == pytest.approx(by_parts, rel=1e-8)


def test_for_ever_is_the_limit_of_long_horizons(customers):
    some = customers.head(20)
    long, ever = (
        column(
            FIT.discounted_expected_purchases(some, discount_rate=0.01, horizon=ahead), "discounted_expected_purchases"
        )
        for ahead in (3000.0, None)
    )
    assert ever == pytest.approx(long, rel=1e-8)
    discrete = FIT.discounted_expected_purchases(some, discount_rate=np.expm1(0.01), compounding="discrete")
    assert column(discrete, "discounted_expected_purchases") == pytest.approx(ever, rel=1e-12)
    with pytest.raises(InvalidArgument, match="say a horizon"):
        FIT.discounted_expected_purchases(some, discount_rate=0.0)
    assert column(
        FIT.discounted_expected_purchases(some, discount_rate=0.0, horizon=39), "discounted_expected_purchases"
    ) == pytest.approx(column(FIT.expected_purchases(some, horizon=39), "expected_purchases"), rel=1e-9)


def test_who_has_not_bought_again_is_alive_for_certain_in_one_model_and_not_in_the_other():
    assert column(FIT.probability_alive(ROWS), "probability_alive")[1] == 1.0
    assert 0 < column(MODIFIED.probability_alive(ROWS), "probability_alive")[1] < 1


def test_the_chance_to_be_alive_falls_with_time():
    now, soon, later = (column(FIT.probability_alive(ROWS, at=at), "probability_alive") for at in (None, 5, 50))
    assert (now > soon).all()
    assert (soon > later).all()
    assert column(FIT.probability_alive(ROWS, at=0), "probability_alive") == pytest.approx(now)


def test_a_frame_comes_back_as_its_kind_with_one_more_column():
    for frame in (ROWS, pl.from_pandas(ROWS), pl.from_pandas(ROWS).lazy()):
        found = FIT.expected_purchases(frame, horizon=10)
        assert type(found) is (pd.DataFrame if frame is ROWS else pl.DataFrame)
        assert list(found.columns) == ["frequency", "recency", "T", "expected_purchases"]
    renamed = ROWS.rename(columns={"T": "age"})
    assert "expected_purchases" in FIT.expected_purchases(renamed, horizon=10, columns={"T": "age"}).columns


def test_counted_rows_fit_as_written_out_ones(customers):
    counted = customers.value_counts().rename("n").reset_index()
    assert BetaGeo().fit(counted) == BetaGeo().fit(customers)


def test_a_fit_survives_as_json(customers):
    for fit in (BetaGeo().fit(customers), ModifiedBetaGeo(penalty=0.001).fit(customers)):
        assert FittedBetaGeo.from_json(fit.to_json()) == fit
    again = FittedBetaGeo.from_json(FIT.to_json())
    assert (again.model, again.params, again.warnings) == ("BG/NBD", FIT.params, ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"r":0.25', '"r":-1'),
        ('"r":0.25', '"q":1'),
        ('"n":0', '"n":-1'),
        ('"BG/NBD"', '"NBD"'),
        ('"unit":null', '"unit":3'),
        ('"covariance":[[null', '"covariance":[["x"'),
        ('"warnings":[]', '"warnings":[1]'),
        ('"log_likelihood":null', '"log_likelihood":true'),
        ('"warnings":[]', '"warnings":null'),
    ],
)
def test_a_document_that_is_no_fit_is_refused(old, new):
    text = FIT.to_json()
    assert old in text
    with pytest.raises(InvalidDocument, match=r"not a crmkit\.clv\.beta_geo document"):
        FittedBetaGeo.from_json(text.replace(old, new))


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"T": [1.0, 2.0, 3.0]}, InvalidColumn, "recency"),
        ({"frequency": [1.5, 0, 7]}, InvalidColumn, "no count of purchases"),
        ({"recency": [30.0, 2.0, 12.5]}, InvalidColumn, "no repeat purchase"),
        ({"T": [38.0, np.nan, 20.0]}, InvalidColumn, "row 1"),
        ({"T": ["a", "b", "c"]}, InvalidColumn, "numbers are needed"),
        ({"n": [1, -1, 1]}, InvalidColumn, "is no count"),
    ],
)
def test_a_history_that_cannot_be_is_named(change, error, said):
    with pytest.raises(error, match=said):
        BetaGeo().fit(ROWS.assign(**change))


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumn, match="'T'"):
        BetaGeo().fit(ROWS.drop(columns="T"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: FIT.expected_purchases(ROWS, horizon=0),
        lambda: FIT.expected_purchases(ROWS, horizon="9"),
        lambda: FIT.probability_alive(ROWS, at=-1),
        lambda: FIT.expected_purchases_new([-1]),
        lambda: FIT.expected_purchases_new("x"),
        lambda: FIT.probability_of([1.5], horizon=3),
        lambda: FIT.discounted_expected_purchases(ROWS, discount_rate=0.1, compounding="yearly"),
        lambda: FIT.simulate(0, age=3, rng=np.random.default_rng(1)),
        lambda: FIT.simulate(3, age=[1, 2], rng=np.random.default_rng(1)),
        lambda: FittedBetaGeo.of(r=1, alpha=1, a=1, b=1, model="NBD"),
        lambda: BetaGeo(penalty=-1).fit(ROWS),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(ask):
    with pytest.raises(InvalidArgument):
        ask()


@settings(max_examples=80)
@given(
    st.tuples(*[st.floats(-6, 6)] * 4),
    st.integers(0, 5000),
    st.floats(0, 1),
    st.floats(0.01, 1e4),
    st.floats(0.01, 1e4),
    st.sampled_from([0, 1]),
)
def test_every_expectation_is_finite_and_in_its_range(logs, x, share, age, horizon, chances):
    parameters = BetaGeoParameters(*np.exp(logs).tolist(), chances)
    one = History(*(np.array([value], dtype=float) for value in (x, share * age if x else 0.0, age, 1.0)))
    chance = alive(parameters, one)[0]
    assert 0 <= chance <= 1
    found = expected(parameters, one, horizon=horizon)[0]
    most = chance * (parameters.r + x) / (parameters.alpha + age) * horizon
    assert -1e-9 * most <= found <= most * (1 + 1e-7) + 1e-300
    assert expected_new(parameters, np.array([horizon]))[0] >= 0


@pytest.mark.parametrize("b", [1e3, 1e8, 1e12, 1e16])
def test_where_hardly_anybody_leaves_they_buy_as_those_who_never_do(b):
    fit = FittedBetaGeo.of(r=0.6, alpha=5.0, a=0.79, b=b)
    found = fit.expected_purchases(pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [30.0]}), horizon=10)
    assert found["expected_purchases"][0] == pytest.approx(0.6 / 35 * 10, rel=max(1e-9, 1 / b))


@pytest.mark.parametrize("horizon", [1e-15, 1e-9, 1e-5, 1e-2])
def test_within_no_time_they_buy_at_their_first_rate(horizon):
    fit = FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
    assert fit.expected_purchases_new(horizon) == pytest.approx(0.243 / 4.414 * horizon, rel=max(1e-9, horizon))

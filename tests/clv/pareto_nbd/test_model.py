"""Pareto/NBD as it is called: fitted once, then asked."""

import math

import numpy as np
import pandas as pd
import pytest

from crmkit.clv import FittedParetoNBD, ParetoNBD
from crmkit.clv._estimation import maximise
from crmkit.errors import ConvergenceWarning, InvalidArgument, InvalidColumn, InvalidDocument
from tests.clv.data import cdnow_rounded
from tests.kinds import KINDS, rows

CDNOW = FittedParetoNBD.of(r=0.5534, alpha=10.5802, s=0.6061, beta=11.6562)
FEW = pd.DataFrame({"frequency": [0, 2, 26], "recency": [0.0, 30.43, 30.86], "T": [38.86, 38.86, 31.0]})


def frame(frequency, recency, age):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": age}, dtype=float)


@pytest.fixture(scope="module")
def fitted():
    return ParetoNBD().fit(pd.DataFrame(cdnow_rounded()))


def test_the_fit_stands_on_a_top_and_says_how_sure_it_is(fitted):
    assert fitted.warnings == ()
    assert fitted.estimate.n == 2357
    for name, (low, high) in fitted.interval(0.95).items():
        assert low < fitted.params[name] < high
        assert 0 < fitted.standard_errors[name] < fitted.params[name]


def test_the_fit_is_the_same_whatever_the_order_the_counts_and_the_kind(fitted):
    data = pd.DataFrame(cdnow_rounded())
    counted = data.groupby(["frequency", "recency", "T"]).size().rename("n").reset_index()
    for other in (data.sample(frac=1, random_state=3), counted, KINDS["polars"](data), KINDS["duckdb"](counted)):
        assert ParetoNBD().fit(other) == fitted


def test_own_column_names_are_taken():
    data = pd.DataFrame(cdnow_rounded())
    named = ParetoNBD(penalty=0.01).fit(data.rename(columns={"T": "age"}), columns={"T": "age"})
    assert named.params == ParetoNBD(penalty=0.01).fit(data).params


def test_a_penalty_draws_to_the_rate_seen_in_whatever_unit(fitted):
    weeks = pd.DataFrame(cdnow_rounded())
    drawn = ParetoNBD(penalty=10.0).fit(weeks)
    seen = weeks["T"].sum() / weeks["frequency"].sum()
    assert drawn.params == pytest.approx({"r": 1.0, "alpha": seen, "s": 1.0, "beta": seen}, rel=0.1)
    assert drawn.log_likelihood < fitted.log_likelihood
    days = ParetoNBD(penalty=0.1).fit(weeks.assign(recency=weeks["recency"] * 7, T=weeks["T"] * 7))
    own = ParetoNBD(penalty=0.1).fit(weeks).params
    assert days.params == pytest.approx({**own, "alpha": own["alpha"] * 7, "beta": own["beta"] * 7}, rel=1e-6)


def test_the_fit_to_many_begins_at_that_to_a_sample_and_ends_at_the_same_top(monkeypatch):
    starts = []

    def watched(likelihood, start, **rest):
        starts.append((rest["n"], np.exp(start)))
        return maximise(likelihood, start, **rest)

    rng = np.random.default_rng(11)
    data = CDNOW.simulate(2000, age=rng.uniform(20.0, 39.0, 2000), rng=rng)
    whole = ParetoNBD().fit(data)
    monkeypatch.setattr("crmkit.clv._pareto_nbd._model._SAMPLE", 500)
    for place in ("_pareto_nbd._model", "_estimation._firm"):
        monkeypatch.setattr(f"crmkit.clv.{place}.maximise", watched)
    sampled = ParetoNBD().fit(data)
    assert [n for n, _ in starts] == [2000, 2000]
    assert starts[1][1][:2] == pytest.approx([whole.params["r"], whole.params["alpha"]], rel=0.2)
    assert sampled.params == pytest.approx(whole.params, rel=1e-7)
    only_repeaters = data[data["frequency"] > 0]
    assert ParetoNBD().fit(only_repeaters).estimate.n == len(only_repeaters)


def test_predictions_are_the_frame_with_one_more_column():
    assert CDNOW.expected_purchases(FEW, horizon=52).columns.tolist() == [*FEW.columns, "expected_purchases"]
    now, later = CDNOW.probability_alive(FEW), CDNOW.probability_alive(FEW, at=10)
    assert now.columns.tolist() == [*FEW.columns, "probability_alive"]
    assert (later["probability_alive"] < now["probability_alive"]).all()
    for kind in ("polars lazy", "pyarrow", "duckdb"):
        given = rows(CDNOW.expected_purchases(KINDS[kind](FEW), horizon=52))
        assert given == rows(CDNOW.expected_purchases(FEW, horizon=52))


def test_discounting_is_continuous_or_discrete_and_for_ever_or_not():
    def worth(**arguments):
        return CDNOW.discounted_expected_purchases(FEW, **arguments)["discounted_expected_purchases"].to_numpy()

    forever = worth(discount_rate=0.0027)
    assert worth(discount_rate=math.expm1(0.0027), compounding="discrete") == pytest.approx(forever, rel=1e-12)
    assert (worth(discount_rate=0.0027, horizon=52) < forever).all()
    undiscounted = CDNOW.expected_purchases(FEW, horizon=52)["expected_purchases"].to_numpy()
    assert worth(discount_rate=0, horizon=52) == pytest.approx(undiscounted, rel=1e-12)


def test_new_customers_are_asked_for_by_horizon():
    assert CDNOW.expected_purchases_new([0, 52]) == pytest.approx([0, 1.47306699], rel=1e-8)
    assert CDNOW.probability_of(range(200), horizon=52).sum() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CDNOW.expected_purchases(FEW, horizon=0),
        lambda: CDNOW.probability_alive(FEW, at=-1),
        lambda: CDNOW.discounted_expected_purchases(FEW, discount_rate=0),
        lambda: CDNOW.discounted_expected_purchases(FEW, discount_rate=0.1, horizon=-3),
        lambda: CDNOW.probability_of([0.5], horizon=3),
        lambda: CDNOW.interval(1.0),
        lambda: FittedParetoNBD.of(r=0, alpha=1, s=1, beta=1),
        lambda: ParetoNBD(penalty=-1).fit(FEW),
    ],
)
def test_arguments_that_cannot_be_are_refused(wrong):
    with pytest.raises(InvalidArgument):
        wrong()


def test_a_history_that_cannot_be_is_refused():
    with pytest.raises(InvalidColumn, match="recency"):
        ParetoNBD().fit(frame([1], [9], [5]))


def test_a_fit_is_the_same_after_it_was_written_and_read(fitted):
    read = FittedParetoNBD.from_json(fitted.to_json())
    assert read == fitted
    unsure = FittedParetoNBD.from_json(CDNOW.to_json())
    assert unsure.params == CDNOW.params
    assert math.isnan(unsure.log_likelihood)
    with pytest.raises(InvalidDocument):
        FittedParetoNBD.from_json(fitted.to_json().replace('"beta"', '"gamma"'))


def test_what_the_data_do_not_say_is_warned_of():
    with pytest.warns(ConvergenceWarning, match=r"Pareto/NBD: .* ran away"):
        fit = ParetoNBD().fit(frame([1] + [0] * 99, [7] + [0] * 99, [30] * 100))
    assert any("simpler model" in note for note in fit.warnings)

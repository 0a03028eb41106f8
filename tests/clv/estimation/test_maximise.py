"""The climb to the top of a likelihood."""

import numpy as np
import pytest
from attrs import evolve

from crmkit.clv._estimation import Value, estimated, known, maximise
from crmkit.clv._estimation._maximise import Optimum
from crmkit.errors import ConvergenceError, ConvergenceWarning, InvalidArgument


def bowl(centre, curvature=1.0):
    def likelihood(logs):
        away = logs - centre
        size = len(logs)
        return Value(-0.5 * curvature * float(away @ away), -curvature * away, -curvature * np.eye(size))

    return likelihood


def test_the_top_of_a_bowl_is_its_centre():
    top = maximise(bowl(np.array([1.0, -2.0])), np.zeros(2), n=10)
    assert top.logs == pytest.approx([1.0, -2.0], abs=1e-12)
    assert top.slope < 1e-12
    assert top.log_likelihood == pytest.approx(0.0)


def test_a_penalty_draws_to_one_and_is_not_part_of_the_likelihood_told():
    top = maximise(bowl(np.array([1.0]), curvature=10.0), np.zeros(1), n=10, penalty=0.5)
    assert top.logs == pytest.approx([0.5])  # half way between the data's 1 and the penalty's 0
    assert top.log_likelihood == pytest.approx(-0.5 * 10 * 0.25)


def test_a_top_has_parameters_errors_and_intervals():
    top = Optimum(np.log([2.0, 3.0]), -10.0, 0.0, -np.diag([4.0, 25.0]), 5, np.zeros(2))
    found = estimated("model", ("r", "alpha"), top, n=7)
    assert dict(found.params) == pytest.approx({"r": 2.0, "alpha": 3.0})
    assert dict(found.standard_errors) == pytest.approx({"r": 2.0 * 0.5, "alpha": 3.0 * 0.2})
    low, high = found.interval(0.95)["r"]
    assert (low, high) == pytest.approx((2.0 * np.exp(-1.959964 * 0.5), 2.0 * np.exp(1.959964 * 0.5)), rel=1e-6)
    assert found.warnings == ()
    for wrong in (0, 1, 2.0):
        with pytest.raises(InvalidArgument, match="between 0 and 1"):
            found.interval(wrong)


def test_a_parameter_that_ran_away_is_named():
    top = Optimum(np.array([0.0, 13.0]), -10.0, 1e-3, -np.eye(2), 5, np.zeros(2))
    with pytest.warns(ConvergenceWarning, match="alpha ran away"):
        found = estimated("model", ("r", "alpha"), top, n=7)
    assert "penalty" in found.warnings[0]


def test_a_slope_is_no_top():
    with pytest.raises(ConvergenceError, match="slope") as caught:
        estimated("model", ("r",), Optimum(np.zeros(1), -1.0, 1e-3, -np.eye(1), 5, np.zeros(1)), n=7)
    assert (caught.value.model, caught.value.slope) == ("model", 1e-3)


def test_what_is_not_finite_is_no_top():
    with pytest.raises(ConvergenceError, match="no finite top"):
        estimated("model", ("r",), Optimum(np.zeros(1), np.nan, 0.0, -np.eye(1), 5, np.zeros(1)), n=7)


def test_where_the_data_do_not_determine_a_parameter_there_is_no_error_of_it():
    top = Optimum(np.zeros(2), -1.0, 0.0, -np.diag([1.0, 0.0]), 5, np.zeros(2))
    with pytest.warns(ConvergenceWarning, match="no standard errors"):
        found = estimated("model", ("r", "alpha"), top, n=7)
    assert np.isnan(list(found.standard_errors.values())).all()


def test_where_an_interval_would_hold_every_number_there_is_no_error_either():
    top = Optimum(np.zeros(2), -1.0, 0.0, -np.diag([1.0, 1e-4]), 5, np.zeros(2))
    with pytest.warns(ConvergenceWarning, match="no standard errors; use a simpler model"):
        found = estimated("model", ("r", "alpha"), top, n=7)
    assert np.isnan(list(found.interval().values())).all()
    assert evolve(known(r=1.0), covariance=((1e9,),)).interval()["r"] == (0.0, np.inf)


def test_parameters_that_are_known_have_no_error():
    found = known(r=1.0, alpha=2.0)
    assert (dict(found.params), found.n) == ({"r": 1.0, "alpha": 2.0}, 0)
    assert np.isnan(found.standard_errors["r"])
    with pytest.raises(InvalidArgument, match="alpha is a finite number above 0"):
        known(r=1.0, alpha=0.0)


def test_where_a_parameter_makes_no_difference_the_others_find_their_top():
    def ridge(logs):
        return Value(-0.5 * logs[0] ** 2, np.array([-logs[0], 0.0]), np.diag([-1.0, 0.0]))

    top = maximise(ridge, np.array([1.0, 0.3]), n=1)
    assert top.logs[0] == pytest.approx(0.0, abs=1e-9)
    assert top.slope < 1e-9


def test_what_rises_without_end_is_followed_as_far_as_numbers_go_and_no_further():
    def slope(logs):
        return Value(float(logs[0]), np.ones(1), np.zeros((1, 1)))

    top = maximise(slope, np.zeros(1), n=1)
    assert 12.0 < top.logs[0] <= 20.0
    assert top.slope == 1.0
    assert top.away.all()


def test_how_far_is_too_far_is_measured_from_what_is_usual():
    top = maximise(bowl(np.array([30.0])), np.array([25.0]), n=1, usual=np.array([17.0]))
    assert top.logs == pytest.approx([30.0])
    assert top.away.all()
    assert not maximise(bowl(np.array([30.0])), np.array([25.0]), n=1).away.any()

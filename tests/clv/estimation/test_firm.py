"""A climb that ends on a top, or is held on one."""

import numpy as np
import pytest

from crmkit.clv._estimation import Value, held


def hill(logs, centre, height):
    """A bell of this height over a line."""
    away = logs[0] - centre
    value = height * np.exp(-(away**2) / 2.0)
    return np.array([value, -away * value, (away**2 - 1.0) * value])


def plateau(logs):
    """What rises to 0 for ever, ever less."""
    rest = np.exp(-logs[0])
    return np.array([-rest, rest, -rest])


def summed(*parts):
    value, gradient, hessian = sum(parts)
    return Value(value, np.array([gradient]), np.array([[hessian]]))


def test_a_top_is_left_as_it_is_and_so_is_what_was_asked_for():
    top, notes = held(lambda logs: summed(hill(logs, 0.5, 1.0)), np.zeros(1), n=1, penalty=0.0)
    assert top.logs == pytest.approx([0.5])
    assert notes == ()
    top, notes = held(lambda logs: summed(plateau(logs)), np.zeros(1), n=1, penalty=0.01)
    assert 1.0 < top.logs[0] < 5.0
    assert notes == ()


def test_a_climb_that_ran_away_over_a_hill_begins_again_on_it():
    def likelihood(logs):
        return summed(plateau(logs), hill(logs, 3.0, 0.2))

    top, notes = held(likelihood, np.array([8.0]), n=1, penalty=0.0, usual=np.zeros(1))
    assert top.logs == pytest.approx([3.2], abs=0.3)
    assert top.slope < 1e-6
    assert (top.away.any(), notes) == (False, ())


def test_where_nothing_is_higher_it_stays_away():
    top, notes = held(lambda logs: summed(plateau(logs)), np.zeros(1), n=1, penalty=0.0)
    assert top.away.all()
    assert top.slope < 1e-6
    assert notes == ()


def test_a_ridge_is_held_by_the_least_penalty_that_gives_a_top():
    def ridge(logs):
        return Value(float(logs[0]) * 0.01, np.array([0.01]), np.zeros((1, 1)))

    top, notes = held(ridge, np.zeros(1), n=1, penalty=0.0)
    assert top.logs == pytest.approx([0.01 / 2 / 0.001])
    assert notes == (
        "the likelihood rises along a ridge without a top; fitted with penalty=0.001, use a simpler model",
    )

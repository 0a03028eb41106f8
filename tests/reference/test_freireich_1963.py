"""Weeks in remission of 21 leukemia patients on 6-MP: Freireich et al. (1963), as listed by Stata's `sts list`."""

import math

import pytest

from crmkit.statistics import kaplan_meier

WEEKS = (6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35)
RELAPSED = (1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)

# week, patients at its beginning, relapses, survivor function, 95 % interval
LISTED = [
    (6, 21, 3, 0.8571, 0.6197, 0.9516),
    (7, 17, 1, 0.8067, 0.5631, 0.9228),
    (10, 15, 1, 0.7529, 0.5032, 0.8894),
    (13, 12, 1, 0.6902, 0.4316, 0.8491),
    (16, 11, 1, 0.6275, 0.3675, 0.8049),
    (22, 7, 1, 0.5378, 0.2678, 0.7468),
    (23, 6, 1, 0.4482, 0.1881, 0.6801),
]


def test_the_survivor_function_and_its_interval_are_those_listed():
    curve = kaplan_meier(WEEKS, RELAPSED)
    columns = (curve.times, curve.at_risk, curve.ended, curve.survival, curve.low, curve.high)
    rows = [tuple(round(number, 4) for number in row) for row in zip(*columns, strict=True)]
    assert rows == LISTED
    assert curve.n == 21


def test_the_median_is_23_weeks_and_has_no_upper_bound():
    median = kaplan_meier(WEEKS, RELAPSED).median
    assert (median.value, median.low) == (23.0, 13.0)
    assert math.isnan(median.high)


@pytest.mark.parametrize("weeks", [WEEKS, WEEKS[::-1]])
def test_the_order_of_the_patients_does_not_matter(weeks):
    relapsed = RELAPSED if weeks is WEEKS else RELAPSED[::-1]
    assert kaplan_meier(weeks, relapsed).survival.tolist() == kaplan_meier(WEEKS, RELAPSED).survival.tolist()

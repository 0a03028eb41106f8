import math

import pytest

from crmkit.datasets import LogNormal, Truth
from crmkit.errors import InvalidArgument


def test_the_win_rates_of_the_owners_have_the_mean_and_spread_that_were_asked_for():
    rates = Truth(win_rate=0.4, owner_spread=0.1).owner_win_rates
    assert sum(rates) / len(rates) == pytest.approx(0.4)
    assert math.sqrt(sum((rate - 0.4) ** 2 for rate in rates) / len(rates)) == pytest.approx(0.1)
    assert len(set(rates)) == len(rates) == 12


def test_without_a_spread_all_owners_win_alike():
    assert set(Truth(win_rate=1, owner_spread=0).owner_win_rates) == {1.0}


def test_the_mean_of_a_log_normal_quantity_is_its_median_times_exp_of_half_the_variance():
    assert LogNormal(100, 0.5).mean == pytest.approx(100 * math.exp(0.125))
    assert LogNormal(100, 0).mean == 100


def test_promoters_are_the_rest_and_the_nps_their_lead():
    truth = Truth(detractor_share=0.15, passive_share=0.25)
    assert truth.promoter_share == pytest.approx(0.6)
    assert truth.nps == pytest.approx(0.45)
    assert Truth(detractor_share=0.9, passive_share=0.1).promoter_share == 0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("win_rate", 1.1),
        ("lead_conversion_rate", -0.1),
        ("monthly_churn", math.nan),
        ("order_rate", -1),
        ("deal_rate", math.inf),
        ("owner_spread", 0.5),
        ("passive_share", 0.9),
    ],
)
def test_what_cannot_be_true_is_refused_by_name(argument: str, value: float):
    with pytest.raises(InvalidArgument) as caught:
        Truth(**{argument: value})
    assert caught.value.argument == argument
    assert argument in str(caught.value)


@pytest.mark.parametrize(("median", "sigma", "argument"), [(0, 1, "median"), (math.inf, 1, "median"), (1, -1, "sigma")])
def test_a_log_normal_quantity_is_positive_and_finite(median: float, sigma: float, argument: str):
    with pytest.raises(InvalidArgument) as caught:
        LogNormal(median, sigma)
    assert caught.value.argument == argument

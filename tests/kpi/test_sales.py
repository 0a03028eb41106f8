"""The KPIs of deals, against numbers worked out by hand and the libraries' own routines."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmkit import kpi
from crmkit.errors import InvalidArgument, UndefinedMetricWarning

from .deals import MIXED, deal, deal_table


def test_win_rate_is_won_over_closed_with_the_wilson_interval():
    measured = kpi.win_rate(MIXED)
    assert (float(measured), measured.n, measured.unit) == (3 / 5, 5, "fraction")
    assert (measured.low, measured.high) == pytest.approx(proportion_confint(3, 5, method="wilson"), rel=1e-12)


def test_win_rate_by_value_is_won_value_over_closed_value():
    measured = kpi.win_rate_by_value(MIXED)
    assert float(measured) == pytest.approx(450.5 / 800)
    assert measured.low < measured.value < measured.high


def test_win_rate_by_value_is_undefined_where_lost_deals_were_given_no_value():
    table = deal_table(deal("1", "won", amount=10), deal("2", "lost", amount=0))
    with pytest.warns(UndefinedMetricWarning, match="does not keep what they were worth"):
        measured = kpi.win_rate_by_value(table)
    assert math.isnan(measured.value)
    assert measured.n == 2


def test_the_interval_of_a_share_by_value_stays_a_share():
    table = deal_table(deal("1", "won", amount=10), deal("2", "lost", amount=9))
    measured = kpi.win_rate_by_value(table)
    assert (measured.low, measured.high) == (0, 1)


def test_win_rate_by_value_is_one_where_nothing_was_lost():
    assert float(kpi.win_rate_by_value(deal_table(deal("1", "won", amount=10)))) == 1


def test_average_deal_size_is_the_mean_won_amount_with_a_t_interval():
    measured = kpi.average_deal_size(MIXED)
    amounts = np.array([100, 300, 50.5])
    expected = stats.t.interval(0.95, 2, amounts.mean(), stats.sem(amounts))
    assert float(measured) == pytest.approx(amounts.mean())
    assert (measured.low, measured.high) == pytest.approx(expected)


def test_won_revenue_is_the_sum_of_won_amounts_and_has_no_interval():
    measured = kpi.won_revenue(MIXED)
    assert float(measured) == 450.5
    assert math.isnan(measured.low)
    assert math.isnan(measured.high)


def test_cents_add_up_exactly():
    table = deal_table(*(deal(str(number), "won", amount="0.10") for number in range(1000)))
    assert float(kpi.won_revenue(table)) == 100.0


def test_cycles_are_the_median_and_the_mean_of_the_won_deals_days():
    assert float(kpi.sales_cycle(MIXED)) == np.median([10, 30, 93])
    assert float(kpi.mean_won_cycle(MIXED)) == pytest.approx(np.mean([10, 30, 93]))


def test_a_deal_that_lacks_a_date_or_ends_before_it_begins_is_left_out_of_cycles_and_counted():
    days = MIXED.loc[:0, "created_at"].iloc[0]
    table = deal_table(
        deal("1", "won", created_at=days, closed_at=days),
        deal("2", "won", created_at=None, closed_at=days),
        deal("3", "won", created_at=days, closed_at=None),
        deal("4", "won", created_at=MIXED["created_at"].iloc[1], closed_at=days),
    )
    measured = kpi.sales_cycle(table)
    assert (float(measured), measured.n) == (0, 1)
    assert measured.excluded == {"created_at missing": 1, "closed_at missing": 1, "closed_at before created_at": 1}


def test_open_pipeline_adds_what_is_open_and_counts_what_has_no_amount():
    measured = kpi.open_pipeline(MIXED)
    assert (float(measured), measured.n) == (1400, 2)
    assert measured.excluded == {"amount missing": 1}


def test_weighted_pipeline_multiplies_each_amount_with_its_probability():
    assert float(kpi.weighted_pipeline(MIXED)) == 1000 * 0.5 + 400 * 0.25


def test_a_pipeline_without_any_amount_says_so_instead_of_zero():
    table = deal_table(deal("1"), deal("2"))
    with pytest.warns(UndefinedMetricWarning, match="amount missing in 2 of 2"):
        measured = kpi.open_pipeline(table)
    assert math.isnan(float(measured))
    assert measured.reason == "amount missing in 2 of 2"
    assert str(measured) == "open_pipeline: cannot compute: amount missing in 2 of 2"


def test_no_open_deal_is_an_empty_pipeline_not_an_unknown_one():
    measured = kpi.open_pipeline(deal_table(deal("1", "won", amount=5)))
    assert (float(measured), measured.n, measured.reason) == (0, 0, None)


@pytest.mark.parametrize("metric", [kpi.win_rate, kpi.average_deal_size, kpi.sales_cycle, kpi.mean_won_cycle])
def test_without_closed_deals_a_rate_or_mean_is_undefined_and_says_why(metric):
    with pytest.warns(UndefinedMetricWarning, match="no deal was won"):
        measured = metric(deal_table(deal("1")))
    assert not measured.defined
    assert measured.n == 0


def test_plain_numbers_give_what_a_table_of_them_gives():
    amounts, days = [100, 300, 50.5], [10, 30, 93]
    assert kpi.win_rate.of(won=3, lost=2) == kpi.win_rate(MIXED)
    assert kpi.average_deal_size.of(amounts) == kpi.average_deal_size(MIXED)
    assert kpi.sales_cycle.of(days) == kpi.sales_cycle(MIXED)
    assert kpi.mean_won_cycle.of(days) == kpi.mean_won_cycle(MIXED)
    assert float(kpi.won_revenue.of(amounts)) == float(kpi.won_revenue(MIXED))
    assert float(kpi.open_pipeline.of([1000, 400])) == float(kpi.open_pipeline(MIXED))
    assert float(kpi.weighted_pipeline.of([1000, 400], [0.5, 0.25])) == float(kpi.weighted_pipeline(MIXED))
    assert float(kpi.win_rate_by_value.of(won=450.5, lost=349.5)) == float(kpi.win_rate_by_value(MIXED))


def test_plain_numbers_that_make_no_sense_are_refused_by_name():
    with pytest.raises(InvalidArgument, match="each deal has one of both"):
        kpi.weighted_pipeline.of([1, 2], [0.5])
    with pytest.raises(InvalidArgument, match="between 0 and 1"):
        kpi.weighted_pipeline.of([1], [50])
    with pytest.raises(InvalidArgument, match="lost is -1"):
        kpi.win_rate.of(won=3, lost=-1)
    with pytest.raises(InvalidArgument, match="won is -1"):
        kpi.win_rate_by_value.of(won=-1, lost=3)
    with pytest.warns(UndefinedMetricWarning):
        assert not kpi.win_rate_by_value.of(won=0, lost=0).defined


def test_a_measurement_reads_as_a_sentence():
    assert str(kpi.win_rate.of(won=42, lost=24)) == "win_rate: 0.6363636364 (0.515796 to 0.74193), n 66"
    assert str(kpi.won_revenue(MIXED)) == "won_revenue: 450.5, n 3"


@pytest.mark.parametrize("amount", [None, "4200", True, float("nan"), float("inf")])
def test_an_amount_that_is_no_number_is_refused_by_name(amount):
    with pytest.raises(InvalidArgument, match="amounts hold") as refused:
        kpi.won_revenue.of([1, amount])
    assert refused.value.argument == "amounts"


def test_a_cycle_does_not_run_backwards():
    with pytest.raises(InvalidArgument, match="days hold -1; they are finite numbers of at least 0"):
        kpi.sales_cycle.of([3, -1])


def test_any_iterable_of_numbers_will_do():
    assert float(kpi.won_revenue.of(amount for amount in (1, 2))) == 3


def test_half_a_deal_is_not_won():
    with pytest.raises(InvalidArgument, match=r"won is 1\.5; it is a whole number"):
        kpi.win_rate.of(won=1.5, lost=1)

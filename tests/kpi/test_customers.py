"""CAC, churn, retention and conversion of plain numbers, and lead conversion of tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from crmkit import kpi
from crmkit.errors import InvalidArgument, TableError, UndefinedMetricWarning

from .deals import MIXED, day, lead_table


def test_acquiring_thirty_customers_for_twelve_thousand_costs_four_hundred_each():
    measured = kpi.cac.of(spend=12_000, new_customers=30)
    assert (float(measured), measured.n, measured.unit) == (400, 30, None)


def test_without_a_new_customer_the_cost_of_one_is_undefined():
    with pytest.warns(UndefinedMetricWarning, match="there was no new customer"):
        assert not kpi.cac.of(spend=12_000, new_customers=0).defined


@given(at_start=st.integers(1, 10_000), data=st.data())
def test_retention_and_churn_of_the_same_people_add_up_to_one(at_start, data):
    lost, new = data.draw(st.integers(0, at_start)), data.draw(st.integers(0, 1000))
    churned = kpi.churn_rate.of(lost=lost, at_start=at_start)
    stayed = kpi.retention_rate.of(at_start=at_start, at_end=at_start - lost + new, new=new)
    assert float(churned) + float(stayed) == pytest.approx(1)
    assert churned.low == pytest.approx(1 - stayed.high)


def test_more_than_everybody_cannot_be_lost():
    with pytest.raises(InvalidArgument, match="lost is 43 of at_start 42") as refused:
        kpi.churn_rate.of(lost=43, at_start=42)
    assert refused.value.argument == "lost"


def test_churn_has_the_wilson_interval():
    measured = kpi.churn_rate.of(lost=5, at_start=120)
    assert (measured.low, measured.high) == pytest.approx(proportion_confint(5, 120, method="wilson"))


@pytest.mark.parametrize("counts", [{"at_end": 101}, {"at_end": 130, "new": 20}, {"at_end": 5, "new": 6}])
def test_more_than_everybody_cannot_be_retained(counts):
    with pytest.raises(InvalidArgument, match="nobody can be retained who was not there"):
        kpi.retention_rate.of(at_start=100, **counts)


def test_conversion_is_the_share_of_those_who_could_have():
    assert float(kpi.conversion_rate.of(converted=3, visitors=200)) == 0.015
    assert kpi.lead_conversion_rate.of(converted=2, leads=4) == kpi.lead_conversion_rate(lead_table(1, 2, None, None))


@pytest.mark.parametrize(
    ("metric", "counts", "reason"),
    [
        (kpi.churn_rate, {"lost": 0, "at_start": 0}, "no customer at the start"),
        (kpi.retention_rate, {"at_start": 0, "at_end": 3, "new": 3}, "no customer at the start"),
        (kpi.conversion_rate, {"converted": 0, "visitors": 0}, "nobody to convert"),
        (kpi.lead_conversion_rate, {"converted": 0, "leads": 0}, "no lead was created"),
    ],
)
def test_a_share_of_nobody_is_undefined_and_says_why(metric, counts, reason):
    with pytest.warns(UndefinedMetricWarning, match=reason):
        assert not metric.of(**counts).defined


@pytest.mark.parametrize("spend", [-1, float("nan"), float("inf"), True])
def test_an_impossible_spend_is_refused_by_name(spend):
    with pytest.raises(InvalidArgument, match="spend is") as refused:
        kpi.cac.of(spend=spend, new_customers=3)
    assert refused.value.argument == "spend"


def test_a_metric_of_plain_numbers_says_so_when_given_a_table():
    with pytest.raises(TableError, match=r"kpi\.cac\.of"):
        kpi.cac(MIXED)


def test_lead_conversion_by_the_month_of_creation():
    leads = lead_table(*[1] * 31, *[None] * 29)
    assert [piece.measurement.value for piece in kpi.lead_conversion_rate(leads, every="month")] == [1, 0]
    assert float(kpi.lead_conversion_rate(leads, as_of=day(31))) == 30 / 31

"""From the tables alone, the truth is found again: inside intervals of 99.9 %, by textbook formulas."""

import numpy as np
import pandas as pd
from scipy import stats

from crmkit.datasets import LogNormal, SimulatedCompany

Z = stats.norm.ppf(0.9995)
DAY = pd.Timedelta(days=1)
# Of 1,000 deals or leads one takes longer.
SLOWEST = stats.norm.ppf(0.999)


def holds(successes: int, trials: int, truth: float) -> bool:
    """Whether an exact interval of a share contains the truth."""
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(0.999)
    return bool(interval.low <= truth <= interval.high)


def mature(created: pd.Series, law: LogNormal, company: SimulatedCompany) -> pd.Series:
    """Which rows are so old that what takes `law` has happened by now."""
    return created < company.as_of - law.median * np.exp(SLOWEST * law.sigma) * DAY


def test_the_win_rate_of_closed_deals_is_the_true_one(large: SimulatedCompany):
    closed = large.deals[large.deals["status"] != "open"]
    assert holds((closed["status"] == "won").sum(), len(closed), large.truth.win_rate)


def test_each_owner_wins_at_their_own_rate(large: SimulatedCompany):
    closed = large.deals[large.deals["status"] != "open"]
    won = (closed["status"] == "won").groupby(closed["owner_id"]).agg(["sum", "size"]).reindex(large.users["id"])
    for (wins, trials), rate in zip(won.to_numpy(), large.truth.owner_win_rates, strict=True):
        assert holds(wins, trials, rate)


def test_winning_does_not_depend_on_size_or_time(large: SimulatedCompany):
    mature_deals = large.deals[mature(large.deals["created_at"], large.truth.sales_cycle, large)]
    deals = mature_deals.dropna(subset=["closed_at"])
    days = (deals["closed_at"] - deals["created_at"]) / DAY
    won = deals["status"] == "won"
    assert stats.ks_2samp(days[won], days[~won]).pvalue > 0.001
    assert stats.ks_2samp(deals["amount"][won], deals["amount"][~won]).pvalue > 0.001


def test_the_cycle_of_mature_deals_is_the_true_one(large: SimulatedCompany):
    law = large.truth.sales_cycle
    deals = large.deals[mature(large.deals["created_at"], law, large)]
    logs = np.log(((deals["closed_at"] - deals["created_at"]) / DAY).dropna())
    assert len(logs) >= 0.998 * len(deals) > 1_000
    assert abs(logs.mean() - np.log(law.median)) < Z * law.sigma / np.sqrt(len(logs))
    assert abs(logs.std() - law.sigma) < Z * law.sigma / np.sqrt(2 * len(logs))


def test_the_cycle_of_closed_deals_alone_is_too_short_because_slow_deals_are_open(large: SimulatedCompany):
    law = large.truth.sales_cycle
    closed = large.deals.dropna(subset=["closed_at"])
    logs = np.log((closed["closed_at"] - closed["created_at"]) / DAY)
    assert logs.mean() < np.log(law.median) - Z * law.sigma / np.sqrt(len(logs))


def test_how_long_open_deals_are_open_is_what_the_true_cycle_leaves(large: SimulatedCompany):
    age = (large.as_of - large.deals["created_at"]) / DAY
    law = large.truth.sales_cycle
    expected = stats.lognorm.sf(age, law.sigma, scale=law.median)
    opened = (large.deals["status"] == "open").sum()
    assert abs(opened - expected.sum()) < Z * np.sqrt((expected * (1 - expected)).sum())


def test_the_size_of_deals_is_the_true_one_whatever_became_of_them(large: SimulatedCompany):
    law = large.truth.deal_size
    for _, amounts in large.deals.groupby("status")["amount"]:
        logs = np.log(amounts)
        assert abs(logs.mean() - np.log(law.median)) < Z * law.sigma / np.sqrt(len(logs))
    standard_error = law.mean * np.sqrt((np.exp(law.sigma**2) - 1) / len(large.deals))
    assert abs(large.deals["amount"].mean() - law.mean) < Z * standard_error


def test_the_conversion_of_mature_leads_is_the_true_one_and_that_of_all_too_low(large: SimulatedCompany):
    leads, rate = large.leads, large.truth.lead_conversion_rate
    old = leads[mature(leads["created_at"], large.truth.lead_decision, large)]
    assert holds((old["status"] == "converted").sum(), len(old), rate)
    young = leads[leads["created_at"] > large.as_of - 10 * DAY]
    assert (young["status"] == "converted").mean() < rate - Z * np.sqrt(rate * (1 - rate) / len(young))


def test_the_shares_of_the_answers_are_the_true_ones(large: SimulatedCompany):
    answers, truth = large.survey_responses, large.truth
    nps, csat, ces = (answers["score"][answers["kind"] == kind] for kind in ("nps", "csat", "ces"))
    assert holds((nps <= 6).sum(), len(nps), truth.detractor_share)
    assert holds(nps.between(7, 8).sum(), len(nps), truth.passive_share)
    assert holds((nps >= 9).sum(), len(nps), truth.promoter_share)
    assert holds((csat >= 4).sum(), len(csat), truth.csat_share)
    assert holds((ces >= 5).sum(), len(ces), truth.ces_share)


def test_subscriptions_end_at_the_true_rate(large: SimulatedCompany):
    subscriptions = large.subscriptions
    end = subscriptions["ended_at"].fillna(large.as_of)
    months = ((end - subscriptions["started_at"]) / pd.Timedelta(days=365.25 / 12)).sum()
    ended = (subscriptions["status"] == "cancelled").sum()
    hazard = -np.log1p(-large.truth.monthly_churn)
    assert abs(ended - hazard * months) < Z * np.sqrt(hazard * months)


def test_orders_and_tickets_come_at_the_true_rate(large: SimulatedCompany):
    months = ((large.as_of - large.companies["created_at"]) / pd.Timedelta(days=365.25 / 12)).sum()
    for frame, rate in ((large.orders, large.truth.order_rate), (large.tickets, large.truth.ticket_rate)):
        assert abs(len(frame) - rate * months) < Z * np.sqrt(rate * months)
    logs = np.log(large.orders["amount"])
    assert abs(logs.mean() - np.log(large.truth.order_size.median)) < Z * large.truth.order_size.sigma / np.sqrt(
        len(logs)
    )

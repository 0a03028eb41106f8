"""The ageing report: what is open, since when, and rotten by the rules of the pipeline."""

import math
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import kpi
from crmkit.calendars import BusinessCalendar
from crmkit.errors import CurrencyMismatch, InvalidArgument, MissingColumn, NeedsHistory, UnknownStage
from crmkit.pipeline import Pipeline, Stage, lead_lifecycle
from tests.histories import day

from .deals import deal, deal_table

SALES = Pipeline(
    "Sales",
    stages=[
        Stage("Talk", rots_after_days=14),
        Stage("Offer", rots_after_business_days=5),
        Stage("Later", kind="on_hold"),
        Stage("Won", kind="won"),
        Stage("Lost", kind="lost"),
    ],
    calendar=BusinessCalendar(),
)
DEALS = deal_table(
    deal("1", stage="Talk", owner_id="ana", amount=100, currency="EUR", created_at=day(0), stage_entered_at=day(10)),
    deal("2", stage="Talk", owner_id="ana", amount=50, currency="EUR", created_at=day(6)),
    deal("3", stage="Talk", owner_id="ben", created_at=day(19)),
    deal("4", stage="Offer", owner_id="ben", amount=7, currency="EUR", created_at=day(1), stage_entered_at=day(11)),
    deal("5", stage="Offer", owner_id="ben"),
    deal("6", "won", stage="Won", amount=5, currency="EUR", created_at=day(0), closed_at=day(9)),
)


def _column(report, name):
    return [getattr(row, name) for row in report]


def test_open_deals_are_counted_by_stage_with_amount_age_and_what_is_rotten():
    talk, offer, later = kpi.ageing_report(DEALS, pipeline=SALES, as_of=day(20))
    assert (talk.stage, talk.deals, talk.amount.value, talk.currency) == ("Talk", 3, 150.0, "EUR")
    assert dict(talk.amount.excluded) == {"amount missing": 1}
    assert talk.median_age.value == 10.0  # of 10, 14 and 1 days
    assert (talk.rotten, talk.since_created, talk.undated) == (1, 2, 0)
    assert (offer.deals, offer.rotten, offer.since_created, offer.undated) == (2, 1, 0, 1)
    assert (later.deals, later.amount.value, later.median_age.reason) == (0, 0.0, "no deal is in it")


@pytest.mark.parametrize("stage", ["Talk", "Offer"])
def test_what_is_rotten_turns_so_at_the_instant_that_the_pipeline_says(stage):
    rots_at = SALES.ageing({"stage": stage, "stage_entered_at": day(11)}, as_of=day(11)).rots_at
    deals = deal_table(deal("1", stage=stage, amount=1, created_at=day(0), stage_entered_at=day(11)))
    for as_of, rotten in ((rots_at - timedelta(microseconds=1), 0), (rots_at, 1)):
        assert sum(row.rotten for row in kpi.ageing_report(deals, pipeline=SALES, as_of=as_of)) == rotten


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(["Talk", "Offer", "Later"]), st.integers(0, 60)), max_size=20))
def test_as_many_are_rotten_as_the_pipeline_finds_one_by_one(placed):
    deals = [deal(str(n), stage=stage, created_at=day(at / 2)) for n, (stage, at) in enumerate(placed)]
    report = kpi.ageing_report(deal_table(*deals), pipeline=SALES, as_of=day(31))
    for row in report:
        mine = [SALES.ageing(one, as_of=day(31)) for one in deals if one.stage == row.stage]
        assert (row.deals, row.rotten) == (len(mine), sum(each.rotten for each in mine))


def test_a_date_stands_for_the_end_of_its_day():
    assert kpi.ageing_report(DEALS, pipeline=SALES, as_of=date(2024, 1, 20)).rows == (
        kpi.ageing_report(DEALS, pipeline=SALES, as_of=day(20)).rows
    )


def test_slices_have_all_stages_each():
    report = kpi.ageing_report(DEALS, pipeline=SALES, as_of=day(20), by="owner_id")
    assert [(row.keys[0], row.stage, row.deals) for row in report] == [
        ("ana", "Talk", 2),
        ("ana", "Offer", 0),
        ("ana", "Later", 0),
        ("ben", "Talk", 1),
        ("ben", "Offer", 2),
        ("ben", "Later", 0),
    ]
    ben = report.rows[3]
    assert (math.isnan(ben.amount.value), ben.amount.reason, ben.currency) == (True, "amount missing in 1 of 1", None)
    assert report.table["reason"].tolist()[3] == "amount missing in 1 of 1"


def test_deals_that_are_not_in_an_open_stage_of_the_pipeline_are_left_out_and_counted():
    odd = deal_table(
        deal("1", stage="Talk", pipeline="Sales", created_at=day(0)),
        deal("2", stage="Begun", pipeline="Renewal", created_at=day(0)),
        deal("3", stage=None, created_at=day(0)),
        deal("4", stage="Won", created_at=day(0)),
    ).assign(amount=1.0)
    report = kpi.ageing_report(odd, pipeline=SALES, as_of=day(20))
    assert dict(report.excluded) == {"of another pipeline": 1, "stage missing": 1, "open in a closed stage": 1}
    assert _column(report, "deals") == [1, 0, 0]


def test_deals_that_say_no_currency_or_no_entry_are_reported():
    bare = DEALS.drop(columns=["currency", "pipeline", "stage_entered_at"])
    report = kpi.ageing_report(bare, pipeline=SALES, as_of=day(20))
    assert _column(report, "currency") == [None, None, None]
    assert _column(report, "since_created") == [3, 1, 0]


def test_a_stage_where_nobody_says_since_when_has_no_age():
    report = kpi.ageing_report(deal_table(deal("1", stage="Talk", amount=1)), pipeline=SALES, as_of=day(20))
    assert report.rows[0].median_age.reason == "no deal says since when"


def test_amounts_of_two_currencies_are_not_added():
    two = DEALS.assign(currency=["EUR", "USD", *DEALS["currency"][2:]])
    with pytest.raises(CurrencyMismatch, match="EUR, USD") as refusal:
        kpi.ageing_report(two, pipeline=SALES, as_of=day(20))
    assert refusal.value.currencies == ("EUR", "USD")
    with pytest.raises(CurrencyMismatch, match="unstated"):
        kpi.ageing_report(DEALS.assign(currency=["EUR", None, *DEALS["currency"][2:]]), pipeline=SALES, as_of=day(20))


def test_a_stage_that_the_pipeline_does_not_have_is_refused_with_the_near_miss():
    with pytest.raises(UnknownStage, match="did you mean 'Talk'"):
        kpi.ageing_report(DEALS.assign(stage="Tlak"), pipeline=SALES, as_of=day(20))


def test_what_is_dated_later_needs_history():
    with pytest.raises(NeedsHistory):
        kpi.ageing_report(DEALS, pipeline=SALES, as_of=day(15))
    entered = pd.Series([day(30)] * len(DEALS)).astype("datetime64[us, UTC]")
    with pytest.raises(NeedsHistory, match="stages entered after"):
        kpi.ageing_report(DEALS.assign(stage_entered_at=entered), pipeline=SALES, as_of=day(25))


def test_arguments_that_are_none_are_refused():
    with pytest.raises(InvalidArgument, match="moves records of kind 'lead'"):
        kpi.ageing_report(DEALS, pipeline=lead_lifecycle, as_of=day(20))
    with pytest.raises(InvalidArgument, match="as_of is missing"):
        kpi.ageing_report(DEALS, pipeline=SALES, as_of=None)
    with pytest.raises(InvalidArgument, match="rename it"):
        kpi.ageing_report(DEALS, pipeline=SALES, as_of=day(20), by="currency")
    with pytest.raises(MissingColumn, match="ageing_report needs column 'amount'"):
        kpi.ageing_report(DEALS.drop(columns="amount"), pipeline=SALES, as_of=day(20))

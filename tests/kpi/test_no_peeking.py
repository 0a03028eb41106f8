"""Deleting everything dated at or after `as_of` never changes a result."""

from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import kpi, tables
from crmkit.errors import MissingColumn, NeedsHistory
from crmkit.expressions import field
from crmkit.kpi._timelines import TIMELINES
from crmkit.records import RECORDS, Deal, evolve, fields_of

from .deals import MIXED, answer_table, day, deal, deal_table, deals_at_random, lead_table

# What records of these kinds do not say themselves, callers may add.
UNDATED = {"team", "price_book_entry", "line_item"}
DEAL_METRICS = [metric for metric in kpi.CATALOGUE.values() if metric.record == "deal"]


def forget(table: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """The table of deals without what is dated at `as_of` or later, worked out record by record."""
    momentary = dict.fromkeys(TIMELINES["deal"].momentary)
    unknown = {"status": "open", "closed_at": None, "amount": None, **momentary}
    begun = [one for one in tables.from_table(table, Deal) if one.created_at is None or one.created_at < as_of]
    return tables.to_table(
        [evolve(one, **unknown) if one.closed_at is not None and one.closed_at >= as_of else one for one in begun], Deal
    )


def test_every_kind_of_record_has_a_timeline_of_its_fields_or_of_one_that_callers_add():
    assert TIMELINES.keys() == RECORDS.keys()
    for kind, timeline in TIMELINES.items():
        named = {timeline.begins, timeline.ends, *timeline.outcome, *timeline.momentary} - {None}
        assert named <= {*fields_of(RECORDS[kind]), *(["created_at"] if kind in UNDATED else [])}


@settings(max_examples=30)
@given(table=deals_at_random(), number=st.integers(0, 220), metric=st.sampled_from(DEAL_METRICS))
def test_what_comes_later_changes_nothing(table, number, metric):
    try:
        then = metric(table, as_of=day(number))
    except NeedsHistory:
        return
    assert metric(forget(table, day(number)), as_of=day(number)) == then


@settings(max_examples=12)
@given(table=deals_at_random(), number=st.integers(0, 220))
def test_slices_do_not_peek_either(table, number):
    cut = {"as_of": day(number), "by": "owner_id", "every": "month"}
    assert kpi.win_rate(forget(table, day(number)), **cut).slices == kpi.win_rate(table, **cut).slices


@given(st.lists(st.none() | st.integers(0, 40), max_size=12), st.integers(0, 30))
def test_leads_converted_later_are_not_converted_yet(converted_after, number):
    measured = kpi.lead_conversion_rate(lead_table(*converted_after), as_of=day(number))
    known = [after for born, after in enumerate(converted_after) if born < number]
    converted = [
        after for born, after in enumerate(converted_after) if after is not None and born < number > born + after
    ]
    assert measured.n == len(known)
    assert not known or float(measured) == pytest.approx(len(converted) / len(known))


def test_answers_given_later_are_not_there_yet():
    answers = answer_table("nps", 10, 10, 0, 0)
    assert float(kpi.nps(answers, as_of=day(2))) == 100
    assert float(kpi.nps(answers, as_of=day(2.5))) == pytest.approx(100 / 3)


def test_what_is_dated_at_the_instant_itself_has_not_happened():
    assert kpi.win_rate(MIXED, as_of=day(10)).n == 0
    assert kpi.win_rate(MIXED, as_of=day(10.001)).n == 1


def test_a_deal_won_later_is_open_and_its_amount_not_yet_known():
    measured = kpi.open_pipeline(MIXED, as_of=day(20))
    assert (float(measured), measured.excluded) == (1000, {"amount missing": 5})


def test_without_dates_nothing_can_be_said_of_the_past():
    with pytest.raises(MissingColumn, match="win_rate with as_of needs column 'created_at'"):
        kpi.win_rate(MIXED.drop(columns="created_at"), as_of=day(10))
    assert kpi.win_rate(MIXED.drop(columns="created_at")).n == 5


@pytest.mark.parametrize("known_later", ["contact_id", "company_id", "deal_id"])
def test_what_a_lead_became_is_not_known_before_it_did(known_later):
    leads = lead_table(1, 30).assign(**{known_later: ["x", "y"]})
    became = field(known_later).present()
    assert kpi.lead_conversion_rate(leads, as_of=day(10), where=became).n == 1
    assert kpi.lead_conversion_rate(leads, as_of=day(40), where=became).n == 2


def test_won_deals_that_do_not_say_when_are_not_a_revenue_of_nought():
    table = deal_table(deal("1", "won", amount=100, created_at=day(0)))
    measured = kpi.won_revenue(table, as_of=day(10))
    assert (measured.defined, measured.reason) == (False, "closed_at missing in 1 of 1")
    assert float(kpi.won_revenue(table)) == 100

"""Cutting by columns and calendar periods."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from crmkit import kpi
from crmkit.calendars import Period
from crmkit.errors import InvalidArgument, InvalidPeriod, NeedsHistory, TableError
from crmkit.expressions import field

from .deals import MIXED, day, deal, deal_table, deals_at_random, lead_table


def test_slices_add_up_to_the_whole():
    for cut in ({"by": "owner_id"}, {"every": "month"}, {"every": "week", "by": ["owner_id", "status"]}):
        pieces = kpi.won_revenue(MIXED, **cut)
        assert sum(piece.measurement.value for piece in pieces) == float(kpi.won_revenue(MIXED))


@settings(max_examples=12)
@given(deals_at_random())
def test_every_closed_deal_is_in_one_slice_or_left_out_with_a_reason(table):
    whole = kpi.win_rate(table, by="owner_id")
    assert sum(piece.measurement.n for piece in whole) == kpi.win_rate(table).n
    timed = kpi.win_rate(table, every="month", by="owner_id")
    assert sum(piece.measurement.n for piece in timed) + sum(timed.excluded.values()) == kpi.win_rate(table).n


def test_keys_are_sorted_with_the_missing_one_last():
    assert [piece.keys for piece in kpi.open_pipeline(MIXED, by="owner_id")] == [("ben",), (None,)]


def test_periods_are_gapless_and_an_empty_one_earned_nothing_but_has_no_rate():
    table = deal_table(
        deal("1", "won", amount=1, created_at=day(0), closed_at=day(1)),
        deal("2", "won", amount=2, created_at=day(0), closed_at=day(70)),
    )
    earned, rates = kpi.won_revenue(table, every="month"), kpi.win_rate(table, every="month")
    assert [str(piece.period) for piece in earned] == ["2024-01", "2024-02", "2024-03"]
    assert [piece.measurement.value for piece in earned] == [1, 0, 2]
    assert [piece.measurement.defined for piece in rates] == [True, False, True]
    assert rates.slices[1].measurement.reason == "no deal was won or lost"


def test_a_new_york_deal_of_an_evening_in_march_is_of_the_first_quarter():
    closed = datetime(2024, 4, 1, 0, 30, tzinfo=UTC)
    table = deal_table(deal("1", "won", amount=1, created_at=day(0), closed_at=closed))
    assert [str(piece.period) for piece in kpi.won_revenue(table, every="quarter")] == ["2024-Q2"]
    there = kpi.won_revenue(table, every="quarter", timezone="America/New_York")
    assert [str(piece.period) for piece in there] == ["2024-Q1"]


def test_a_fiscal_year_is_cut_where_it_begins():
    pieces = kpi.won_revenue(MIXED, every="year", fiscal_year_start=4)
    assert [(str(piece.period), piece.measurement.value) for piece in pieces] == [("FY2024", 400), ("FY2025", 50.5)]


def test_a_period_keeps_only_what_is_dated_in_it_and_frames_the_slices():
    january = Period(day(0), day(31))
    assert float(kpi.won_revenue(MIXED, period=january)) == 100
    halves = kpi.won_revenue(MIXED, period=Period(day(0), day(60)), every="month")
    assert [(str(piece.period), piece.measurement.value) for piece in halves] == [("2024-01", 100), ("2024-02", 300)]


def test_what_has_no_date_is_left_out_of_periods_and_counted():
    table = deal_table(deal("1", "won", amount=5), deal("2", "won", amount=6, created_at=day(0), closed_at=day(1)))
    pieces = kpi.won_revenue(table, every="month")
    assert pieces.excluded == {"closed_at missing": 1}
    assert kpi.won_revenue(table, period=Period(day(0), day(9))).excluded == {"closed_at missing": 1}
    assert float(kpi.won_revenue(table)) == 11


def test_where_keeps_what_holds_and_may_look_back_from_as_of():
    assert float(kpi.win_rate(MIXED, where=field("owner_id") == "ben")) == 0.5
    lately = kpi.win_rate(MIXED, as_of=day(97), where=field("closed_at").within(days=10))
    assert lately.n == 2


def test_a_date_as_of_includes_its_whole_day():
    closed = deal_table(deal("1", "won", amount=1, created_at=day(0), closed_at=day(30.75)))
    assert float(kpi.won_revenue(closed, as_of=date(2024, 1, 31))) == 1
    assert float(kpi.won_revenue(closed, as_of=date(2024, 1, 30))) == 0


def test_a_date_as_of_asks_about_its_own_quarter_not_the_next():
    closed = deal_table(deal("1", "won", amount=1, created_at=day(0), closed_at=day(30)))
    this_quarter = field("closed_at").during("quarter")
    assert float(kpi.won_revenue(closed, as_of=date(2024, 3, 31), where=this_quarter)) == 1
    assert float(kpi.won_revenue(closed, as_of=date(2024, 4, 1), where=this_quarter)) == 0


def test_lead_conversion_can_leave_out_leads_too_young_to_judge():
    leads = lead_table(1, None, None, 2)
    assert float(kpi.lead_conversion_rate(leads, as_of=day(10))) == 0.5
    ripe = kpi.lead_conversion_rate(leads, as_of=day(10), matured_days=8)
    assert (float(ripe), ripe.n, ripe.excluded) == (0.5, 2, {"younger than 8 days": 2})
    with pytest.raises(InvalidArgument, match="needs as_of"):
        kpi.lead_conversion_rate(leads, matured_days=8)


@pytest.mark.parametrize("cut", [{"every": "month"}, {"period": Period(day(0), day(1))}, {"matured_days": 3}])
def test_a_state_at_an_instant_is_not_cut_by_time(cut):
    with pytest.raises(TableError, match="state at an instant"):
        kpi.open_pipeline(MIXED, **cut)


def test_a_wrong_date_does_not_make_a_million_periods():
    table = deal_table(
        deal("1", "won", amount=1, created_at=day(0), closed_at=day(1)),
        deal("2", "won", amount=1, created_at=day(0), closed_at=datetime(2052, 1, 1, tzinfo=UTC)),
    )
    with pytest.raises(InvalidPeriod, match="more than 10,000"):
        kpi.won_revenue(table, every="day")


def test_a_breakdown_can_be_counted_and_walked():
    pieces = kpi.win_rate(MIXED, by="owner_id")
    assert len(pieces) == 2
    assert [piece.measurement.n for piece in pieces] == [3, 2]
    assert (pieces.by, pieces.every, pieces.label) == (("owner_id",), None, "Win rate")


def test_the_stage_of_the_past_is_not_guessed():
    with pytest.raises(NeedsHistory, match="'stage' is not what it was then"):
        kpi.open_pipeline(MIXED, as_of=day(20), by="stage")
    with pytest.raises(NeedsHistory, match="probability"):
        kpi.weighted_pipeline(MIXED, as_of=day(20))
    assert float(kpi.weighted_pipeline(MIXED, as_of=day(100))) == 600

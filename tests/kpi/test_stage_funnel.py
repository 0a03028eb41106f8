"""Funnels of histories and of deals alone: by hand, by plain Python, and what each kind cannot know."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from crmkit import datasets, kpi
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, NeedsHistory, TableError, UnknownField
from tests.histories import day, history, walk

from .deals import deal, deal_table
from .plain_stays import HISTORIES, STAGES, stays

WAY = ["Talk", "Offer", "Won"]
WALKS = [
    *walk("a", ("Talk", 0), ("Offer", 4), ("Won", 10)),
    *walk("b", ("Talk", 1), ("Offer", 7), ("Lost", 9)),
    *walk("c", ("Talk", 2), ("Won", 12)),
    *walk("d", ("Talk", 15)),
    *walk("e", ("Lost", 15)),
]
HISTORY = history(*WALKS)
DEALS = deal_table(
    deal("1", "won", stage="Won", owner_id="ana", created_at=day(0), closed_at=day(5)),
    deal("2", "lost", stage="Lost", owner_id="ana", created_at=day(0), closed_at=day(5)),
    deal("3", "lost", stage="Offer", owner_id="ben", created_at=day(0), closed_at=day(5)),
    deal("4", "open", stage="Talk", owner_id="ben", created_at=day(0)),
    deal("5", "open", stage="Offer", owner_id="ben", created_at=day(0)),
    deal("6", "open", stage="Limbo", owner_id="ben", created_at=day(0)),
)


def _counts(report):
    return [row.deals for row in report]


def test_a_later_stage_implies_those_before_it():
    talk, offer, won = kpi.funnel(HISTORY, stages=WAY)
    assert (talk.deals, offer.deals, won.deals) == (4, 3, 2)
    assert (offer.step.value, won.step.value) == (3 / 4, 2 / 3)
    assert (offer.overall.value, won.overall.value) == (3 / 4, 2 / 4)
    assert (won.overall.low, won.overall.high) == pytest.approx(proportion_confint(2, 4, method="wilson"))
    assert (math.isnan(talk.step.value), talk.step.reason) == (True, "the first stage has none before it")


def test_logged_counts_only_the_stages_that_the_history_has():
    talk, offer, won = kpi.funnel(HISTORY, stages=WAY, kind="logged")
    assert (talk.deals, offer.deals, won.deals) == (4, 2, 2)
    assert (won.step.value, won.step.n) == (1 / 2, 2)  # of a and b, a
    assert won.overall.value == 2 / 4


def test_deals_that_were_in_none_of_the_stages_are_counted():
    assert dict(kpi.funnel(HISTORY, stages=WAY).excluded) == {"deal never in one of the stages": 1}


@settings(max_examples=25)
@given(HISTORIES, st.sampled_from(["reached", "logged"]))
def test_any_history_gives_the_funnel_written_out(rows, kind):
    report = kpi.funnel(history(*rows), stages=STAGES, kind=kind, as_of=day(15))
    been = []
    for path in stays(rows, 15).values():
        at = {STAGES.index(stage) for stage, _, _ in path if stage in STAGES}
        been.append(set(range(max(at, default=-1) + 1)) if kind == "reached" else at)
    for place, row in enumerate(report):
        assert row.deals == sum(place in one for one in been)
        if place:
            assert row.step.n == sum(place - 1 in one for one in been)
            both = sum({place - 1, place} <= one for one in been)
            assert row.step.value == pytest.approx(both / row.step.n if row.step.n else math.nan, nan_ok=True)
        assert row.overall.n == sum(0 in one for one in been)
        both = sum({0, place} <= one for one in been)
        assert row.overall.value == pytest.approx(both / row.overall.n if row.overall.n else math.nan, nan_ok=True)


@settings(max_examples=25)
@given(HISTORIES)
def test_reached_never_rises_and_steps_multiply_to_the_whole(rows):
    report = kpi.funnel(history(*rows), stages=STAGES)
    counts = _counts(report)
    assert counts == sorted(counts, reverse=True)
    product = 1.0
    for row in report.rows[1:]:
        product *= row.step.value
        assert math.isnan(product) or row.overall.value == pytest.approx(product)


def test_of_deals_alone_lost_ones_count_as_far_as_their_stage_tells():
    report = kpi.funnel(DEALS, stages=WAY)
    # 3 came to Offer; of 2 nobody knows more than that it began
    assert _counts(report) == [5, 3, 1]
    assert dict(report.excluded) == {"open deal in none of the stages": 1}


def test_a_simulated_company_has_at_most_the_funnel_of_its_history():
    company = datasets.simulate_company(seed=3, customers=150)
    way = ["Prospecting", "Engaging", "Proposal", "Negotiation", "Won"]
    told, known = (_counts(kpi.funnel(table, stages=way)) for table in (company.stage_changes, company.deals))
    assert (known[0], known[-1]) == (told[0], told[-1])
    assert all(least <= true for least, true in zip(known, told, strict=True))
    assert known != told


def test_deals_are_cut_by_their_columns():
    report = kpi.funnel(DEALS, stages=WAY, by="owner_id")
    assert [(row.keys[0], row.deals) for row in report] == [
        ("ana", 2),
        ("ana", 1),
        ("ana", 1),
        ("ben", 3),
        ("ben", 2),
        ("ben", 0),
    ]


def test_a_deal_without_a_status_is_left_out_and_counted():
    report = kpi.funnel(DEALS.assign(status=[None, *DEALS["status"][1:]], stage="Limbo"), stages=WAY)
    assert dict(report.excluded) == {"open deal in none of the stages": 3, "status missing": 1}


def test_deals_do_not_say_where_they_were_at_an_earlier_instant():
    with pytest.raises(NeedsHistory, match="stage"):
        kpi.funnel(DEALS, stages=WAY, as_of=day(3))
    entered = DEALS.assign(stage_entered_at=pd.Series([day(1)] * 5 + [day(30)]).astype("datetime64[us, UTC]"))
    with pytest.raises(NeedsHistory, match="stages entered after"):
        kpi.funnel(entered, stages=WAY, as_of=day(20))
    assert kpi.funnel(entered, stages=WAY, as_of=day(31)).rows == kpi.funnel(DEALS, stages=WAY).rows
    assert kpi.funnel(DEALS, stages=WAY, as_of=day(20)).rows == kpi.funnel(DEALS, stages=WAY).rows


@pytest.mark.parametrize("table", [HISTORY.iloc[:0], DEALS.iloc[:0]])
def test_a_table_without_rows_gives_zeros_without_shares(table):
    report = kpi.funnel(table, stages=WAY)
    assert _counts(report) == [0, 0, 0]
    assert report.rows[1].step.reason == "no deal came to Talk"
    assert kpi.funnel(table, stages=WAY, by="deal_id" if "deal_id" in table else "owner_id").rows == ()


@pytest.mark.parametrize(
    ("table", "arguments", "error", "words"),
    [
        (HISTORY, {"kind": "reach"}, InvalidArgument, "did you mean 'reached'"),
        (DEALS, {"kind": "logged"}, InvalidArgument, "needs a stage history"),
        (DEALS, {"stages": ["talk", "Offer"]}, InvalidArgument, "where the table has 'Talk'"),
        (DEALS, {"by": "team"}, MissingColumn, "funnel needs column 'team'"),
        (DEALS, {"columns": {"owner": "owner_id"}}, UnknownField, "did you mean 'owner_id'"),
        (DEALS.drop(columns="status"), {}, MissingColumn, "funnel needs column 'status'"),
        (DEALS.assign(status="Won"), {}, InvalidColumn, "did you mean 'won'"),
        (DEALS.drop(columns="stage"), {}, MissingColumn, "of deals alone: 'stage'.* needs column 'to_stage'"),
    ],
)
def test_what_no_funnel_can_be_made_of_is_refused(table, arguments, error, words):
    with pytest.raises(error, match=words):
        kpi.funnel(table, **{"stages": WAY, **arguments})


def test_values_that_cannot_be_told_apart_cannot_cut():
    lists = DEALS.assign(labels=pd.Series([["x"]] * len(DEALS), dtype="object"))
    with pytest.raises(TableError, match="cannot cut by 'labels'"):
        kpi.funnel(lists, stages=WAY, by="labels")


def test_own_names_of_columns_are_understood():
    mine = DEALS.rename(columns={"stage": "phase", "status": "state"})
    renamed = kpi.funnel(mine, stages=WAY, columns={"stage": "phase", "status": "state"})
    assert renamed.rows == kpi.funnel(DEALS, stages=WAY).rows

"""Whatever is asked about stages: the same on every kind of frame, in any order of rows, and without peeking."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import datasets, kpi
from crmkit.pipeline import Pipeline, Stage
from tests.histories import day, history
from tests.kinds import KINDS, rows

from .plain_stays import HISTORIES, STAGES

WAY = ["Prospecting", "Engaging", "Proposal", "Negotiation", "Won"]
COMPANY = datasets.simulate_company(seed=11, customers=60)
SALES = Pipeline(
    "Sales",
    stages=[
        *(Stage(name, rots_after_days=20) for name in WAY[:-1]),
        Stage("Won", kind="won"),
        Stage("Lost", kind="lost"),
    ],
)

OF_HISTORIES = {
    "time_in_stage": lambda table, **cut: kpi.time_in_stage(table, **{"as_of": COMPANY.as_of, **cut}),
    "funnel": lambda table, **cut: kpi.funnel(table, stages=cut.pop("stages", WAY), **cut),
    "logged funnel": lambda table, **cut: kpi.funnel(table, stages=cut.pop("stages", WAY), kind="logged", **cut),
    "stage_conversion": lambda table, **cut: kpi.stage_conversion(table, stages=cut.pop("stages", WAY), **cut),
    "bottleneck": lambda table, **cut: kpi.bottleneck(table, **{"stages": WAY, "as_of": COMPANY.as_of, **cut}),
}
OF_DEALS = {
    "funnel": lambda table, **cut: kpi.funnel(table, stages=WAY, **cut),
    "ageing_report": lambda table, **cut: kpi.ageing_report(table, pipeline=SALES, as_of=COMPANY.as_of, **cut),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OF_HISTORIES)
def test_every_kind_of_frame_gives_the_same_answer_in_kind(name, kind):
    table = KINDS[kind](COMPANY.stage_changes)
    for cut in ({}, {"by": "changed_by"}):
        report = OF_HISTORIES[name](table, **cut)
        expected = OF_HISTORIES[name](COMPANY.stage_changes, **cut)
        assert report.rows == expected.rows
        assert type(report.table) is type(table)
        assert rows(report.table) == rows(expected.table)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", OF_DEALS)
def test_every_kind_of_frame_of_deals_gives_the_same_answer_in_kind(name, kind):
    table = KINDS[kind](COMPANY.deals)
    report = OF_DEALS[name](table, by="owner_id")
    assert report.rows == OF_DEALS[name](COMPANY.deals, by="owner_id").rows
    assert type(report.table) is type(table)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_the_same_velocity(kind):
    table = KINDS[kind](COMPANY.deals)
    assert kpi.sales_velocity(table) == kpi.sales_velocity(COMPANY.deals)
    cut = kpi.sales_velocity(table, by="owner_id")
    assert cut.slices == kpi.sales_velocity(COMPANY.deals, by="owner_id").slices
    assert type(cut.table) is type(table)


@settings(max_examples=20)
@given(HISTORIES, st.integers(0, 20), st.sampled_from(sorted(OF_HISTORIES)))
def test_what_is_dated_later_changes_nothing(drawn, until, name):
    known = [row for row in drawn if row[3] is None or row[3] < until]
    cut = {"as_of": day(until), "stages": STAGES}
    whole, then = (OF_HISTORIES[name](history(*table), **cut) for table in (drawn, known))
    assert (whole.rows, whole.excluded) == (then.rows, then.excluded)


@settings(max_examples=20)
@given(HISTORIES, st.integers(0, 99), st.sampled_from(sorted(OF_HISTORIES)))
def test_the_order_of_rows_of_different_instants_does_not_matter(drawn, seed, name):
    spread = [(deal, was, to, None if at is None else at + n / 100) for n, (deal, was, to, at) in enumerate(drawn)]
    table = history(*spread)
    cut = {"as_of": day(30), "stages": STAGES, "by": "deal_id"}
    shuffled = table.sample(frac=1, random_state=seed)
    assert OF_HISTORIES[name](shuffled, **dict(cut)).rows == OF_HISTORIES[name](table, **dict(cut)).rows


@pytest.mark.parametrize("name", OF_HISTORIES)
def test_slices_hold_all_deals_between_them(name):
    whole = OF_HISTORIES[name](COMPANY.stage_changes, stages=WAY)
    cut = OF_HISTORIES[name](COMPANY.stage_changes, stages=WAY, by="changed_by")
    counted = "stays" if name == "time_in_stage" else "deal_days" if name == "bottleneck" else "deals"
    for row in whole:
        parts = [getattr(piece, counted) for piece in cut if piece.stage == row.stage]
        assert sum(parts) == pytest.approx(getattr(row, counted))


def test_repeated_steps_into_the_same_stage_change_nothing():
    table = COMPANY.stage_changes
    again = table.assign(changed_at=table["changed_at"] + pd.Timedelta(seconds=1))
    for name, ask in OF_HISTORIES.items():
        assert ask(pd.concat([table, again])).rows == ask(table).rows, name

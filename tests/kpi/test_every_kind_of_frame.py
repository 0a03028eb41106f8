"""The same table gives the same bits on every engine, in any order of rows."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmkit import kpi
from crmkit.expressions import field
from tests.kinds import KINDS, rows

from .deals import MIXED, answer_table, day, deal, deal_table, deals_at_random, lead_table

DEAL_METRICS = [metric for metric in kpi.CATALOGUE.values() if metric.record == "deal"]
CUTS = [
    {},
    {"by": "owner_id"},
    {"by": ["owner_id", "stage"]},
    {"where": field("amount") > 100},
    {"as_of": day(60), "where": field("owner_id") == "ana"},
]
TIMED = [
    {"every": "month"},
    {"by": "owner_id", "every": "quarter", "timezone": "America/New_York"},
    {"every": "week", "as_of": day(50)},
]


def _answers(metric, table, cut):
    answer = metric(table, **cut)
    return answer if isinstance(answer, kpi.Measurement) else answer.slices


@pytest.fixture(scope="module", params=DEAL_METRICS, ids=lambda metric: metric.name)
def measured(request):
    """A metric, and for each way to cut the table the answer of pandas."""
    metric = request.param
    cuts = [
        cut
        for cut in CUTS + (TIMED if metric.at else [])
        if metric is not kpi.weighted_pipeline or not (cut.get("as_of") or "stage" in cut.get("by", ()))
    ]
    return metric, [(cut, _answers(metric, MIXED, cut)) for cut in cuts]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pandas"])
def test_every_kind_of_frame_gives_the_same_answer(measured, kind):
    metric, expected = measured
    table = KINDS[kind](MIXED)
    for cut, answer in expected:
        if kind == "duckdb in Berlin" and not cut.keys() & {"every", "as_of"}:
            continue  # where no time is asked about, the zone of a connection says nothing
        assert _answers(metric, table, cut) == answer, cut


@pytest.mark.parametrize("kind", KINDS)
def test_a_breakdown_is_a_table_of_the_kind_that_was_given(kind):
    table = KINDS[kind](MIXED)
    cut = kpi.won_revenue(table, by="owner_id", every="quarter").table
    assert type(cut) is type(table)
    assert [(row["owner_id"], row["period"], row["value"]) for row in rows(cut)] == [
        ("ana", "2024-Q1", 400.0),
        ("ana", "2024-Q2", 0.0),
        ("ben", "2024-Q1", 0.0),
        ("ben", "2024-Q2", 50.5),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_leads_and_answers_on_every_kind_of_frame(kind):
    leads, answers = lead_table(1, None, 30, None), answer_table("nps", 10, 9, 3, 7)
    assert kpi.lead_conversion_rate(KINDS[kind](leads)) == kpi.lead_conversion_rate(leads)
    assert kpi.nps(KINDS[kind](answers), every="day").slices == kpi.nps(answers, every="day").slices
    assert float(kpi.nps(KINDS[kind](answers))) == 25.0


@settings(max_examples=16, suppress_health_check=[HealthCheck.too_slow])
@given(table=deals_at_random(), seed=st.integers(0, 100), metric=st.sampled_from(DEAL_METRICS))
def test_the_order_of_rows_never_matters(table, seed, metric):
    shuffled = table.sample(frac=1, random_state=seed)
    assert _answers(metric, shuffled, {}) == _answers(metric, table, {})
    if metric.at:
        assert _answers(metric, shuffled, {"every": "month"}) == _answers(metric, table, {"every": "month"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_has_no_slices_and_no_rate(kind):
    table = KINDS[kind](MIXED.iloc[:0])
    assert not kpi.win_rate(table).defined
    assert len(kpi.win_rate(table, by="owner_id")) == 0
    assert len(kpi.win_rate(table, every="month")) == 0
    assert rows(kpi.win_rate(table, every="month").table) == []


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "+02:00"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_zone_that_instants_are_shown_in_does_not_matter(kind, zone):
    if kind != "pandas" and zone == "+02:00":
        pytest.skip("a fixed offset is not a zone there")
    there = MIXED.assign(**{name: MIXED[name].dt.tz_convert(zone) for name in ("created_at", "closed_at")})
    cut = {"as_of": day(60), "every": "month", "where": field("closed_at") > day(5)}
    assert kpi.sales_cycle(KINDS[kind](there), **cut).slices == kpi.sales_cycle(MIXED, **cut).slices


def test_days_divide_alike_on_every_engine():
    spans = [deal(str(n), "won", created_at=day(0), closed_at=day(n / 7)) for n in range(300)]
    cycles = {kind: kpi.mean_won_cycle(make(deal_table(*spans))) for kind, make in KINDS.items()}
    assert all(cycle == cycles["pandas"] for cycle in cycles.values())


def test_odd_indexes_of_pandas_do_not_matter():
    odd = pd.concat([MIXED.iloc[:4], MIXED.iloc[4:].reset_index(drop=True)])
    assert kpi.won_revenue(odd, every="month").slices == kpi.won_revenue(MIXED, every="month").slices

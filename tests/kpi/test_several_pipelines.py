"""Stages of several pipelines are not counted together because they share a name."""

import math

import pandas as pd
import pytest

from crmkit import kpi
from crmkit.errors import InvalidArgument, TableError
from tests.histories import day, history, walk
from tests.kinds import KINDS

from .deals import deal, deal_table

TWO = history(
    *walk("a", ("Talk", 0), ("Offer", 4), ("Won", 10)),
    *walk("b", ("Talk", 1), ("Won", 7)),
    *walk("c", ("Renew", 1), ("Won", 3)),
).assign(pipeline=["Sales", "Sales", None, "Sales", "Sales", "Renewal", "Renewal"])
DEALS = deal_table(
    deal("1", "won", pipeline="Sales", stage="Won"),
    deal("2", "open", pipeline=None, stage="Talk"),
    deal("3", "won", pipeline="Renewal", stage="Won"),
)
ASKS = {
    "time_in_stage": lambda table, **said: kpi.time_in_stage(table, as_of=day(20), **said),
    "funnel": lambda table, **said: kpi.funnel(table, **{"stages": ["Talk", "Offer", "Won"], **said}),
    "stage_conversion": lambda table, **said: kpi.stage_conversion(
        table, **{"stages": ["Talk", "Offer", "Won"], **said}
    ),
    "bottleneck": lambda table, **said: kpi.bottleneck(
        table, as_of=day(20), **{"stages": ["Talk", "Offer", "Won"], **said}
    ),
}


@pytest.mark.parametrize("name", ASKS)
def test_a_stage_of_two_pipelines_is_refused_and_both_are_named(name):
    with pytest.raises(TableError, match=f"{name} would count stages of 'Renewal' and of 'Sales' together") as refusal:
        ASKS[name](TWO)
    assert (refusal.value.code, refusal.value.pipelines) == ("several_pipelines", ("Renewal", "Sales"))


@pytest.mark.parametrize("name", ASKS)
def test_cut_by_pipeline_each_is_counted_by_itself(name):
    report = ASKS[name](TWO, by="pipeline")
    assert {row.keys[0] for row in report} >= {"Renewal", "Sales"}
    own = ASKS[name](TWO[TWO["pipeline"].eq("Renewal")])
    mine = [row for row in report if row.keys == ("Renewal",) and getattr(row, "deals", getattr(row, "stays", 1))]
    assert [row.stage for row in mine if row.stage in {one.stage for one in own}] == [row.stage for row in mine]


@pytest.mark.parametrize("name", ASKS)
def test_any_cut_that_keeps_them_apart_will_do(name):
    report = ASKS[name](TWO.assign(team=["a"] * 5 + ["c"] * 2), by="team")
    assert {row.keys[0] for row in report} == {"a", "c"}


def test_pipelines_that_share_none_of_the_stages_asked_for_do_not_mix():
    assert [row.stays for row in ASKS["time_in_stage"](TWO, stages=["Talk", "Renew"])] == [2, 1]
    assert [row.deals for row in ASKS["funnel"](TWO, stages=["Talk", "Offer"])] == [2, 1]
    one = TWO.assign(pipeline=["Sales"] * 2 + [None] * 5)
    assert len(ASKS["time_in_stage"](one)) == 4
    assert len(ASKS["time_in_stage"](TWO.iloc[:0])) == 0


def test_only_what_is_known_at_the_instant_mixes():
    assert len(kpi.time_in_stage(TWO, as_of=day(3), stages=["Won"])) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_is_refused_alike(kind):
    with pytest.raises(TableError, match="'Renewal' and of 'Sales'"):
        ASKS["time_in_stage"](KINDS[kind](TWO))
    with pytest.raises(TableError, match="'Renewal' and of 'Sales'"):
        ASKS["funnel"](KINDS[kind](DEALS))


def test_a_funnel_of_deals_alone_is_of_one_pipeline_or_cut_by_it():
    with pytest.raises(TableError, match="funnel would count stages of 'Renewal' and of 'Sales'") as refusal:
        ASKS["funnel"](DEALS)
    assert refusal.value.code == "several_pipelines"
    found = {(row.keys[0], row.stage): row.deals for row in ASKS["funnel"](DEALS, by="pipeline")}
    assert (found["Sales", "Won"], found["Renewal", "Won"], found[None, "Won"]) == (1, 1, 0)
    assert [row.deals for row in ASKS["funnel"](DEALS.iloc[:2])] == [2, 1, 1]
    bare = ASKS["funnel"](DEALS.drop(columns="pipeline"))
    assert [row.deals for row in bare] == [3, 2, 2]


@pytest.mark.parametrize("pipeline", [None, "Sales", 5, object(), math.nan])
def test_an_ageing_report_needs_a_definition(pipeline):
    with pytest.raises(InvalidArgument, match=r"it takes a crmkit\.pipeline\.Pipeline") as refusal:
        kpi.ageing_report(DEALS, pipeline=pipeline, as_of=day(5))
    assert refusal.value.argument == "pipeline"


@pytest.mark.parametrize("columns", [{"deal_id": 1}, {1: "deal_id"}, {"stage": None}, {"stage": ["x"]}, [], 5])
def test_columns_that_rename_nothing_are_refused(columns):
    asks = (*ASKS.values(), kpi.sales_velocity, kpi.win_rate)
    for ask in asks:
        for table in (TWO, DEALS):
            with pytest.raises(InvalidArgument, match="columns") as refusal:
                ask(table, columns=columns)
            assert refusal.value.argument == "columns"


def test_pipelines_may_be_categories():
    with pytest.raises(TableError, match="'Renewal' and of 'Sales'"):
        ASKS["time_in_stage"](TWO.assign(pipeline=pd.Categorical(TWO["pipeline"])))

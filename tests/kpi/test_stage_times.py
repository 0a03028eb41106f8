"""Time in stage: against stays written out in plain Python, and what is refused."""

import math
import statistics as plain
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings

from crmkit import kpi, statistics, tables
from crmkit.errors import InvalidArgument, InvalidColumn, MissingColumn, TableError, UnknownField
from tests.histories import day, history, walk

from .deals import deal, deal_table
from .plain_stays import HISTORIES, LOST, STAGES, stays

WALKS = [
    *walk("a", ("Talk", 0), ("Offer", 4), ("Won", 10)),
    *walk("b", ("Talk", 1), ("Offer", 7), ("Talk", 8), ("Lost", 9)),
    *walk("c", ("Talk", 2), ("Offer", 12)),
    *walk("d", ("Talk", 15)),
]
HISTORY = history(*WALKS)


def _row(report, stage, *keys):
    return next(row for row in report if (row.stage, row.keys) == (stage, keys))


def test_stays_are_counted_and_their_median_and_mean_taken():
    talk = _row(kpi.time_in_stage(HISTORY, as_of=day(20)), "Talk")
    assert (talk.stays, talk.completed, talk.still_there) == (5, 4, 1)
    assert talk.mean.value == plain.mean([4, 6, 1, 10])
    # 4/5 last longer than 1 day and 3/4 of those longer than 4; of the other 3 one goes on at 5, one is over at 6
    assert (talk.median.value, talk.median.unit, talk.median.n) == (6.0, "days", 5)


def test_a_deal_that_comes_back_is_in_the_stage_twice():
    report = kpi.time_in_stage(history(*walk("b", ("Talk", 1), ("Offer", 7), ("Talk", 8), ("Lost", 9))), as_of=day(10))
    assert [(row.stage, row.stays) for row in report] == [("Offer", 1), ("Talk", 2), ("Lost", 1)]


@settings(max_examples=25)
@given(HISTORIES)
def test_any_history_gives_what_its_stays_written_out_give(rows):
    report = kpi.time_in_stage(history(*rows), as_of=day(15), stages=[*STAGES, LOST])
    every = [stay for path in stays(rows, 15).values() for stay in path]
    for row in report:
        mine = [(days, left) for stage, days, left in every if stage == row.stage]
        assert (row.stays, row.completed) == (len(mine), sum(left for _, left in mine))
        assert row.still_there == row.stays - row.completed
        curve = statistics.kaplan_meier([days for days, _ in mine], [left for _, left in mine])
        for name in ("value", "low", "high"):
            assert getattr(row.median, name) == pytest.approx(getattr(curve.median, name), nan_ok=True)
        over = [days for days, left in mine if left]
        assert row.mean.value == pytest.approx(plain.mean(over) if over else math.nan, nan_ok=True)


@settings(max_examples=25)
@given(HISTORIES)
def test_without_stages_all_that_the_history_holds_are_answered(rows):
    report = kpi.time_in_stage(history(*rows), as_of=day(15))
    held = {stage for path in stays(rows, 15).values() for stage, _, _ in path}
    assert sorted(row.stage for row in report) == sorted(held)
    left = [row.completed > 0 for row in report]
    assert left == sorted(left, reverse=True)


def test_stages_come_in_the_order_in_which_deals_come_to_them():
    assert [row.stage for row in kpi.time_in_stage(HISTORY, as_of=day(20))] == ["Talk", "Offer", "Won", "Lost"]
    assert [row.stage for row in kpi.time_in_stage(HISTORY, as_of=day(20), stages=["Offer", "Talk"])] == [
        "Offer",
        "Talk",
    ]


def test_a_date_includes_its_whole_day_where_the_caller_is():
    late = history(*walk("a", ("Talk", 0), ("Offer", 1.9)))
    utc = kpi.time_in_stage(late, as_of=date(2024, 1, 2), stages=["Talk"]).rows[0]
    tokyo = kpi.time_in_stage(late, as_of=date(2024, 1, 2), stages=["Talk"], timezone="Asia/Tokyo").rows[0]
    assert (utc.completed, tokyo.completed) == (1, 0)


def test_a_stay_counts_under_the_row_with_which_it_begins():
    table = history(*walk("a", ("Talk", 0), ("Offer", 4), ("Won", 10))).assign(changed_by=["ana", "ben", None])
    report = kpi.time_in_stage(table, as_of=day(20), stages=["Talk", "Offer", "Won"], by="changed_by")
    found = [(row.keys[0], row.stage) for row in report if row.stays]
    assert found == [("ana", "Talk"), ("ben", "Offer"), (None, "Won")]
    assert len(report) == 9


def test_a_history_is_cut_by_the_columns_of_its_deals_once_they_are_joined():
    deals = deal_table(deal("a", owner_id="ana"), deal("b", owner_id="ben"), deal("c", owner_id="ana"))
    joined = tables.join(HISTORY, deal=deals)
    report = kpi.time_in_stage(joined, as_of=day(20), stages=["Talk"], by="deal.owner_id")
    assert [(row.keys[0], row.stays) for row in report] == [("ana", 2), ("ben", 2), (None, 1)]


def test_the_answer_says_why_there_is_no_number():
    report = kpi.time_in_stage(HISTORY, as_of=day(20), stages=["Won", "Nowhere"])
    assert [row.median.reason for row in report] == ["fewer than half of the stays are over", "no deal was in it"]
    assert [row.mean.reason for row in report] == ["no stay is over"] * 2
    assert report.table["reason"].tolist() == ["fewer than half of the stays are over", "no deal was in it"]


def test_rows_that_lack_something_are_left_out_and_counted():
    rows = [*WALKS, (None, None, "Talk", 1), ("z", None, None, 1), ("z", None, "Talk", None), (None, None, None, 30)]
    report = kpi.time_in_stage(history(*rows), as_of=day(20))
    assert dict(report.excluded) == {"deal_id missing": 1, "to_stage missing": 1, "changed_at missing": 1}
    assert report.rows == kpi.time_in_stage(HISTORY, as_of=day(20)).rows


def test_the_report_prints_and_iterates():
    report = kpi.time_in_stage(HISTORY, as_of=day(20), stages=["Talk"], by="deal_id")
    assert str(report).splitlines()[:2] == [
        "time_in_stage by deal_id",
        "a, Talk: stays 1; completed 1; still_there 0; median 4 days (4 to nan), n 1; mean 4 days, n 1",
    ]
    assert repr(report) == "StageReport(time_in_stage: 4 rows)"
    lacking = kpi.time_in_stage(history(("a", None, "Talk", 1), ("a", None, None, 2)), as_of=day(20))
    assert str(lacking).splitlines()[-1] == "left out: to_stage missing in 1"


def test_a_history_without_rows_has_no_stages():
    report = kpi.time_in_stage(HISTORY.iloc[:0], as_of=day(20))
    assert len(report) == 0
    assert list(report.table.columns)[:4] == ["stage", "stays", "completed", "still_there"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"as_of": None}, "as_of"),
        ({"as_of": "2024-01-01"}, "as_of"),
        ({"stages": "Talk"}, "stages"),
        ({"stages": []}, "stages"),
        ({"stages": 5}, "stages"),
        ({"stages": ["Talk", "Talk"]}, "stages"),
        ({"stages": ["Talk", None]}, "stages"),
        ({"stages": ["talk"]}, "stages"),
        ({"by": "stage"}, "by"),
        ({"by": "median_low"}, "by"),
        ({"by": 5}, "by"),
        ({"confidence": 2}, "confidence"),
    ],
)
def test_arguments_that_are_none_are_refused_by_name(arguments, named):
    with pytest.raises(InvalidArgument) as refusal:
        kpi.time_in_stage(HISTORY.assign(stage="x", median_low=1), **{"as_of": day(20), **arguments})
    assert refusal.value.argument == named


def test_a_stage_in_other_letters_is_named_as_the_history_writes_it():
    with pytest.raises(InvalidArgument, match="stages has 'won' where the table has 'Won'"):
        kpi.time_in_stage(HISTORY, as_of=day(20), stages=["won"])


def test_a_table_that_is_no_history_is_refused():
    with pytest.raises(MissingColumn, match="time_in_stage needs column 'to_stage'"):
        kpi.time_in_stage(HISTORY.drop(columns="to_stage"), as_of=day(20))
    with pytest.raises(MissingColumn, match="owner_id"):
        kpi.time_in_stage(HISTORY, as_of=day(20), by="owner_id")
    with pytest.raises(InvalidColumn, match="not instants"):
        kpi.time_in_stage(HISTORY.assign(changed_at="x"), as_of=day(20))
    with pytest.raises(UnknownField, match="to_stage"):
        kpi.time_in_stage(HISTORY, as_of=day(20), columns={"to_stages": "to_stage"})


def test_values_that_cannot_be_told_apart_cannot_cut():
    lists = HISTORY.assign(tags=pd.Series([["x"]] * len(HISTORY), dtype="object"))
    with pytest.raises(TableError, match="cannot cut by 'tags'"):
        kpi.time_in_stage(lists, as_of=day(20), by="tags")

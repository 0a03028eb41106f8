"""Sales velocity: the product of four KPIs, its interval, and the Maven file by plain Python."""

import csv
import math
import statistics as plain
from datetime import date

import numpy as np
import pandas as pd
import pytest

from crmkit import io, kpi, statistics
from crmkit.calendars import Period
from crmkit.errors import CurrencyMismatch, InvalidArgument, MissingColumn, UndefinedMetricWarning
from crmkit.expressions import field

from .deals import MIXED, day, deal, deal_table


def test_the_velocity_is_the_product_of_the_four_kpis():
    velocity = kpi.sales_velocity(MIXED)
    product = 3 * kpi.win_rate(MIXED).value * kpi.average_deal_size(MIXED).value / kpi.mean_won_cycle(MIXED).value
    assert velocity.value == pytest.approx(product, rel=1e-15)
    assert (velocity.n, velocity.unit) == (3, "per day")
    median = kpi.sales_velocity(MIXED, cycle="median")
    assert median.value == pytest.approx(product * kpi.mean_won_cycle(MIXED).value / kpi.sales_cycle(MIXED).value)
    assert math.isnan(median.low)


def test_plain_numbers_give_what_a_table_gives():
    numbers = {"open_deals": 18, "win_rate": 0.24, "deal_size": 42_000, "cycle_days": 78}
    velocity = kpi.sales_velocity.of(**numbers)
    assert round(velocity.value) == 2_326
    assert math.isnan(velocity.low)


def test_slices_are_those_of_open_and_of_closed_deals():
    report = kpi.sales_velocity(MIXED, by="owner_id")
    found = {piece.keys[0]: piece.measurement for piece in report}
    assert list(found) == ["ana", "ben", None]
    assert (found["ana"].value, found["ana"].n) == (0.0, 0)  # who has nothing open
    ben = 1 * (1 / 2) * 50.5 / 93
    assert found["ben"].value == pytest.approx(ben)
    assert (math.isnan(found[None].value), found[None].reason) == (True, "no deal was won or lost")
    assert (report.name, report.by) == ("sales_velocity", ("owner_id",))


def test_the_arguments_of_a_metric_are_understood():
    early = kpi.sales_velocity(MIXED, as_of=day(50))
    assert early.n == 4  # what closed later was open, what was created later not there
    spring = kpi.sales_velocity(MIXED, period=Period(day(0), day(50)))
    assert spring.n == 3  # the open deals are those of now
    assert spring.value == pytest.approx(3 * (2 / 3) * 200 / 20)
    mine = kpi.sales_velocity(MIXED, where=field("owner_id") == "ben")
    assert mine.value == pytest.approx(1 * (1 / 2) * 50.5 / 93)
    renamed = kpi.sales_velocity(MIXED.rename(columns={"amount": "worth"}), columns={"amount": "worth"})
    assert renamed == kpi.sales_velocity(MIXED)


def test_the_unit_is_the_currency_per_day():
    assert kpi.sales_velocity(MIXED.assign(currency="EUR")).unit == "EUR per day"
    with pytest.raises(CurrencyMismatch):
        kpi.sales_velocity(MIXED.assign(currency=["EUR", "USD"] * 4))


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_joins_that_of_the_win_rate_and_that_of_amount_per_day(confidence):
    velocity = kpi.sales_velocity(MIXED, confidence=confidence)
    rate = kpi.win_rate(MIXED, confidence=confidence)
    pace = statistics.ratio([100, 300, 50.5], [10, 30, 93], confidence=confidence)
    below = math.hypot(math.log(rate.value / rate.low), math.log(pace.value / max(pace.low, 1e-300)))
    above = math.hypot(math.log(rate.high / rate.value), math.log(pace.high / pace.value))
    assert velocity.low == pytest.approx(velocity.value * math.exp(-below), abs=1e-9)
    assert velocity.high == pytest.approx(velocity.value * math.exp(above))
    assert velocity.confidence == confidence


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng, worlds, closed, opened = np.random.default_rng(2008), 150, 200, 50
    size = worlds * (closed + opened)
    kind = np.tile(np.append(np.zeros(closed, int), np.full(opened, 2)), worlds)
    kind[kind == 0] = rng.random(worlds * closed) < 0.6
    lasted = np.ceil(rng.gamma(4, 15, size) * 86_400).astype("m8[s]")
    start = np.datetime64("2024-01-01", "us")
    closes = np.where(kind == 2, np.datetime64("NaT"), start + lasted)
    table = pd.DataFrame(
        {
            "world": np.repeat(np.arange(worlds), closed + opened),
            "status": np.array(["won", "lost", "open"])[kind],
            "amount": np.exp(8 + 0.5 * rng.standard_normal(size)),
            "created_at": pd.Series(np.full(size, start)).dt.tz_localize("UTC"),
            "closed_at": pd.Series(closes).dt.tz_localize("UTC"),
        }
    )
    truth = opened * 0.4 * math.exp(8 + 0.5**2 / 2) / 60
    found = kpi.sales_velocity(table, by="world").table
    assert 0.90 <= ((found["low"] <= truth) & (truth <= found["high"])).mean() <= 0.99


def test_one_won_deal_gives_no_interval_and_a_wild_one_reaches_down_to_0():
    one = deal_table(
        deal("1", "won", amount=10, created_at=day(0), closed_at=day(5)),
        deal("2", "lost", created_at=day(0), closed_at=day(5)),
        deal("3", created_at=day(0)),
    )
    velocity = kpi.sales_velocity(one)
    assert velocity.value == pytest.approx(1 * 0.5 * 10 / 5)
    assert math.isnan(velocity.low)
    wild = deal_table(
        deal("1", "won", amount=10, created_at=day(0), closed_at=day(5)),
        deal("2", "won", amount=5_000, created_at=day(0), closed_at=day(1)),
        deal("3", created_at=day(0)),
    )
    velocity = kpi.sales_velocity(wild)
    assert velocity.low == pytest.approx(0.0)
    assert velocity.high > velocity.value


@pytest.mark.parametrize(
    ("deals", "reason"),
    [
        ([deal("1", created_at=day(0))], "no deal was won or lost"),
        ([deal("1", "lost", created_at=day(0), closed_at=day(1))], "no deal was won"),
        ([deal("1", "won", created_at=day(0), closed_at=day(1))], "amount missing in 1 of 1"),
        ([deal("1", "won", amount=1, closed_at=day(1))], "created_at missing in 1 of 1"),
        ([deal("1", "won", amount=1, created_at=day(1), closed_at=day(1))], "a cycle of no days has no pace"),
        ([], "no deal was won or lost"),
    ],
)
def test_where_a_part_is_missing_there_is_no_velocity_and_a_warning_says_why(deals, reason):
    with pytest.warns(UndefinedMetricWarning, match=reason):
        velocity = kpi.sales_velocity(deal_table(*deals))
    assert velocity.reason == reason


def test_won_deals_that_are_worth_nothing_have_a_velocity_of_0():
    nothing = deal_table(
        *(deal(str(n), "won", amount=0, created_at=day(0), closed_at=day(n + 1)) for n in range(3)),
        deal("9", created_at=day(0)),
    )
    velocity = kpi.sales_velocity(nothing)
    assert velocity.value == 0.0
    assert math.isnan(velocity.low)


@pytest.mark.parametrize(
    ("numbers", "named"),
    [
        ({"open_deals": 1.5}, "open_deals"),
        ({"win_rate": 1.5}, "win_rate"),
        ({"win_rate": -1}, "win_rate"),
        ({"deal_size": math.inf}, "deal_size"),
        ({"cycle_days": "60"}, "cycle_days"),
    ],
)
def test_plain_numbers_that_are_none_are_refused_by_name(numbers, named):
    with pytest.raises(InvalidArgument) as refusal:
        kpi.sales_velocity.of(**{"open_deals": 1, "win_rate": 0.5, "deal_size": 1, "cycle_days": 1, **numbers})
    assert refusal.value.argument == named


def test_a_cycle_of_no_days_has_no_velocity():
    with pytest.warns(UndefinedMetricWarning, match="no pace"):
        assert not kpi.sales_velocity.of(open_deals=1, win_rate=0.5, deal_size=1, cycle_days=0).defined


def test_what_is_no_question_about_deals_is_refused():
    with pytest.raises(InvalidArgument, match="did you mean 'median'"):
        kpi.sales_velocity(MIXED, cycle="medain")
    with pytest.raises(MissingColumn, match="amount"):
        kpi.sales_velocity(MIXED.drop(columns="amount"))
    with pytest.raises(InvalidArgument, match="as_of"):
        kpi.sales_velocity(MIXED, as_of="today")


def test_the_definition_can_be_read():
    assert kpi.sales_velocity.definition == "open deals x win rate x average deal size / cycle days, per day"
    assert "Zou and Donner" in kpi.sales_velocity.source


def test_the_maven_file_by_plain_python(data):
    file = data / "maven_crm" / "sales_pipeline.csv"
    if not file.is_file():
        pytest.skip("the Maven file is not here")
    with file.open(encoding="utf-8", newline="") as lines:
        records = list(csv.DictReader(lines))
    won = [record for record in records if record["deal_stage"] == "Won"]
    lost = [record for record in records if record["deal_stage"] == "Lost"]
    days = [(date.fromisoformat(one["close_date"]) - date.fromisoformat(one["engage_date"])).days for one in won]
    size = plain.mean(float(one["close_value"]) for one in won)
    opened = len(records) - len(won) - len(lost)
    expected = opened * len(won) / (len(won) + len(lost)) * size / plain.mean(days)
    velocity = kpi.sales_velocity(io.read(file).table)
    assert velocity.n == opened == 2_089
    assert velocity.value == pytest.approx(expected, rel=1e-12)
    assert round(velocity.value, 2) == 60_146.85

"""`plot` of lifetime value: what is drawn are the numbers of the results."""

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from attrs import evolve
from matplotlib.figure import Figure

from crmkit import clv, kpi, reporting
from crmkit.errors import InvalidArgument, TableError
from tests.kpi.deals import MIXED

FIT = clv.FittedBetaGeo.of(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = clv.FittedGammaGamma.of(p=6.25, q=3.74, v=15.44)
MATRIX = clv.frequency_recency(FIT, age=12, horizon=39)
CUMULATIVE = clv.CumulativePurchases(
    table=pd.DataFrame({"time": [0.0, 1.0, 1.5], "expected": [0.0, 2.5, 3.5], "bought": [0.0, 3.0, 3.0]}),
    first=date(2025, 1, 1),
    holdout_at=1.0,
    unit="week",
    n=7,
    model="BG/NBD",
)
CALIBRATION = clv.HoldoutCalibration(
    table=pd.DataFrame(
        {"frequency": [0, 2, 7], "customers": [5, 2, 1], "expected": [0.2, 1.1, 6.0], "bought": [0.3, 1.0, 6.5]}
    ),
    most=7,
    expected=9.2,
    bought=10.0,
    mean_absolute_error=0.4,
    n=8,
    horizon=1.0,
    unit="month",
    model="BG/NBD",
)
CUSTOMERS = pd.DataFrame(
    {
        "frequency": [0.0, 1.0, 2.0, 9.0],
        "recency": [0.0, 2.0, 30.0, 1.0],
        "T": [38.0, 38.0, 38.0, 38.0],
        "monetary_value": [np.nan, 20.0, 30.0, 40.0],
        "n": [10.0, 5.0, 3.0, 2.0],
        "segment": ["$x$", "some", "some", None],
    }
)
DRAWN = [MATRIX, CUMULATIVE, CALIBRATION]


def valued(table=CUSTOMERS, **more):
    return clv.lifetime_value(FIT, SPEND, table, **{"horizon": 52, "discount_rate": 0.0027, **more})


def lines_of(axes):
    return {line.get_label(): line for line in axes.lines}


def texts_of(labels):
    return [label.get_text() for label in labels]


def test_the_matrix_shows_each_cell_and_nobody_in_grey():
    axes, bar = reporting.plot(MATRIX).axes
    np.testing.assert_array_equal(np.ma.filled(axes.images[0].get_array(), np.nan), MATRIX.expected_purchases)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("recency, at the age of 12", "frequency")
    assert bar.get_ylabel() == "expected purchases in 39"
    assert all(tick == int(tick) for tick in [*axes.get_xticks(), *axes.get_yticks()])


def test_the_matrix_of_those_alive_is_one_of_percent():
    axes, bar = reporting.plot(evolve(MATRIX, unit="week"), column="probability_alive").axes
    np.testing.assert_array_equal(np.ma.filled(axes.images[0].get_array(), np.nan), MATRIX.probability_alive)
    assert axes.images[0].get_clim() == (0, 1)
    assert (bar.get_ylabel(), axes.get_xlabel()) == ("probability alive", "recency, at the age of 12 weeks")
    assert bar.yaxis.get_major_formatter()(0.25) == "25 %"


def test_both_lines_run_over_time_and_a_third_stands_where_the_holdout_begins():
    (axes,) = reporting.plot(CUMULATIVE).axes
    lines = lines_of(axes)
    assert list(lines) == ["bought", "expected, BG/NBD", "holdout begins"]
    assert lines["bought"].get_ydata().tolist() == [0, 3, 3]
    assert lines["expected, BG/NBD"].get_xydata().tolist() == [[0, 0], [1, 2.5], [1.5, 3.5]]
    assert list(lines["holdout begins"].get_xdata()) == [1, 1]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("weeks since 2025-01-01", "repeat purchases")
    (axes,) = reporting.plot(evolve(CUMULATIVE, holdout_at=None)).axes
    assert list(lines_of(axes)) == ["bought", "expected, BG/NBD"]


def test_a_calibration_has_bars_of_what_was_bought_and_dots_of_what_was_expected():
    (axes,) = reporting.plot(CALIBRATION).axes
    assert [bar.get_height() for bar in axes.patches] == [0.3, 1, 6.5]
    assert axes.lines[0].get_ydata().tolist() == [0.2, 1.1, 6]
    assert texts_of(axes.get_xticklabels()) == ["0", "2", "7+"]
    assert axes.get_ylabel() == "mean in 1 month"
    (axes,) = reporting.plot(evolve(CALIBRATION, most=8)).axes
    assert texts_of(axes.get_xticklabels()) == ["0", "2", "7"]


def test_a_distribution_counts_every_customer_once_in_the_bar_of_their_value():
    result = valued()
    (axes,) = reporting.plot(result).axes
    bars = [(bar.get_x(), bar.get_x() + bar.get_width(), bar.get_height()) for bar in axes.patches]
    assert sum(height for _, _, height in bars) == result.n == 20
    value = result.table["lifetime_value"]
    for low, high, height in bars[1:]:
        assert height == CUSTOMERS["n"][(value >= low) & (value < high)].sum()
    mean = result.total / 20
    assert axes.get_xscale() == "log"
    assert {label: list(line.get_xdata()) for label, line in lines_of(axes).items()} == {
        f"mean {mean:.2f}": pytest.approx([mean, mean])
    }
    assert axes.get_title(loc="left") == f"total {result.total:.2f}"
    assert axes.get_ylabel() == "customers"


def test_the_first_bar_holds_whoever_is_worth_less_and_says_so():
    result = valued()
    (axes,) = reporting.plot(result).axes
    first = axes.patches[0]
    edge = first.get_x() + first.get_width()
    value = result.table["lifetime_value"]
    assert value.min() < first.get_x()
    assert first.get_height() == CUSTOMERS["n"][value < edge].sum()
    assert axes.get_xlabel() == f"lifetime value; the first bar: up to {edge:.2g}"
    (axes,) = reporting.plot(valued(CUSTOMERS.head(3))).axes
    assert axes.get_xlabel() == "lifetime value"


def test_a_total_shows_its_interval_and_its_currency():
    found = evolve(valued(), total=1234.5, low=1000.0, high=12_000.0, currency="EUR")
    (axes,) = reporting.plot(found).axes
    assert axes.get_title(loc="left") == "total 1,234.50 EUR (1,000.00 to 12,000)"
    assert axes.get_xlabel().startswith("lifetime value in EUR")


def test_whose_value_is_unknown_is_left_out_and_nobody_at_all_is_refused():
    result = valued()
    some = result.table.assign(lifetime_value=[np.nan, 2.0, 3.0, 4.0])
    (axes,) = reporting.plot(evolve(result, table=some)).axes
    assert sum(bar.get_height() for bar in axes.patches) == 10
    with pytest.raises(TableError, match="nobody's value is above 0"):
        reporting.plot(valued(margin=0))


def test_an_axis_of_values_is_written_out():
    (axes,) = reporting.plot(valued()).axes
    major, minor = axes.xaxis.get_major_formatter(), axes.xaxis.get_minor_formatter()
    assert [major(value) for value in (0.1, 10.0, 1e4)] == ["0.1", "10", "10k"]
    assert minor(2.0) == ""


@pytest.mark.parametrize("frame", [CUSTOMERS, pl.from_pandas(CUSTOMERS)])
def test_segments_are_bars_the_most_valuable_on_top(frame):
    result = valued(frame, by="segment")
    figure = reporting.plot(result)
    (axes,) = figure.axes
    by_place = sorted((bar.get_y(), bar.get_width()) for bar in axes.patches)
    wanted = sorted(result.segments["lifetime_value"])
    assert [width for _, width in by_place] == wanted
    named = dict(zip(axes.get_yticks(), texts_of(axes.get_yticklabels()), strict=True))
    names = ["–" if name is None or name != name else name for name in result.segments["segment"].to_list()]
    assert [named[place] for place in (2, 1, 0)] == names
    assert not any(label.get_parse_math() for label in axes.get_yticklabels())


def test_of_many_segments_the_most_valuable_are_shown():
    many = pd.concat([CUSTOMERS.head(3)] * 7, ignore_index=True)
    result = valued(many.assign(segment=[f"s{row:02}" for row in range(21)]), by="segment")
    figure = reporting.plot(result)
    assert len(figure.axes[0].patches) == 16
    assert figure.get_figheight() < 6


@pytest.mark.parametrize("result", [*DRAWN, valued(), valued(by="segment"), kpi.win_rate(MIXED, by="owner_id")])
def test_axes_that_are_given_are_drawn_into_and_their_figure_is_returned(result):
    made, grid = plt.subplots(1, 2)
    nested = made.add_subfigure(made.add_gridspec(1, 1)[0])
    try:
        before = dict(plt.rcParams)
        assert reporting.plot(result, ax=grid[1]) is made
        assert reporting.plot(result, ax=nested.add_subplot()) is made
        own = reporting.plot(result)
        assert isinstance(own, Figure)
        assert own is not made
        assert [p.get_height() for p in grid[1].patches] == [p.get_height() for p in own.axes[0].patches]
        assert grid[1].get_xlabel() == own.axes[0].get_xlabel()
        assert not grid[0].has_data()
        assert not grid[1].spines["top"].get_visible()
        assert not any(label.get_parse_math() for label in grid[1].get_yticklabels())
        assert dict(plt.rcParams) == before
        made.draw_without_rendering()
    finally:
        plt.close(made)


def test_several_axes_or_none_are_refused():
    with pytest.raises(InvalidArgument, match=r"ax is one rectilinear matplotlib Axes, not ndarray; of several choose"):
        reporting.plot(MATRIX, ax=np.array([1, 2]))
    with pytest.raises(InvalidArgument, match="ax is one rectilinear matplotlib Axes, not PolarAxes"):
        reporting.plot(MATRIX, ax=Figure().add_subplot(projection="polar"))


def test_an_argument_of_another_result_is_refused():
    overall = kpi.win_rate(MIXED)
    with pytest.raises(InvalidArgument, match="overall belongs to a breakdown"):
        reporting.plot(MATRIX, overall=overall)
    for result, column in (
        (MATRIX, "alive"),
        (CUMULATIVE, "probability_alive"),
        (kpi.win_rate(MIXED, by="owner_id"), "x"),
    ):
        with pytest.raises(InvalidArgument, match="column is one of expected_purchases, probability_alive"):
            reporting.plot(result, column=column)


def test_what_cannot_be_drawn_is_refused_by_its_type():
    with pytest.raises(
        InvalidArgument, match=r"plot\(\) draws a Breakdown, .* or LifetimeValue, not FittedBetaGeo; of a fit draw clv"
    ):
        reporting.plot(FIT)

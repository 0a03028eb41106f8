"""`plot`: a breakdown as a figure of its own."""

import math
import sys
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from crmkit import kpi, reporting
from crmkit.errors import MissingExtra, TableError
from tests.kpi.deals import MIXED, day, deal, deal_table

from .pages import HOSTILE, named


def names_of(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def bars_of(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def dots_of(figure):
    return next(line for line in figure.axes[0].lines if line.get_marker() == "o")


def test_over_time_there_is_a_bar_for_each_period():
    figure = reporting.plot(kpi.won_revenue(MIXED, every="month"))
    assert isinstance(figure, Figure)
    assert [bar.get_height() for bar in bars_of(figure)] == [100, 300, 0, 50.5]
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["2024-01", "2024-02", "2024-03", "2024-04"]


def test_of_many_periods_every_few_are_labelled_and_slanted():
    closed = [deal(str(at), "won", amount=1, created_at=day(0), closed_at=day(at)) for at in (0, 99)]
    figure = reporting.plot(kpi.won_revenue(deal_table(*closed), every="day"))
    labels = figure.axes[0].get_xticklabels()
    written = [label.get_text() for label in labels if label.get_text()]
    assert len(labels) == 100
    assert written == [str(day(at).date()) for at in range(0, 100, 12)]
    assert {label.get_rotation() for label in labels} == {35}


def test_names_have_their_value_and_interval_the_best_on_top():
    cut = kpi.win_rate(MIXED, by="owner_id")
    figure = reporting.plot(cut)
    assert names_of(figure) == ["ben", "ana"]
    assert list(dots_of(figure).get_xdata()) == [0.5, 2 / 3]
    spans = [tuple(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() != "o"]
    assert spans == [(piece.measurement.low, piece.measurement.high) for piece in reversed(list(cut))]


def test_what_has_no_interval_is_drawn_as_bars():
    figure = reporting.plot(kpi.won_revenue(MIXED, by="owner_id"))
    assert [(name, bar.get_width()) for name, bar in zip(names_of(figure), bars_of(figure), strict=True)] == [
        ("ben", 50.5),
        ("ana", 400),
    ]


def test_a_number_that_does_not_exist_is_not_drawn_as_zero():
    table = deal_table(
        *(deal(f"a{amount}", "won", owner_id="ana", amount=amount) for amount in (5, 7)),
        deal("b", "won", owner_id="ben"),
    )
    figure = reporting.plot(kpi.average_deal_size(table, by="owner_id"))
    assert names_of(figure) == ["ben", "ana"]
    assert np.array_equal(dots_of(figure).get_xdata(), [math.nan, 6.0], equal_nan=True)


def test_of_many_names_those_with_the_most_records_are_shown():
    cut = kpi.win_rate(named([f"name {rank:02}" for rank in range(20)]), by="owner_id")
    figure = reporting.plot(cut)
    assert sorted(names_of(figure)) == [f"name {rank:02}" for rank in range(4, 20)]
    assert figure.get_figheight() < 6


def test_a_name_is_drawn_as_it_is_and_not_as_mathematics():
    figure = reporting.plot(kpi.win_rate(named(["$x$", "\\frac{1}{0}$$", "x" * 99]), by="owner_id"))
    assert set(names_of(figure)) == {"$x$", "\\frac{1}{0}$$", "x" * 23 + "…"}
    assert not any(label.get_parse_math() for label in figure.axes[0].get_yticklabels())


@pytest.mark.parametrize("cut", [{"by": ["owner_id", "stage"]}, {"by": "owner_id", "every": "month"}])
def test_a_metric_cut_by_two_things_is_refused(cut):
    with pytest.raises(TableError, match="cut by one thing"):
        reporting.plot(kpi.win_rate(MIXED, **cut))


def test_an_empty_breakdown_is_refused():
    with pytest.raises(TableError, match="cut by one thing"):
        reporting.plot(kpi.win_rate(MIXED.head(0), by="owner_id"))


def test_a_figure_leaves_no_trace_in_pyplot_nor_in_its_settings():
    before = dict(plt.rcParams)
    figure = reporting.plot(kpi.win_rate(MIXED, by="owner_id"))
    assert plt.get_fignums() == []
    assert figure.number if hasattr(figure, "number") else True
    assert dict(plt.rcParams) == before


def test_no_name_makes_it_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for half in (HOSTILE[:15], HOSTILE[15:]):
            reporting.plot(kpi.win_rate(named(half), by="owner_id"))


@pytest.mark.parametrize(
    ("metric", "written"),
    [
        (kpi.win_rate.of(won=1, lost=1), {0.5: "50 %", 1.0: "100 %"}),
        (
            kpi.won_revenue.of([5]),
            {2e9: "2bn", 1.5e6: "1.5M", 3e3: "3k", 250.0: "250", 0.5: "0.5", -4e3: "-4k", 0.0: "0"},
        ),
        (kpi.nps.of([10, 9, 3]), {20.0: "20", -12.5: "-12.5"}),
    ],
)
def test_an_axis_is_labelled_in_the_unit(metric, written):
    cut = kpi.won_revenue(MIXED, every="month")
    slices = [kpi.Slice(keys=(), period=piece.period, measurement=metric) for piece in cut]
    pieces = kpi.Breakdown(
        name=metric.name,
        label="",
        by=(),
        every="month",
        slices=tuple(slices),
        excluded={},
        implementation=cut.implementation,
        lazy=False,
    )
    label = reporting.plot(pieces).axes[0].yaxis.get_major_formatter()
    assert {value: label(value) for value in written} == written


def test_a_chart_without_matplotlib_names_the_pip_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"plot\(\) needs more libraries: pip install 'crmkit\[report\]'"):
        reporting.plot(kpi.win_rate(MIXED, by="owner_id"))


def test_a_dashed_line_stands_at_the_value_of_all_together():
    rates, overall = kpi.win_rate(MIXED, by="owner_id"), kpi.win_rate(MIXED)
    lines = [line for line in reporting.plot(rates, overall=overall).axes[0].lines if line.get_linestyle() == "--"]
    assert [list(line.get_xdata()) for line in lines] == [[0.6, 0.6]]
    nothing = kpi.win_rate(MIXED.iloc[:0])
    assert all(line.get_linestyle() != "--" for line in reporting.plot(rates, overall=nothing).axes[0].lines)

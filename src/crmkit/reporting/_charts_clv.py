"""What lifetime value models expect, drawn, beside what customers did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crmkit.clv import CumulativePurchases, FrequencyRecency, HoldoutCalibration
from crmkit.reporting._charts_style import ACCENT, GRID, INK, MUTED, number_label, write_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_calibration", "draw_cumulative", "draw_matrix"]


def draw_matrix(axes: Axes, result: FrequencyRecency, *, column: str) -> None:
    """Draw one of the matrices: recency to the right, frequency upwards, the colour says how much; grey is nobody."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.ticker import MaxNLocator

    colours = LinearSegmentedColormap.from_list("crmkit", ["#ffffff", ACCENT, INK])
    shares = column == "probability_alive"
    image = axes.imshow(
        np.ma.masked_invalid(getattr(result, column)),
        origin="lower",
        aspect="auto",
        cmap=colours.with_extremes(bad=GRID),
        vmin=0.0,
        vmax=1.0 if shares else None,
        interpolation="nearest",
    )
    bar = axes.figure.colorbar(image, ax=axes)
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0)
    write_numbers(bar.ax.yaxis, "fraction" if shares else None)
    bar.set_label("probability alive" if shares else f"expected purchases in {_span(result.horizon, result.unit)}")
    axes.tick_params(length=0)
    axes.set_xlabel(f"recency, at the age of {_span(result.age, result.unit)}")
    axes.set_ylabel("frequency")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=8, integer=True))


def draw_cumulative(axes: Axes, result: CumulativePurchases) -> None:
    """Draw both lines, and where the holdout begins."""
    time = result.table["time"].to_numpy()
    axes.plot(time, result.table["bought"].to_numpy(), color=INK, linewidth=1.8, label="bought")
    expected = result.table["expected"].to_numpy()
    axes.plot(time, expected, color=ACCENT, linewidth=1.8, linestyle="--", label=f"expected, {result.model}")
    if result.holdout_at is not None:
        axes.axvline(result.holdout_at, color=MUTED, linewidth=1.0, linestyle=":", label="holdout begins")
    axes.legend(frameon=False, loc="upper left")
    axes.set_xlabel(f"{result.unit}s since {result.first}")
    axes.set_ylabel("repeat purchases")
    _gridded(axes)


def draw_calibration(axes: Axes, result: HoldoutCalibration) -> None:
    """Draw what was bought as bars, and what was expected as dots."""
    table = result.table
    places = np.arange(len(table))
    axes.bar(places, table["bought"].to_numpy(), color=GRID, width=0.72, label="bought")
    axes.plot(places, table["expected"].to_numpy(), "o", color=ACCENT, markersize=6, label=f"expected, {result.model}")
    axes.set_xticks(places, [f"{value}+" if value == result.most else str(value) for value in table["frequency"]])
    axes.legend(frameon=False, loc="upper left")
    axes.set_xlabel("repeat purchases before the holdout")
    axes.set_ylabel(f"mean in {_span(result.horizon, result.unit)}")
    _gridded(axes)


def _gridded(axes: Axes) -> None:
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    write_numbers(axes.yaxis, None)


def _span(time: float, unit: str | None) -> str:
    """Write a length of time: "39 weeks"; of a model that says no unit, the number."""
    number = number_label(time, None)
    return number if unit is None else f"{number} {unit}{'' if time == 1 else 's'}"

"""A metric cut by one thing, drawn: bars over time, or names with their values and intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from crmkit.errors import TableError
from crmkit.kpi import Breakdown, Measurement, Slice
from crmkit.reporting._charts_style import ACCENT, GRID, MOST_BARS, MUTED, write_numbers
from crmkit.reporting._figures import key_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["breakdown_height", "draw_breakdown"]


def breakdown_height(result: Breakdown) -> float:
    """Return how high a figure of it is, in inches.

    Raises:
        TableError: the breakdown is cut by several things, or is empty.
    """
    if len(result) == 0 or len(result.by) + (result.every is not None) != 1:
        raise TableError("a chart shows a metric cut by one thing: either by= one column or every= a period")
    return 3.0 if result.every is not None else 0.9 + 0.3 * min(len(result), MOST_BARS)


def draw_breakdown(axes: Axes, result: Breakdown, *, overall: Measurement | None) -> None:
    """Draw it, and the metric of all records as a dashed line across the names."""
    if result.every is not None:
        _over_time(axes, result)
        return
    _by_name(axes, result)
    if overall is not None and overall.defined:
        axes.axvline(overall.value, color=MUTED, linewidth=1.2, linestyle="--")


def _over_time(axes: Axes, result: Breakdown) -> None:
    slices = list(result)
    values = [_height(piece) for piece in slices]
    axes.bar(range(len(slices)), values, color=ACCENT, width=0.72)
    step = max(1, math.ceil(len(slices) / 9))
    labels = [str(piece.period) if position % step == 0 else "" for position, piece in enumerate(slices)]
    slanted = max(len(label) for label in labels) * math.ceil(len(slices) / step) > 50
    axes.set_xticks(range(len(slices)), labels, rotation=35 if slanted else 0, ha="right" if slanted else "center")
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    write_numbers(axes.yaxis, _unit(result))


def _by_name(axes: Axes, result: Breakdown) -> None:
    kept = sorted(result, key=lambda piece: -piece.measurement.n)[:MOST_BARS]
    shown = sorted(kept, key=lambda piece: (_height(piece), -piece.measurement.n))
    places = range(len(shown))
    values = [_height(piece) for piece in shown]
    if any(not math.isnan(piece.measurement.low) for piece in shown):
        for place, piece in enumerate(shown):
            axes.plot(
                [piece.measurement.low, piece.measurement.high], [place, place], color=ACCENT, linewidth=2, alpha=0.45
            )
        axes.plot([piece.measurement.value for piece in shown], places, "o", color=ACCENT, markersize=5.5)
    else:
        axes.barh(places, values, color=ACCENT, height=0.66)
    axes.set_yticks(places, [_name(piece) for piece in shown])
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    write_numbers(axes.xaxis, _unit(result))


def _unit(result: Breakdown) -> str | None:
    return next(iter(result)).measurement.unit


def _height(piece: Slice) -> float:
    return piece.measurement.value if piece.measurement.defined else 0.0


def _name(piece: Slice) -> str:
    return ", ".join(key_text(key, limit=24) for key in piece.keys)

"""Results as charts: `plot` gives a matplotlib figure, `to_svg` the markup that a page can hold.

The colours are few and fixed, so that the page's stylesheet can replace each for light and dark.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

from crmkit.errors import MissingExtra, TableError
from crmkit.kpi import Breakdown, Measurement, Slice
from crmkit.reporting._figures import key_text, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ACCENT", "GRID", "INK", "MOST_BARS", "MUTED", "plot"]

INK, MUTED, GRID, ACCENT = "#1a1f26", "#5b6672", "#d5dade", "#0f766e"
MOST_BARS = 16
"""A chart of names shows so many of them, those that rest on the most records."""

_WIDTH = 5.0
_STYLE: Any = {
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 11,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


def plot(result: Breakdown, *, overall: Measurement | None = None) -> Figure:
    """Draw a breakdown: bars over time, or names with their values and intervals.

    Args:
        result: a metric cut by one thing, a calendar period or a column.
        overall: the same metric of all records, drawn as a dashed line across the names.

    Returns:
        A matplotlib figure that belongs to no window; in a notebook it shows itself.

    Raises:
        TableError: the breakdown is cut by several things, or is empty.
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise MissingExtra.of("report", purpose="plot()") from fault
    if len(result) == 0 or len(result.by) + (result.every is not None) != 1:
        raise TableError("a chart shows a metric cut by one thing: either by= one column or every= a period")
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        height = 3.0 if result.every is not None else 0.9 + 0.3 * min(len(result), MOST_BARS)
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        figure.patch.set_alpha(0.0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0.0)
        if result.every is not None:
            _over_time(axes, result)
        else:
            _by_name(axes, result)
            if overall is not None and overall.defined:
                axes.axvline(overall.value, color=MUTED, linewidth=1.2, linestyle="--")
        figure.draw_without_rendering()
    return figure


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
    _write_numbers(axes.yaxis, result)


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
    _write_numbers(axes.xaxis, result)


def _height(piece: Slice) -> float:
    return piece.measurement.value if piece.measurement.defined else 0.0


def _name(piece: Slice) -> str:
    return ", ".join(key_text(key, limit=24) for key in piece.keys)


def _write_numbers(axis: Any, result: Breakdown) -> None:
    """Label an axis in the metric's unit."""
    unit = next(iter(result)).measurement.unit

    def label(value: float, _: int) -> str:
        if unit == "fraction":
            return f"{100 * value:.0f} %"
        for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= size:
                return f"{value / size:g}{letter}"
        return number_text(value, "records") if value == int(value) else f"{value:g}"

    axis.set_major_formatter(label)
    axis.get_major_locator().set_params(nbins=6)

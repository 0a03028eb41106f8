"""What customers are worth, drawn: by segment, or how many are worth how much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from crmkit.clv import LifetimeValue
from crmkit.errors import TableError
from crmkit.reporting._charts_style import ACCENT, GRID, INK, MOST_BARS, number_label, write_numbers
from crmkit.reporting._figures import key_text, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_value", "value_height"]

Floats = NDArray[np.float64]

# Bars by tenths of a power of ten; whoever is worth less than a hundredth of the mean is in the first.
_BARS_A_POWER = 10
_LEAST = 1e-2


def value_height(result: LifetimeValue, *, otherwise: float) -> float:
    """Return how high a figure of it is, in inches."""
    return otherwise if result.segments is None else 0.9 + 0.3 * min(len(result.segments), MOST_BARS)


def draw_value(axes: Axes, result: LifetimeValue) -> None:
    """Draw the value of each segment, or the distribution of all values.

    Raises:
        TableError: no value is above 0.
    """
    if result.segments is None:
        _distribution(axes, result)
    else:
        _by_segment(axes, result, nw.from_native(result.segments, eager_only=True).head(MOST_BARS))


def _by_segment(axes: Axes, result: LifetimeValue, segments: Any) -> None:
    names = [key_text(_known(name), limit=24) for name in segments[segments.columns[0]].to_list()]
    places = range(len(names) - 1, -1, -1)
    axes.barh(list(places), _array(segments, "lifetime_value"), color=ACCENT, height=0.66)
    axes.set_yticks(list(places), names)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.set_xlabel(_worth(result))
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    write_numbers(axes.xaxis, None)


def _distribution(axes: Axes, result: LifetimeValue) -> None:
    value = _array(nw.from_native(result.table, eager_only=True), "lifetime_value")
    known = np.isfinite(value) & (result.counts > 0)
    value, counts = value[known], result.counts[known]
    if not (value > 0).any():
        raise TableError("nobody's value is above 0, so there is nothing to draw")
    mean = math.fsum(counts * value) / float(counts.sum())
    edges = _edges(value, mean)
    heights, _ = np.histogram(np.maximum(value, edges[0]), bins=edges, weights=counts)
    axes.bar(edges[:-1], heights, width=np.diff(edges), align="edge", color=ACCENT, edgecolor="#ffffff", linewidth=0.4)
    axes.set_xscale("log")
    axes.axvline(mean, color=INK, linewidth=1.2, linestyle="--", label=f"mean {number_text(mean, result.currency)}")
    axes.legend(frameon=False, loc="upper right")
    axes.set_title(_total(result), loc="left", fontsize="medium", parse_math=False)
    axes.xaxis.set_major_formatter(lambda number, _: number_label(number, None))
    axes.xaxis.set_minor_formatter(lambda _number, _: "")
    lower = value.min() < edges[0]
    axes.set_xlabel(_worth(result) + (f"; the first bar: up to {edges[1]:.2g}" if lower else ""))
    axes.set_ylabel("customers")
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", length=0)
    write_numbers(axes.yaxis, None)


def _edges(value: Floats, mean: float) -> Floats:
    """Return where bars begin and end, from the least value that counts to above the greatest."""
    low = max(float(value[value > 0].min()), _LEAST * mean)
    first = math.floor(_BARS_A_POWER * math.log10(low))
    last = math.floor(_BARS_A_POWER * math.log10(float(value.max()))) + 1
    found: Floats = 10.0 ** (np.arange(first, last + 1) / _BARS_A_POWER)
    return found


def _worth(result: LifetimeValue) -> str:
    return "lifetime value" + (f" in {key_text(result.currency, limit=12)}" if result.currency else "")


def _total(result: LifetimeValue) -> str:
    total = f"total {number_text(result.total, result.currency)}"
    if math.isnan(result.low):
        return total
    return f"{total} ({number_text(result.low, None)} to {number_text(result.high, None)})"


def _known(name: object) -> object:
    """Return a segment's name; None where it is missing."""
    return None if name is None or name != name else name


def _array(frame: Any, name: str) -> Floats:
    return np.asarray(frame[name].to_numpy(), dtype=np.float64)

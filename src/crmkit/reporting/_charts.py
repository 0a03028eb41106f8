"""Results as charts: `plot` gives a matplotlib figure, `to_svg` the markup that a page can hold."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from crmkit.errors import InvalidArgument, MissingExtra
from crmkit.kpi import Breakdown, Measurement
from crmkit.reporting._charts_breakdown import breakdown_height, draw_breakdown
from crmkit.reporting._charts_style import STYLE, dress

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from crmkit.clv import CumulativePurchases, FrequencyRecency, HoldoutCalibration, LifetimeValue

    Drawable = Breakdown | FrequencyRecency | CumulativePurchases | HoldoutCalibration | LifetimeValue

__all__ = ["plot"]

_WIDTH, _HEIGHT = 5.0, 3.2
_MATRIX = ("expected_purchases", "probability_alive")


def plot(
    result: Drawable,
    *,
    overall: Measurement | None = None,
    column: Literal["expected_purchases", "probability_alive"] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw a result, in a figure of its own or into axes that you have.

    - a metric cut by one thing, a calendar period or a column (`kpi`): bars over time, or names with their values and
      intervals
    - `clv.FrequencyRecency`: a matrix of colours
    - `clv.CumulativePurchases`: what was bought and what was expected, over time
    - `clv.HoldoutCalibration`: the same by frequency
    - `clv.LifetimeValue`: what each segment is worth; without segments, how many customers are worth how much, on a
      scale of powers of ten

    Args:
        result: what to draw.
        overall: of a breakdown, the same metric of all records, drawn as a dashed line across the names.
        column: of a FrequencyRecency, which of its matrices; expected_purchases, if not given.
        ax: the axes to draw into, such as one of those that `plt.subplots(2, 2)` made.

    Returns:
        The figure: that of `ax`, or one that belongs to no window and shows itself in a notebook; its axes are
        `figure.axes[0]`.

    Raises:
        TableError: a breakdown that is cut by several things, or empty; values of which none is above 0.
        InvalidArgument: no result that can be drawn, an argument that is meant for another one, or no axes.
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise MissingExtra.of("report", purpose="plot()") from fault
    if ax is not None and not _holds_charts(ax, Axes):
        kind = type(ax).__name__
        message = f"ax is one rectilinear matplotlib Axes, not {kind}; of several choose one, such as axes[0, 0]"
        raise InvalidArgument(message, argument="ax", value=type(ax).__name__)
    draw, height = _drawing(result, overall, column)
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        if ax is not None:
            draw(ax)
            dress(ax)
            return ax.figure if isinstance(ax.figure, Figure) else ax.figure.figure
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        figure.patch.set_alpha(0.0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0.0)
        draw(axes)
        figure.draw_without_rendering()
    return figure


def _holds_charts(ax: Any, axes: type) -> bool:
    return isinstance(ax, axes) and getattr(ax, "name", None) == "rectilinear"


def _drawing(result: Any, overall: Measurement | None, column: str | None) -> tuple[Callable[[Axes], None], float]:
    """Return what draws the result into axes, and how high a figure of it is."""
    if isinstance(result, Breakdown) and column is None:
        return partial(draw_breakdown, result=result, overall=overall), breakdown_height(result)
    # The models load much that a report of KPIs does not need.
    from crmkit.clv import CumulativePurchases, FittedPurchases, FrequencyRecency, HoldoutCalibration, LifetimeValue
    from crmkit.reporting._charts_clv import draw_calibration, draw_cumulative, draw_matrix
    from crmkit.reporting._charts_value import draw_value, value_height

    if column not in (None, *_MATRIX) or (column is not None and not isinstance(result, FrequencyRecency)):
        message = f"column is one of {', '.join(_MATRIX)}, of a FrequencyRecency; else leave it out"
        raise InvalidArgument(message, argument="column", value=column)
    if overall is not None:
        raise InvalidArgument("overall belongs to a breakdown; leave it out", argument="overall", value=None)
    match result:
        case FrequencyRecency():
            return partial(draw_matrix, result=result, column=column or _MATRIX[0]), _HEIGHT
        case CumulativePurchases():
            return partial(draw_cumulative, result=result), _HEIGHT
        case HoldoutCalibration():
            return partial(draw_calibration, result=result), _HEIGHT
        case LifetimeValue():
            return partial(draw_value, result=result), value_height(result, otherwise=_HEIGHT)
    names = "a Breakdown, FrequencyRecency, CumulativePurchases, HoldoutCalibration or LifetimeValue"
    message = f"plot() draws {names}, not {type(result).__name__}"
    message += "; of a fit draw clv.frequency_recency(fit, ...)" if isinstance(result, FittedPurchases) else ""
    raise InvalidArgument(message, argument="result", value=type(result).__name__)

"""How charts look: few and fixed colours, so that the page's stylesheet can replace each for light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmkit.reporting._figures import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ACCENT", "GRID", "INK", "MOST_BARS", "MUTED", "STYLE", "dress", "number_label", "write_numbers"]

INK, MUTED, GRID, ACCENT = "#1a1f26", "#5b6672", "#d5dade", "#0f766e"
MOST_BARS = 16
"""A chart of names shows so many of them, those that rest on the most records."""

STYLE: Any = {
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
"""The settings under which axes of our own are made."""


def dress(axes: Axes) -> None:
    """Give axes that somebody else made the looks of our own, but for sizes; nothing in them is mathematics."""
    axes.spines[["right", "top"]].set_visible(False)
    axes.spines[:].set_color(GRID)
    axes.tick_params(axis="x", colors=MUTED)
    axes.tick_params(axis="y", color=MUTED, labelcolor=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_color(MUTED)
        for text in (axis.label, *axis.get_ticklabels()):
            text.set_parse_math(False)


def write_numbers(axis: Any, unit: str | None) -> None:
    """Label an axis in a unit."""
    axis.set_major_formatter(lambda value, _: number_label(value, unit))
    axis.get_major_locator().set_params(nbins=6)


def number_label(value: float, unit: str | None) -> str:
    """Write a number beside an axis, as short as it can be."""
    if unit == "fraction":
        return f"{100 * value:.0f} %"
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return number_text(value, "records") if value == int(value) else f"{value:g}"

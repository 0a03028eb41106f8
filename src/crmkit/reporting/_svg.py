"""A matplotlib figure as markup for a page with a strict policy: no style attributes, no clashing ids, no metadata."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["to_svg"]

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_KEPT = (
    "fill",
    "fill-opacity",
    "opacity",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-linecap",
    "stroke-dasharray",
    "text-anchor",
)


def to_svg(figure: Figure, *, title: str, salt: str) -> str:
    """Return the figure as one `<svg>` element; the same figure gives the same bytes.

    Args:
        figure: the figure.
        title: what a screen reader says.
        salt: tells the ids of this chart from those of the page's others.
    """
    import matplotlib as mpl

    written = io.StringIO()
    options: Any = {"svg.fonttype": "none", "svg.hashsalt": salt, "text.parse_math": False}
    with mpl.rc_context(options), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(written, format="svg", metadata={"Date": None})
    return _cleaned(written.getvalue(), title)


def _cleaned(markup: str, title: str) -> str:
    root = ET.fromstring(markup)  # noqa: S314  # matplotlib's own output
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        _attributes_for_style(element)
    width, height = root.get("width", ""), root.get("height", "")
    root.attrib.pop("width")
    root.attrib.pop("height")
    root.attrib |= {"role": "img", "aria-label": title, "viewBox": root.get("viewBox", f"0 0 {width} {height}")}
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    return ET.tostring(root, encoding="unicode")


def _attributes_for_style(element: ET.Element) -> None:
    """Say in attributes what a style attribute says: a page's policy forbids the latter."""
    pairs = [declaration.split(":", 1) for declaration in element.get("style", "").split(";") if ":" in declaration]
    declarations = {name.strip(): value.strip() for name, value in pairs}
    element.attrib.pop("style", None)
    element.attrib |= {name: value for name, value in declarations.items() if name in _KEPT}
    size = next(
        (word for word in declarations.get("font", declarations.get("font-size", "")).split() if "px" in word), None
    )
    if size:
        element.set("font-size", size)
    if element.get("id", "").split("_")[0] in {
        "figure",
        "axes",
        "patch",
        "line2d",
        "text",
        "matplotlib.axis",
        "xtick",
        "ytick",
    }:
        del element.attrib["id"]

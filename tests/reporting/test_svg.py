"""A figure as markup that a strict policy admits."""

import re
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure

from crmkit import kpi, reporting
from crmkit.reporting._svg import to_svg
from tests.kpi.deals import MIXED

from .pages import HOSTILE, Page, named


def drawn(*, salt="salt", title="a title"):
    return to_svg(reporting.plot(kpi.win_rate(MIXED, by="owner_id")), title=title, salt=salt)


def test_the_same_figure_gives_the_same_markup_and_another_salt_other_ids():
    assert drawn() == drawn()
    assert set(Page.of(drawn()).values("id")).isdisjoint(Page.of(drawn(salt="other")).values("id"))


def test_it_says_to_a_screen_reader_what_it_shows():
    root = _read(drawn(title="<Win> & 'rate'"))
    assert (root.get("role"), root.get("aria-label")) == ("img", "<Win> & 'rate'")
    assert root.get("width") is root.get("height") is None
    assert re.fullmatch(r"0 0 [\d.]+ [\d.]+", root.get("viewBox"))


def test_it_has_no_style_no_metadata_and_no_prologue():
    page = Page.of(drawn())
    assert not {"style", "metadata", "!", "?"} & {tag[0] for tag in page.tags}
    assert page.values("style") == []


def test_what_the_style_said_is_said_in_attributes():
    figure = Figure(figsize=(1, 1))
    figure.text(0.5, 0.5, "word", color="#123456", fontsize=12, ha="center")
    figure.patch.set_alpha(0.25)
    texts = [element for element in _read(to_svg(figure, title="", salt="")).iter() if element.text == "word"]
    assert [(one.get("fill"), one.get("font-size"), one.get("text-anchor")) for one in texts] == [
        ("#123456", "12px", "middle")
    ]


def test_names_stand_in_it_as_text():
    shown = [name for name in HOSTILE[:8] if name.isprintable() and len(name) < 24]
    texts = [
        text for tag, text in Page.of(to_svg(reporting.plot(_cut(shown)), title="", salt="")).texts if tag == "text"
    ]
    assert shown
    assert set(shown) <= set(texts)


def _read(markup):
    return ET.fromstring(markup)  # noqa: S314  # our own output


def _cut(names):
    return kpi.win_rate(named(names), by="owner_id")

"""Tables with names of any origin, and what is to be seen of a page."""

from collections.abc import Sequence
from functools import cache
from html.parser import HTMLParser

import attrs
import pandas as pd

from crmkit import reporting
from crmkit.io import Assumption, ImportResult, Mapping, Problem, RejectedRow
from crmkit.reporting import Report
from tests.kpi.deals import MIXED, day, deal, deal_table

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script src=//evil.example/x.js>",
    "</style><style>*{display:none}</style>",
    "</svg><img src=x onerror=alert(1)>",
    "</text><a href='javascript:alert(1)'>",
    "]]><!--",
    "<!DOCTYPE html><html><body onload=x>",
    "\"' onmouseover='alert(1)' x=\"",
    "&lt;b&gt; &amp; &#60; &nbsp;",
    "$x$ $\\frac{1}{0}$ $\\unknown{$",
    "{{ 7 * 7 }} {% raw %} {#",
    "first line\nsecond\r\nthird\tcolumn",
    "NUL \x00 bell \x07 escape \x1b[31m red \x9b31m",
    "\u202egnp.exe\u2066 right to left \u200f",
    "\ufeff\ufffe\uffff byte order",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀 👩‍👩‍👧",
    "株式会社テスト 你好",
    "محمد שלום",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
    "﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽﷽",
    "x" * 10_000,
    "",
    " ",
    "color:red;background:url(//evil.example/x)",
    "@import 'https://evil.example/x.css';",
    "https://evil.example/?a=1&b=2",
    '=HYPERLINK("https://evil.example")',
    "None",
    "nan",
    "\\",
)


def named(owners: Sequence[str], *, stages: Sequence[str] = ("Won", "Lost")) -> pd.DataFrame:
    """A table in which each owner and each stage has a number of deals of its own, so that no order follows a name."""
    deals = []
    for rank in range(len(owners)):
        for number in range(2 + rank):
            status = "won" if number <= rank // 2 else "lost"
            created, closed = day(number), day(40 * (1 + number % 3))
            facts = {"amount": 10 * rank + number, "created_at": created, "closed_at": closed}
            deals.append(deal(f"{rank}-{number}", status, owner_id=f"owner {rank}", stage="", **facts))
    table = deal_table(*deals)
    of = pd.Series(dict(enumerate(owners)), dtype="object")
    ranks = table["id"].str.split("-").str[0].astype(int)
    spread = [position for position in range(len(stages)) for _ in range(1 + position)]
    turns = [spread[row % len(spread)] for row in range(len(table))]
    return table.assign(owner_id=ranks.map(of), stage=[stages[turn] for turn in turns])


def imported(table: pd.DataFrame, text: str) -> ImportResult:
    """The table as if it had been read from a file in which this text stood everywhere."""
    problem = Problem(column=text, value=text, reason="it is no date", code="date")
    return ImportResult(
        table,
        "deal",
        Mapping(record="deal"),
        (Assumption("column", text, f"id is the column {text!r}"), Assumption("odd", text, text)),
        (RejectedRow(3, (text,), (problem, Problem(None, None, text, "cells"))),),
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page([], [], [])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, *(name for name, _ in attributes)))
        self.page.attributes.extend((tag, name, value or "") for name, value in attributes)

    def handle_endtag(self, tag: str) -> None:
        self.page.tags.append(("/" + tag,))

    def handle_decl(self, decl: str) -> None:
        self.page.tags.append(("!", decl))

    def handle_comment(self, data: str) -> None:
        self.page.tags.append(("!--", data))

    def unknown_decl(self, data: str) -> None:
        self.page.tags.append(("![", data))

    def handle_pi(self, data: str) -> None:
        self.page.tags.append(("?", data))

    def handle_data(self, data: str) -> None:
        inside = self.page.tags[-1][0] if self.page.tags else ""
        self.page.texts.append((inside, data))


@attrs.frozen
class Page:
    """What a browser makes of a page: tags with the names of their attributes, the attributes, the texts by tag."""

    tags: list[tuple[str, ...]]
    attributes: list[tuple[str, str, str]]
    texts: list[tuple[str, str]]

    @classmethod
    def of(cls, markup: str) -> "Page":
        reader = _Reader()
        reader.feed(markup)
        reader.close()
        return reader.page

    @property
    def style(self) -> str:
        return "".join(text for tag, text in self.texts if tag == "style")

    @property
    def words(self) -> str:
        return " ".join(" ".join(text for tag, text in self.texts if tag != "style").split())

    def values(self, name: str) -> list[str]:
        return [value for _, called, value in self.attributes if called == name]


def page(source: object, **asked: object) -> Page:
    """The page of a table."""
    if source is MIXED and not asked:
        return _page_of_mixed()
    return Page.of(reporting.render_html(measured(source, **asked)))


def measured(source: object, **asked: object) -> Report:
    """The report of a table."""
    if source is MIXED and not asked:
        return _mixed()
    return reporting.report(source, **asked)


@cache
def _mixed() -> Report:
    return reporting.report(MIXED)


@cache
def _page_of_mixed() -> Page:
    return Page.of(reporting.render_html(_mixed()))

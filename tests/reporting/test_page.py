"""The page can be trusted with names of any origin."""

import base64
import hashlib
import re
import sys
from functools import cache

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmkit import kpi, reporting
from crmkit.errors import MissingExtra
from crmkit.expressions import field
from tests.kpi.deals import MIXED, answer_table, day, deal, deal_table, lead_table

from .pages import HOSTILE, Page, imported, measured, named, page

MADE = deal("3", "won", amount=1, created_at=day(1), closed_at=day(3))
BENIGN = tuple(f"Name {position:02}" for position in range(len(HOSTILE)))
HALVES = [slice(0, 15), slice(15, 30)]


@pytest.fixture
def undrawn(monkeypatch):
    """Where a page's words are the point, its charts are not drawn, which takes longer than all else."""
    monkeypatch.setattr("crmkit.reporting._page.plot", lambda *_, **__: None)
    monkeypatch.setattr("crmkit.reporting._page.to_svg", lambda *_, **__: "<svg></svg>")


@pytest.fixture(scope="module")
def hostile_page() -> Page:
    text = "".join(HOSTILE[:18])
    return page(imported(named(HOSTILE[:12], stages=HOSTILE[4:9]), text), title=text)


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("place", ["owner", "stage"])
def test_hostile_names_give_the_same_skeleton_as_benign_ones(half, place):
    assert tags_of_names(HOSTILE[half], place) == benign_tags(place)


def tags_of_names(names, place):
    by_owner = place == "owner"
    return page(named(names, stages=("Won", "Lost")) if by_owner else named(["Ana", "Ben"] * 4, stages=names)).tags


@cache
def benign_tags(place):
    return tags_of_names(BENIGN[: len(HOSTILE) // 2], place)


def test_hostile_titles_headers_and_rows_give_the_same_skeleton_as_benign_ones(monkeypatch):
    monkeypatch.setattr(reporting.Report, "breakdowns", ())
    whole = measured(MIXED)

    def skeleton(text):
        result = imported(MIXED, text)
        told = attrs.evolve(whole, title=text, assumptions=result.assumptions, accepted=8, rejected=result.rejected)
        return Page.of(reporting.render_html(told)).tags

    benign = skeleton("benign")
    for text in HOSTILE:
        assert skeleton(text) == benign, text


def test_a_hostile_column_name_and_currency_give_the_same_skeleton_as_benign_ones():
    column = "</h2><script>\x1b[31m\x00$x$"
    table = MIXED.assign(currency="</p><script>\x1b", **{column: ["a", "b"] * 4})
    benign = MIXED.assign(currency="EUR", channel=["a", "b"] * 4)
    assert page(table, by=column).tags == page(benign, by="channel").tags


@pytest.fixture(scope="module")
def skeleton_of_owners():
    report = attrs.evolve(measured(MIXED), over_time=None, parts=None)
    cut = kpi.win_rate(named([f"{rank}" for rank in range(4)]), by="owner_id")

    def skeleton(owners):
        slices = [attrs.evolve(piece, keys=(name,)) for piece, name in zip(cut, owners, strict=True)]
        renamed = attrs.evolve(report, by_group=attrs.evolve(cut, slices=slices))
        return Page.of(reporting.render_html(renamed)).tags

    return skeleton


@pytest.fixture(scope="module")
def benign_skeleton(skeleton_of_owners):
    return skeleton_of_owners(BENIGN[:4])


@settings(max_examples=12)
@given(names=st.lists(st.text(), min_size=4, max_size=4, unique=True))
@example(names=["</svg>", "]]>", "&", "$x$"])
@example(names=["\ud800", "\udfff", "\x85", "\u2028"])
def test_any_names_at_all_give_the_same_skeleton(skeleton_of_owners, benign_skeleton, names):
    assert skeleton_of_owners(names) == benign_skeleton


def test_the_page_runs_nothing_and_asks_nobody(hostile_page):
    assert not {tag[0] for tag in hostile_page.tags} & {
        "script",
        "link",
        "iframe",
        "object",
        "embed",
        "img",
        "a",
        "form",
    }
    names = {name for _, name, _ in hostile_page.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset", "href", "action"}
    assert not re.search(r"url\(|@import|https?:|//", hostile_page.style)
    for _, name, value in hostile_page.attributes:
        if name.startswith("xmlns") or name in ("aria-label", "content"):
            continue
        assert "//" not in value
        assert "url(" not in value or re.fullmatch(r"url\(#\w+\)", value)


@pytest.mark.parametrize("every", ["quarter", "month"])
def test_every_id_stands_once_and_every_reference_leads_to_one(every):
    whole = page(named(BENIGN[:4]), every=every)
    ids = whole.values("id")
    assert ids
    assert len(ids) == len(set(ids))
    references = [value[5:-1] for value in whole.values("clip-path")]
    references += [value.removeprefix("#") for value in whole.values("xlink:href")]
    assert references
    assert set(references) <= set(ids)


def test_two_charts_of_one_title_share_no_id():
    report = measured(MIXED)
    twice = Page.of(reporting.render_html(attrs.evolve(report, parts=report.by_group)))
    assert twice.words.count("Win rate by owner") == 2
    assert len(twice.values("id")) == len(set(twice.values("id")))


def test_the_policy_admits_the_one_style_and_nothing_else():
    whole = page(MIXED)
    policy = next(value for value in whole.values("content") if "default-src" in value)
    digest = base64.b64encode(hashlib.sha256(whole.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert [tag for tag in whole.tags if tag[0] == "style"] == [("style",)]
    assert "@" not in whole.style.replace("@media", "")


def test_a_right_to_left_name_stays_within_itself(hostile_page):
    text = "".join(text for _, text in hostile_page.texts)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert ("bdi",) in hostile_page.tags


def test_a_page_shows_value_interval_and_number_of_each_kpi():
    words = page(MIXED).words
    assert "Win rate 60.0 % 23.1 to 88.2 %, n 5" in words
    assert "Won revenue 450.50 n 3" in words


@pytest.mark.usefixtures("undrawn")
def test_a_page_says_what_it_cannot_compute_and_what_it_left_out():
    table = deal_table(deal("1", "open"), deal("2", "won", amount=5), MADE)
    words = page(table.drop(columns="probability")).words
    assert "Open pipeline – cannot compute: amount missing in 1 of 1" in words
    assert "Weighted pipeline – needs the column 'probability'" in words
    assert "left out: closed_at missing in 1" in words
    assert "left out: created_at missing in 1" in words


@pytest.mark.usefixtures("undrawn")
def test_a_page_says_what_the_import_assumed_kept_and_rejected():
    words = page(imported(MIXED, "odd text")).words
    assert "1 row rejected" in words
    assert "id is the column 'odd text'" in words
    assert "owner_id is missing in 2 of 8" in words
    assert "line 3, column 'odd text', value 'odd text': it is no date; odd text" in words


@pytest.mark.usefixtures("undrawn")
def test_a_page_of_a_perfect_file_says_so():
    table = deal_table(deal("1", "won", amount=1, created_at=day(0), closed_at=day(1)))
    filled = table[["id", "status", "amount", "created_at", "closed_at"]]
    whole = attrs.evolve(imported(filled, ""), assumptions=(), rejected=())
    words = page(whole).words
    assert "1 deal in the table, 0 rows rejected" in words
    assert "nothing: the mapping said it all" in words
    assert "Empty cells none" in words
    assert "nothing: all 1 rows are counted" in words
    assert "import" not in page(filled).words


def test_a_page_of_a_table_speaks_of_its_gaps_but_of_no_import():
    words = page(MIXED).words
    assert "owner_id is missing in 2 of 8" in words
    assert "import" not in words
    assert "rejected" not in words


@pytest.mark.usefixtures("undrawn")
def test_long_lists_are_cut_with_a_count():
    result = imported(MIXED, "x")
    many = attrs.evolve(result, rejected=result.rejected * 60)
    owners = named([f"Name {position}" for position in range(20)])
    assert "and 10 more rows" in page(many).words
    assert "the 16 with the most records, of 20" in page(owners).words
    first, last = (deal(str(at), "won", amount=1, created_at=day(0), closed_at=day(at)) for at in (1, 131))
    assert "and 31 more" in page(deal_table(first, last), every="day").words


@pytest.mark.usefixtures("undrawn")
def test_a_page_says_what_it_was_asked_for():
    words = page(MIXED, as_of=day(95).date(), where=field("amount") > 100, confidence=0.9).words
    assert "up to the end of 2024-04-05, only where amount > 100. Intervals cover 90 %;" in words


def test_leads_and_answers_have_pages_too():
    assert "Lead conversion 50.0 %" in page(lead_table(1, None), record="lead").words
    assert "Net promoter" in page(answer_table("nps", 10, 9, 3), record="survey_response").words


@pytest.mark.parametrize("library", ["jinja2", "markupsafe", "matplotlib"])
def test_a_page_without_its_libraries_names_the_pip_command(library, monkeypatch):
    report = measured(MIXED)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r"pip install 'crmkit\[report\]'"):
        reporting.render_html(report)

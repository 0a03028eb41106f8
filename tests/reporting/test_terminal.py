"""A report as text: aligned, harmless to a terminal, complete."""

import attrs
import pytest

from crmkit import kpi, reporting
from crmkit.expressions import field
from crmkit.io import Assumption, Mapping, Problem, RejectedRow
from crmkit.reporting._terminal import _width
from tests.kpi.deals import MIXED, answer_table, day, deal, deal_table, lead_table

from .pages import HOSTILE, imported, measured, named

LEGEND = "Intervals cover 95 %; n is how many records a number rests on."


def text_of(source, **asked):
    return reporting.render_text(measured(source, **asked))


def blocks(text):
    return text.rstrip("\n").split("\n\n")


def test_the_kpis_stand_in_columns():
    head, cards = blocks(text_of(MIXED))[:2]
    assert head == "Sales report\n8 deals in the table\n" + LEGEND
    assert cards.splitlines() == [
        "                          value             interval  n",
        "--------------------  ---------  -------------------  -",
        "Won revenue              450.50                       3",
        "Win rate                 60.0 %       23.1 to 88.2 %  5",
        "Win rate by value        56.3 %       0.0 to 100.0 %  5",
        "Average deal size        150.17    -177.98 to 478.32  3",
        "Sales cycle (median)  30.0 days                       3",
        "Sales cycle (mean)    44.3 days  -63.3 to 151.9 days  3",
        "Open pipeline          1,400.00                       2",
        "Weighted pipeline        600.00                       2",
    ]


@pytest.mark.parametrize("names", [("Ana", "Ben"), ("株式会社テスト", "e\u0301clair"), HOSTILE[:12], HOSTILE[12:]])
def test_every_line_of_a_table_is_as_wide_as_its_rule(names):
    table = next(block for block in blocks(text_of(named(names))) if block.startswith("Win rate by owner"))
    lines = table.splitlines()
    assert len(lines) == 2 + len(names)
    assert {_width(line) for line in lines} == {_width(lines[1])}


def test_a_wide_letter_takes_two_columns_and_an_accent_none():
    assert [_width(text) for text in ("abc", "株式", "e\u0301", "é", "")] == [3, 4, 1, 1, 0]


def test_nothing_that_steers_a_terminal_comes_through():
    text = "".join(HOSTILE[10:16])
    table = named(HOSTILE, stages=HOSTILE[8:14]).assign(currency="\x1b[31m")
    whole = text_of(imported(table, text), title=text) + reporting.render_import(imported(table, text))
    whole += text_of(table.assign(**{text: "a"}), by=text)
    assert {letter for letter in whole if not letter.isprintable()} <= {"\n", "\u200d"}


def test_what_cannot_be_computed_says_why():
    table = deal_table(deal("1", "open"), deal("2", "won", amount=5), deal("3", "won", amount=1, closed_at=day(3)))
    whole = text_of(table.drop(columns="probability"))
    assert "- Open pipeline: cannot compute: amount missing in 1 of 1\n" in whole
    assert "- Weighted pipeline: needs the column 'probability'\n" in whole
    assert "2024-Q1                  1.00            1\nleft out: closed_at missing in 1\n" in whole


def test_a_card_says_what_it_left_out():
    assert "- Open pipeline: left out: amount missing in 1\n" in text_of(MIXED)


def test_amounts_of_two_currencies_are_not_added_and_the_rest_is_still_told():
    whole = text_of(MIXED.assign(currency=["EUR", "USD"] * 4))
    assert "- Won revenue: won_revenue would add amounts in EUR, USD" in whole
    assert "Win rate                 60.0 %" in whole
    assert "- Won revenue by quarter: won_revenue would add" in whole


def test_gaps_assumptions_and_rejected_rows_are_listed():
    whole = text_of(imported(MIXED, "odd"))
    assert "8 deals in the table, 1 row rejected" in whole
    assert "Empty cells\n- " in whole
    assert "- owner_id is missing in 2 of 8\n" in whole
    assert "Assumed\n- id is the column 'odd'\n- odd\n" in whole
    assert whole.endswith("Rejected\n- line 3, column 'odd', value 'odd': it is no date; odd\n")


def test_a_long_list_of_rejected_rows_is_cut_with_a_count():
    result = imported(MIXED, "odd")
    many = attrs.evolve(result, rejected=result.rejected * 1_025)
    told = reporting.render_import(many)
    assert told.count("- line 3") == 20
    assert "- 1,025 rows: column 'odd', such as 'odd' in line 3\n" in told
    assert told.endswith("- and 1,005 more rows\n")


def test_a_long_value_is_cut():
    assert max(map(len, text_of(imported(named(["x" * 10_000]), "y" * 10_000)).splitlines())) <= 1_002


def test_an_import_without_doubt_has_nothing_to_say():
    assert reporting.render_import(attrs.evolve(imported(MIXED, ""), assumptions=(), rejected=())) == "\n"


def test_the_heading_says_what_was_asked_for():
    head = blocks(text_of(MIXED, title="Q1", as_of=day(99).date(), where=field("amount") > 100))[0]
    assert head == "Q1\n8 deals in the table, up to the end of 2024-04-09, only where amount > 100\n" + LEGEND


def test_leads_and_answers_are_told_too():
    leads = text_of(lead_table(1, None), record="lead")
    assert leads.startswith("Lead report\n2 leads in the table\n")
    assert "Number of leads by status" in leads
    answers = text_of(answer_table("nps", 10, 9, 3), record="survey_response")
    assert answers.startswith("Survey report\n3 survey responses in the table\n")
    assert f"{kpi.nps.label} by quarter" in answers


def test_a_file_of_which_much_is_lost_is_told_first():
    result = imported(MIXED, "odd")
    assert "\nCaution: 1 of 9 rows (11%) could not be read" in text_of(result)
    few = attrs.evolve(result, rejected=())
    assert "Caution" not in text_of(few)
    unwon = attrs.evolve(few, mapping=Mapping(record="deal", stages={"won": [], "lost": ["Lost"]}))
    assert "\nCaution: no stage of the file is known to be won" in text_of(unwon)


def test_a_row_that_is_bad_as_a_whole_is_a_cause_without_a_column():
    result = imported(MIXED, "odd")
    bad = RejectedRow(7, ("x",), (Problem(None, None, "it has 1 cell", "cells"),))
    told = reporting.render_import(attrs.evolve(result, rejected=(bad,) * 30))
    assert "- 30 rows: the row as a whole in line 7\n" in told


def test_the_columns_that_were_guessed_share_a_line():
    result = imported(MIXED, "odd")
    plain = [
        Assumption("column", name, f"{name} is the column '{name}' (88% sure). To change: x") for name in ("a", "b")
    ]
    told = reporting.render_import(attrs.evolve(result, assumptions=tuple(plain)))
    assert (
        "- By headers and cells, a is the column 'a' (88% sure), b is the column 'b' (88% sure). To change: [columns]\n"
        in told
    )


def test_a_chart_that_cannot_be_drawn_says_why():
    told = text_of(MIXED, as_of=day(20))
    assert "- Number of deals by stage: deals: the table holds what happened after" in told
    far = MIXED.assign(closed_at=MIXED["closed_at"].where(MIXED["id"] != "1", day(10_500)))
    assert "- Won revenue by day: " in text_of(far, every="day")


def test_many_slices_are_cut_with_a_count():
    told = text_of(named([f"owner {number}" for number in range(70)]))
    assert "\nand 10 more\n" in told

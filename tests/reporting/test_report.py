"""A report measures with every KPI of its kind, and passes on what it was asked."""

from datetime import UTC, date, datetime

import pytest

from crmkit import io, kpi, reporting
from crmkit.errors import InvalidPeriod, MissingColumn, NeedsHistory, TableError, UnknownField
from crmkit.expressions import field
from crmkit.io import Assumption
from crmkit.reporting._report import _counted
from tests.kinds import KINDS
from tests.kpi.deals import MIXED, answer_table, day, deal, deal_table, lead_table

from .pages import imported, measured

OUTPUTS = (reporting.render_text, reporting.render_json, reporting.render_html)


def numbers(report):
    return {card.metric.name: card.measurement for card in report.cards}


def test_a_report_holds_what_each_kpi_says_by_itself():
    report = measured(MIXED)
    metrics = [metric for metric in kpi.CATALOGUE.values() if metric.record == "deal"]
    assert [card.metric for card in report.cards] == metrics
    assert numbers(report) == {metric.name: metric(MIXED) for metric in metrics}
    assert report.over_time == kpi.won_revenue(MIXED, every="quarter")
    assert report.by_group == kpi.win_rate(MIXED, by="owner_id")
    assert report.title == "Sales report"
    assert [(piece.keys, piece.measurement.value) for piece in report.parts] == [
        (("Lost",), 2),
        (("Offer",), 1),
        (("Talk",), 2),
        (("Won",), 3),
    ]
    assert report.breakdowns == (report.over_time, report.parts, report.by_group)


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": date(2024, 2, 20)},
        {"as_of": datetime(2024, 2, 20, 12, tzinfo=UTC)},
        {"where": field("owner_id") == "ana"},
        {"confidence": 0.8},
        {"timezone": "America/New_York", "as_of": date(2024, 2, 20)},
        {"timezone": "Pacific/Auckland"},
        {"fiscal_year_start": 2},
    ],
    ids=str,
)
def test_what_a_report_is_asked_reaches_every_kpi(asked):
    report = reporting.report(MIXED, **asked)
    for metric in (kpi.won_revenue, kpi.win_rate, kpi.mean_won_cycle, kpi.open_pipeline):
        assert numbers(report)[metric.name] == metric(MIXED, **asked), metric.name
    assert report.over_time == kpi.won_revenue(MIXED, every="quarter", **asked)
    assert report.by_group == kpi.win_rate(MIXED, by="owner_id", **asked)
    assert report.confidence == asked.get("confidence", 0.95)


@pytest.mark.parametrize("every", ["week", "month", "year"])
def test_the_leading_metric_is_cut_by_the_period_asked_for(every):
    assert reporting.report(MIXED, every=every).over_time == kpi.won_revenue(MIXED, every=every)


def test_groups_are_those_of_the_column_asked_for():
    assert reporting.report(MIXED, by="stage").by_group == kpi.win_rate(MIXED, by="stage")
    with pytest.raises(MissingColumn, match="did you mean 'owner_id'"):
        reporting.report(MIXED, by="onwer_id")


def test_a_column_whose_past_is_unknown_is_refused_when_asked_for_and_left_out_otherwise():
    past = reporting.report(MIXED, as_of=day(20))
    assert past.parts is None
    assert "'probability' is not what it was then" in next(
        card.reason for card in past.cards if card.metric is kpi.weighted_pipeline
    )
    with pytest.raises(NeedsHistory, match="'stage'"):
        reporting.report(MIXED, as_of=day(20), by="stage")


def test_a_table_may_lack_owner_stage_and_dates():
    report = reporting.report(MIXED[["id", "status", "amount"]])
    assert (report.over_time, report.by_group, report.parts) == (None, None, None)
    assert numbers(report)["win_rate"] == kpi.win_rate(MIXED)
    reasons = {card.metric.name: card.reason for card in report.cards if card.reason}
    assert reasons == {
        "sales_cycle": "needs the column 'closed_at'",
        "mean_won_cycle": "needs the column 'closed_at'",
        "weighted_pipeline": "needs the column 'probability'",
    }
    assert all(render(report) for render in OUTPUTS)


def test_a_table_of_no_rows_has_a_report_that_says_so():
    report = reporting.report(MIXED.head(0))
    assert (report.rows, report.breakdowns, dict(report.gaps)) == (0, (), {})
    assert {card.measurement.reason for card in report.cards if not card.measurement.defined} == {
        "no deal was won",
        "no deal was won or lost",
    }
    assert all(render(report) for render in OUTPUTS)


def test_gaps_are_counted_by_column_of_the_record():
    report = reporting.report(MIXED[["id", "owner_id", "status", "amount"]].assign(note=None))
    assert dict(report.gaps) == {"owner_id": 2, "amount": 1}


def test_an_import_says_its_kind_its_rows_and_what_it_assumed():
    result = imported(MIXED, "odd")
    own = Assumption("as_of", "as_of", "as of today")
    report = reporting.report(result, assumed=[own])
    assert (report.record, report.rows, report.accepted) == ("deal", 8, 8)
    assert report.assumptions == (*result.assumptions, own)
    assert report.rejected == result.rejected
    assert measured(MIXED).accepted is None


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (None, "Survey report"),
        ("", "Survey report"),
        ("Q1 <b>", "Q1 <b>"),
        ("a\x1b[31m\nb\udcff", "a [31m b"),
        ("\x00", "–"),
    ],
)
def test_a_title_is_one_printable_line(title, shown):
    assert titled(title) == shown


def test_a_long_title_is_cut():
    assert titled("x" * 10_000) == "x" * 119 + "…"


def titled(title):
    return reporting.report(answer_table("nps", 10), record="survey_response", title=title).title


def test_leads_and_answers_have_reports_too():
    leads = reporting.report(lead_table(1, None, None, 2), record="lead", as_of=day(10))
    assert (leads.title, float(numbers(leads)["lead_conversion_rate"])) == ("Lead report", 0.5)
    assert [(piece.keys, piece.measurement.value) for piece in leads.parts] == [(("converted",), 2), (("new",), 2)]
    assert leads.by_group == kpi.lead_conversion_rate(lead_table(1, None, None, 2), by="owner_id", as_of=day(10))
    answers = reporting.report(answer_table("nps", 10, 9, 3), record="survey_response")
    assert (answers.title, answers.by_group) == ("Survey report", None)
    assert float(numbers(answers)["nps"]) == pytest.approx(100 / 3)


def test_a_record_without_a_kpi_is_refused_with_those_that_have_one():
    with pytest.raises(
        TableError, match=r"no KPI is measured on ticket records yet.* deal, lead, survey_response"
    ) as fault:
        reporting.report(MIXED, record="ticket")
    assert fault.value.code == "no_metric"


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"where": field("ammount") > 1}, UnknownField),
        ({"timezone": "Europe/Berlni"}, InvalidPeriod),
        ({"fiscal_year_start": 13}, InvalidPeriod),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, fault):
    with pytest.raises(fault):
        reporting.report(MIXED, **asked)


def test_the_latest_date_is_the_last_day_of_anything_in_the_zone_asked_for():
    table = deal_table(
        deal("1", "won", created_at=day(3), closed_at=datetime(2024, 3, 31, 23, 30, tzinfo=UTC)),
        deal("2", created_at=day(5)),
    )
    assert reporting.latest_date(table, "deal") == date(2024, 3, 31)
    assert reporting.latest_date(table, "deal", timezone="Europe/Berlin") == date(2024, 4, 1)
    assert reporting.latest_date(table[["id"]], "deal") is None
    assert reporting.latest_date(deal_table(deal("1")), "deal") is None


ASKED = {"as_of": date(2024, 4, 30), "every": "month", "where": field("amount") > 60}


@pytest.fixture(scope="module")
def written():
    report = reporting.report(MIXED, **ASKED)
    return [render(report) for render in OUTPUTS]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pandas"])
def test_every_kind_of_frame_gives_the_same_report(kind, written):
    found = reporting.report(KINDS[kind](MIXED), **ASKED)
    assert [render(found) for render in OUTPUTS] == written
    assert reporting.latest_date(KINDS[kind](MIXED), "deal") == reporting.latest_date(MIXED, "deal")


def test_the_metric_that_counts_is_one_like_every_other():
    counted = _counted("survey_response")
    assert (counted.name, counted.label) == ("survey_responses", "Number of survey responses")
    assert float(counted(answer_table("nps", 10, 9))) == 2


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
def test_a_file_that_does_not_say_when_its_deals_were_made_is_measured(tmp_path, backend):
    path = tmp_path / "deals.csv"
    path.write_text("id,stage,amount,closed\n1,Won,100,2024-02-01\n2,Lost,50,2024-02-03\n", encoding="utf-8")
    measured = reporting.report(io.read(path, backend=backend), as_of=date(2024, 12, 31))
    values = {card.metric.name: card.measurement.value for card in measured.cards if card.measurement is not None}
    assert (values["won_revenue"], values["win_rate"]) == (100.0, 0.5)
    assert any("created_at" in str(gap) for gap in measured.gaps)

"""From an export to a report: every number equals what plain pandas says of the simulated tables."""

import csv
import random
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from crmkit import cli, datasets, io, kpi, reporting

METRICS = [metric for metric in kpi.CATALOGUE.values() if metric.record == "deal"]


@pytest.fixture(scope="module")
def company():
    return datasets.simulate_company(seed=11, customers=400)


@pytest.fixture(scope="module")
def export(company, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "sales_pipeline.csv"
    datasets.write_sales_pipeline(company, path)
    return path


@pytest.fixture(scope="module")
def result(export):
    return io.read(export)


@pytest.fixture(scope="module")
def report(result):
    return reporting.report(result, as_of=reporting.latest_date(result.table, "deal"))


def value(report, metric):
    return next(card.measurement for card in report.cards if card.metric is metric)


def days(table):
    """Days from creation to close as the export shows them: by dates."""
    return (table["closed_at"].dt.normalize() - table["created_at"].dt.normalize()).dt.days


def test_every_deal_arrives_as_what_it_is(company, result):
    assert result.record == "deal"
    assert (result.accepted, result.rejected) == (len(company.deals), ())
    assert result.table["status"].value_counts().to_dict() == company.deals["status"].value_counts().to_dict()
    assert result.table["owner_id"].nunique() == len(company.users)


def test_the_win_rate_is_that_of_the_simulated_deals(company, report):
    status = company.deals["status"]
    won, closed = int((status == "won").sum()), int((status != "open").sum())
    measured = value(report, kpi.win_rate)
    assert (measured.value, measured.n) == (won / closed, closed)
    assert (measured.low, measured.high) == pytest.approx(proportion_confint(won, closed, method="wilson"))
    assert measured.low < company.truth.win_rate < measured.high


def test_the_money_is_that_of_the_simulated_deals(company, report):
    amounts = company.deals.loc[company.deals["status"] == "won", "amount"]
    assert value(report, kpi.won_revenue).value == amounts.sum()
    assert value(report, kpi.average_deal_size).value == pytest.approx(amounts.mean(), rel=1e-12)


def test_the_cycle_is_that_of_the_simulated_deals(company, report):
    cycle = days(company.deals[company.deals["status"] == "won"])
    assert value(report, kpi.sales_cycle).value == cycle.median()
    assert value(report, kpi.mean_won_cycle).value == pytest.approx(cycle.mean(), rel=1e-12)


def test_the_quarters_are_those_of_the_simulated_deals(company, report):
    won = company.deals[company.deals["status"] == "won"]
    quarters = won["closed_at"].dt.tz_localize(None).dt.to_period("Q")
    expected = {
        f"{quarter.year}-Q{quarter.quarter}": total for quarter, total in won.groupby(quarters)["amount"].sum().items()
    }
    assert {str(piece.period): piece.measurement.value for piece in report.over_time} == expected


def test_the_owners_are_those_of_the_simulated_deals(company, report):
    closed = company.deals[company.deals["status"] != "open"]
    names = closed["owner_id"].map(company.users.set_index("id")["name"])
    expected = (closed["status"] == "won").groupby(names).mean().to_dict()
    assert {piece.keys[0]: piece.measurement.value for piece in report.by_group} == pytest.approx(expected)


def test_what_the_export_lacks_is_counted_and_not_made_up(company, result, report):
    deals = company.deals
    undated = int((deals["stage"] == "Prospecting").sum())
    assert report.gaps["company_id"] == deals["company_id"].isna().sum() > 0
    assert report.gaps["created_at"] == undated > 0
    is_open = int((deals["status"] == "open").sum())
    assert value(report, kpi.open_pipeline).reason == f"amount missing in {is_open} of {is_open}"
    assert value(report, kpi.win_rate_by_value).defined is False
    assert len(result.assumptions) > 5


@pytest.mark.parametrize("other", ["polars", "pyarrow", "duckdb", "shuffled"])
def test_other_dataframes_and_another_order_of_rows_change_nothing(other, export, result, report, tmp_path):
    if other == "shuffled":
        head, *rows = csv.reader(export.read_text(encoding="utf-8").splitlines())
        random.Random(5).shuffle(rows)
        with (tmp_path / "shuffled.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        table = io.read(tmp_path / "shuffled.csv").table
    elif other == "duckdb":
        table = duckdb.from_arrow(io.read(export, backend="pyarrow").table)
    else:
        table = io.read(export, backend=other).table
    again = reporting.report(table, as_of=reporting.latest_date(table, "deal"))
    assert again.cards == report.cards
    for one, expected in zip(again.breakdowns, report.breakdowns, strict=True):
        assert one.slices == expected.slices


def test_the_mapping_written_down_reads_the_file_alike_and_leaves_only_the_currency_open(export, result, tmp_path):
    (tmp_path / "mapping.toml").write_text(result.mapping.to_toml(), encoding="utf-8")
    again = io.read(export, mapping=tmp_path / "mapping.toml")
    pd.testing.assert_frame_equal(again.table, result.table)
    assert [one.code for one in again.assumptions] == ["currency_unstated"]


def test_the_command_tells_the_same_story(export, report, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", str(export)]) == 0
    out = capsys.readouterr().out
    page = Path("crmkit-report.html").read_text(encoding="utf-8")
    for metric in (kpi.won_revenue, kpi.win_rate, kpi.mean_won_cycle):
        measured = value(report, metric)
        shown = f"{100 * measured.value:.1f} %" if measured.unit == "fraction" else f"{measured.value:,.1f}"
        assert shown.removesuffix(".0") in out
        assert f'<p class="value">{shown.removesuffix(".0")}' in page

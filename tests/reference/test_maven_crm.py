"""Maven Analytics, CRM Sales Opportunities: what its sales_pipeline.csv holds, read without a mapping.

The counts, sums and means were taken from the file with plain Python; the interval is Wilson's (1927) of 4,238 won
in 6,711 closed deals.
"""

import random
import statistics
from datetime import date

import duckdb
import pytest

from crmkit import io, kpi, reporting

KINDS = ["pandas", "polars", "pyarrow", "duckdb", "shuffled"]


@pytest.fixture(scope="module")
def file(data):
    path = data / "maven_crm" / "sales_pipeline.csv"
    if not path.is_file():
        pytest.skip("the Maven file is not here")
    return path


@pytest.fixture(scope="module")
def result(file):
    return io.read(file)


@pytest.fixture(scope="module", params=KINDS)
def deals(request, file, tmp_path_factory):
    """The deals, as every kind of dataframe and in another order."""
    if request.param == "shuffled":
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        random.Random(2).shuffle(rows)
        path = tmp_path_factory.mktemp("maven") / "shuffled.csv"
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return io.read(path).table
    if request.param == "duckdb":
        return duckdb.from_arrow(io.read(file, backend="pyarrow").table)
    return io.read(file, backend=request.param).table


@pytest.fixture(scope="module")
def report(deals):
    return reporting.report(deals, as_of=reporting.latest_date(deals, "deal"))


def of(report, metric):
    return next(card.measurement for card in report.cards if card.metric is metric)


def test_all_deals_are_there_and_won_lost_or_open(result):
    assert (result.record, result.accepted, result.records) == ("deal", 8_800, 8_800)
    assert result.table["status"].value_counts().to_dict() == {"won": 4_238, "lost": 2_473, "open": 2_089}


def test_what_was_assumed_is_told(result):
    subjects = {one.subject for one in result.assumptions}
    assert {"deal", "created_at", "closed_at", "status", "timezone"} <= subjects
    told = " ".join(one.text for one in result.assumptions)
    assert "'Won' (4,238); lost: 'Lost' (2,473); open: 'Engaging' (1,589), 'Prospecting' (500)" in told
    assert "created_at is the column 'engage_date'" in told
    assert "currency" in told


def test_the_latest_date_is_the_end_of_2017(deals):
    assert reporting.latest_date(deals, "deal") == date(2017, 12, 31)


def test_the_win_rate_and_its_wilson_interval(report):
    rate = of(report, kpi.win_rate)
    assert rate.n == 4_238 + 2_473
    assert rate.value == 4_238 / 6_711
    assert round(rate.value, 5) == 0.63150
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.6199, 0.6430)


def test_the_won_value_and_the_average_won_deal(report):
    assert of(report, kpi.won_revenue).value == 10_005_534
    assert round(of(report, kpi.average_deal_size).value, 2) == 2_360.91


def test_the_won_cycle_in_the_mean_and_the_median(report):
    assert round(of(report, kpi.mean_won_cycle).value, 2) == 51.78
    assert of(report, kpi.sales_cycle).value == 57


def test_the_quarters_of_2017(report):
    assert {str(piece.period): piece.measurement.value for piece in report.over_time} == {
        "2017-Q1": 1_134_672,
        "2017-Q2": 3_086_111,
        "2017-Q3": 2_982_255,
        "2017-Q4": 2_802_496,
    }


def test_deals_without_an_account_or_a_date_are_kept_and_counted(report):
    assert report.rows == 8_800
    assert (report.gaps["company_id"], report.gaps["created_at"]) == (1_425, 500)


def test_the_open_pipeline_cannot_be_computed_and_says_so(report):
    pipeline = of(report, kpi.open_pipeline)
    assert not pipeline.defined
    assert pipeline.reason == "amount missing in 2,089 of 2,089"


def test_thirty_agents_whose_deals_are_all_the_closed_ones(report):
    counts = [piece.measurement.n for piece in report.by_group]
    assert (len(counts), sum(counts)) == (30, 6_711)
    assert statistics.fsum(piece.measurement.value * piece.measurement.n for piece in report.by_group) == pytest.approx(
        4_238
    )

"""The metric as an object, metrics of one's own, and tables that cannot answer."""

from decimal import Decimal

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import kpi, tables
from crmkit.errors import CurrencyMismatch, InvalidArgument, InvalidColumn, MissingColumn, TableError, UnknownField
from crmkit.expressions import field
from crmkit.records import Order
from tests.kinds import KINDS

from .deals import MIXED, day, deal, deal_table


def own(measure, *, unit="records", at=None):
    """A metric over deals with this measure."""
    return kpi.Metric(
        name="own",
        label="Own",
        definition="a test",
        source="none",
        unit=unit,
        better=None,
        record="deal",
        measure=measure,
        at=at,
        nothing="there is nothing",
    )


def test_every_metric_tells_what_it_is_and_where_it_comes_from():
    assert list(kpi.CATALOGUE) == [metric.name for metric in kpi.CATALOGUE.values()]
    for metric in kpi.CATALOGUE.values():
        assert getattr(kpi, metric.name) is metric
        assert metric.label
        assert metric.definition
        assert metric.source
        assert metric.of.__doc__
    assert "definition" in repr(kpi.win_rate)


def test_a_metric_of_tables_only_says_so_when_given_numbers():
    with pytest.raises(TableError, match="takes a table"):
        own(kpi.Total(kpi.Column("amount"))).of([1, 2])


@pytest.mark.parametrize("kind", KINDS)
def test_a_distinct_count_counts_values_once_and_leaves_out_the_missing(kind):
    owners = own(kpi.DistinctCount(kpi.Key("owner_id"), among=field("status") == "open"))
    measured = owners(KINDS[kind](MIXED))
    assert (float(measured), measured.n, measured.excluded) == (1, 1, {"owner_id missing": 2})
    offered, talked = owners(KINDS[kind](MIXED), by="stage")
    assert float(offered.measurement) == 1
    assert talked.measurement.reason == "owner_id missing in 2 of 2"


@pytest.mark.parametrize("kind", KINDS)
def test_a_ratio_divides_one_sum_by_another(kind):
    closed = field("status") != "open"
    won_per_deal = own(kpi.Ratio(kpi.Column("amount", when=field("status") == "won"), kpi.YesNo(closed), among=closed))
    assert float(won_per_deal(KINDS[kind](MIXED))) == pytest.approx(450.5 / 5)


def test_a_ratio_whose_divisor_is_zero_says_so():
    measured = own(kpi.Ratio(kpi.Column("amount"), kpi.YesNo(field("status") == "lost")), unit="ratio")(MIXED.iloc[:2])
    assert measured.reason == "the divisor is zero"


def test_a_mean_of_days_and_a_quantile_of_amounts():
    assert float(own(kpi.Mean(kpi.Days("created_at", "closed_at")))(MIXED)) == pytest.approx(
        (10 + 30 + 39 + 93 + 93) / 5
    )
    assert float(own(kpi.Quantile(kpi.Column("amount"), q=0.25))(MIXED)) == pytest.approx(
        np.quantile([100, 300, 200, 50.5, 149.5, 1000, 400], 0.25)
    )


def test_a_frame_that_keeps_its_own_names():
    mine = MIXED.rename(columns={"status": "deal_stage", "closed_at": "finished"})
    names = {"status": "deal_stage", "closed_at": "finished"}
    assert kpi.win_rate(mine, as_of=day(50), columns=names) == kpi.win_rate(MIXED, as_of=day(50))
    assert kpi.win_rate(mine, columns={"status": "deal_stage"}).n == 5


def test_a_missing_column_is_named_with_its_near_miss_and_the_way_out():
    with pytest.raises(
        MissingColumn, match=r"win_rate needs column 'status'; did you mean 'state'\?.*columns="
    ) as refused:
        kpi.win_rate(MIXED.rename(columns={"status": "state"}))
    assert refused.value.suggestion == "state"
    with pytest.raises(MissingColumn, match="'owner'"):
        kpi.win_rate(MIXED, by="owner")
    with pytest.raises(UnknownField, match="did you mean 'amount'"):
        kpi.win_rate(MIXED, where=field("ammount") > 3)


def test_a_status_in_other_words_is_refused_instead_of_counted_as_neither():
    table = MIXED.assign(status=MIXED["status"].str.title())
    with pytest.raises(InvalidColumn, match="holds 'Lost', which is none of open, won, lost; did you mean 'lost'"):
        kpi.win_rate(table)
    with pytest.raises(InvalidColumn, match="holds 'Negotiating'"):
        kpi.win_rate(MIXED.assign(status="Negotiating"))


def test_amounts_as_text_and_dates_without_a_zone_are_refused_by_name():
    with pytest.raises(InvalidColumn, match="column 'amount' holds String, not numbers"):
        kpi.won_revenue(MIXED.assign(amount=MIXED["amount"].astype("str")))
    with pytest.raises(InvalidColumn, match=r"column 'closed_at' holds Datetime.*not instants"):
        kpi.sales_cycle(MIXED.assign(closed_at=MIXED["closed_at"].dt.tz_localize(None)))


def test_two_currencies_never_add():
    table = deal_table(deal("1", "won", amount=1, currency="EUR"), deal("2", "won", amount=1, currency="USD"))
    with pytest.raises(CurrencyMismatch, match="EUR, USD; cut by='currency'") as refused:
        kpi.won_revenue(table)
    assert refused.value.currencies == ("EUR", "USD")
    assert [(piece.keys, piece.measurement.unit) for piece in kpi.won_revenue(table, by="currency")] == [
        (("EUR",), "EUR"),
        (("USD",), "USD"),
    ]
    assert kpi.won_revenue(table, where=field("currency") == "EUR").unit == "EUR"
    with pytest.raises(CurrencyMismatch, match="EUR, unstated"):
        kpi.won_revenue(table.assign(currency=["EUR", None]))
    with pytest.raises(CurrencyMismatch):
        kpi.win_rate_by_value(table)
    assert kpi.win_rate(table).n == 2


def test_a_currency_whose_amount_is_missing_does_not_mix():
    table = deal_table(deal("1", "won", amount=1, currency="EUR"), deal("2", "won", currency="USD"))
    assert kpi.won_revenue(table).unit == "EUR"


def test_a_column_of_lists_cannot_be_cut_by():
    with pytest.raises(TableError, match="cannot cut by 'tags'"):
        kpi.win_rate(MIXED.assign(tags=[["vip"]] * len(MIXED)), by="tags")


@settings(max_examples=10)
@given(st.floats(0.5, 0.999))
def test_a_higher_confidence_gives_a_wider_interval(confidence):
    narrow, wide = kpi.win_rate(MIXED, confidence=0.5), kpi.win_rate(MIXED, confidence=confidence)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_a_measurement_seals_what_was_left_out():
    measured = kpi.open_pipeline(MIXED)
    with pytest.raises(TypeError):
        measured.excluded["x"] = 1
    assert hash(measured) == hash(kpi.open_pipeline(MIXED))


def test_a_record_without_a_status_is_counted_as_left_out():
    table = MIXED.assign(status=["won", "lost", None, "won", "open", "open", "open", "open"])
    assert kpi.win_rate(table).excluded == {"status missing": 1}


def test_a_field_that_nobody_has_cannot_be_renamed():
    with pytest.raises(UnknownField, match="did you mean 'status'"):
        kpi.win_rate(MIXED, columns={"statuss": "status"})
    assert kpi.win_rate(MIXED, columns={"rep": "owner_id"}, by="rep").by == ("rep",)


def test_a_frame_s_own_column_is_named_when_its_words_are_others():
    with pytest.raises(InvalidColumn, match="column 'stage' holds 'Lost', which is none of open, won, lost"):
        kpi.win_rate(MIXED, columns={"status": "stage"})


def test_a_metric_of_any_kind_of_record():
    orders = [
        Order(id=str(number), customer_id="c", amount=Decimal(number), ordered_at=day(number)) for number in (1, 2, 4)
    ]
    placed = kpi.Metric(
        name="placed",
        label="Placed",
        definition="a test",
        source="none",
        unit="currency",
        better="higher",
        record="order",
        measure=kpi.Total(kpi.Column("amount")),
        at="ordered_at",
    )
    table = tables.to_table(orders, Order)
    assert float(placed(table)) == 7
    assert float(placed(table, as_of=day(3))) == 3


def test_a_metric_dated_by_a_column_of_one_s_own():
    signed = own(kpi.Total(kpi.Column("amount"), among=field("status") == "won"), at="signed_at")
    table = MIXED.assign(signed_at=MIXED["created_at"])
    assert [(str(piece.period), piece.measurement.value) for piece in signed(table, every="month")] == [
        ("2024-01", 450.5)
    ]
    with pytest.raises(MissingColumn, match="'signed_at'"):
        signed(MIXED, every="month")


def test_a_metric_of_no_kind_of_record_is_refused_when_made():
    with pytest.raises(InvalidArgument, match="did you mean 'deal'"):
        evolve(own(kpi.Total(kpi.Column("amount"))), record="deel")


def test_a_breakdown_prints_a_line_a_slice():
    pieces = kpi.win_rate(MIXED, by="owner_id")
    assert repr(pieces) == "Breakdown(win_rate by owner_id: 2 slices)"
    assert str(pieces).splitlines()[:2] == [
        "win_rate by owner_id",
        "ana: 0.6666666667 (0.20766 to 0.938508), n 3",
    ]
    assert str(kpi.won_revenue(MIXED, every="quarter")) == (
        "won_revenue by quarter\n2024-Q1: 400, n 2\n2024-Q2: 50.5, n 1"
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"where": "amount > 3"}, r"where=field\('amount'\) > 1000"),
        ({"period": "2017-Q1"}, "period_of"),
        ({"as_of": "2017-06-30"}, r"as_of=date\(2017, 6, 30\)"),
        ({"every": "months"}, "did you mean 'month'"),
        ({"matured_days": -5}, "at least 0"),
        ({"matured_days": "30"}, "at least 0"),
        ({"columns": ["status"]}, "a mapping"),
        ({"by": 3}, "a column's name"),
        ({"by": ["owner_id", "owner_id"]}, "each once"),
        ({"by": [3]}, "each once"),
        ({"by": "value"}, "rename it"),
        ({"by": "__crmkit_0"}, "rename it"),
    ],
)
def test_a_part_of_a_question_that_is_none_is_refused_with_what_to_pass(asked, message):
    with pytest.raises(InvalidArgument, match=message) as refused:
        kpi.win_rate(MIXED, **asked)
    assert refused.value.argument == next(iter(asked))


def test_a_result_of_reading_is_not_its_table():
    class Result:
        table = MIXED

    with pytest.raises(TableError, match=r"pass its \.table"):
        kpi.win_rate(Result())

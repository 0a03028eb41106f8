"""The metric as an object, metrics of one's own, and tables that cannot answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit import kpi
from crmkit.errors import CurrencyMismatch, InvalidColumn, MissingColumn, TableError, UnknownField
from crmkit.expressions import field
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

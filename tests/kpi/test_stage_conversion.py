"""Stage conversion and the bottleneck: against fates written out in plain Python, and the rule of the ranking."""

import math

import pytest
from hypothesis import given, settings
from statsmodels.stats.proportion import proportion_confint

from crmkit import kpi
from crmkit.errors import InvalidArgument
from tests.histories import day, history, walk

from .plain_stays import HISTORIES, STAGES, stays

WAY = ["Talk", "Offer", "Won"]
WALKS = [
    *walk("a", ("Talk", 0), ("Offer", 4), ("Won", 10)),
    *walk("b", ("Talk", 1), ("Offer", 7), ("Lost", 9)),
    *walk("c", ("Talk", 2), ("Lost", 12)),
    *walk("d", ("Talk", 15)),
]
HISTORY = history(*WALKS)


def test_deals_advance_drop_out_or_are_undecided():
    talk, offer = kpi.stage_conversion(HISTORY, stages=WAY)
    assert (talk.deals, talk.advanced, talk.dropped, talk.undecided) == (4, 2, 1, 1)
    assert (offer.deals, offer.advanced, offer.dropped, offer.undecided) == (2, 1, 1, 0)
    assert (talk.rate.value, talk.rate.n) == (2 / 3, 3)
    assert (talk.rate.low, talk.rate.high) == pytest.approx(proportion_confint(2, 3, method="wilson"))


def test_a_deal_that_fell_back_and_went_on_again_has_advanced():
    talk, offer = kpi.stage_conversion(
        history(*walk("a", ("Talk", 0), ("Offer", 1), ("Talk", 2), ("Offer", 3), ("Won", 4))), stages=WAY
    )
    assert (talk.deals, talk.advanced, offer.advanced) == (1, 1, 1)


def test_a_deal_that_fell_back_and_is_still_on_the_way_is_undecided():
    _, offer = kpi.stage_conversion(history(*walk("a", ("Talk", 0), ("Offer", 1), ("Talk", 2))), stages=WAY)
    assert (offer.deals, offer.undecided) == (1, 1)


def test_a_skipped_stage_has_not_seen_the_deal():
    _, offer = kpi.stage_conversion(history(*walk("a", ("Talk", 0), ("Won", 1))), stages=WAY)
    assert offer.deals == 0
    assert (math.isnan(offer.rate.value), offer.rate.reason) == (True, "no deal is decided")


@settings(max_examples=25)
@given(HISTORIES)
def test_any_history_gives_the_fates_written_out(rows):
    report = kpi.stage_conversion(history(*rows), stages=STAGES, as_of=day(15))
    paths = [[stage for stage, _, _ in path] for path in stays(rows, 15).values()]
    expected = {stage: [0, 0, 0] for stage in STAGES[:-1]}
    for path in paths:
        for place, stage in enumerate(STAGES[:-1]):
            if stage in path:
                after = path[path.index(stage) :]
                advanced = any(later in after for later in STAGES[place + 1 :])
                expected[stage][0 if advanced else 1 if path[-1] not in STAGES else 2] += 1
    found = {row.stage: [row.advanced, row.dropped, row.undecided] for row in report}
    assert found == (expected if paths else {stage: [0, 0, 0] for stage in STAGES[:-1]})


def test_a_deal_counts_under_the_values_of_its_first_row():
    table = HISTORY.assign(changed_by=["ana", "ben", "ben", "ben", "ana", "ana", "ben", "ana", None])
    report = kpi.stage_conversion(table, stages=WAY, by="changed_by")
    assert [(row.keys, row.stage, row.deals) for row in report if row.deals] == [
        (("ana",), "Talk", 1),
        (("ana",), "Offer", 1),
        (("ben",), "Talk", 2),
        (("ben",), "Offer", 1),
        ((None,), "Talk", 1),
    ]


def test_the_stage_that_takes_the_most_deal_days_ranks_first():
    first, second = kpi.bottleneck(HISTORY, stages=WAY, as_of=day(20))
    assert (first.rank, first.stage, first.deal_days) == (1, "Talk", 4 + 6 + 10 + 5)
    assert (second.rank, second.stage, second.deal_days) == (2, "Offer", 6 + 2)
    assert (first.share, second.share) == (25 / 33, 8 / 33)


def test_a_bottleneck_has_the_median_of_time_in_stage_and_the_rate_of_stage_conversion():
    conversions = {row.stage: row.rate for row in kpi.stage_conversion(HISTORY, stages=WAY, as_of=day(20))}
    times = {row.stage: row.median for row in kpi.time_in_stage(HISTORY, stages=WAY, as_of=day(20))}
    for row in kpi.bottleneck(HISTORY, stages=WAY, as_of=day(20)):
        assert (row.median, row.conversion) == (times[row.stage], conversions[row.stage])


def test_of_equal_deal_days_the_lower_conversion_ranks_first_then_the_earlier_stage():
    even = [*walk("a", ("Talk", 0), ("Offer", 5), ("Lost", 10)), *walk("b", ("Talk", 0), ("Offer", 5), ("Won", 10))]
    assert [row.stage for row in kpi.bottleneck(history(*even), stages=WAY, as_of=day(20))] == ["Offer", "Talk"]
    won = walk("b", ("Talk", 0), ("Offer", 5), ("Won", 10))
    assert [row.stage for row in kpi.bottleneck(history(*won), stages=WAY, as_of=day(20))] == ["Talk", "Offer"]


def test_where_no_deal_was_on_the_way_nothing_has_a_share():
    report = kpi.bottleneck(history(*walk("a", ("Lost", 1))), stages=WAY, as_of=day(20))
    assert [row.deal_days for row in report] == [0.0, 0.0]
    assert all(math.isnan(row.share) for row in report)


def test_a_table_of_bottlenecks_is_in_the_order_of_ranks():
    table = kpi.bottleneck(HISTORY, stages=WAY, as_of=day(20)).table
    assert table["rank"].tolist() == [1, 2]
    assert "conversion_low" in table.columns


def test_slices_are_ranked_for_themselves():
    table = HISTORY.assign(changed_by=["ana"] * 3 + ["ben"] * 6)
    report = kpi.bottleneck(table, stages=WAY, as_of=day(20), by="changed_by")
    assert [(row.keys[0], row.rank, row.stage) for row in report] == [
        ("ana", 1, "Offer"),
        ("ana", 2, "Talk"),
        ("ben", 1, "Talk"),
        ("ben", 2, "Offer"),
    ]


def test_without_an_instant_nobody_knows_how_long_deals_have_waited():
    with pytest.raises(InvalidArgument, match="as_of is missing: until when"):
        kpi.bottleneck(HISTORY, stages=WAY, as_of=None)


def test_a_history_without_rows_has_stages_without_deals():
    report = kpi.stage_conversion(HISTORY.iloc[:0], stages=WAY)
    assert [(row.stage, row.deals, row.rate.reason) for row in report] == [
        ("Talk", 0, "no deal is decided"),
        ("Offer", 0, "no deal is decided"),
    ]

"""A record begins in a first stage, with the first rows of its history."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, InvalidRecord, MoveRefused, UnknownField, UnknownStage
from crmkit.pipeline import Pipeline, Stage, lead_lifecycle, subscription_lifecycle
from crmkit.records import Change, Deal, Edit, FieldChange, Lead, StageChange, Subscription
from tests.pipeline.sales import NOW, SALES, after, named, rows


def test_a_deal_begins_with_its_stage_and_its_values_in_its_history():
    deal = Deal(id="d1", amount=Decimal("12.50"), currency="EUR", expected_close_on=date(2024, 6, 30))
    started = Deal(
        id="d1",
        pipeline="sales",
        pipeline_version=1,
        stage="qualify",
        stage_entered_at=NOW,
        updated_at=NOW,
        amount=Decimal("12.50"),
        currency="EUR",
        probability=0.1,
        expected_close_on=date(2024, 6, 30),
        version=1,
    )
    stage = StageChange(
        id="d1:1",
        deal_id="d1",
        pipeline="sales",
        pipeline_version=1,
        to_stage="qualify",
        changed_at=NOW,
        changed_by="ana",
        probability=0.1,
        version=1,
    )
    fields = [
        FieldChange(
            id=f"deal:d1:1:{name}",
            record="deal:d1",
            field=name,
            to_value=text,
            changed_at=NOW,
            changed_by="ana",
            version=1,
        )
        for name, text in [("amount", "12.50"), ("currency", "EUR"), ("expected_close_on", "2024-06-30")]
    ]
    assert SALES.start(deal, at=NOW, by="ana") == Change(
        edits=[Edit(None, started), Edit(None, stage), *[Edit(None, row) for row in fields]],
        act="start",
        at=NOW,
        by="ana",
        idempotency_key="start:deal:d1:1:qualify",
    )


def test_a_lead_begins_with_its_status_in_its_history():
    change = lead_lifecycle.start(Lead(id="l1", source="fair"), at=NOW, by="ana")
    assert after(change) == Lead(id="l1", source="fair", status="new", status_changed_at=NOW, version=1)
    assert rows(change) == [
        FieldChange(
            id="lead:l1:1:status",
            record="lead:l1",
            field="status",
            to_value="new",
            changed_at=NOW,
            changed_by="ana",
            version=1,
        )
    ]


def test_it_begins_in_the_first_start_or_in_the_one_that_is_said():
    pipeline = named("a", "b", "c", starts=("b", "c"))
    assert after(pipeline.start(Deal(id="d"), at=NOW, by="ana")).stage == "b"
    assert after(pipeline.start(Deal(id="d"), at=NOW, by="ana", stage="c")).stage == "c"


@pytest.mark.parametrize("status", ["trialing", "active"])
def test_a_record_that_says_in_which_start_it_is_begins_there(status):
    assert after(subscription_lifecycle.start(Subscription(id="s", status=status), at=NOW, by="ana")).status == status


def test_values_are_filled_in_first():
    asks = Pipeline("p", stages=[Stage("a", requires="amount", probability=0.2), Stage("won", kind="won")])
    change = asks.start(Deal(id="d"), at=NOW, by="ana", values={"amount": 3, "probability": 0.9})
    assert (after(change).amount, after(change).probability) == (3, 0.9)
    assert [type(row) for row in rows(change)] == [StageChange, FieldChange]
    assert rows(change)[0].probability == 0.9
    with pytest.raises(MoveRefused) as caught:
        asks.start(Deal(id="d"), at=NOW, by="ana")
    assert caught.value.unmet[0].field == "amount"


def test_a_probability_that_the_deal_brings_is_in_its_row():
    change = named("a").start(Deal(id="d", probability=0.4), at=NOW, by="ana")
    assert (after(change).probability, rows(change)[0].probability, len(rows(change))) == (0.4, 0.4, 1)


def test_what_begins_has_not_ended():
    begun = after(SALES.start(Deal(id="d", closed_at=NOW, lost_reason="price"), at=NOW, by="ana"))
    assert (begun.stage, begun.status, begun.closed_at, begun.lost_reason) == ("qualify", "open", None, None)


@pytest.mark.parametrize(
    "begun",
    [
        {"stage": "propose"},
        {"stage": "elsewhere"},
        {"stage": "qualify", "stage_entered_at": NOW},
        {"status": "won"},
        {"status": "lost", "stage": "qualify"},
        {"pipeline": "service"},
        {"pipeline_version": 2},
    ],
    ids=repr,
)
def test_what_has_begun_does_not_begin_again(begun):
    with pytest.raises(MoveRefused, match="already; move it, or migrate it") as caught:
        SALES.start(Deal(id="d", **begun), at=NOW, by="ana")
    assert caught.value.code == "already_started"


def test_in_another_start_than_the_one_it_is_in_nothing_begins():
    with pytest.raises(MoveRefused) as caught:
        named("a", "b", starts=("a", "b")).start(Deal(id="d", stage="b"), at=NOW, by="ana", stage="a")
    assert (caught.value.code, caught.value.stage, caught.value.to) == ("already_started", "b", "a")


def test_a_first_stage_may_need_a_reason():
    asks = Pipeline("p", stages=[Stage("a", reasons=["fair", "web"]), Stage("won", kind="won")])
    change = asks.start(Deal(id="d", amount=1), at=NOW, by="ana", reason="fair")
    assert change.reason == "fair"
    assert {row.reason for row in rows(change)} == {"fair"}
    for reason, code in [(None, "missing_reason"), ("fare", "unknown_reason")]:
        with pytest.raises(MoveRefused) as caught:
            asks.start(Deal(id="d"), at=NOW, by="ana", reason=reason)
        assert caught.value.code == code


def test_what_is_no_start_is_refused():
    with pytest.raises(MoveRefused, match="begins in qualify") as caught:
        SALES.start(Deal(id="d"), at=NOW, by="ana", stage="propose")
    assert (caught.value.code, caught.value.stage, caught.value.to) == ("wrong_start", None, "propose")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"stage": "qualifi"}, UnknownStage),
        ({"stage": ["qualify"]}, UnknownStage),
        ({"at": datetime(2024, 5, 2)}, InvalidPeriod),  # noqa: DTZ001  # the point
        ({"by": ""}, InvalidRecord),
        ({"values": {"amount": "much"}}, InvalidRecord),
        ({"values": {"amuont": 3}}, UnknownField),
        ({"values": {"stage": "won"}}, InvalidArgument),
        ({"values": {3: 4}}, InvalidArgument),
        ({"reason": " "}, InvalidArgument),
    ],
)
def test_bad_input_is_a_named_error(said, error):
    with pytest.raises(error):
        SALES.start(Deal(id="d"), **{"at": NOW, "by": "ana", **said})


def test_only_a_record_of_its_kind_begins():
    with pytest.raises(InvalidArgument) as caught:
        SALES.start({"id": "d"}, at=NOW, by="ana")
    assert caught.value.code == "not_its_record"

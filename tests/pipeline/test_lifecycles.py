"""The pipelines that are ready made: every move of theirs is pinned."""

from datetime import timedelta

import pytest

from crmkit.errors import MoveRefused
from crmkit.pipeline import (
    Pipeline,
    campaign_lifecycle,
    deal_lifecycle,
    lead_lifecycle,
    quote_lifecycle,
    subscription_lifecycle,
    ticket_lifecycle,
)
from crmkit.records import RECORDS, Campaign, Deal, Lead, Quote, Subscription, Ticket, fields_of
from tests.pipeline.sales import DAY, NOW, after

LIFECYCLES = {
    each.record: each
    for each in (
        deal_lifecycle,
        lead_lifecycle,
        quote_lifecycle,
        ticket_lifecycle,
        campaign_lifecycle,
        subscription_lifecycle,
    )
}
OPEN = ("qualification", "needs analysis", "proposal", "negotiation")
WAYS = {
    "deal": {
        **{stage: {*OPEN, "won", "lost"} - {stage} for stage in OPEN},
        "won": {*OPEN},
        "lost": {*OPEN},
    },
    "lead": {
        "new": {"working", "nurturing", "qualified", "unqualified", "converted"},
        "working": {"nurturing", "qualified", "unqualified", "converted"},
        "nurturing": {"working", "qualified", "unqualified", "converted"},
        "qualified": {"working", "nurturing", "unqualified", "converted"},
        "unqualified": {"nurturing"},
        "converted": set(),
    },
    "quote": {
        "draft": {"sent", "superseded"},
        "sent": {"accepted", "declined", "expired", "superseded"},
        "accepted": set(),
        "declined": set(),
        "expired": set(),
        "superseded": set(),
    },
    "ticket": {
        "new": {"open", "pending", "solved", "closed"},
        "open": {"pending", "solved", "closed"},
        "pending": {"open", "solved", "closed"},
        "solved": {"open", "closed"},
        "closed": set(),
    },
    "campaign": {
        "planned": {"active", "cancelled"},
        "active": {"paused", "completed", "cancelled"},
        "paused": {"active", "completed", "cancelled"},
        "completed": set(),
        "cancelled": set(),
    },
    "subscription": {
        "trialing": {"active", "past_due", "paused", "cancelled"},
        "active": {"past_due", "paused", "cancelled"},
        "past_due": {"active", "paused", "cancelled"},
        "paused": {"active", "cancelled"},
        "cancelled": {"active"},
    },
}
KINDS = {
    "deal": ["open", "open", "open", "open", "won", "lost"],
    "lead": ["open", "open", "on_hold", "open", "lost", "won"],
    "quote": ["open", "open", "won", "lost", "lost", "lost"],
    "ticket": ["open", "open", "on_hold", "won", "won"],
    "campaign": ["open", "open", "on_hold", "won", "lost"],
    "subscription": ["open", "open", "open", "on_hold", "lost"],
}
every_lifecycle = pytest.mark.parametrize("pipeline", LIFECYCLES.values(), ids=LIFECYCLES)


@every_lifecycle
def test_these_moves_there_are_and_no_others(pipeline):
    ways = WAYS[pipeline.record]
    for one in ways:
        assert {other for other in ways if pipeline.move_between(one, other) is not None} == ways[one]
    assert len(pipeline.moves) == sum(map(len, ways.values()))


@every_lifecycle
def test_these_stages_there_are_in_this_order_and_of_these_kinds(pipeline):
    assert pipeline.names == tuple(WAYS[pipeline.record])
    assert [stage.kind for stage in pipeline.stages] == KINDS[pipeline.record]


@pytest.mark.parametrize("kind", sorted(set(LIFECYCLES) - {"deal"}))
def test_every_status_of_a_record_is_a_stage_and_every_stage_a_status(kind):
    assert set(LIFECYCLES[kind].names) == set(fields_of(RECORDS[kind])["status"].choices)


@every_lifecycle
def test_a_new_record_begins_where_its_class_does(pipeline):
    new = RECORDS[pipeline.record](id="x")
    begun = after(pipeline.start(new, at=NOW, by="ana"))
    expected = "qualification" if pipeline is deal_lifecycle else new.status
    assert getattr(begun, pipeline.place.stage) == expected
    assert expected in pipeline.starts


def test_a_subscription_begins_with_or_without_a_trial():
    assert subscription_lifecycle.starts == ("trialing", "active")


@every_lifecycle
def test_it_is_written_down_and_read_again(pipeline):
    assert Pipeline.from_json(pipeline.to_json()) == pipeline


@every_lifecycle
def test_the_other_ones_do_not_share_its_fingerprint(pipeline):
    assert [each.fingerprint() for each in LIFECYCLES.values()].count(pipeline.fingerprint()) == 1


def walked(pipeline, record, *ways, reason=None):
    """The record after these moves, one each day."""
    at = getattr(record, pipeline.place.entered) or NOW
    for to in ways:
        at += DAY
        record = after(pipeline.move(record, to=to, at=at, by="ana", reason=reason))
    return record


def test_a_lead_that_was_not_qualified_is_recycled():
    lead = walked(lead_lifecycle, Lead(id="l", contact_id="c1"), "working", "unqualified", reason="no budget")
    assert lead.unqualified_reason == "no budget"
    again = walked(lead_lifecycle, lead, "nurturing", "working", "qualified", "converted")
    assert (again.status, again.unqualified_reason) == ("converted", None)
    assert again.converted_at == again.status_changed_at == NOW + 6 * DAY


def test_a_lead_is_converted_into_something():
    with pytest.raises(MoveRefused, match="contact_id"):
        walked(lead_lifecycle, Lead(id="l"), "converted")
    assert walked(lead_lifecycle, Lead(id="l", company_id="c1"), "converted").converted_at == NOW + DAY


def test_a_quote_that_is_sent_says_how_much():
    with pytest.raises(MoveRefused) as caught:
        walked(quote_lifecycle, Quote(id="q"), "sent")
    assert [unmet.field for unmet in caught.value.unmet] == ["amount", "currency"]
    quote = walked(quote_lifecycle, Quote(id="q", amount=3, currency="EUR"), "sent", "accepted")
    assert (quote.accepted_at, quote.declined_reason) == (NOW + 2 * DAY, None)


def test_a_quote_that_is_declined_says_why():
    quote = walked(quote_lifecycle, Quote(id="q", status="sent"), "declined", reason="price")
    assert (quote.accepted_at, quote.declined_reason) == (None, "price")


def test_a_ticket_counts_how_often_it_came_back():
    ticket = walked(ticket_lifecycle, Ticket(id="t"), "solved", "open", "solved", "open", "closed")
    assert (ticket.reopened, ticket.solved_at) == (2, NOW + 5 * DAY)


def test_a_subscription_is_taken_up_again():
    ended = walked(subscription_lifecycle, Subscription(id="s"), "cancelled", reason="too dear")
    assert (ended.ended_at, ended.cancelled_reason) == (NOW + DAY, "too dear")
    again = walked(subscription_lifecycle, ended, "active")
    assert (again.ended_at, again.cancelled_reason) == (None, None)


def test_a_campaign_pauses_and_ends():
    assert walked(campaign_lifecycle, Campaign(id="c"), "active", "paused", "active", "completed").status == "completed"


def test_a_deal_needs_an_amount_to_be_proposed_and_a_reason_to_be_lost():
    assert [
        option.to for option in deal_lifecycle.options(Deal(id="d", stage="qualification")) if not option.allowed
    ] == ["proposal", "won"]
    with pytest.raises(MoveRefused, match="needs a reason"):
        walked(deal_lifecycle, Deal(id="d"), "qualification", "lost")
    lost = walked(deal_lifecycle, Deal(id="d"), "qualification", "lost", reason="price")
    assert walked(deal_lifecycle, lost, "negotiation").lost_reason is None


def test_deals_rot_in_every_open_stage():
    ages = [deal_lifecycle.ageing({"stage": stage, "stage_entered_at": NOW}, as_of=NOW) for stage in OPEN]
    assert [age.rots_at - NOW for age in ages] == [timedelta(days=days) for days in (14, 21, 30, 30)]
